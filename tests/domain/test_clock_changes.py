"""Openings where clocks change, near midnight and far from Greenwich (CASES B2, B5-B8)."""

import os
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.openings import Diary, SessionRules, openings, refusal
from booking.domain.zones import zone
from booking.errors import Rule
from tests.domain.diaries import (
    LONG_AGO,
    NEW_YORK,
    PLACES,
    WORKDAY,
    clocks,
    every_day,
    local_day,
    rules,
    span,
    utc,
    walls,
)

FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2027, 3, 14)
DAY = timedelta(days=1)
ROUND_THE_CLOCK = (0, 24 * 60)
EIGHT_HOURS = [f"{hour:02}:00" for hour in range(9, 17)]


def open_in(name: str, *spans: tuple[int, int]) -> Diary:
    return Diary(zone(name), every_day(*spans))


@pytest.mark.parametrize(("name", "day"), PLACES)
def test_b2_a_working_day_starts_on_time_before_on_and_after_a_change(name: str, day: date) -> None:
    diary = open_in(name, WORKDAY)

    for each in (day - DAY, day, day + DAY):
        assert clocks(diary, each, rules()) == EIGHT_HOURS


@pytest.mark.parametrize(("name", "day"), PLACES)
def test_a_clock_that_changes_offers_each_time_as_often_as_it_comes(name: str, day: date) -> None:
    """On the hour, every instant of the day whose clock shows a whole half hour."""
    window = local_day(day, name)
    instants = (window.start + timedelta(minutes=15) * i for i in range(26 * 4))
    expected = [
        at for at in instants if at < window.end and at.astimezone(zone(name)).minute % 30 == 0
    ]

    offered = openings(open_in(name, ROUND_THE_CLOCK), rules(15, 30), window=window, now=LONG_AGO)

    assert offered == expected


@pytest.mark.parametrize("edge", ["notice", "horizon"])
def test_b2_the_edge_of_notice_or_horizon_on_a_change_is_counted_in_elapsed_time(
    edge: str,
) -> None:
    """A day before Sunday 17:00 after the change is Saturday 18:00 on the clock (FACTS G.3)."""
    diary = open_in("America/New_York", ROUND_THE_CLOCK)
    saturday_six = utc("2026-10-31 22:00")
    sunday_five = saturday_six + DAY
    limits = SessionRules(50, 60, notice=DAY, horizon=DAY * 30)
    if edge == "horizon":
        limits = SessionRules(50, 60, horizon=DAY)

    offered = openings(diary, limits, window=local_day(FALL_BACK, days=2), now=saturday_six)

    assert f"{sunday_five.astimezone(NEW_YORK):%H:%M}" == "17:00"
    assert sunday_five == (offered[0] if edge == "notice" else offered[-1])


def test_b5_a_skipped_time_is_never_offered() -> None:
    diary = open_in("America/New_York", (0, 6 * 60))

    assert clocks(diary, SPRING_FORWARD, rules(30, 30)) == [
        "00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30",
    ]  # fmt: skip
    # FACTS G.3, 2: neither 02:00 nor 02:30 on 8 March 2026.
    assert not {"02:00", "02:30"} & set(clocks(diary, date(2026, 3, 8), rules(30, 30)))


def test_b5_a_repeated_hour_is_offered_twice_and_its_two_hours_do_not_clash() -> None:
    diary = open_in("America/New_York", (60, 180))
    first_half_past_one = span("2026-11-01 05:30", "2026-11-01 06:00")

    booked = replace(diary, claims=(first_half_past_one,))

    assert walls(diary, FALL_BACK, rules(30, 30)) == [
        "01:00-0400", "01:30-0400", "01:00-0500", "01:30-0500", "02:00-0500", "02:30-0500",
    ]  # fmt: skip
    assert walls(booked, FALL_BACK, rules(30, 30))[:3] == ["01:00-0400", "01:00-0500", "01:30-0500"]
    assert refusal(booked, rules(30, 30), utc("2026-11-01 05:30"), now=LONG_AGO) is Rule.TAKEN
    assert refusal(booked, rules(30, 30), utc("2026-11-01 06:30"), now=LONG_AGO) is None


def test_a_session_lasts_as_long_across_a_change() -> None:
    diary = open_in("America/New_York", (0, 4 * 60))

    assert clocks(diary, SPRING_FORWARD, rules(90, 30)) == [
        "00:00", "00:30", "01:00", "01:30",
    ]  # fmt: skip
    assert len(clocks(diary, FALL_BACK, rules(90, 30))) == 8


