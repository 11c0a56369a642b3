"""Sending what is owed, with the vendors played by fakes, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.adapters.sms.fake import FakeSms
from booking.domain.lifecycle import Modality
from booking.domain.messages import Channel, MessageKind
from booking.domain.retries import MOST_ATTEMPTS
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from booking.models import Participant, Person, Therapist, db
from booking.services import messages
from booking.services.changes import cancel, move
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import DAY, LIMIT, booked, change, plain, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")


def test_a_booking_is_told_to_both_and_the_reminder_waits(parts: Parts, mail: MailSpy) -> None:
    booked(parts)

    sweep(parts, NOW)

    assert sorted(to for to, _ in mail.sent) == ["amara@alder.example", "sam@example.org"]
    assert states(MessageKind.CONFIRMATION) == [("sent", "")]
    assert states(MessageKind.REMINDER) == [("due", "")]


def test_a_message_is_sent_once_however_often_it_is_delivered(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    due = messages.due(now=NOW, limit=LIMIT)

    for message_id in due * 3:
        messages.deliver(message_id, parts=parts, now=NOW)

    assert len(mail.sent) == len(due) == 2


def test_no_connection_is_held_while_a_vendor_is_spoken_to(parts: Parts) -> None:
    held: list[int] = []

    class Watching(MailSpy):
        def send(self, *, to: str, message: bytes) -> None:
            held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]

    booked(parts)

    sweep(replace(parts, mail=Watching()), NOW)

    assert held == [0, 0]


def test_a_mail_put_off_is_the_same_to_the_letter_when_it_goes(parts: Parts, mail: MailSpy) -> None:
    class Remembering(MailSpy):
        def send(self, *, to: str, message: bytes) -> None:
            seen.append(message)
            raise OutcomeUnknown("no answer")

    seen: list[bytes] = []
    made = booked(parts)
    sweep(replace(parts, mail=Remembering()), NOW)

    sweep(parts, NOW + HOUR)

    first = [raw for raw in seen if b"sam@example.org" in raw]
    assert [raw for to, raw in mail.sent if to == "sam@example.org"] == first
    participant = db.session.get_one(Participant, made.participant_id)
    assert participant.calendar_sequence == 0


def test_an_outage_is_waited_out_and_ends_as_failed(parts: Parts, mail: MailSpy) -> None:
    mail.failure = ProviderUnavailable("down")
    booked(parts)

    for minutes in range(0, 24 * 60, 10):
        sweep(parts, NOW + minutes * MINUTE)

    assert states(MessageKind.CONFIRMATION) == [("failed", "unavailable")]
    assert the(MessageKind.CONFIRMATION).attempts == MOST_ATTEMPTS
    assert the(MessageKind.CONFIRMATION).rendered is None


def test_a_refused_mail_is_not_tried_again(parts: Parts, mail: MailSpy) -> None:
    mail.failure = ProviderRejected("no such mailbox", code="550")
    booked(parts)

    sweep(parts, NOW)
    sweep(parts, NOW + HOUR)

    assert mail.attempts == 2
    assert states(MessageKind.CONFIRMATION) == [("failed", "550")]


def test_what_is_kept_for_a_repeat_is_sealed_and_then_erased(parts: Parts, mail: MailSpy) -> None:
    mail.failure = ProviderUnavailable("down")
    booked(parts)
    sweep(parts, NOW)
    kept = the(MessageKind.CONFIRMATION).rendered
    assert kept is not None
    assert b"/b/" not in kept
    assert "/b/" in parts.sealer.open(kept)

    mail.failure = None
    sweep(parts, NOW + HOUR)

    assert the(MessageKind.CONFIRMATION).rendered is None


def test_a_row_that_cannot_be_put_into_words_fails_and_holds_up_no_other(
    parts: Parts, mail: MailSpy
) -> None:
    made = booked(parts)
    person = db.session.get_one(Participant, made.participant_id).person_id
    change(Person, person, email="no address at all")

    for minutes in range(0, 24 * 60, 10):
        sweep(parts, NOW + minutes * MINUTE)

    assert [to for to, _ in mail.sent] == ["amara@alder.example"]
    assert states(MessageKind.CONFIRMATION) == [("failed", "error")]
    assert the(MessageKind.CONFIRMATION).attempts == MOST_ATTEMPTS


def test_f18_a_cancelled_session_is_not_confirmed_afterwards(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    mail.failure = ProviderUnavailable("down")
    sweep(parts, NOW)
    mail.failure = None
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW + MINUTE)

    sweep(parts, NOW + HOUR)

    assert states(MessageKind.CONFIRMATION) == [("dropped", "superseded")]
    subjects = [letter["Subject"] for letter in mail.letters]
    assert not any(subject.startswith("Appointment on") for subject in subjects)


def test_c4_a_reminder_of_a_cancelled_session_is_never_sent(
    parts: Parts, mail: MailSpy, sms: FakeSms
) -> None:
    made = booked(parts, texts=True)
    sweep(parts, NOW)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW + HOUR)

    sweep(parts, MONDAY_9AM - 2 * HOUR)

    assert [letter["Subject"] for letter in mail.letters if "Reminder" in letter["Subject"]] == []
    assert sms.sent == []


def test_c4_after_a_move_only_the_new_time_is_reminded_of(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + 3 * DAY, now=NOW + HOUR)

    sweep(parts, NOW + 3 * DAY)
    sweep(parts, MONDAY_9AM + 2 * DAY)

    reminders = [letter for letter in mail.letters if "Reminder" in letter["Subject"]]
    assert [letter["Subject"] for letter in reminders] == ["Reminder: appointment on Thu, Mar 7"]


def test_c2_a_message_that_comes_days_late_is_dropped(parts: Parts, mail: MailSpy) -> None:
    booked(parts)

    sweep(parts, MONDAY_9AM + 5 * DAY)

    assert mail.sent == []
    assert states(MessageKind.REMINDER) == [("dropped", "stale")]
    assert states(MessageKind.CONFIRMATION) == [("dropped", "stale")]


def test_c6_a_session_soon_gets_no_reminder_from_the_past(parts: Parts, mail: MailSpy) -> None:
    half_an_hour = datetime(2030, 3, 1, 15, 30, tzinfo=UTC)
    amara = db.session.scalars(select(Therapist)).one()
    factories.session_type(amara, slug="soon", notice_hours=0)

    booked(parts, texts=True, session_type="soon", starts_at=half_an_hour)
    sweep(parts, NOW)
    sweep(parts, half_an_hour)

    assert states(MessageKind.REMINDER) == []
    assert states(MessageKind.REMINDER, Channel.SMS) == []


def test_c12_one_act_sends_each_person_one_mail(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    sweep(parts, NOW)
    mail.sent.clear()

    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW + MINUTE)
    sweep(parts, NOW + MINUTE)

    assert sorted(to for to, _ in mail.sent) == ["amara@alder.example", "sam@example.org"]


def test_a_phone_session_says_who_rings_whom(parts: Parts, mail: MailSpy) -> None:
    booked(parts, modality=Modality.PHONE)

    sweep(parts, NOW)

    letter = next(letter for letter in mail.letters if letter["To"] == "sam@example.org")
    assert "Amara will call you at 212-555-0123." in plain(letter)
    assert "/join/" not in plain(letter)


def test_a_mail_says_how_to_change_and_until_when_it_is_free(parts: Parts, mail: MailSpy) -> None:
    booked(parts, session_type="session")

    sweep(parts, NOW)

    letter = next(letter for letter in mail.letters if letter["To"] == "sam@example.org")
    said = plain(letter)
    assert "You can cancel at no cost until Sunday, March 3, 9:00 AM." in said
    assert "the late fee is $50" in said
    assert "call or text 988" in said
    assert "Front desk: 602-555-0142" in said
    assert f"{parts.settings.public_url}/b/" in said


def test_the_link_in_a_mail_proves_the_address_and_the_one_in_a_text_does_not(
    parts: Parts, mail: MailSpy, sms: FakeSms
) -> None:
    made = booked(parts, texts=True)
    sweep(parts, NOW)
    sweep(parts, MONDAY_9AM - DAY)
    participant = db.session.get_one(Participant, made.participant_id)

    mailed = parts.links.token(Purpose.MAILED, participant.link_id)
    managed = parts.links.token(Purpose.MANAGE, participant.link_id)

    letter = next(letter for letter in mail.letters if letter["To"] == "sam@example.org")
    assert mailed in plain(letter)
    assert managed in sms.sent[0].body
