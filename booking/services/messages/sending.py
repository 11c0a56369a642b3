"""Sending one message: claimed, handed over outside any transaction, settled."""

import logging
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from booking.adapters.mail import MailSender
from booking.adapters.sms import SmsSender
from booking.adapters.sms.twilio_errors import Action, meaning_of
from booking.domain.messages import Channel, MessageState
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from booking.models import Message, db
from booking.services.messages.claims import Claimed, Lapsed, claim
from booking.services.messages.objections import Reason
from booking.services.messages.settling import Held, back_off, put_back, settle
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work

LOG = logging.getLogger(__name__)
TWILIO_ITSELF = "https://api.twilio.com"
# A text that is not in the vendor's list after its validity (15 minutes) and a margin never
# was. Where the list itself cannot be had, we go on asking for a day.
LISTED_BY = timedelta(minutes=20)
ASKED_AT_MOST = timedelta(days=1)


def due(*, now: datetime, limit: int) -> list[int]:
    """Return the ids of messages to work on, the longest due first; nothing is locked.

    Those whose lease has lapsed are among them.
    """
    session = db.session()
    session.rollback()
    query = (
        select(Message.id)
        .where(
            or_(
                and_(Message.state == MessageState.DUE, Message.due_at <= now),
                and_(Message.state == MessageState.SENDING, Message.lease_until <= now),
            )
        )
        .order_by(Message.due_at, Message.id)
        .limit(limit)
    )
    found = list(session.scalars(query))
    session.rollback()
    return found


def deliver(message_id: int, *, parts: Parts, now: datetime) -> None:
    """Send one message if its turn has come; doing it twice, or at once, sends once.

    A mail may go out again if nobody can say whether it did. A text may not: it is looked up,
    and if that settles nothing it is left `unknown`. Whatever goes wrong with one message
    ends with that message.
    """
    try:
        taken = unit_of_work(lambda session: claim(session, message_id, parts=parts, now=now))
    except OperationalError:
        raise  # the database is away: that is no fault of this message
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a row stays with it
        _note(message_id, error)
        unit_of_work(lambda session: _spoilt(session, message_id, now))
        return
    if isinstance(taken, Lapsed):
        _look_up(taken, parts, now)
    elif taken is not None:
        _send(taken, parts, now)


def _send(taken: Claimed, parts: Parts, now: datetime) -> None:
    held = Held(taken.message_id, taken.attempt)
    try:
        reference = _hand_over(taken, parts)
    except ProviderRejected as refused:
        stopped = meaning_of(refused.code).action is Action.OPTED_OUT
        reason = refused.code or "rejected"
        settle(held, MessageState.FAILED, now=now, reason=reason, stopped=stopped)
    except ProviderUnavailable:
        put_back(held, now=now)
    except OutcomeUnknown:
        _in_doubt(taken, now)
    except Exception as error:  # noqa: BLE001  # a vendor's library fails in ways of its own
        _note(taken.message_id, error)
        _in_doubt(taken, now)
    else:
        settle(held, MessageState.SENT, now=now, reference=reference)


def _hand_over(taken: Claimed, parts: Parts) -> str | None:
    """Give the bytes to the vendor and return its reference for a text.

    The channel is on: nothing is claimed to go out by one that is off.
    """
    if taken.channel is Channel.EMAIL:
        cast("MailSender", parts.mail).send(to=taken.to, message=taken.payload)
        return None
    url = _callback_url(taken.token, parts)
    sms = cast("SmsSender", parts.sms)
    return sms.send(to=taken.to, body=taken.payload.decode(), callback_url=url)


def _callback_url(token: str, parts: Parts) -> str | None:
    """Return where receipts go, or None where the vendor could not reach us anyway."""
    settings = parts.settings
    played = settings.twilio is not None and settings.twilio.api_base_url != TWILIO_ITSELF
    if not (settings.secure or played):
        return None
    return parts.links.url(f"/hooks/twilio/status/{token}")


def _in_doubt(taken: Claimed, now: datetime) -> None:
    # A text stays as it is until its lease ends: a receipt may come, and then it is looked up.
    if taken.channel is Channel.EMAIL:
        put_back(Held(taken.message_id, taken.attempt), now=now)


def _look_up(lapsed: Lapsed, parts: Parts, now: datetime) -> None:
    held, age = Held(lapsed.message_id, lapsed.attempt), now - lapsed.started_at
    try:
        reference, patience = _listed(lapsed, parts), LISTED_BY
    except ProviderUnavailable:
        reference, patience = None, ASKED_AT_MOST
    if reference is not None:
        settle(held, MessageState.SENT, now=now, reference=reference)
    elif age >= patience:
        settle(held, MessageState.UNKNOWN, now=now, reason=Reason.NO_TRACE)


def _listed(lapsed: Lapsed, parts: Parts) -> str | None:
    if parts.sms is None:
        raise ProviderUnavailable("texts are off")
    return parts.sms.find(to=lapsed.to, body=lapsed.body, since=lapsed.started_at)


def _spoilt(session: Session, message_id: int, now: datetime) -> None:
    """Count a try that failed before anything could be sent; the last one ends the message."""
    query = select(Message).where(Message.id == message_id).with_for_update(key_share=True)
    message = session.scalars(query).one_or_none()
    if message is not None and message.state in {MessageState.DUE, MessageState.SENDING}:
        message.attempts += 1
        back_off(session, message, now=now, reason=Reason.ERROR)


def _note(message_id: int, error: Exception) -> None:
    """Log where it failed and as what; the words of an error may hold a name or a number."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    LOG.error("message %d: %s at %s", message_id, type(error).__name__, where)
