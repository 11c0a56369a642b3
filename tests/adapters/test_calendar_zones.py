"""The zones that calendars are told, read back without knowing any zone by name."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from booking.adapters.calendar.zones import vtimezone
from booking.domain.zones import zone, zone_names
from tests.adapters.calendar_readers import ReadZone, blocks, lines, read_zone

FIRST = datetime(2026, 1, 15, 12, tzinfo=UTC)
LAST = FIRST + timedelta(days=2 * 366)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
# Every zone that FACTS G.1 to G.4 name: rules of their own, midnight, half an hour, the last
# change for good, none at all.
NAMED = [
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Anchorage", "America/Adak", "America/Phoenix", "Pacific/Honolulu"),
    *("America/Puerto_Rico", "Pacific/Guam", "Europe/London", "Europe/Berlin", "Europe/Dublin"),
    *("Australia/Sydney", "Australia/Adelaide", "Australia/Brisbane", "Australia/Lord_Howe"),
    *("Pacific/Auckland", "Pacific/Chatham", "America/Santiago", "Africa/Cairo"),
    *("Asia/Jerusalem", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu", "America/Regina"),
    *("America/Mexico_City", "America/Sao_Paulo", "America/Asuncion", "Asia/Tehran"),
    *("Asia/Almaty", "America/Whitehorse", "America/Tijuana", "America/Vancouver"),
    *("America/Edmonton", "America/Yellowknife", "America/Winnipeg", "Africa/Casablanca"),
    *("Europe/Chisinau", "America/Coyhaique"),
]


def written(name: str, first: datetime = FIRST, last: datetime = LAST) -> list[str]:
    rendered: bytes = vtimezone(zone(name), first, last).to_ical()
    return lines(rendered)


def read(name: str, first: datetime = FIRST, last: datetime = LAST) -> ReadZone:
    (block,) = blocks(written(name, first, last), "VTIMEZONE")
    return read_zone(block)


def offset(instant: datetime, there: ZoneInfo) -> timedelta:
    return instant.astimezone(there).utcoffset() or timedelta(0)


def instants_to_compare(there: ZoneInfo) -> Iterator[datetime]:
    """Yield every other day, some instants at random, and the hours around a change."""
    yield from (FIRST + random.random() * (LAST - FIRST) for _ in range(20))
    days = [FIRST + count * 2 * DAY for count in range((LAST - FIRST) // DAY // 2 + 1)]
    yield from days
    for day, later in pairwise(days):
        if offset(day, there) != offset(later, there):
            yield from (day + hour * HOUR + s * SECOND for hour in range(49) for s in (-1, 0))


def assert_agrees(name: str) -> None:
    there, found = zone(name), read(name)
    for instant in instants_to_compare(there):
        assert found.offset_at(instant) == offset(instant, there), (name, instant)
    onsets = [onset for onset in found.onsets if onset[0] <= LAST.replace(tzinfo=None)]
    # Readers go by TZOFFSETFROM too: it has to be what was in force before.
    assert [after for _, _, after in onsets[:-1]] == [before for _, before, _ in onsets[1:]]


@pytest.mark.parametrize("name", NAMED)
def test_a_zone_is_right_at_every_hour_around_every_change(name: str) -> None:
    assert_agrees(name)


def test_a6_every_zone_we_know_is_right_by_rules_that_outlook_reads() -> None:
    """The reader refuses all but one weekday of the month, a day of it, or a single change."""
    for name in zone_names() - set(NAMED):
        assert_agrees(name)


@pytest.mark.parametrize("name", NAMED)
def test_a_rule_without_an_end_is_right_for_decades(name: str) -> None:
    there = zone(name)

    for at, before, after in read(name, FIRST, FIRST + DAY).onsets:
        change = at.replace(tzinfo=UTC)
        # The one that says what has been so from of old changes nothing.
        if before != after:
            assert (offset(change - SECOND, there), offset(change, there)) == (before, after), at


@pytest.mark.parametrize("name", NAMED)
def test_another_reader_agrees(name: str) -> None:
    there, component = zone(name), vtimezone(zone(name), FIRST, LAST)
    read_back = Timezone.from_ical(component.to_ical())
    assert isinstance(read_back, Timezone)
    theirs = read_back.to_tz(lookup_tzid=False)

    for count in range((LAST - FIRST) // DAY):
        instant = FIRST + count * DAY
        wall = instant.astimezone(there).replace(tzinfo=None)
        assert wall.replace(tzinfo=theirs).utcoffset() == offset(instant, there), instant


def test_a7_the_zones_of_the_united_states_have_the_rules_everyone_writes() -> None:
    found = written("America/New_York", datetime(2026, 10, 20, 21, tzinfo=UTC))

    assert found == [
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20250309T020000",
        "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "TZNAME:EDT",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20251102T020000",
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
        "TZNAME:EST",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("Europe/Berlin", {"BYDAY=-1SU;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"}),
        # Winter time is the exception in Irish law, and here it is still STANDARD.
        ("Europe/Dublin", {"BYDAY=-1SU;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"}),
        ("Australia/Lord_Howe", {"BYDAY=1SU;BYMONTH=4", "BYDAY=1SU;BYMONTH=10"}),
        ("Pacific/Auckland", {"BYDAY=1SU;BYMONTH=4", "BYDAY=-1SU;BYMONTH=9"}),
    ],
)
def test_regular_zones_have_two_yearly_rules_without_an_end(name: str, rules: set[str]) -> None:
    found = written(name)

    assert {f"RRULE:FREQ=YEARLY;{rule}" for rule in rules} == {
        line for line in found if line.startswith("RRULE")
    }
    daylight, standard = (blocks(found, kind)[0] for kind in ("DAYLIGHT", "STANDARD"))
    assert len(blocks(found, "DAYLIGHT") + blocks(found, "STANDARD")) == 2
    assert offset_to(daylight) > offset_to(standard)


def offset_to(block: list[str]) -> str:
    (found,) = [line.removeprefix("TZOFFSETTO:") for line in block if "TZOFFSETTO" in line]
    return found


@pytest.mark.parametrize("name", ["America/Phoenix", "Pacific/Honolulu", "Asia/Kolkata"])
def test_a7_a_zone_without_changes_is_one_block_of_standard_time(name: str) -> None:
    found = written(name)

    assert len(blocks(found, "STANDARD")) == 1
    assert "DTSTART:19700101T000000" in found
    assert not blocks(found, "DAYLIGHT")
    assert not [line for line in found if line.startswith("RRULE")]


def test_g4_after_its_last_change_a_zone_says_one_thing() -> None:
    changed_for_good = datetime(2026, 3, 8, 10, tzinfo=UTC)

    around = read("America/Vancouver", datetime(2026, 1, 5, tzinfo=UTC))
    later = read("America/Vancouver", datetime(2028, 1, 5, tzinfo=UTC), LAST)

    assert around.onsets[-1][0] == changed_for_good.replace(tzinfo=None)
    assert [after for _, _, after in later.onsets] == [-7 * HOUR]


def test_a_zone_without_changes_until_now_is_right_before_and_after_its_first() -> None:
    # Almaty went to +5 on 1 March 2024, after years without a change.
    first, last = datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)

    found = read("Asia/Almaty", first, last)

    assert [found.offset_at(each) for each in (first, last)] == [6 * HOUR, 5 * HOUR]


def test_what_is_in_force_at_first_has_begun_even_if_the_period_is_short() -> None:
    for name in NAMED:
        there = zone(name)
        for month in range(1, 13):
            first = datetime(2027, month, 1, tzinfo=UTC)
            found = read(name, first, first + HOUR)
            assert found.offset_at(first) == offset(first, there), (name, first)


def test_the_name_is_that_of_iana_and_the_bytes_do_not_differ() -> None:
    assert read("Africa/Abidjan").name == "Africa/Abidjan"
    assert written("Africa/Casablanca") == written("Africa/Casablanca")
