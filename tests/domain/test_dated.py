"""Facts with dates: which row of a table speaks for a day."""

from dataclasses import dataclass
from datetime import date

import pytest

from booking.domain.dated import in_force


@dataclass(frozen=True, slots=True)
class Row:
    valid_from: date
    valid_until: date | None


OLD = Row(date(2026, 1, 1), date(2027, 6, 30))
NEW = Row(date(2027, 7, 1), None)


@pytest.mark.parametrize(
    ("on", "row"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), OLD),
        (date(2027, 6, 30), OLD),
        (date(2027, 7, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_a_row_speaks_from_its_first_day_to_its_last(on: date, row: Row | None) -> None:
    assert in_force([OLD, NEW], on) == row


def test_of_rows_that_overlap_the_one_that_began_last_speaks() -> None:
    without_end = Row(date(2026, 1, 1), None)

    assert in_force([NEW, without_end], date(2028, 1, 1)) == NEW
    assert in_force([without_end, NEW], date(2028, 1, 1)) == NEW
