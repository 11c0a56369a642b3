"""Sets of quarters against looking at every start, on every odd clock there is."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.minutes import floor_minute, instant_at
from booking.domain.starts import WHENS, Part, Reach, Starts, When, parts_between
from booking.domain.zones import zone
from tests.domain.diaries import PLACES

ZERO = floor_minute(datetime(2030, 3, 1, tzinfo=UTC))
WEEKS = 5 * 7 * 24 * 60
minutes = st.sets(st.integers(ZERO, ZERO + WEEKS), max_size=40).map(sorted)


def part_of(minute: int, name: str) -> When:
    local = instant_at(minute).astimezone(zone(name))
    part = Part.MORNING if local.hour < 12 else Part.AFTERNOON
    part = Part.EVENING if local.hour >= 17 else part
    return When(part, local.weekday() >= 5)


@pytest.mark.parametrize(("name", "day"), PLACES)
def test_every_quarter_of_a_week_is_in_the_part_its_clock_says(name: str, day: date) -> None:
    noon = floor_minute(datetime.combine(day, time(12), tzinfo=UTC))
    first, last = noon - 4 * 1440, noon + 4 * 1440
    parts = parts_between(first, last, zone(name))

    for minute in range(first, last, 15):
        bit = 1 << (minute // 15 - parts.origin)
        found = [when for when, those in zip(WHENS, parts.of, strict=True) if those & bit]
        assert found == [part_of(minute, name)], instant_at(minute)


@settings(deadline=None)
@given(minutes, st.integers(ZERO, ZERO + WEEKS), st.integers(0, WEEKS))
def test_what_is_within_reach_is_what_lies_between(
    found: list[int], earliest: int, length: int
) -> None:
    known = Starts.of(found)
    reach = Reach.of(known, earliest, earliest + length)

    expected = [minute for minute in found if earliest <= minute <= earliest + length]
    assert list(reach.minutes) == expected
    assert reach.soonest == (expected[0] if expected else None)
    quarters = {minute // 15 - known.origin for minute in expected}
    assert reach.quarters(known.origin) == sum(1 << quarter for quarter in quarters)


@settings(deadline=None)
@given(minutes, st.sets(st.sampled_from(WHENS)), st.sampled_from([p[0] for p in PLACES]))
def test_what_falls_in_parts_of_the_day_is_what_the_clock_says(
    found: list[int], wanted: set[When], name: str
) -> None:
    parts = parts_between(ZERO, ZERO + WEEKS, zone(name))
    reach = Reach.of(Starts.of(found), ZERO, ZERO + WEEKS)

    within = reach.within(parts.those(wanted), parts.origin)

    expected = [minute for minute in found if part_of(minute, name) in wanted]
    assert list(within.minutes) == expected
    assert within.soonest == (expected[0] if expected else None)


def test_a_summary_of_another_week_is_read_on_from_this_one() -> None:
    this_week = ZERO + 14 * 1440
    known = Starts.of([ZERO + 60, this_week + 60])
    parts = parts_between(this_week, this_week + 1440, zone("UTC"))

    quarters = Reach.of(known, this_week, ZERO + WEEKS).quarters(parts.origin)

    assert quarters == 1 << ((this_week + 60) // 15 - parts.origin)


def test_an_origin_begins_a_week() -> None:
    for minute in (ZERO, ZERO + 12345):
        monday = instant_at(Starts.of([minute]).origin * 15)
        assert monday.weekday() == 0
        assert instant_at(minute) - monday < timedelta(days=7)
