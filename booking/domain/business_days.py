"""Days on which offices work: Monday to Friday, but for the holidays the caller names."""

from collections.abc import Container
from datetime import date, timedelta

A_DAY = timedelta(days=1)
SATURDAY = 5


def is_business_day(day: date, *, closed: Container[date]) -> bool:
    """Return whether `day` is neither at a weekend nor in `closed`, the holidays."""
    return day.weekday() < SATURDAY and day not in closed


def business_days_after(day: date, count: int, *, closed: Container[date]) -> date:
    """Return the `count`-th business day after `day`, which does not count itself."""
    return _walk(day, count, A_DAY, closed)


def business_days_before(day: date, count: int, *, closed: Container[date]) -> date:
    """Return the `count`-th business day before `day`, which does not count itself."""
    return _walk(day, count, -A_DAY, closed)


def _walk(day: date, count: int, step: timedelta, closed: Container[date]) -> date:
    if count < 1:
        raise ValueError(f"at least one business day, not {count}")
    while count:
        day += step
        count -= is_business_day(day, closed=closed)
    return day
