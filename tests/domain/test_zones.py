"""The door between wall clock and instant (FACTS G)."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.domain import zones
from booking.domain.zones import (
    day_start,
    differ_at,
    exists,
    local_date,
    offset_between,
    repeats_at,
    to_instant,
    zone,
    zone_names,
)
from tests.domain.diaries import NEW_YORK, utc

LORD_HOWE = zone("Australia/Lord_Howe")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "wall", "fold", "instant"),
    [
        ("America/New_York", "2026-03-08 02:30", 0, "2026-03-08 07:30"),
        ("America/New_York", "2026-11-01 01:30", 0, "2026-11-01 05:30"),
        ("America/New_York", "2026-11-01 01:30", 1, "2026-11-01 06:30"),
        ("America/New_York", "2026-11-03 17:00", 0, "2026-11-03 22:00"),
        ("America/New_York", "2026-10-27 17:00", 1, "2026-10-27 21:00"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", 0, "2026-04-04 14:45"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", 1, "2026-04-04 15:15"),
        ("Asia/Kathmandu", "2026-06-01 00:00", 0, "2026-05-31 18:15"),
        ("America/St_Johns", "2026-06-01 00:00", 0, "2026-06-01 02:30"),
    ],
)
def test_a_clock_time_is_an_instant(name: str, wall: str, fold: int, instant: str) -> None:
    naive = datetime.fromisoformat(wall)

    assert to_instant(naive.date(), naive.time(), zone(name), fold=fold) == utc(instant)


def test_a_clock_time_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        to_instant(date(2026, 6, 1), time(9, tzinfo=UTC), NEW_YORK)


@pytest.mark.parametrize(
    ("name", "wall", "there"),
    [
        ("America/New_York", "2026-03-08 01:59", True),
        ("America/New_York", "2026-03-08 02:00", False),
        ("America/New_York", "2026-03-08 02:59", False),
        ("America/New_York", "2026-03-08 03:00", True),
        ("America/New_York", "2026-11-01 01:30", True),
        ("America/Phoenix", "2026-03-08 02:30", True),
        ("Australia/Lord_Howe", "2026-10-04 02:15", False),
        ("Australia/Lord_Howe", "2026-10-04 02:30", True),
        ("America/Santiago", "2026-09-06 00:30", False),
    ],
)
def test_some_clock_times_never_come(name: str, wall: str, there: bool) -> None:
    assert exists(datetime.fromisoformat(wall), zone(name)) is there


@pytest.mark.parametrize(
    ("name", "day", "start"),
    [
        ("America/Santiago", date(2026, 9, 6), "2026-09-06 04:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23 22:00"),
        ("Atlantic/Azores", date(2026, 10, 25), "2026-10-25 00:00"),
        ("America/New_York", date(2026, 11, 1), "2026-11-01 04:00"),
    ],
)
def test_a_day_starts_at_its_first_instant(name: str, day: date, start: str) -> None:
    there, instant = zone(name), utc(start)

    assert day_start(day, there) == instant
    assert local_date(instant, there) == day
    assert local_date(instant - timedelta.resolution, there) == day - timedelta(days=1)


def test_the_date_is_the_one_on_the_wall() -> None:
    six_in_the_evening = to_instant(date(2026, 6, 1), time(18), zone("America/Los_Angeles"))

    assert six_in_the_evening.date() == date(2026, 6, 2)
    assert local_date(six_in_the_evening, zone("America/Los_Angeles")) == date(2026, 6, 1)
    assert local_date(six_in_the_evening, zone("Pacific/Auckland")) == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("instant", "showing"),
    [
        ("2026-11-01 04:59", 0),
        ("2026-11-01 05:00", 1),
        ("2026-11-01 06:00", 2),
        ("2026-11-01 07:00", 0),
        ("2026-03-08 07:30", 0),
    ],
)
def test_a_repeated_time_knows_which_showing_it_is(instant: str, showing: int) -> None:
    assert repeats_at(utc(instant), NEW_YORK) == showing


def test_sydney_is_sixteen_fifteen_or_fourteen_hours_ahead_of_new_york() -> None:
    sydney = zone("Australia/Sydney")

    ahead = [
        offset_between(utc(f"2026-{month}-15 12:00"), NEW_YORK, sydney) / HOUR
        for month in ("01", "03", "06", "10")
    ]

    assert ahead == [16, 15, 14, 15]
    assert offset_between(utc("2026-01-15 12:00"), sydney, NEW_YORK) == -16 * HOUR


def test_two_zones_differ_only_while_their_clocks_do() -> None:
    phoenix, denver = zone("America/Phoenix"), zone("America/Denver")

    assert not differ_at(utc("2026-01-15 12:00"), phoenix, denver)
    assert differ_at(utc("2026-06-15 12:00"), phoenix, denver)


@pytest.mark.parametrize("name", ["EST", "Etc/GMT+5", "New_York", "", "../etc/passwd", "US/East"])
def test_only_a_full_name_is_a_zone(name: str) -> None:
    with pytest.raises(ValueError, match="not an IANA zone"):
        zone(name)


def test_every_zone_with_a_name_can_be_opened() -> None:
    assert {"UTC", "America/New_York", "Pacific/Chatham"} <= zone_names()
    assert zone("UTC").utcoffset(datetime(2026, 1, 1)) == timedelta(0)  # noqa: DTZ001


def test_the_pinned_data_is_the_only_data() -> None:
    """A machine with older data of its own would give another winter (FACTS G.4)."""
    assert zoneinfo.TZPATH == ()
    assert zones.TZDATA_VERSION >= "2026"
