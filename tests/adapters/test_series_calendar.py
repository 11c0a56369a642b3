"""A standing hour as calendars read it: what the standards ask for, and what clients insist on."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.adapters.calendar.entry import Entry, Method
from booking.adapters.calendar.series import (
    Occurrence,
    SeriesInvitation,
    render_occurrence,
    render_series,
)
from booking.domain.recurrence import Repeat, StandingTime
from booking.domain.zones import zone
from tests.adapters.calendar_readers import blocks, expand, lines, values

LINK = "https://book.example.com/join/abc"
SENT = [Method.REQUEST, Method.CANCEL]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LENGTH = 50 * MINUTE


def dated(repeat: Repeat, at: time, zone_name: str, count: int) -> tuple[Occurrence, ...]:
    """Return the first dates of a rule as it has them."""
    standing = StandingTime(at, zone(zone_name))
    starts = [standing.on(day) for day in repeat.first_dates(count)]
    return tuple(Occurrence(each, each, each + LENGTH) for each in starts)


def series(
    zone_name: str = "America/New_York",
    *,
    first: date = date(2026, 10, 20),
    at: time = time(17),
    count: int = 9,
) -> SeriesInvitation:
    repeat = Repeat(first=first, weekdays=frozenset({first.weekday()}))
    return SeriesInvitation(
        uid="7c4f2f4e-8a0c-4a39-9c6a-2e1f2f0a7d11",
        sequence=1,
        zone=zone(zone_name),
        repeat=repeat,
        at=at,
        length=LENGTH,
        occurrences=dated(repeat, at, zone_name, count),
        summary="Appointment",
        description="Tuesdays at 5:00 PM in New York",
        location="",
        organizer_name="Example Practice",
        organizer_email="invites@example.com",
        attendee_email="client@example.org",
        written_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
        url=LINK,
    )


def without(invitation: SeriesInvitation, *skipped: int) -> SeriesInvitation:
    kept = [each for i, each in enumerate(invitation.occurrences) if i not in skipped]
    return replace(invitation, occurrences=tuple(kept))


def moved(invitation: SeriesInvitation, which: int, by: timedelta) -> SeriesInvitation:
    occurrences = list(invitation.occurrences)
    was = occurrences[which]
    occurrences[which] = Occurrence(was.original, was.starts_at + by, was.ends_at + by)
    return replace(invitation, occurrences=tuple(occurrences))


def events(rendered: bytes) -> list[dict[str, list[tuple[str, str]]]]:
    return [values(block) for block in blocks(lines(rendered), "VEVENT")]


WEEKLY = series()
# Of the dates 20 October to 15 December, Thanksgiving week is left out, and one is moved.
CHANGED = moved(without(WEEKLY, 5), 2, DAY + HOUR)
MOVED = CHANGED.occurrences[2]


def test_a10_a_series_is_one_rule_what_it_leaves_out_and_what_differs() -> None:
    rendered = lines(render_series(CHANGED, Method.REQUEST))
    master, override = blocks(rendered, "VEVENT")

    assert {
        "UID:7c4f2f4e-8a0c-4a39-9c6a-2e1f2f0a7d11",
        "SEQUENCE:1",
        "DTSTAMP:20261001T120000Z",
        "DTSTART;TZID=America/New_York:20261020T170000",
        "DTEND;TZID=America/New_York:20261020T175000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261215T220000Z;INTERVAL=1;BYDAY=TU;WKST=MO",
        "EXDATE;TZID=America/New_York:20261124T170000",
    } <= set(master)
    assert {
        "RECURRENCE-ID;TZID=America/New_York:20261103T170000",
        "DTSTART;TZID=America/New_York:20261104T180000",
        "DTEND;TZID=America/New_York:20261104T185000",
    } <= set(override)
    assert not [line for line in override if line.startswith(("RRULE", "EXDATE"))]
    assert rendered.index("BEGIN:VTIMEZONE") < rendered.index("BEGIN:VEVENT")


def test_a3_until_is_the_last_date_that_exists_in_utc_by_its_own_offset() -> None:
    summer = "UNTIL=20261027T210000Z"
    winter = "UNTIL=20261208T220000Z"

    assert summer in rule_of(without(WEEKLY, *range(2, 9)))
    assert winter in rule_of(without(WEEKLY, 8))
    # A moved last date still stands for the date of the rule.
    assert winter in rule_of(moved(without(WEEKLY, 8), -1, 3 * DAY))
    assert "COUNT" not in rule_of(WEEKLY)


def rule_of(invitation: SeriesInvitation) -> list[str]:
    ((_, rule),) = events(render_series(invitation, Method.REQUEST))[0]["RRULE"]
    return [*rule.split(";"), *(part.split("=")[0] for part in rule.split(";"))]


def test_a3_the_rule_begins_on_the_first_date_that_exists_in_the_right_weeks() -> None:
    repeat = Repeat(first=date(2026, 10, 20), weekdays=frozenset({1, 3}), every_weeks=2)
    every_other = replace(
        WEEKLY,
        repeat=repeat,
        occurrences=dated(repeat, time(17), "America/New_York", 6),
    )

    (master,) = events(render_series(without(every_other, 0), Method.REQUEST))

    assert master["DTSTART"] == [("TZID=America/New_York", "20261022T170000")]
    assert {"INTERVAL=2", "BYDAY=TU,TH", "WKST=MO"} <= set(rule_of(without(every_other, 0)))
    assert "EXDATE" not in master
    assert days_of(without(every_other, 0)) == [(10, 22), (11, 3), (11, 5), (11, 17), (11, 19)]


def days_of(invitation: SeriesInvitation) -> list[tuple[int, int]]:
    sessions = expand(render_series(invitation, Method.REQUEST), ignores_skipped=False)
    return [(start.month, start.day) for start, _ in sessions]


def test_a3_a_recurrence_id_never_changes_however_often_its_date_moves() -> None:
    again = moved(CHANGED, 2, -7 * HOUR)

    for invitation in (CHANGED, again):
        _, override = events(render_series(invitation, Method.REQUEST))
        assert override["RECURRENCE-ID"] == [("TZID=America/New_York", "20261103T170000")]


def test_a3_a_date_moved_back_to_its_time_needs_no_override() -> None:
    assert len(events(render_series(moved(CHANGED, 2, -DAY - HOUR), Method.REQUEST))) == 1


def test_a3_a_date_of_another_length_has_an_override() -> None:
    first, *others = WEEKLY.occurrences
    longer = replace(first, ends_at=first.ends_at + 30 * MINUTE)

    _, override = events(
        render_series(replace(WEEKLY, occurrences=(longer, *others)), Method.REQUEST)
    )

    assert override["DTEND"] == [("TZID=America/New_York", "20261020T182000")]


def test_a3_what_follows_is_another_series_related_to_the_one_before() -> None:
    new = replace(WEEKLY, uid="another", sequence=0, related_to=WEEKLY.uid)

    rendered = lines(render_series(new, Method.REQUEST))

    assert {"UID:another", f"RELATED-TO;RELTYPE=SIBLING:{WEEKLY.uid}"} <= set(rendered)
    assert b"RANGE" not in render_series(CHANGED, Method.REQUEST)
    assert b"RELATED-TO" not in render_series(WEEKLY, Method.REQUEST)


def test_a4_all_events_of_a_message_share_uid_sequence_and_stamp() -> None:
    rendered = events(render_series(moved(CHANGED, 5, HOUR), Method.REQUEST))

    assert len(rendered) == 3
    for name in ("UID", "SEQUENCE", "DTSTAMP", "ORGANIZER", "ATTENDEE", "SUMMARY", "STATUS"):
        assert all(each[name] == rendered[0][name] for each in rendered)
        assert len(rendered[0][name]) == 1


def test_e6_cancelling_a_series_cancels_its_moved_dates_too() -> None:
    rendered = render_series(replace(CHANGED, sequence=2), Method.CANCEL)

    (cancelled,) = events(rendered)
    assert "METHOD:CANCEL" in lines(rendered)
    assert cancelled["STATUS"] == [("", "CANCELLED")]
    assert cancelled["SEQUENCE"] == [("", "2")]
    assert "RECURRENCE-ID" not in cancelled
    assert {"UID", "DTSTAMP", "ORGANIZER", "ATTENDEE"} <= set(cancelled)


def test_e6_cancelling_one_date_says_cancelled_and_means_no_other() -> None:
    rendered = render_occurrence(without(CHANGED, 2), MOVED, Method.CANCEL)

    (cancelled,) = events(rendered)
    assert "METHOD:CANCEL" in lines(rendered)
    assert cancelled["STATUS"] == [("", "CANCELLED")]
    assert cancelled["RECURRENCE-ID"] == [("TZID=America/New_York", "20261103T170000")]
    assert "RRULE" not in cancelled


def test_a6_outlook_gets_one_changed_date_without_the_rule() -> None:
    rendered = render_occurrence(CHANGED, MOVED, Method.REQUEST)

    (override,) = events(rendered)
    assert override == events(render_series(CHANGED, Method.REQUEST))[1]
    assert len(blocks(lines(rendered), "VTIMEZONE")) == 1
    assert expand(rendered, ignores_skipped=False) == [(MOVED.starts_at, MOVED.ends_at)]


def test_a_date_alone_is_not_to_be_published() -> None:
    with pytest.raises(ValueError, match="alone"):
        render_occurrence(CHANGED, MOVED, Method.PUBLISH)


@pytest.mark.parametrize("method", SENT)
def test_a6_gmail_finds_an_organizer_and_one_attendee_who_is_the_recipient(
    method: Method,
) -> None:
    for event in events(render_series(CHANGED, method)):
        assert event["ORGANIZER"] == [('CN="Example Practice"', "mailto:invites@example.com")]
        ((parameters, address),) = event["ATTENDEE"]
        assert address == "mailto:client@example.org"
        assert "CN" not in parameters


def test_a6_a_file_to_download_names_nobody_who_would_be_answered() -> None:
    rendered = render_series(CHANGED, Method.PUBLISH)

    assert not {"ORGANIZER", "ATTENDEE"} & {name for each in events(rendered) for name in each}
    assert b"mailto:" not in rendered


@pytest.mark.parametrize("method", list(Method))
def test_a6_method_and_sequence_are_where_readers_look(method: Method) -> None:
    rendered = render_series(CHANGED, method)

    assert lines(rendered).index(f"METHOD:{method}") < lines(rendered).index("BEGIN:VTIMEZONE")
    for event in events(rendered):
        assert "METHOD" not in event
        assert event["SEQUENCE"] == [("", "1")]
        assert event["LOCATION"] == [("", LINK)]
        assert event["CONFERENCE"] == [("FEATURE=AUDIO,VIDEO;LABEL=Join;VALUE=URI", LINK)]
        assert event["DESCRIPTION"][0][1].endswith(rf"\n\n{LINK}")


@pytest.mark.parametrize("name", ["Africa/Abidjan", "Atlantic/Reykjavik", "Europe/London"])
def test_e5_every_time_names_the_zone_as_iana_does_also_where_it_is_like_utc(name: str) -> None:
    rendered = lines(render_series(moved(without(series(name), 1), 0, HOUR), Method.REQUEST))
    local = [line for line in rendered if line.startswith(("DT", "EXDATE", "RECURRENCE-ID"))]

    assert f"TZID:{name}" in rendered
    assert [line for line in local if f";TZID={name}:" not in line and "DTSTAMP" not in line] == [
        line for line in blocks_of_zone(rendered) if line.startswith("DT")
    ]


def blocks_of_zone(rendered: list[str]) -> list[str]:
    return [line for block in blocks(rendered, "VTIMEZONE") for line in block]


def test_e4_a_series_on_utc_has_its_own_form_and_no_zone() -> None:
    rendered = render_series(without(series("UTC"), 1), Method.REQUEST)

    assert {"DTSTART:20261020T170000Z", "EXDATE:20261027T170000Z"} <= set(lines(rendered))
    assert b"TZ" not in rendered


@pytest.mark.parametrize("method", list(Method))
def test_e9_nothing_is_told_but_what_the_caller_chose(method: Method) -> None:
    told = {each.name for each in fields(SeriesInvitation)} - {each.name for each in fields(Entry)}
    assert told == {"zone", "repeat", "at", "length", "occurrences", "related_to"}

    rendered = render_series(CHANGED, method)

    assert not [word for word in (b"therap", b"ession", b"eries") if word in rendered]
    assert all(event["CLASS"] == [("", "PRIVATE")] for event in events(rendered))


@pytest.mark.parametrize("method", list(Method))
def test_the_same_series_is_always_the_same_bytes(method: Method) -> None:
    assert render_series(CHANGED, method) == render_series(replace(CHANGED), method)


def test_lines_end_in_crlf_and_fold_at_75_octets() -> None:
    wordy = replace(CHANGED, summary="👩🏽‍⚕️ é 漢 " * 40, description="é,;\n" * 100)

    physical = render_series(wordy, Method.REQUEST).split(b"\r\n")

    assert max(len(line) for line in physical) <= 75
    assert not [line for line in physical if b"\n" in line]
    assert "\\,\\;\\n" * 2 in "".join(lines(render_series(wordy, Method.REQUEST))).replace("é", "")
