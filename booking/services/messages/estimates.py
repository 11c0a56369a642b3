"""The mail that brings an estimate of cost: what it says, when it may go, and what ends it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.adapters.links import Links
from booking.adapters.wording.estimate_facts import ForEstimate
from booking.domain.messages import MessageKind
from booking.domain.zones import local_date
from booking.models import CostEstimate, Message
from booking.queries.practices import the_practice
from booking.services.messages.objections import Asked, Drop, Objection, Reason
from booking.services.messages.telling import house_of
from booking.services.messages.urls import estimate_url


def estimate_of(session: Session, message: Message) -> CostEstimate | None:
    """Return the estimate the message is about."""
    key = message.facts.get("estimate")
    return session.get(CostEstimate, key) if isinstance(key, int) else None


def estimate_facts(
    session: Session,
    message: Message,
    *,
    links: Links,
    now: datetime,  # noqa: ARG001  # as its kind
) -> ForEstimate:
    """Return what the mail is told; raise `LookupError` without an estimate."""
    found = estimate_of(session, message)
    if found is None:
        raise LookupError("a mail about an estimate needs one")
    return ForEstimate(house_of(the_practice(session)), estimate_url(found, links))


def estimate_objection(asked: Asked) -> Objection | None:
    """Object to bringing what was replaced, or what is about nothing any more."""
    message = asked.message
    if message.kind is not MessageKind.ESTIMATE:
        return None
    found = estimate_of(asked.session, message)
    if found is None or found.replaced_at is not None:
        return Drop(Reason.SUPERSEDED)
    if found.participant is not None:
        live = found.participant.appointment.status.is_live
    else:
        live = found.member is not None and found.member.series.status.is_live
    return None if live else Drop(Reason.NOT_LIVE)


def must_go_before(asked: Asked, opening: datetime | None, there: ZoneInfo) -> bool:
    """Return whether waiting for `opening` would break the day by which an estimate is owed."""
    if asked.message.kind is not MessageKind.ESTIMATE:
        return False
    found = estimate_of(asked.session, asked.message)
    due_on: date | None = found.due_on if found else None
    return due_on is not None and (opening is None or local_date(opening, there) > due_on)
