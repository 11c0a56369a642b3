"""Which times are offered and why others are not: one claim a rule (CASES A9, A10, F1-F7)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, SessionRules, nearest, openings, refusal
from booking.errors import Rule
from tests.domain.diaries import (
    LONG_AGO,
    NEW_YORK,
    WORKDAY,
    YEARS,
    clocks,
    every_day,
    rules,
    span,
    utc,
)

# A Tuesday in June; New York is four hours behind UTC.
TUESDAY = date(2026, 6, 2)
MORNING = Diary(NEW_YORK, every_day((9 * 60, 12 * 60)))
ALL_DAY = Diary(NEW_YORK, every_day(WORKDAY))
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def why(diary: Diary, rules: SessionRules, start: str, *, state: str | None = None) -> Rule | None:
    return refusal(diary, rules, utc(f"2026-06-02 {start}"), now=LONG_AGO, state=state)


def busy(start: str, end: str) -> tuple[Interval, ...]:
    return (span(f"2026-06-02 {start}", f"2026-06-02 {end}"),)


def test_a_free_morning_is_offered_from_its_first_minute_to_the_last_that_fits() -> None:
    assert clocks(MORNING, TUESDAY, rules(60, 30)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_an_odd_length_keeps_the_grid_of_the_hour() -> None:
    assert clocks(MORNING, TUESDAY, rules(53, 60)) == ["09:00", "10:00", "11:00"]


def test_a_session_may_touch_a_busy_span_but_not_enter_it() -> None:
    diary = replace(MORNING, claims=busy("14:00", "15:00"))

    assert clocks(diary, TUESDAY, rules(60)) == ["09:00", "11:00"]
    assert clocks(diary, TUESDAY, rules(61)) == []


def test_f1_buffers_before_and_after_are_not_swapped() -> None:
    diary = replace(MORNING, claims=busy("14:00", "15:00"))

    assert clocks(diary, TUESDAY, rules(50, before=10)) == ["09:00"]
    assert clocks(diary, TUESDAY, rules(50, after=11)) == ["11:00"]
    assert clocks(diary, TUESDAY, rules(50, after=10)) == ["09:00", "11:00"]


def test_f1_buffers_of_neighbours_stack() -> None:
    """A claim ends with its own buffer; the next session's buffer before comes after that."""
    session_until_ten_with_ten_after = busy("13:00", "14:10")
    diary = replace(MORNING, claims=session_until_ten_with_ten_after)

    assert clocks(diary, TUESDAY, rules(30, 5))[0] == "10:10"
    assert clocks(diary, TUESDAY, rules(30, 5, before=10))[0] == "10:20"


def test_f2_a_buffer_may_overrun_the_day() -> None:
    assert clocks(MORNING, TUESDAY, rules(60, before=30, after=30)) == ["09:00", "10:00", "11:00"]


def test_f2_a_buffer_may_overrun_time_off() -> None:
    diary = replace(MORNING, time_off=busy("14:00", "15:00"))

    assert clocks(diary, TUESDAY, rules(60, before=30, after=30)) == ["09:00", "11:00"]


def test_f2_a_buffer_may_not_overrun_another_session_even_outside_the_hours() -> None:
    diary = replace(MORNING, claims=busy("16:10", "17:00"))

    assert clocks(diary, TUESDAY, rules(60, after=10)) == ["09:00", "10:00", "11:00"]
    assert clocks(diary, TUESDAY, rules(60, after=11)) == ["09:00", "10:00"]


def test_f3_the_first_time_taken_does_not_empty_the_day() -> None:
    diary = replace(MORNING, claims=busy("13:00", "14:00"))

    assert clocks(diary, TUESDAY, rules(60)) == ["10:00", "11:00"]


def test_f4_a_break_splits_the_day_and_the_grid_starts_anew_after_it() -> None:
    diary = Diary(NEW_YORK, every_day((540, 720), (750, 900)))

    assert clocks(diary, TUESDAY, rules(60)) == ["09:00", "10:00", "11:00", "12:30", "13:30"]


