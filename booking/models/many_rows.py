"""Many new rows at once, as each database takes them best.

With a parameter for every value a statement grows with its rows, and the driver and the server
of PostgreSQL read it anew each time. With an array for every column it is always the same, and
both remember it. SQLite reads a statement once and takes the rows one after the other, unless
it has to tell the id of each: so those are chosen here.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Insert, Table, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

_PLACE = "place_in_order"

Rows = Sequence[Mapping[str, Any]]


def add_many(session: Session, table: Table, rows: Rows, *, telling: bool = True) -> list[int]:
    """Add rows that name the same columns; return their ids in that order, if `telling`.

    A column left out takes its default. Only in a transaction that writes.
    """
    if session.get_bind().dialect.name == "sqlite":
        return _add_numbered(session, table, rows) if telling else _add(session, table, rows)
    arrays = _in_arrays(table, rows)
    result = session.execute(_insert_arrays(table, tuple(arrays), telling=telling), arrays)
    return sorted(result.scalars()) if telling else []


def _add(session: Session, table: Table, rows: Rows) -> list[int]:
    session.execute(_insert(table), rows)
    return []


def _add_numbered(session: Session, table: Table, rows: Rows) -> list[int]:
    """Give the rows the ids that SQLite would: nobody else adds one before this commits."""
    highest = session.scalars(select(func.coalesce(func.max(table.c.id), 0))).one()
    ids = range(highest + 1, highest + 1 + len(rows))
    _add(session, table, [{**row, "id": key} for row, key in zip(rows, ids, strict=True)])
    return list(ids)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _insert_arrays(table: Table, names: tuple[str, ...], *, telling: bool) -> Insert:
    """Return the statement that adds rows given as one array for each of the named columns.

    Ids are drawn in the order of the rows, which the answer need not be in: sorted, they are.
    """
    arrays = [bindparam(name, type_=ARRAY(table.c[name].type)) for name in names]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(name, table.c[name].type) for name in names), with_ordinality=_PLACE)
        .render_derived()
    )
    rows = select(*(given.c[name] for name in names)).order_by(given.c[_PLACE])
    statement = insert(table).from_select(names, rows, include_defaults=False)
    return statement.returning(table.c.id) if telling else statement


def _in_arrays(table: Table, rows: Rows) -> dict[str, list[Any]]:
    """Return the rows as an array for each column, defaults included."""
    given = {name: [row[name] for row in rows] for name in rows[0]}
    missing = [each for each in table.columns if each.name not in given and each.default]
    return given | {each.name: [_default(each) for _ in rows] for each in missing}


def _default(of: Column[Any]) -> object:
    default = of.default
    value = getattr(default, "arg", None)
    return value(None) if callable(value) else value
