"""Half-open spans touch without overlapping."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.interval import Interval

NINE = datetime(2030, 1, 7, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
INTERVALS = st.builds(
    lambda start, length: Interval(NINE + MINUTE * start, NINE + MINUTE * (start + length)),
    st.integers(-8, 8),
    st.integers(1, 6),
)


def instants(interval: Interval) -> set[datetime]:
    return {
        NINE + MINUTE * i
        for i in range(-30, 30)
        if interval.start <= NINE + MINUTE * i < interval.end
    }


@settings(max_examples=60)
@given(INTERVALS, INTERVALS)
def test_to_overlap_is_to_share_an_instant(one: Interval, other: Interval) -> None:
    assert one.overlaps(other) == other.overlaps(one) == bool(instants(one) & instants(other))


@settings(max_examples=60)
@given(INTERVALS, INTERVALS)
def test_to_contain_is_to_have_every_instant(one: Interval, other: Interval) -> None:
    assert one.contains(other) == (instants(one) >= instants(other))


def test_padding_moves_each_end_by_its_own_amount() -> None:
    padded = Interval(NINE, NINE + MINUTE).padded(before=5 * MINUTE, after=7 * MINUTE)

    assert padded == Interval(NINE - 5 * MINUTE, NINE + 8 * MINUTE)


def test_intervals_are_ordered_by_start() -> None:
    early, late = Interval(NINE, NINE + 9 * MINUTE), Interval(NINE + MINUTE, NINE + 2 * MINUTE)

    assert sorted([late, early]) == [early, late]


@pytest.mark.parametrize("length", [timedelta(0), -MINUTE])
def test_an_interval_ends_after_it_starts(length: timedelta) -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Interval(NINE, NINE + length)


@pytest.mark.parametrize("tzinfo", [None, timezone(timedelta(hours=1))])
def test_bounds_are_in_utc(tzinfo: timezone | None) -> None:
    with pytest.raises(ValueError, match="must be in UTC"):
        Interval(NINE.replace(tzinfo=tzinfo), NINE + MINUTE)
    with pytest.raises(ValueError, match="must be in UTC"):
        Interval(NINE, (NINE + MINUTE).replace(tzinfo=tzinfo))