def test_f4_time_off_splits_the_day_but_not_the_grid() -> None:
    diary = replace(MORNING, time_off=busy("13:40", "14:10"))

    assert clocks(diary, TUESDAY, rules(40, 60)) == ["09:00", "11:00"]


def test_a_session_may_run_across_midnight_where_hours_meet() -> None:
    late = Diary(NEW_YORK, (WeeklyHours(1, 22 * 60, 24 * 60), WeeklyHours(2, 0, 60)))

    assert clocks(late, TUESDAY, rules(60, 50)) == ["22:00", "22:50", "23:40"]
    assert clocks(late, date(2026, 6, 3), rules(60, 50)) == ["00:00"]


def test_f6_time_off_blocks_one_day_overrides_too() -> None:
    diary = replace(
        MORNING, overrides=(DayHours(TUESDAY, (WORKDAY,)),), time_off=busy("00:00", "20:00")
    )

    assert clocks(diary, TUESDAY, rules(60)) == ["16:00"]


def test_an_outside_event_with_odd_seconds_takes_every_minute_it_touches() -> None:
    event = Interval(utc("2026-06-02 14:00") - SECOND, utc("2026-06-02 14:30") + SECOND)
    diary = replace(MORNING, outside=(event,))

    assert clocks(diary, TUESDAY, rules(10, 10))[4:7] == ["09:40", "10:40", "10:50"]
    assert clocks(diary, TUESDAY, rules(9, 1))[49:52] == ["09:49", "09:50", "10:31"]


def test_outside_events_may_lie_on_booked_sessions_and_each_other() -> None:
    diary = replace(
        MORNING,
        claims=busy("13:00", "14:00"),
        outside=(*busy("13:00", "15:00"), *busy("13:30", "14:00"), *busy("13:30", "14:30")),
    )

    assert clocks(diary, TUESDAY, rules(60)) == ["11:00"]


def test_a10_a_session_may_move_into_its_own_old_time() -> None:
    own = utc("2026-06-02 14:00")
    booked = replace(MORNING, claims=busy("14:00", "15:00"), sessions=[own], daily_limit=1)

    without_it = replace(booked, claims=(), sessions=())

    assert why(booked, rules(60, 15), "14:15") is Rule.LIMIT
    assert why(without_it, rules(60, 15), "14:15") is None


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("14:00", None),
        ("12:00", Rule.OUTSIDE_HOURS),
        ("20:30", Rule.OUTSIDE_HOURS),
        ("17:30", Rule.OUTSIDE_HOURS),
        ("14:10", Rule.OFF_GRID),
        ("15:30", Rule.TAKEN),
        ("16:00", Rule.BUFFER),
    ],
)
def test_a9_a_time_that_was_not_offered_is_refused_for_its_rule(
    start: str, rule: Rule | None
) -> None:
    diary = replace(ALL_DAY, claims=busy("15:40", "16:00"), time_off=busy("18:00", "18:30"))

    assert why(diary, rules(60, 30, before=10), start) is rule


def test_a9_a_start_between_two_minutes_is_outside_hours() -> None:
    start = utc("2026-06-02 14:00")

    for odd in (start + SECOND, start + timedelta.resolution):
        assert refusal(ALL_DAY, rules(), odd, now=LONG_AGO) is Rule.OUTSIDE_HOURS


