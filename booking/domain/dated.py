"""Facts that hold for a time: the law of a year is a row with dates, never an `if`."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Something that holds from one day up to and including another, or without an end."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """Return the row that holds on the day `on`; of several, the one that began last."""
    holding = (
        row
        for row in rows
        if row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)
    )
    return max(holding, key=lambda row: row.valid_from, default=None)
