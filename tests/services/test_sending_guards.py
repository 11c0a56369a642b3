"""What is asked once more at the moment of sending, and what goes wrong on the way out."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from booking.adapters.sms.fake import FakeSms
from booking.domain.lifecycle import Status
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.receipts import StatusReport
from booking.errors import OutcomeUnknown, ProviderUnavailable
from booking.models import (
    Appointment,
    Message,
    Participant,
    Person,
    PhoneStop,
    SendAttempt,
    Waiting,
    db,
)
from booking.services import messages
from booking.services.messages import inbound, record_status, sending, together
from booking.services.messages.estimates import estimate_facts
from booking.services.messages.series_telling import series_facts
from booking.services.messages.settling import Held, put_back
from booking.services.messages.telling import attendances, mail_facts
from booking.services.messages.waiting_telling import waiting_facts
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import DAY, booked, change, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

SAM = "+12125550123"
CONFIRMATION, REMINDER, MOVED = MessageKind.CONFIRMATION, MessageKind.REMINDER, MessageKind.MOVED
SMS = Channel.SMS
DUE = MONDAY_9AM - DAY


def to_sam(mail: MailSpy) -> list[str]:
    return [to for to, _ in mail.sent if to == "sam@example.org"]


def test_an_appointment_that_ended_without_a_word_is_not_spoken_of(
    parts: Parts, mail: MailSpy
) -> None:
    """Whatever ends one makes its messages out of date; this holds even where that was missed."""
    made = booked(parts)
    change(Appointment, made.appointment_id, status=Status.CANCELLED)

    sweep(parts, NOW)

    assert states(CONFIRMATION) == [("dropped", "not_live")]
    assert to_sam(mail) == []


def test_a_mail_put_off_is_not_repeated_to_another_address(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    mail.failure = ProviderUnavailable("down")
    sweep(parts, NOW)
    person = db.session.get_one(Participant, made.participant_id).person_id
    change(Person, person, email="samuel@example.org", email_key="samuel@example.org")
    mail.failure = None

    sweep(parts, NOW + HOUR)

    assert states(CONFIRMATION) == [("dropped", "address_changed")]
    assert "sam" not in " ".join(to for to, _ in mail.sent)


def test_a_text_to_nobody_is_dropped(parts: Parts, sms: FakeSms) -> None:
    made = booked(parts, texts=True)
    change(Participant, made.participant_id, phone=None)

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "no_phone")]
    assert sms.sent == []


@pytest.mark.parametrize(("starts", "expected"), [(3, ["sent"]), (9, ["due"])])
def test_news_of_a_session_before_the_phone_may_ring_does_not_wait_for_the_morning(
    parts: Parts, sms: FakeSms, starts: int, expected: list[str]
) -> None:
    """At 4 AM: a session three hours on is told of at once, one nine hours on in the morning."""
    made = booked(parts, texts=True)
    night = MONDAY_9AM - 5 * HOUR
    ends = {"starts_at": night + starts * HOUR, "ends_at": night + (starts + 1) * HOUR}
    change(Appointment, made.appointment_id, **ends)
    stale = night + starts * HOUR
    change(Message, the(REMINDER, SMS).id, kind=MOVED, due_at=night, stale_at=stale)

    sweep(parts, night)

    assert [state for state, _ in states(MOVED, SMS)] == expected
    assert len(sms.sent) == (expected == ["sent"])


def test_a_message_that_does_not_exist_is_nothing_to_send(parts: Parts, mail: MailSpy) -> None:
    messages.deliver(1_000_000, parts=parts, now=NOW)

    assert mail.attempts == 0


def test_a_mail_without_a_sender_is_not_sent(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    nameless = replace(parts, settings=replace(parts.settings, mail_from="Alder Street <>"))

    sweep(nameless, NOW)

    assert mail.attempts == 0
    assert the(CONFIRMATION).attempts == 1
    sweep(parts, NOW + HOUR)
    assert states(CONFIRMATION) == [("sent", "")]


def test_a_database_that_is_away_is_no_fault_of_the_message(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(parts)
    message = the(CONFIRMATION).id

    def away(*_args: object, **_named: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(sending, "claim", away)
    with pytest.raises(OperationalError):
        messages.deliver(message, parts=parts, now=NOW)

    assert (the(CONFIRMATION).state, the(CONFIRMATION).attempts) == (MessageState.DUE, 0)


class BrokenMail:
    """A vendor's library that fails in a way nobody foresaw."""

    def __init__(self) -> None:
        self.attempts = 0

    def send(self, *, to: str, message: bytes) -> None:
        self.attempts += 1
        raise ZeroDivisionError


