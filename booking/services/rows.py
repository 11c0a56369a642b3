"""New rows written straight into their tables.

The ORM sorts what it writes, cascades and reads back. A booking writes ten new rows in an
order it knows, and that care cost more than all its other work; so what is only ever added
is added here, and what is changed later stays an object.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import FromClause, Insert, Table, insert
from sqlalchemy.orm import Session

from booking.models import Base
from booking.models.many_rows import add_many

Values = Mapping[str, Any]

# From so many on it pays to write rows in the way that each database takes them best.
MANY = 8


def add_row(session: Session, model: type[Base], values: Values) -> int:
    """Write one row and return its id. A column left out takes its default."""
    key: int = session.execute(_one(model), values).scalar_one()
    return key


def add_rows_and_tell(session: Session, model: type[Base], rows: Sequence[Values]) -> list[int]:
    """Write rows and return their ids, in the same order."""
    if len(rows) >= MANY:
        return add_many(session, _table(model), rows)
    return list(session.execute(_few_told(model), rows).scalars()) if rows else []


def add_rows(session: Session, model: type[Base], rows: Sequence[Values]) -> None:
    """Write rows that nothing else in this transaction points to."""
    if len(rows) >= MANY:
        add_many(session, _table(model), rows, telling=False)
    elif rows:
        session.execute(_few(model), rows if len(rows) > 1 else rows[0])


@cache
def _one(model: type[Base]) -> Insert:
    table = _table(model)
    return insert(table).returning(table.c.id)


@cache
def _few_told(model: type[Base]) -> Insert:
    table = _table(model)
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@cache
def _few(model: type[Base]) -> Insert:
    return insert(_table(model))


def _table(model: type[Base]) -> Table:
    table: FromClause = model.__table__
    assert isinstance(table, Table)  # noqa: S101  # every model is mapped to a table of its own
    return table