def test_the_grid_is_counted_on_the_wall_through_a_skipped_hour() -> None:
    assert clocks(open_in("America/New_York", (0, 480)), SPRING_FORWARD, rules(50, 90)) == [
        "00:00", "01:30", "03:00", "04:30", "06:00",
    ]  # fmt: skip
    # Hours that begin in the skipped hour keep the grid of their own beginning.
    assert clocks(open_in("America/New_York", (150, 330)), SPRING_FORWARD, rules(50, 60)) == [
        "03:30", "04:30",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "day", "hours", "expected"),
    [
        # Half an hour only, FACTS G.3, 5.
        ("Australia/Lord_Howe", "2026-10-04", (90, 180), ["01:30", "01:45", "02:30", "02:45"]),
        (
            "Australia/Lord_Howe",
            "2026-04-05",
            (90, 135),
            ["01:30", "01:45", "01:30", "01:45", "02:00"],
        ),
        # Midnight is skipped: the day starts at one, FACTS G.3, 6.
        ("America/Santiago", "2026-09-06", (0, 75), ["01:00"]),
        ("Africa/Cairo", "2026-04-24", (0, 75), ["01:00"]),
        # The last hour of the day comes twice.
        ("America/Santiago", "2026-04-04", (1410, 1440), ["23:30", "23:45"] * 2),
        ("Africa/Cairo", "2026-10-29", (1410, 1440), ["23:30", "23:45"] * 2),
        # The first hour of the day comes twice.
        ("Atlantic/Azores", "2026-10-25", (0, 30), ["00:00", "00:15"] * 2),
        ("Pacific/Chatham", "2026-09-27", (150, 240), ["02:30", "03:45"]),
        ("Pacific/Chatham", "2026-04-05", (165, 180), ["02:45", "02:45"]),
        # Two hours at once.
        ("Antarctica/Troll", "2027-03-28", (45, 195), ["00:45", "03:00"]),
    ],
)
def test_b5_odd_changes(name: str, day: str, hours: tuple[int, int], expected: list[str]) -> None:
    assert clocks(open_in(name, hours), date.fromisoformat(day), rules(15, 15)) == expected


def test_a_limit_counts_a_day_of_twenty_five_hours_as_one() -> None:
    first_and_last = [utc("2026-11-01 04:00"), utc("2026-11-02 04:30")]
    diary = replace(
        open_in("America/New_York", ROUND_THE_CLOCK), sessions=first_and_last, daily_limit=2
    )

    assert clocks(diary, FALL_BACK, rules()) == []
    assert len(clocks(diary, FALL_BACK - DAY, rules())) == len(
        clocks(diary, FALL_BACK + DAY, rules())
    )


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_b6_the_zone_of_the_machine_does_not_matter(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", machine)
    time.tzset()

    try:
        offered = walls(open_in("America/New_York", WORKDAY), FALL_BACK, rules())
    finally:
        monkeypatch.undo()
        time.tzset()

    assert os.environ.get("TZ") != "Asia/Tokyo"
    assert offered == [f"{hour:02}:00-0500" for hour in range(9, 17)]


def test_b6_moving_the_therapist_moves_hours_but_not_booked_sessions() -> None:
    booked = span("2026-11-02 17:00", "2026-11-02 18:00")
    diary = replace(open_in("America/New_York", WORKDAY), claims=(booked,))

    moved = replace(diary, zone=zone("America/Los_Angeles"))

    assert "12:00" not in clocks(diary, date(2026, 11, 2), rules())
    assert clocks(moved, date(2026, 11, 2), rules()) == EIGHT_HOURS[1:]


def test_b7_both_ends_of_the_date_line_see_the_same_instants() -> None:
    """Monday in Auckland is offered on Sunday in Los Angeles, and no day is left out."""
    diary = open_in("Pacific/Auckland", WORKDAY)
    week = span("2026-09-20 00:00", "2026-10-04 00:00")

    offered = openings(diary, rules(), window=week, now=LONG_AGO)

    at_home = {start.astimezone(diary.zone).date() for start in offered}
    abroad = {start.astimezone(zone("America/Los_Angeles")).date() for start in offered}
    assert at_home == {date(2026, 9, 20) + DAY * i for i in range(15)}
    assert abroad == {date(2026, 9, 19) + DAY * i for i in range(15)}


@pytest.mark.parametrize(
    "name",
    [
        "Pacific/Kiritimati", "Pacific/Tongatapu", "Pacific/Pago_Pago", "Pacific/Chatham",
        "Australia/Adelaide", "Asia/Kathmandu", "America/St_Johns", "Asia/Kolkata",
    ],
)  # fmt: skip
def test_b8_an_override_belongs_to_the_local_date(name: str) -> None:
    day = date(2026, 12, 31)
    diary = replace(
        open_in(name, (0, 60), (23 * 60, 24 * 60)), overrides=(DayHours(day, ((600, 660),)),)
    )

    assert [clocks(diary, day + DAY * i, rules()) for i in (-1, 0, 1)] == [
        ["00:00", "23:00"],
        ["10:00"],
        ["00:00", "23:00"],
    ]


def test_a_rule_is_asked_of_the_zone_and_not_of_its_winter() -> None:
    """Phoenix keeps its clock: a New York afternoon moves for it, FACTS G.3, 1."""
    diary = Diary(NEW_YORK, (WeeklyHours(1, 17 * 60, 18 * 60),))
    window = span("2026-10-20 00:00", "2026-11-05 00:00")

    offered = openings(diary, rules(), window=window, now=datetime(2026, 10, 1, tzinfo=UTC))

    phoenix = zone("America/Phoenix")
    assert [f"{start.astimezone(phoenix):%d %H}" for start in offered] == [
        "20 14",
        "27 14",
        "03 15",
    ]
