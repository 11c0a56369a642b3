"""What the carrier says of a text afterwards."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.sms.twilio_errors import Action, meaning_of
from booking.domain.messages import MessageState
from booking.domain.receipts import DELIVERED, FINAL, READ, StatusReport, supersedes
from booking.models import Message, SendAttempt
from booking.services.messages.settling import keep_stop
from booking.services.unit_of_work import unit_of_work

_OPEN = frozenset({MessageState.DUE, MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN})


def record_status(token: str, report: StatusReport, *, now: datetime) -> None:
    """Keep what a receipt says of the attempt called `token`.

    In whatever order receipts come, early, late or twice, the same ones leave the same state.
    One for an attempt or a text we do not know changes nothing.
    """

    def work(session: Session) -> None:
        found = _locked(session, token)
        if found is None:
            return
        message, attempt = found
        if attempt.reference not in {None, report.reference}:
            return
        attempt.reference = report.reference
        if not supersedes(attempt.status, report.status):
            return
        attempt.status, attempt.error_code = report.status, report.error_code
        _advance(message, attempt, now)
        if meaning_of(report.error_code).action is Action.OPTED_OUT and message.sent_to:
            keep_stop(session, message.sent_to, how=report.error_code, now=now)

    unit_of_work(work)


def _locked(session: Session, token: str) -> tuple[Message, SendAttempt] | None:
    """Return the message and its attempt, locked in the order in which sending locks them."""
    message_id = session.scalars(
        select(SendAttempt.message_id).filter_by(token=token)
    ).one_or_none()
    if message_id is None:
        return None
    query = select(Message).where(Message.id == message_id).with_for_update(key_share=True)
    message = session.scalars(query).one()
    attempt = session.scalars(select(SendAttempt).filter_by(token=token)).one()
    session.refresh(attempt)
    return message, attempt


def _advance(message: Message, attempt: SendAttempt, now: datetime) -> None:
    ours = attempt.number == message.attempts
    # An earlier attempt did go out after all: then the next one need not, if it has not begun.
    if message.state not in _OPEN or (not ours and message.state is not MessageState.DUE):
        return
    message.lease_until = message.rendered = None
    message.sent_at = message.sent_at or now
    if attempt.status in {DELIVERED, READ}:
        message.state, message.reason = MessageState.DELIVERED, ""
    elif attempt.status in FINAL:
        message.state, message.reason = MessageState.FAILED, attempt.error_code or attempt.status
    else:
        message.state, message.reason = MessageState.SENT, ""
