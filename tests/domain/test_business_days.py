"""Days on which offices work, counted forwards and backwards."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.business_days import (
    business_days_after,
    business_days_before,
    is_business_day,
)

# Thanksgiving is the Thursday of that week.
THANKSGIVING = date(2026, 11, 26)
CLOSED = frozenset({THANKSGIVING})
WEDNESDAY, FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (25, 27, 28, 29, 30))


def test_weekends_and_holidays_are_no_business_days() -> None:
    days = (WEDNESDAY, THANKSGIVING, FRIDAY, SATURDAY, SUNDAY, MONDAY)

    working = [day for day in days if is_business_day(day, closed=CLOSED)]

    assert working == [WEDNESDAY, FRIDAY, MONDAY]


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (WEDNESDAY, 1, FRIDAY),
        (WEDNESDAY, 2, MONDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 1, MONDAY),
        (THANKSGIVING, 1, FRIDAY),
    ],
)
def test_counting_on_passes_over_closed_days(day: date, count: int, after: date) -> None:
    assert business_days_after(day, count, closed=CLOSED) == after


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [
        (MONDAY, 1, FRIDAY),
        (MONDAY, 2, WEDNESDAY),
        (SUNDAY, 1, FRIDAY),
        (FRIDAY, 1, WEDNESDAY),
    ],
)
def test_counting_back_passes_over_closed_days(day: date, count: int, before: date) -> None:
    assert business_days_before(day, count, closed=CLOSED) == before


@pytest.mark.parametrize("count", [0, -1])
def test_no_business_days_cannot_be_counted(count: int) -> None:
    with pytest.raises(ValueError, match=f"not {count}"):
        business_days_after(MONDAY, count, closed=CLOSED)


@given(
    day=st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    count=st.integers(1, 60),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2030, 12, 31)), max_size=40),
)
def test_counting_back_undoes_counting_on_from_a_business_day(
    day: date, count: int, closed: frozenset[date]
) -> None:
    there = business_days_after(day, count, closed=closed)
    back = business_days_before(there, count, closed=closed)

    assert is_business_day(there, closed=closed)
    assert back == day or not is_business_day(day, closed=closed)
    assert back <= day
