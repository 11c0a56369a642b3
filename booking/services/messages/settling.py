"""Writing down how a sending ended, by whoever still holds the message and by nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.domain.messages import Channel, MessageState
from booking.domain.retries import next_attempt
from booking.models import Message, PhoneStop, SendAttempt, SmsConsent
from booking.services.audit import SYSTEM, record
from booking.services.messages.objections import Reason
from booking.services.messages.together import let_speak_again
from booking.services.unit_of_work import unit_of_work

_PRIME = 97


@dataclass(frozen=True, slots=True)
class Held:
    """A message as the one who took it knows it: good only while `attempt` is the last."""

    message_id: int
    attempt: int


def settle(
    held: Held,
    state: MessageState,
    *,
    now: datetime,
    reason: str = "",
    reference: str | None = None,
    stopped: bool = False,
) -> bool:
    """End the sending in `state`; return False if somebody else holds the message by now.

    `reference` is the vendor's for the text. `stopped` says that the vendor refused it since
    the number had said STOP: that is kept.
    """

    def work(session: Session) -> bool:
        message = _still_held(session, held)
        if message is None:
            return False
        message.state, message.reason = state, reason
        message.lease_until = message.rendered = None
        message.sent_at = now if state is MessageState.SENT else None
        if reference is not None:
            _note_reference(session, held, reference)
        if stopped and message.sent_to:
            keep_stop(session, message.sent_to, how="21610", now=now)
        return True

    return unit_of_work(work)


def put_back(held: Held, *, now: datetime, reason: Reason = Reason.UNAVAILABLE) -> None:
    """Owe the message again after a while, or end it as failed when that is no use."""

    def work(session: Session) -> None:
        message = _still_held(session, held)
        if message is not None:
            back_off(session, message, now=now, reason=reason)

    unit_of_work(work)


def back_off(session: Session, message: Message, *, now: datetime, reason: Reason) -> None:
    """Do as `put_back` says, inside the open transaction, with the message locked."""
    again = next_attempt(message.attempts, now=now, spread=message.id % _PRIME / _PRIME)
    message.lease_until = None
    if again is None or again >= message.stale_at:
        message.state, message.reason, message.rendered = MessageState.FAILED, reason, None
        return
    message.state, message.due_at = MessageState.DUE, again
    if message.channel is Channel.SMS:
        # Nothing went out, so the next try may be worded anew, by what is true then.
        message.rendered = None
        let_speak_again(session, message)


def keep_stop(session: Session, phone: str, *, how: str, now: datetime) -> None:
    """Record that no more texts may go to `phone`, and end every consent given for it.

    While a stop is in force a second one changes nothing of it.
    """
    stop = session.get(PhoneStop, phone)
    if stop is None:
        session.add(PhoneStop(phone=phone, stopped_at=now, how=how))
    elif stop.started_at is not None:
        stop.stopped_at, stop.how, stop.started_at = now, how, None
    ended_at = now if stop is None else stop.stopped_at
    given = session.scalars(select(SmsConsent).filter_by(phone=phone, revoked_at=None)).all()
    for consent in given:
        consent.revoked_at, consent.revoked_how = ended_at, how
    for person_id in sorted({consent.person_id for consent in given}):
        record(session, "texts stopped", ("person", person_id), actor=SYSTEM, now=now)


def _still_held(session: Session, held: Held) -> Message | None:
    query = (
        select(Message)
        .where(
            Message.id == held.message_id,
            Message.state == MessageState.SENDING,
            Message.attempts == held.attempt,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def _note_reference(session: Session, held: Held, reference: str) -> None:
    session.execute(
        update(SendAttempt)
        .where(
            SendAttempt.message_id == held.message_id,
            SendAttempt.number == held.attempt,
            SendAttempt.reference.is_(None),
        )
        .values(reference=reference)
        .execution_options(synchronize_session=False)
    )
