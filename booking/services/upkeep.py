"""Throwing away what is no longer needed."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, or_, update
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageState
from booking.models import Appointment, IdempotencyKey, Message
from booking.services.booking import KEY_LIVES
from booking.services.unit_of_work import unit_of_work

# A hold that ran out may be taken up again; after so long nobody will.
DRAFTS_LIVE = timedelta(hours=1)
# An address somebody typed to be mailed their links.
TYPED_ADDRESSES_LIVE = timedelta(days=1)


def erase_drafts(*, now: datetime) -> int:
    """Erase what was typed into forms that were never sent, and return how many there were."""
    lapsed = or_(
        Appointment.status.not_in([Status.HELD, Status.EXPIRED]),
        Appointment.expires_at <= now - DRAFTS_LIVE,
    )
    statement = update(Appointment).where(Appointment.draft.is_not(None), lapsed).values(draft=None)
    return _done(statement)


def forget_keys(*, now: datetime) -> int:
    """Delete the idempotency keys that are out of use, and return how many there were."""
    return _done(delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEY_LIVES))


def forget_typed_addresses(*, now: datetime) -> int:
    """Erase addresses typed by people nobody knows, once their message has come to an end."""
    ended = Message.state.not_in([MessageState.DUE, MessageState.SENDING])
    statement = (
        update(Message)
        .where(
            Message.address.is_not(None),
            Message.address != "",
            ended,
            Message.created_at <= now - TYPED_ADDRESSES_LIVE,
        )
        .values(address="")
    )
    return _done(statement)


def _done(statement: Update | Delete) -> int:
    def work(session: Session) -> int:
        options = {"synchronize_session": False}
        result = session.execute(statement, execution_options=options)
        return int(getattr(result, "rowcount", 0))

    return unit_of_work(work)
