"""Taking one message to send it: locked, asked again, frozen, with a lease on it.

Locks are taken in one order everywhere: practice (texts alone), series, appointment, message.
So a claim and a booking never wait for each other in a circle, and two mails to one calendar
about one series never take the same number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.retries import MOST_ATTEMPTS
from booking.models import Appointment, Message, Practice, SendAttempt, Series, SeriesPart
from booking.services.messages.checks import address_of, objection
from booking.services.messages.objections import Asked, Drop, Objection, Reason
from booking.services.messages.rendering import frozen
from booking.services.messages.together import same_day
from booking.services.parts import Parts

# Longer than any call to a vendor may take.
LEASE = timedelta(seconds=60)

_KNOWN = (
    select(
        Message.channel,
        Message.appointment_id,
        func.coalesce(Message.series_id, SeriesPart.series_id).label("series_id"),
    )
    .outerjoin(Appointment, Appointment.id == Message.appointment_id)
    .outerjoin(SeriesPart, SeriesPart.id == Appointment.series_part_id)
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message taken to be sent. `attempt` is the fence: who holds a later one, holds it.

    `token` names the attempt in the status URL of a text.
    """

    message_id: int
    attempt: int
    channel: Channel
    to: str
    payload: bytes
    stale_at: datetime
    token: str = ""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A text that was handed over, perhaps, and of which nothing was heard since."""

    message_id: int
    attempt: int
    to: str
    body: str
    started_at: datetime


def claim(
    session: Session, message_id: int, *, parts: Parts, now: datetime
) -> Claimed | Lapsed | None:
    """Take the message inside the open transaction; None if there is nothing to do.

    It may be somebody else's, sent long ago, put off, or no longer wanted: then it is left
    so, or marked so.
    """
    message = _locked(session, message_id)
    if message is None or not _is_due(message, now):
        return None
    if message.state is MessageState.SENDING and message.channel is Channel.SMS:
        return _lapsed(session, message, parts, now)
    if message.attempts >= MOST_ATTEMPTS:
        # Whoever takes it dies of it, it seems.
        message.state, message.reason = MessageState.FAILED, Reason.NO_ANSWER
        message.lease_until = message.rendered = None
        return None
    asked = Asked(session, message, parts, now)
    found = objection(asked)
    if found is not None:
        _heed(message, found)
        return None
    return _take(asked)


def _is_due(message: Message, now: datetime) -> bool:
    if message.state is MessageState.SENDING:
        return message.lease_until is not None and message.lease_until <= now
    return message.state is MessageState.DUE and message.due_at <= now


def _locked(session: Session, message_id: int) -> Message | None:
    """Return the message, ours until the commit; None if it is being worked on elsewhere."""
    known = session.execute(_KNOWN.where(Message.id == message_id)).one_or_none()
    if known is None:
        return None
    if known.channel is Channel.SMS:
        # One text at a time: the budget is counted exactly, and two sessions of one day
        # cannot be taken by two workers.
        session.scalars(select(Practice.id).with_for_update(key_share=True)).all()
    if known.series_id is not None:
        session.get(Series, known.series_id, with_for_update={"key_share": True})
    if known.appointment_id is not None:
        session.get(Appointment, known.appointment_id, with_for_update={"key_share": True})
    query = (
        select(Message)
        .where(Message.id == message_id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def _heed(message: Message, found: Objection) -> None:
    message.lease_until = None
    if isinstance(found, Drop):
        message.state, message.reason = MessageState.DROPPED, found.reason
        message.rendered = None
        if found.reason is Reason.NOBODY:
            message.address = ""  # somebody typed it, and it is nobody's we know
    else:
        message.state, message.due_at = MessageState.DUE, found.until


def _take(asked: Asked) -> Claimed:
    session, message, now = asked.session, asked.message, asked.now
    message.sent_to = address_of(asked)
    together = _taken_along(asked)
    payload = frozen(session, message, together=together, parts=asked.parts, now=now)
    message.state = MessageState.SENDING
    message.attempts += 1
    message.lease_until = now + LEASE
    token = _attempt(asked) if message.channel is Channel.SMS else ""
    return Claimed(
        message_id=message.id,
        attempt=message.attempts,
        channel=message.channel,
        to=message.sent_to or "",
        payload=payload,
        stale_at=message.stale_at,
        token=token,
    )


def _taken_along(asked: Asked) -> Sequence[Message]:
    """Drop the texts about other sessions of that day: this one will speak for them."""
    message = asked.message
    if message.channel is not Channel.SMS or message.kind is not MessageKind.REMINDER:
        return ()
    others = same_day(asked.session, message, now=asked.now)
    for other in others:
        other.state, other.reason = MessageState.DROPPED, Reason.TOGETHER
    message.facts = {**message.facts, "together": [other.id for other in others]}
    return others


def _attempt(asked: Asked) -> str:
    message, sms = asked.message, asked.parts.sms
    token = random_id()
    asked.session.add(
        SendAttempt(
            token=token,
            message_id=message.id,
            number=message.attempts,
            started_at=asked.now,
            vendor=sms.vendor if sms else "",
        )
    )
    return token


def _lapsed(session: Session, message: Message, parts: Parts, now: datetime) -> Lapsed:
    message.lease_until = now + LEASE
    query = select(SendAttempt.started_at).filter_by(message_id=message.id, number=message.attempts)
    return Lapsed(
        message_id=message.id,
        attempt=message.attempts,
        to=message.sent_to or "",
        body=parts.sealer.open(message.rendered),
        started_at=session.scalars(query).one(),
    )
