"""Sets of minutes in one integer behave as sets of minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain import minutes
from booking.domain.interval import Interval

LENGTH = 200
SETS = st.sets(st.integers(0, LENGTH - 1))
PAIRS = st.lists(
    st.builds(
        lambda start, size: (start, start + size), st.integers(-50, LENGTH + 50), st.integers(1, 90)
    )
)
NINE = datetime(2030, 1, 7, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def as_bits(members: set[int]) -> int:
    return sum(1 << member for member in members)


@settings(max_examples=60)
@given(SETS)
def test_the_members_of_a_set_come_back_in_order(chosen: set[int]) -> None:
    assert minutes.members(as_bits(chosen)) == sorted(chosen)


@settings(max_examples=100)
@given(PAIRS)
def test_spans_may_overlap_touch_and_reach_outside(pairs: list[tuple[int, int]]) -> None:
    covered = {minute for start, end in pairs for minute in range(start, end)}

    bits = minutes.spans(pairs, length=LENGTH)

    assert minutes.members(bits) == sorted(covered & set(range(LENGTH)))


@settings(max_examples=100)
@given(SETS.map(lambda busy: set(range(LENGTH)) - busy), st.integers(1, 70))
def test_a_start_has_its_whole_length_free(free: set[int], length: int) -> None:
    starts = [start for start in range(LENGTH) if set(range(start, start + length)) <= free]

    assert minutes.members(minutes.starts_of(as_bits(free), length)) == starts


def test_a_run_of_exactly_the_length_has_one_start() -> None:
    for length in range(1, 130):
        assert minutes.starts_of(minutes.full(length) << 7, length) == 1 << 7


@pytest.mark.parametrize("length", [0, -1])
def test_a_length_must_be_positive(length: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        minutes.starts_of(0b111, length)


def test_a_step_is_repeated_up_to_but_not_at_the_end() -> None:
    assert minutes.members(minutes.every(60, start=30, end=210)) == [30, 90, 150]


def test_an_empty_or_backward_range_is_full_of_nothing() -> None:
    assert minutes.full(0) == minutes.full(-3) == 0


@settings(max_examples=50)
@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_days_are_numbered_from_a_monday(day: date) -> None:
    number = minutes.day_number(day)

    assert number % 7 == day.weekday()
    assert minutes.instant_at(number * minutes.DAY).date() == day


@settings(max_examples=50)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_instant_lies_between_its_floor_and_its_ceiling(instant: datetime) -> None:
    floor, ceiling = minutes.floor_minute(instant), minutes.ceil_minute(instant)

    assert minutes.instant_at(floor) <= instant <= minutes.instant_at(ceiling)
    assert instant - minutes.instant_at(floor) < timedelta(minutes=1)
    assert ceiling - floor == (0 if instant == minutes.instant_at(floor) else 1)


@pytest.mark.parametrize(
    ("interval", "touched"),
    [
        (Interval(NINE, NINE + 60 * SECOND), (0, 1)),
        (Interval(NINE, NINE + timedelta.resolution), (0, 1)),
        (Interval(NINE - SECOND, NINE + 61 * SECOND), (-1, 2)),
        (Interval(NINE + 59 * SECOND, NINE + 120 * SECOND), (0, 2)),
        (Interval(NINE - timedelta(days=2), NINE - timedelta(days=1)), (-2880, -1440)),
    ],
)
def test_a_minute_touched_by_a_second_is_touched(
    interval: Interval, touched: tuple[int, int]
) -> None:
    origin = minutes.floor_minute(NINE)

    assert minutes.touched([interval], origin=origin) == [touched]
    assert minutes.touched([interval], origin=origin + 10, lead=5, tail=7) == [
        (touched[0] - 15, touched[1] - 3)
    ]
