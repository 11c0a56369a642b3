"""Two workers at once, and workers that come back late: one text, and no state overwritten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.errors import ProviderRejected
from booking.models import Message, SendAttempt, db
from booking.services import messages
from booking.services.changes import cancel
from booking.services.messages.claims import LEASE
from booking.services.owed import Owed, owe
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import DAY, booked, change, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

REMINDER, SMS = MessageKind.REMINDER, Channel.SMS
DUE = MONDAY_9AM - DAY
WORKERS = 6


def at_once(app: Flask, *work: Callable[[], object]) -> None:
    """Do every piece of work in a thread of its own, all at the same moment."""
    gate = Barrier(len(work))

    def begin(piece: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            piece()

    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(begin, work))


def test_c1_many_workers_at_once_send_one_text(app: Flask, parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    text = the(REMINDER, SMS).id

    at_once(app, *[lambda: messages.deliver(text, parts=parts, now=DUE)] * WORKERS)

    assert len(sms.sent) == 1
    assert states(REMINDER, SMS) == [("sent", "")]
    assert len(db.session.scalars(select(SendAttempt)).all()) == 1


def test_c1_many_sweeps_at_once_send_everything_once(
    app: Flask, parts: Parts, mail: MailSpy
) -> None:
    for hour in range(4):
        booked(
            parts,
            starts_at=MONDAY_9AM + hour * HOUR,
            guest={"email": f"p{hour}@example.org"},
        )

    at_once(app, *[lambda: sweep(parts, NOW)] * WORKERS)
    sweep(parts, NOW)

    assert len(mail.sent) == 8
    assert len({message for _, message in mail.sent}) == 8


def test_two_sessions_of_a_day_claimed_at_once_make_one_text(
    app: Flask, parts: Parts, sms: FakeSms
) -> None:
    booked(parts, texts=True, session_type="intake")
    booked(parts, texts=True, starts_at=MONDAY_9AM + 5 * HOUR)
    db.session.rollback()
    query = select(Message.id).filter_by(kind=REMINDER, channel=SMS)
    ids = db.session.scalars(query).all()
    for each in ids:
        change(Message, each, due_at=DUE)

    at_once(
        app,
        *[lambda each=each: messages.deliver(each, parts=parts, now=DUE) for each in ids],
    )

    assert len(sms.sent) == 1
    assert sorted(states(REMINDER, SMS)) == [("dropped", "together"), ("sent", "")]


def test_a_cancel_and_a_send_at_once_neither_stop_nor_contradict_each_other(
    app: Flask, parts: Parts, mail: MailSpy
) -> None:
    for hour in range(4):
        made = booked(
            parts,
            starts_at=MONDAY_9AM + hour * HOUR,
            guest={"email": f"p{hour}@example.org"},
        )
        at_once(
            app,
            lambda: sweep(parts, NOW),
            lambda made=made: cancel(  # type: ignore[misc]
                made.participant_id, accept_late=True, reason="", parts=parts, now=NOW
            ),
        )
        sweep(parts, NOW)

    assert {state for state, _ in states(MessageKind.CANCELLED)} == {"sent"}
    assert {state for state, _ in states(MessageKind.CONFIRMATION)} <= {"sent", "dropped"}


class Dying(MailSpy):
    """Plays a worker that is killed in its call."""

    def send(self, *, to: str, message: bytes) -> None:
        raise KeyboardInterrupt


def test_f11_a_worker_stalled_past_its_lease_may_not_settle(parts: Parts) -> None:
    """While one worker hangs in its call, another takes the mail over and is still at it."""

    class Stalled(MailSpy):
        def send(self, *, to: str, message: bytes) -> None:
            with pytest.raises(KeyboardInterrupt):
                messages.deliver(reminder, parts=replace(parts, mail=Dying()), now=DUE + LEASE)
            raise ProviderRejected("too late to tell", code="550")

    booked(parts)
    reminder = the(REMINDER).id
    change(Message, reminder, due_at=DUE)

    messages.deliver(reminder, parts=replace(parts, mail=Stalled()), now=DUE)

    message = the(REMINDER)
    assert (message.state.value, message.reason, message.attempts) == ("sending", "", 2)


def test_a_mail_about_no_appointment_is_sent_once_too(
    app: Flask, parts: Parts, mail: MailSpy
) -> None:
    booked(parts)
    sweep(parts, NOW)
    mail.sent.clear()

    def work(session: Session) -> int:
        address = "sam@example.org"
        owed = Owed(kind=MessageKind.LINKS, channel=Channel.EMAIL, address=address, due_at=NOW)
        owe(session, owed, now=NOW)
        return session.scalars(select(Message.id).filter_by(address=address)).one()

    links = unit_of_work(work)

    at_once(app, *[lambda: messages.deliver(links, parts=parts, now=NOW)] * WORKERS)

    assert len(mail.sent) == 1


def test_f4_a_mail_whose_worker_died_goes_out_with_the_next_sweep(
    parts: Parts, mail: MailSpy
) -> None:
    booked(parts)
    with pytest.raises(KeyboardInterrupt):
        sweep(replace(parts, mail=Dying()), NOW)

    sweep(parts, NOW + LEASE / 2)
    assert len(mail.sent) == 1  # the therapist's, which nobody had taken yet
    sweep(parts, NOW + LEASE)

    assert len(mail.sent) == 2
    assert states(MessageKind.CONFIRMATION) == [("sent", "")]


def test_a_mail_that_kills_every_worker_is_given_up(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    confirmation = the(MessageKind.CONFIRMATION).id
    for minutes in range(8):
        now = NOW + 2 * minutes * MINUTE
        with pytest.raises(KeyboardInterrupt):
            messages.deliver(confirmation, parts=replace(parts, mail=Dying()), now=now)

    sweep(parts, NOW + HOUR)

    assert states(MessageKind.CONFIRMATION) == [("failed", "no_answer")]
