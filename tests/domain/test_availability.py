"""Hours on a wall become stretches of time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.availability import Block, DayHours, WeeklyHours, blocks
from booking.domain.zones import zone
from tests.domain.diaries import (
    LONG_AGO,
    NEW_YORK,
    PLACES,
    WORKDAY,
    any_diary,
    every_day,
    rules,
    utc,
)
from tests.domain.reference import Reference, minutes_in

MONDAY = date(2026, 6, 1)
TUESDAY = date(2026, 6, 2)
FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2027, 3, 14)


def walls(found: list[Block]) -> list[tuple[str, str]]:
    return [
        (f"{block.start.astimezone(NEW_YORK):%d %H:%M}", f"{block.end.astimezone(NEW_YORK):%H:%M}")
        for block in found
    ]


def test_weekly_hours_open_their_weekday_and_no_other() -> None:
    found = blocks([WeeklyHours(1, *WORKDAY)], (), NEW_YORK, first=MONDAY, last=date(2026, 6, 14))

    assert walls(found) == [("02 09:00", "17:00"), ("09 09:00", "17:00")]
    assert found[0] == Block(
        utc("2026-06-02 13:00"), utc("2026-06-02 21:00"), datetime.combine(TUESDAY, time(9))
    )


@pytest.mark.parametrize(
    "spans",
    [((540, 720), (720, 1020)), ((540, 800), (660, 1020)), ((540, 1020), (600, 660))],
    ids=["touching", "overlapping", "inside"],
)
def test_hours_that_overlap_or_touch_are_one_block(spans: tuple[tuple[int, int], ...]) -> None:
    found = blocks(every_day(*reversed(spans)), (), NEW_YORK, first=MONDAY, last=MONDAY)

    assert walls(found) == [("01 09:00", "17:00")]
    assert found[0].grid_wall == datetime.combine(MONDAY, time(9))


def test_hours_apart_are_two_blocks_each_with_its_grid() -> None:
    found = blocks(every_day((780, 1020), (540, 720)), (), NEW_YORK, first=MONDAY, last=MONDAY)

    assert [block.grid_wall.time() for block in found] == [time(9), time(13)]


def test_midnight_ends_a_block() -> None:
    weekly = [WeeklyHours(0, 22 * 60, 24 * 60), WeeklyHours(1, 0, 120)]

    found = blocks(weekly, (), NEW_YORK, first=MONDAY, last=TUESDAY)

    assert [block.grid_wall for block in found] == [
        datetime.combine(MONDAY, time(22)),
        datetime.combine(TUESDAY, time(0)),
    ]
    assert found[0].end == found[1].start


def test_an_override_replaces_one_date_and_an_empty_one_closes_it() -> None:
    overrides = [DayHours(MONDAY, ((600, 660),)), DayHours(TUESDAY, ())]

    found = blocks(
        every_day(WORKDAY), overrides, NEW_YORK, first=MONDAY, last=MONDAY + timedelta(days=2)
    )

    assert walls(found) == [("01 10:00", "11:00"), ("03 09:00", "17:00")]


@pytest.mark.parametrize(
    ("anchor", "dates"),
    [
        # 2026 has a week 53, from 28 December to 3 January.
        (date(2026, 12, 14), ["2026-12-16", "2026-12-30", "2027-01-13", "2027-01-27"]),
        (date(2026, 12, 27), ["2026-12-23", "2027-01-06", "2027-01-20"]),
        (date(2027, 6, 2), ["2026-12-16", "2026-12-30", "2027-01-13", "2027-01-27"]),
        (date(2020, 1, 6), ["2026-12-16", "2026-12-30", "2027-01-13", "2027-01-27"]),
    ],
    ids=["before", "a Sunday", "after", "years before"],
)
def test_every_other_week_runs_on_across_the_year(anchor: date, dates: list[str]) -> None:
    weekly = [WeeklyHours(2, *WORKDAY, every_weeks=2, anchor=anchor)]

    found = blocks(weekly, (), NEW_YORK, first=date(2026, 12, 14), last=date(2027, 1, 31))

    assert [f"{block.grid_wall:%Y-%m-%d}" for block in found] == dates


def test_two_fortnights_take_turns() -> None:
    weekly = [
        WeeklyHours(0, 540, 600, every_weeks=2, anchor=MONDAY),
        WeeklyHours(0, 840, 900, every_weeks=2, anchor=MONDAY + timedelta(days=7)),
    ]

    found = blocks(weekly, (), NEW_YORK, first=MONDAY, last=MONDAY + timedelta(days=21))

    assert [block.grid_wall.hour for block in found] == [9, 14, 9, 14]


@pytest.mark.parametrize(
    ("day", "hours", "stretches"),
    [
        (FALL_BACK, (60, 180), [("05:00", "08:00", time(1))]),
        (FALL_BACK, (60, 90), [("05:00", "05:30", time(1)), ("06:00", "06:30", time(1))]),
        (FALL_BACK, (540, 1020), [("14:00", "22:00", time(9))]),
        (SPRING_FORWARD, (60, 240), [("06:00", "08:00", time(1))]),
        (SPRING_FORWARD, (120, 180), []),
        (SPRING_FORWARD, (150, 240), [("07:00", "08:00", time(2, 30))]),
        (SPRING_FORWARD, (540, 1020), [("13:00", "21:00", time(9))]),
    ],
)
def test_a_skipped_hour_is_not_worked_and_a_repeated_one_is_worked_twice(
    day: date, hours: tuple[int, int], stretches: list[tuple[str, str, time]]
) -> None:
    found = blocks(every_day(hours), (), NEW_YORK, first=day, last=day)

    assert found == [
        Block(utc(f"{day} {start}"), utc(f"{day} {end}"), datetime.combine(day, grid))
        for start, end, grid in stretches
    ]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_blocks_are_the_minutes_whose_clock_time_is_within_hours(data: st.DataObject) -> None:
    name, day = data.draw(st.sampled_from(PLACES))
    diary = data.draw(any_diary((name, day)))

    found = blocks(diary.weekly, diary.overrides, zone(name), first=day, last=day)

    told = Reference(diary, rules(), LONG_AGO)
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    around = minutes_in(noon - timedelta(hours=27), noon + timedelta(hours=27))
    assert [at for block in found for at in minutes_in(block.start, block.end)] == [
        at for at in around if at.astimezone(zone(name)).date() == day and told.is_open(at)
    ]


@pytest.mark.parametrize(
    ("weekday", "start", "end", "weeks"),
    [(7, 0, 60, 1), (-1, 0, 60, 1), (0, 60, 60, 1), (0, -1, 60, 1), (0, 0, 1441, 1), (0, 0, 60, 0)],
)
def test_hours_that_make_no_sense_are_refused(
    weekday: int, start: int, end: int, weeks: int
) -> None:
    with pytest.raises(ValueError, match="must"):
        WeeklyHours(weekday, start, end, weeks, MONDAY)


def test_every_other_week_needs_to_know_from_when() -> None:
    with pytest.raises(ValueError, match="anchor"):
        WeeklyHours(0, 0, 60, every_weeks=2)


def test_an_override_may_not_run_past_midnight() -> None:
    with pytest.raises(ValueError, match="within one day"):
        DayHours(MONDAY, ((1380, 1500),))
