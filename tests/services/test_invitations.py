"""What calendars are sent: one UID for life, a SEQUENCE that rises, and nothing that tells."""

from email.message import EmailMessage

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from booking.domain.lifecycle import Modality
from booking.domain.neutral import telling
from booking.models import Practice, SessionType, Therapist, db
from booking.services.addresses import correct_address
from booking.services.changes import cancel, move, undo_cancel
from booking.services.parts import Parts
from booking.services.requests import accept
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import booked, change, plain, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM, AMARA = "sam@example.org", "amara@alder.example"
ALIAS = "hello@alder.example"


def letters_to(mail: MailSpy, address: str) -> list[EmailMessage]:
    return [letter for letter in mail.letters if letter["To"] == address]


def calendar_in(letter: EmailMessage) -> Calendar | None:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return Calendar.from_ical(content)
    return None


def objects(mail: MailSpy, address: str) -> list[tuple[str, int]]:
    """Return METHOD and SEQUENCE of every calendar object mailed to `address`."""
    found = [calendar_in(letter) for letter in letters_to(mail, address)]
    return [(str(each["METHOD"]), int(str(event_in(each)["SEQUENCE"]))) for each in found if each]


def event_in(calendar: Calendar | None) -> Event:
    assert calendar is not None
    event = calendar.walk("VEVENT")[0]
    assert isinstance(event, Event)
    return event


def test_e1_each_change_raises_the_sequence_for_both_sides(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW + 2 * MINUTE)
    sweep(parts, NOW + 2 * MINUTE)
    undo_cancel(made.participant_id, now=NOW + 3 * MINUTE)
    sweep(parts, NOW + 3 * MINUTE)

    expected = [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 3)]
    assert objects(mail, SAM) == expected
    assert objects(mail, AMARA) == expected
    uids = {
        str(event_in(calendar_in(letter))["UID"])
        for letter in letters_to(mail, SAM) + letters_to(mail, AMARA)
    }
    assert len(uids) == 1


def test_the_reader_is_the_attendee_and_the_sender_the_organizer(
    parts: Parts, mail: MailSpy
) -> None:
    booked(parts)

    sweep(parts, NOW)

    for address in (SAM, AMARA):
        letter = letters_to(mail, address)[0]
        event = event_in(calendar_in(letter))
        assert event["ATTENDEE"] == f"mailto:{address}"
        assert event["ORGANIZER"] == f"mailto:{ALIAS}"
        assert letter["From"] == f"Alder Street <{ALIAS}>"


def test_a_cancel_is_not_sent_to_a_calendar_that_was_sent_nothing(
    parts: Parts, mail: MailSpy
) -> None:
    made = booked(parts)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW)

    sweep(parts, NOW)

    assert [letter["Subject"] for letter in mail.letters] == [
        "Cancelled: appointment on Mon, Mar 4"
    ]
    assert objects(mail, SAM) == []


def test_a_request_is_in_no_calendar_until_it_is_accepted(parts: Parts, mail: MailSpy) -> None:
    for session_type in db.session.scalars(select(SessionType.id)).all():
        change(SessionType, session_type, needs_approval=True)
    made = booked(parts)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    assert objects(mail, SAM) == objects(mail, AMARA) == []

    amara = db.session.scalars(select(Therapist.id)).one()
    accept(made.appointment_id, amara, now=NOW + HOUR)
    sweep(parts, NOW + 2 * HOUR)

    assert objects(mail, SAM) == objects(mail, AMARA) == [("REQUEST", 0)]


def test_a_corrected_address_starts_a_calendar_of_its_own(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts, proved=False)
    sweep(parts, NOW)
    correct_address(made.participant_id, "samuel@example.org", now=NOW + MINUTE)

    sweep(parts, NOW + MINUTE)

    assert objects(mail, "samuel@example.org") == [("REQUEST", 0)]


def test_what_was_owed_to_a_mistyped_address_goes_to_nobody(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts, proved=False)
    correct_address(made.participant_id, "samuel@example.org", now=NOW)

    sweep(parts, NOW)

    assert letters_to(mail, SAM) == []
    assert len(letters_to(mail, "samuel@example.org")) == 1


@pytest.mark.parametrize("modality", [Modality.VIDEO, Modality.PHONE])
def test_e9_a_calendar_tells_nothing_even_of_a_practice_whose_name_does(
    parts: Parts, mail: MailSpy, modality: Modality
) -> None:
    change(Practice, 1, name="Trauma Recovery Clinic")
    amara = db.session.scalars(select(Therapist.id)).one()
    change(Therapist, amara, name="Dr. Psych Depression", first_name="Therapy")
    made = booked(parts, modality=modality, guest={"name": "Anxiety Sufferer"})
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)
    cancel(made.participant_id, accept_late=True, reason="panic", parts=parts, now=NOW + HOUR)

    sweep(parts, NOW + HOUR)

    assert len(mail.letters) == 6
    for letter in mail.letters:
        calendar = calendar_in(letter)
        assert calendar is not None
        assert telling(calendar.to_ical().decode()) == []
        assert telling(f"{letter['Subject']} {letter['From']}") == []


def test_a_therapists_calendar_holds_initials_and_the_client_no_name(
    parts: Parts, mail: MailSpy
) -> None:
    booked(parts)

    sweep(parts, NOW)

    ours = event_in(calendar_in(letters_to(mail, AMARA)[0]))
    theirs = event_in(calendar_in(letters_to(mail, SAM)[0]))
    assert str(ours["SUMMARY"]) == "Appointment: S. R."
    assert str(theirs["SUMMARY"]) == "Appointment"
    assert "/join/" in str(theirs["LOCATION"])
    assert "Sam" not in plain(letters_to(mail, AMARA)[0])
    assert "anxiety" not in plain(letters_to(mail, AMARA)[0])


def test_a_phone_session_has_no_link_in_the_calendar(parts: Parts, mail: MailSpy) -> None:
    booked(parts, modality=Modality.PHONE)

    sweep(parts, NOW)

    theirs = event_in(calendar_in(letters_to(mail, SAM)[0]))
    assert str(theirs["LOCATION"]) == "Phone"
    assert "http" not in str(theirs["DESCRIPTION"])


def test_a_reminder_brings_no_second_invitation(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    sweep(parts, NOW)

    sweep(parts, MONDAY_9AM - 24 * HOUR)

    reminder = letters_to(mail, SAM)[-1]
    assert reminder["Subject"] == "Reminder: appointment on Mon, Mar 4"
    assert calendar_in(reminder) is None
