"""Many new rows as one short statement: on PostgreSQL, with an array for each column.

With a parameter for every value a statement grows with its rows, and the driver reads and the
server plans it anew each time. With one for every column it is always the same, and both
remember it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Insert, Table, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

_PLACE = "place_in_order"


@cache
def insert_arrays(table: Table, names: tuple[str, ...], *, telling: bool) -> Insert:
    """Return the statement that adds rows given as one array for each of the named columns.

    With `telling` it returns their ids. Those are drawn in the order of the rows, which the
    answer need not be in: sorted, they are.
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


def in_arrays(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows that name the same columns as an array for each, defaults included."""
    given = {name: [row[name] for row in rows] for name in rows[0]}
    missing = [each for each in table.columns if each.name not in given and each.default]
    return given | {each.name: [_default(each) for _ in rows] for each in missing}


def _default(of: Column[Any]) -> object:
    default = of.default
    value = getattr(default, "arg", None)
    return value(None) if callable(value) else value
