"""What makes busy in calendars as Google, Outlook and Apple write them, and in odd ones."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking.adapters.busy import CannotRead, Reading, expanding
from booking.adapters.busy.expanding import busy_in
from booking.domain.interval import Interval
from booking.domain.outside import Trouble

CALENDARS = Path(__file__).parents[1] / "calendars"
CHICAGO = ZoneInfo("America/Chicago")
AUTUMN = Interval(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))


def read(*files: bytes, zone: ZoneInfo = CHICAGO) -> Reading:
    return busy_in(files, AUTUMN, zone)


def shown(reading: Reading, zone: str) -> list[str]:
    """Return when it is busy, by the clock in `zone`, ascending."""
    there = ZoneInfo(zone)
    spans = sorted(each.span for each in reading.events)
    return [
        f"{s.start.astimezone(there):%m-%d %H:%M} - {s.end.astimezone(there):%m-%d %H:%M}"
        for s in spans
    ]


def calendar(*events: Sequence[str], head: Sequence[str] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", "DTSTAMP:20261001T000000Z", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_google_with_a_date_left_out_one_moved_and_one_cancelled() -> None:
    found = read((CALENDARS / "google.ics").read_bytes())

    assert shown(found, "America/New_York") == [
        "10-20 17:00 - 10-20 18:00",
        "10-27 17:00 - 10-27 18:00",
        "11-01 00:00 - 11-02 00:00",
        "11-04 19:00 - 11-04 20:00",
        "11-05 09:00 - 11-05 10:00",
        "11-24 17:00 - 11-24 18:00",
    ]
    assert found.skipped == 0


def test_outlook_with_names_of_zones_of_its_own_and_what_it_marks_free() -> None:
    found = read((CALENDARS / "outlook.ics").read_bytes())

    assert shown(found, "America/New_York") == [
        "10-22 09:00 - 10-22 10:00",
        "10-29 09:00 - 10-29 10:00",
        "11-05 09:00 - 11-05 10:00",
        "11-09 23:15 - 11-10 00:45",
        "11-12 09:00 - 11-12 10:00",
        "11-26 01:00 - 11-28 01:00",  # all day where the therapist is
    ]


def test_apple_with_times_by_the_zone_of_the_calendar() -> None:
    found = read((CALENDARS / "apple.ics").read_bytes())

    assert shown(found, "Europe/London") == [
        "10-24 10:00 - 10-24 10:30",
        "10-25 10:00 - 10-25 10:30",  # clocks went back at two
        "10-26 10:00 - 10-26 10:30",
        "11-03 08:30 - 11-03 09:15",
        "11-05 00:00 - 11-06 00:00",
    ]


def test_a_zone_one_file_makes_up_is_not_that_of_the_next() -> None:
    def made_up(offset: str) -> bytes:
        standard = ["BEGIN:STANDARD", "DTSTART:16010101T000000", f"TZOFFSETFROM:{offset}"]
        zone = ["BEGIN:VTIMEZONE", "TZID:Mine", *standard, f"TZOFFSETTO:{offset}", "END:STANDARD"]
        event = ["UID:1", "DTSTART;TZID=Mine:20261110T100000", "DURATION:PT1H"]
        return calendar(event, head=[*zone, "END:VTIMEZONE"])

    assert shown(read(made_up("+0200")), "UTC") == ["11-10 08:00 - 11-10 09:00"]
    assert shown(read(made_up("-0300")), "UTC") == ["11-10 13:00 - 11-10 14:00"]


def test_what_floats_repeats_by_the_clock_where_the_therapist_is() -> None:
    weekly = [
        "UID:1",
        "DTSTART:20261026T090000",
        "DTEND:20261026T100000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261116T090000",
        "EXDATE:20261102T090000",
    ]
    moved = [
        "UID:1",
        "RECURRENCE-ID:20261109T090000",
        "DTSTART:20261109T120000",
        "DTEND:20261109T130000",
    ]

    assert shown(read(calendar(weekly, moved)), "America/Chicago") == [
        "10-26 09:00 - 10-26 10:00",
        "11-09 12:00 - 11-09 13:00",
        "11-16 09:00 - 11-16 10:00",
    ]


@pytest.mark.parametrize(
    ("event", "span"),
    [
        (["DTSTART;VALUE=DATE:20261105"], "11-05 00:00 - 11-06 00:00"),
        (
            ["DTSTART;VALUE=DATE:20261105", "DTEND;VALUE=DATE:20261105"],
            "11-05 00:00 - 11-06 00:00",
        ),
        (["DTSTART;VALUE=DATE:20261105", "DURATION:P2D"], "11-05 00:00 - 11-07 00:00"),
        # A day by the calendar has 25 hours there, and an hour is an hour.
        (["DTSTART:20261031T230000", "DURATION:P1DT1H"], "10-31 23:00 - 11-02 00:00"),
        (["DTSTART:20261105T100000Z", "DURATION:P1DT1H"], "11-05 04:00 - 11-06 05:00"),
        (["DTSTART:20261101T003000", "DURATION:PT2H"], "11-01 00:30 - 11-01 01:30"),
    ],
)
def test_an_event_ends_by_a_day_or_by_a_length(event: list[str], span: str) -> None:
    assert shown(read(calendar(["UID:1", *event])), "America/Chicago") == [span]


def test_of_two_editions_the_later_counts_and_without_a_uid_each_stands_alone() -> None:
    def at(hour: int, *more: str) -> list[str]:
        return [f"DTSTART:20261105T{hour}0000Z", "DURATION:PT1H", *more]

    found = read(calendar(at(15, "UID:1", "SEQUENCE:2"), at(12, "UID:1"), at(20), at(22)))

    assert shown(found, "UTC") == [
        "11-05 15:00 - 11-05 16:00",
        "11-05 20:00 - 11-05 21:00",
        "11-05 22:00 - 11-05 23:00",
    ]


def test_everything_from_a_date_on_may_have_been_moved() -> None:
    weekly = ["UID:1", "DTSTART:20261102T150000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"]
    later = [
        "UID:1",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T150000Z",
        "DTSTART:20261109T170000Z",
        "DURATION:PT1H",
    ]

    assert shown(read(calendar(weekly, later)), "UTC") == [
        "11-02 15:00 - 11-02 16:00",
        "11-09 17:00 - 11-09 18:00",
        "11-16 17:00 - 11-16 18:00",
    ]


@pytest.mark.parametrize(
    "odd",
    [
        ["DTSTART:20261105T100000Z", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:20261105T100000Z", "RRULE:FREQ=DAILY;BYMINUTE=0,1,2"],
        ["DTSTART:soon"],
        ["SUMMARY:Never"],
        ["DTSTART:20261105T100000Z", "DTEND;VALUE=DATE:20261106", "RRULE:FREQ=WHENEVER"],
    ],
)
def test_an_event_nobody_can_understand_is_counted_and_costs_no_other(odd: list[str]) -> None:
    sound = ["UID:2", "DTSTART:20261105T120000Z", "DURATION:PT1H"]

    found = read(calendar(["UID:1", *odd], sound))

    assert shown(found, "UTC") == ["11-05 12:00 - 11-05 13:00"]
    assert found.skipped == 1


HALF = calendar(["UID:1"])[:-20]
ODD = b"BEGIN:VCALENDAR\r\nno value\r\nEND:VCALENDAR"
OPEN = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR"


@pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>", HALF, ODD, OPEN])
def test_what_is_no_calendar_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(CannotRead) as refused:
        read(content)

    assert refused.value.trouble is Trouble.NOT_A_CALENDAR


def test_too_many_events_are_not_even_taken_apart() -> None:
    with pytest.raises(CannotRead) as refused:
        read(calendar(*[["UID:1"]] * 20_001))

    assert refused.value.trouble is Trouble.TOO_LARGE


def test_too_many_times_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanding, "MOST_BUSY", 100)

    with pytest.raises(CannotRead) as refused:
        read(calendar(["UID:1", "DTSTART:20261001T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"]))

    assert refused.value.trouble is Trouble.TOO_LARGE