@pytest.mark.parametrize(
    ("now", "rule"),
    [
        ("2026-06-02 14:00", Rule.PAST),
        ("2026-06-02 15:00", Rule.PAST),
        ("2026-06-02 13:59", Rule.NOTICE),
        ("2026-06-01 14:01", Rule.NOTICE),
        ("2026-06-01 14:00", None),
        ("2026-05-03 14:00", None),
        ("2026-05-03 13:59", Rule.HORIZON),
    ],
)
def test_notice_and_horizon_include_their_last_minute(now: str, rule: Rule | None) -> None:
    day_ahead = SessionRules(50, 60, notice=timedelta(days=1), horizon=timedelta(days=30))
    start = utc("2026-06-02 14:00")
    around = Interval(start - HOUR, start + HOUR)

    assert refusal(ALL_DAY, day_ahead, start, now=utc(now)) is rule
    assert (start in openings(ALL_DAY, day_ahead, window=around, now=utc(now))) == (rule is None)


def test_notice_is_counted_to_the_second() -> None:
    hour_ahead = SessionRules(50, 60, notice=HOUR, horizon=YEARS)
    start = utc("2026-06-02 14:00")
    now = start - HOUR + SECOND

    offered = openings(ALL_DAY, hour_ahead, window=Interval(start, start + 2 * HOUR), now=now)

    assert offered == [start + HOUR]
    assert refusal(ALL_DAY, hour_ahead, start, now=now) is Rule.NOTICE


def test_f7_without_notice_a_time_is_open_until_it_starts() -> None:
    start, no_notice = utc("2026-06-02 14:00"), rules()

    assert refusal(ALL_DAY, no_notice, start, now=start - SECOND) is None
    assert refusal(ALL_DAY, no_notice, start, now=start) is Rule.PAST


def test_a_window_holds_the_starts_from_its_start_up_to_its_end() -> None:
    nine, ten = utc("2026-06-02 13:00"), utc("2026-06-02 14:00")

    def offered(start: datetime, end: datetime) -> int:
        return len(openings(ALL_DAY, rules(), window=Interval(start, end), now=LONG_AGO))

    assert offered(nine, ten) == 1
    assert offered(nine, ten + SECOND) == 2
    assert offered(nine + SECOND, ten) == 0


def test_nothing_is_offered_where_window_and_horizon_do_not_meet() -> None:
    soon = SessionRules(50, 60, horizon=timedelta(days=1))
    window = span("2026-06-02 00:00", "2026-06-03 00:00")

    assert openings(ALL_DAY, soon, window=window, now=utc("2026-05-20 00:00")) == []
    assert openings(ALL_DAY, soon, window=window, now=utc("2026-06-20 00:00")) == []


def test_an_instant_in_any_zone_is_the_same_instant() -> None:
    there = utc("2026-06-02 14:00").astimezone(NEW_YORK)

    assert refusal(ALL_DAY, rules(), there, now=LONG_AGO.astimezone(NEW_YORK)) is None


def test_an_instant_without_a_zone_is_nobodys() -> None:
    naive = utc("2026-06-02 14:00").replace(tzinfo=None)

    with pytest.raises(ValueError, match="must carry its zone"):
        refusal(ALL_DAY, rules(), naive, now=LONG_AGO)


@pytest.mark.parametrize(
    ("length", "step", "before", "after"),
    [(0, 60, 0, 0), (50, 0, 0, 0), (50, 60, -1, 0), (50, 60, 0, -1)],
)
def test_rules_that_make_no_sense_are_refused(
    length: int, step: int, before: int, after: int
) -> None:
    with pytest.raises(ValueError, match="must"):
        rules(length, step, before=before, after=after)


def test_the_nearest_come_first_and_the_earlier_of_two() -> None:
    hours = [datetime(2026, 6, 2, hour, tzinfo=UTC) for hour in (9, 10, 13, 14, 20)]

    def near(wanted: int, count: int = 5) -> list[int]:
        at = datetime(2026, 6, 2, wanted, tzinfo=UTC)
        return [opening.hour for opening in nearest(hours, at, count=count)]

    assert near(12, 3) == [13, 10, 14]
    assert near(12) == [13, 10, 14, 9, 20]
    assert near(0, 2) == [9, 10]
    assert near(23, 2) == [20, 14]
    assert nearest([], hours[0]) == []