def test_a_mail_whose_library_broke_is_tried_again(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    broken = BrokenMail()

    sweep(replace(parts, mail=broken), NOW)
    assert broken.attempts == 2
    assert states(CONFIRMATION) == [("due", "")]
    sweep(parts, NOW + HOUR)

    assert states(CONFIRMATION) == [("sent", "")]
    assert to_sam(mail) == ["sam@example.org"]


def test_a_text_in_doubt_when_texts_are_turned_off_is_given_up_after_a_day(
    parts: Parts, sms: FakeSms
) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"), accepted=True)
    sweep(parts, DUE)
    off = replace(parts, sms=None)

    sweep(off, DUE + HOUR)
    assert states(REMINDER, SMS) == [("sending", "")]
    sweep(off, DUE + DAY + HOUR)

    assert states(REMINDER, SMS) == [("unknown", "no_trace")]


def test_who_lost_a_message_does_not_put_it_back(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"))
    sweep(parts, DUE)
    message = the(REMINDER, SMS)

    put_back(Held(message.id, message.attempts - 1), now=DUE)

    assert states(REMINDER, SMS) == [("sending", "")]
    put_back(Held(message.id, message.attempts), now=DUE)
    assert states(REMINDER, SMS) == [("due", "")]


def test_a_row_that_broke_after_it_was_settled_elsewhere_stays_settled(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(parts)
    message = the(CONFIRMATION).id

    def settled_meanwhile(*_args: object, **_named: object) -> None:
        db.session.rollback()
        change(Message, message, state=MessageState.SENT, attempts=1)
        raise ZeroDivisionError

    monkeypatch.setattr(sending, "claim", settled_meanwhile)
    messages.deliver(message, parts=parts, now=NOW)

    assert states(CONFIRMATION) == [("sent", "")]
    assert the(CONFIRMATION).attempts == 1


def test_a_stop_after_a_start_is_a_stop_again(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    for number, word in enumerate(["STOP", "START", "STOP"]):
        inbound(f"SM{number:032x}", phone=SAM, body=word, now=NOW + number * MINUTE)

    sweep(parts, DUE)

    db.session.rollback()
    stop = db.session.get_one(PhoneStop, SAM)
    assert (stop.stopped_at, stop.started_at) == (NOW + 2 * MINUTE, None)
    assert sms.sent == []


def test_a_receipt_does_not_bring_back_what_was_dropped(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sweep(parts, DUE)
    change(Message, the(REMINDER, SMS).id, state=MessageState.DROPPED, reason="left")
    token = db.session.scalars(select(SendAttempt.token)).one()

    record_status(token, StatusReport(sms.sent[0].reference, "delivered", ""), now=DUE)

    assert states(REMINDER, SMS) == [("dropped", "left")]
    assert db.session.scalars(select(SendAttempt.status)).one() == "delivered"


@pytest.mark.parametrize(
    ("gather", "kind", "facts"),
    [
        (mail_facts, CONFIRMATION, {}),
        (mail_facts, MessageKind.SIGN_IN, {}),
        (mail_facts, MessageKind.TIME_OFF, {}),
        (estimate_facts, MessageKind.ESTIMATE, {}),
        (estimate_facts, MessageKind.ESTIMATE, {"estimate": 1_000_000}),
        (series_facts, MessageKind.SERIES_BOOKED, {}),
        (series_facts, MessageKind.THERAPIST_SERIES_BOOKED, {}),
        (series_facts, MessageKind.STANDING_OFFER, {"offer": 1_000_000}),
        (waiting_facts, MessageKind.WAITING_RECEIVED, {}),
    ],
)
@pytest.mark.one_database
def test_a_message_about_nothing_cannot_be_worded(
    parts: Parts, gather: Callable[..., object], kind: MessageKind, facts: dict[str, object]
) -> None:
    about_nothing = Message(kind=kind, channel=Channel.EMAIL, facts=facts)

    with pytest.raises(LookupError):
        gather(db.session(), about_nothing, links=parts.links, now=NOW)


@pytest.mark.parametrize("offered", [None, 1_000_000])
@pytest.mark.one_database
def test_a_message_to_who_waits_cannot_be_worded_without_its_offer(
    parts: Parts, offered: int | None
) -> None:
    facts = {"waiting_offer": offered} if offered else {}
    message = Message(
        kind=MessageKind.WAITING_OFFER, channel=Channel.EMAIL, waiting=Waiting(), facts=facts
    )

    with pytest.raises(LookupError):
        waiting_facts(db.session(), message, links=parts.links, now=NOW)


def test_what_is_no_address_has_no_appointments() -> None:
    assert attendances(db.session(), "nobody", now=NOW) == []


def test_a_message_about_nobody_speaks_for_no_other() -> None:
    alone = Message(kind=REMINDER, channel=SMS, facts={})

    assert together.same_day(db.session(), alone, now=NOW) == ()


def test_a_mail_put_into_words_again_is_the_same_edition(parts: Parts, mail: MailSpy) -> None:
    """What was kept cannot be opened under a new key; the calendar must not take it for a move."""
    made = booked(parts)
    mail.failure = ProviderUnavailable("down")
    sweep(parts, NOW)
    change(Message, the(CONFIRMATION).id, rendered=None)
    mail.failure = None

    sweep(parts, NOW + HOUR)

    assert states(CONFIRMATION) == [("sent", "")]
    assert the(CONFIRMATION).sequence == 0
    assert db.session.get_one(Participant, made.participant_id).calendar_sequence == 0
