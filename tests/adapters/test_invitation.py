"""Invitations as calendars read them: FACTS the standards set, and what clients insist on."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from booking.adapters.calendar import Invitation, Method, render

STARTS_AT = datetime(2026, 10, 20, 21, tzinfo=UTC)
LINK = "https://book.example.com/join/abc"
INVITATION = Invitation(
    uid="7c4f2f4e-8a0c-4a39-9c6a-2e1f2f0a7d11",
    sequence=0,
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(minutes=15),
    summary="Appointment",
    description="Tue Oct 20, 5:00 PM in New York",
    location="",
    organizer_name="Example Practice",
    organizer_email="invites@example.com",
    attendee_email="client@example.org",
    written_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
    url=LINK,
)
SENT = [Method.REQUEST, Method.CANCEL]


def lines(rendered: bytes) -> list[str]:
    """Return the content lines, unfolded."""
    return rendered.decode().replace("\r\n ", "").split("\r\n")


def event(rendered: bytes) -> Event:
    (found,) = Calendar.from_ical(rendered).walk("VEVENT")
    assert isinstance(found, Event)
    return found


def test_e1_every_change_keeps_the_uid_and_raises_the_sequence() -> None:
    booked = render(INVITATION, Method.REQUEST)
    moved = render(replace(INVITATION, sequence=1), Method.REQUEST)
    cancelled = render(replace(INVITATION, sequence=2), Method.CANCEL)

    assert [event(each)["SEQUENCE"] for each in (booked, moved, cancelled)] == [0, 1, 2]
    assert {str(event(each)["UID"]) for each in (booked, moved, cancelled)} == {INVITATION.uid}
    assert "SEQUENCE:0" in lines(booked)


def test_e1_a_cancel_says_so_in_method_and_status() -> None:
    request, cancel = render(INVITATION, Method.REQUEST), render(INVITATION, Method.CANCEL)

    assert {"METHOD:REQUEST", "STATUS:CONFIRMED"} <= set(lines(request))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED"} <= set(lines(cancel))


@pytest.mark.parametrize("method", SENT)
def test_e3_uid_stamp_and_organizer_are_always_there(method: Method) -> None:
    found = event(render(INVITATION, method))

    assert found["UID"] == INVITATION.uid
    assert found.decoded("DTSTAMP") == INVITATION.written_at
    assert found["ORGANIZER"] == "mailto:invites@example.com"


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/New_York"])
def test_e4_every_time_is_utc_and_no_zone_is_named(zone: str) -> None:
    # In January London keeps UTC, and would pass for it.
    starts_at = datetime(2027, 1, 5, 21, tzinfo=UTC).astimezone(ZoneInfo(zone))
    invitation = replace(
        INVITATION,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        written_at=starts_at - timedelta(days=3),
    )

    rendered = render(invitation, Method.REQUEST)

    wanted = {"DTSTART:20270105T210000Z", "DTEND:20270105T215000Z", "DTSTAMP:20270102T210000Z"}
    assert wanted <= set(lines(rendered))
    assert b"TZID" not in rendered
    assert b"VTIMEZONE" not in rendered


def test_e9_only_what_the_caller_chose_is_told() -> None:
    told = {"summary", "description", "location", "organizer_name", "organizer_email"}
    technical = {"uid", "sequence", "starts_at", "ends_at", "written_at", "url", "attendee_email"}
    assert {each.name for each in fields(Invitation)} == told | technical

    rendered = "\n".join(lines(render(INVITATION, Method.REQUEST))).lower()

    assert not [word for word in ("therap", "session", "stillhour.", "tel:") if word in rendered]
    assert "CLASS:PRIVATE" in lines(render(INVITATION, Method.REQUEST))
    # The attendee's name could tell others who share the calendar; the address is needed.
    assert "CN" not in event(render(INVITATION, Method.REQUEST))["ATTENDEE"].params


@pytest.mark.parametrize("method", SENT)
def test_a6_gmail_finds_an_organizer_and_one_attendee_who_is_the_recipient(
    method: Method,
) -> None:
    found = lines(render(INVITATION, method))

    assert 'ORGANIZER;CN="Example Practice":mailto:invites@example.com' in found
    (attendee,) = [line for line in found if line.startswith("ATTENDEE")]
    assert attendee.split(":", 1) == [
        "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE",
        "mailto:client@example.org",
    ]


@pytest.mark.parametrize("method", list(Method))
def test_a6_method_belongs_to_the_calendar_and_not_to_the_event(method: Method) -> None:
    calendar = Calendar.from_ical(render(INVITATION, method))

    assert calendar["METHOD"] == method.value
    assert "METHOD" not in event(render(INVITATION, method))


def test_a6_every_message_is_stamped_anew() -> None:
    later = replace(INVITATION, written_at=datetime(2026, 10, 2, 8, 30, 59, 999, tzinfo=UTC))

    assert "DTSTAMP:20261001T120000Z" in lines(render(INVITATION, Method.REQUEST))
    assert "DTSTAMP:20261002T083059Z" in lines(render(later, Method.REQUEST))


def test_a6_a_file_to_download_names_nobody_who_would_be_answered() -> None:
    found = event(render(INVITATION, Method.PUBLISH))

    assert "ORGANIZER" not in found
    assert "ATTENDEE" not in found
    assert found["SEQUENCE"] == 0


def test_a6_the_link_stands_in_location_and_description_too() -> None:
    found = event(render(INVITATION, Method.REQUEST))

    assert found["LOCATION"] == LINK
    assert found["DESCRIPTION"] == f"{INVITATION.description}\n\n{LINK}"


def test_a_link_the_caller_has_written_out_is_not_repeated() -> None:
    written = replace(INVITATION, description=f"Join: {LINK} ", location=f"Online, {LINK}")

    found = event(render(written, Method.REQUEST))

    assert found["DESCRIPTION"] == f"Join: {LINK} "
    assert found["LOCATION"] == f"Online, {LINK}"


def test_the_conference_line_has_each_feature_as_its_own_value() -> None:
    conference = f"CONFERENCE;FEATURE=AUDIO,VIDEO;LABEL=Join;VALUE=URI:{LINK}"

    assert conference in lines(render(INVITATION, Method.REQUEST))


def test_a_session_by_phone_has_no_link_anywhere() -> None:
    by_phone = replace(INVITATION, url=None, location="Phone")

    found = event(render(by_phone, Method.REQUEST))

    assert "CONFERENCE" not in found
    assert (found["LOCATION"], found["DESCRIPTION"]) == ("Phone", INVITATION.description)


@pytest.mark.parametrize("method", list(Method))
def test_the_same_invitation_is_always_the_same_bytes(method: Method) -> None:
    assert render(INVITATION, method) == render(replace(INVITATION), method)


def test_lines_end_in_crlf_and_fold_at_75_octets_between_characters() -> None:
    wordy = replace(INVITATION, summary="👩🏽‍⚕️ é 漢 " * 40, description="é" * 400)

    rendered = render(wordy, Method.REQUEST)

    physical = rendered.split(b"\r\n")
    assert max(len(line) for line in physical) <= 75
    assert b"\n" not in rendered.replace(b"\r\n", b"")
    assert all(line.decode() is not None for line in physical)
    assert event(rendered)["SUMMARY"] == wordy.summary.strip()


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": datetime(2026, 10, 20, 21)},  # noqa: DTZ001
        {"written_at": datetime(2026, 10, 20, 21)},  # noqa: DTZ001
        {"ends_at": STARTS_AT},
        {"sequence": -1},
        {"uid": " \r\n"},
    ],
)
def test_what_is_no_appointment_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"zone|end after|sequence|uid"):
        replace(INVITATION, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["", "a", "a@b\r\nATTENDEE:mailto:x@y", "a b@c", "a@b;x", "é@b"]
)
def test_an_address_that_is_no_plain_one_is_refused(address: str) -> None:
    for invitation in (
        replace(INVITATION, attendee_email=address),
        replace(INVITATION, organizer_email=address),
    ):
        with pytest.raises(ValueError, match="plain mail address"):
            render(invitation, Method.REQUEST)
