"""Gathers what a message to somebody who waits is to say, and what may speak against it."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import Links, Purpose
from booking.adapters.wording.waiting_facts import ForWaiting, ForWaitingOffer, WaitingFacts
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind, MessageState
from booking.domain.recurrence import StandingHour
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.domain.zones import zone
from booking.models import Message, WaitingOffer
from booking.queries.practices import the_practice
from booking.services.messages.objections import Asked, Drop, Objection, Reason
from booking.services.messages.telling import house_of
from booking.services.messages.urls import waiting_url

_ABOUT_OFFERS = frozenset({MessageKind.WAITING_OFFER, MessageKind.WAITING_GONE})
_WENT_OUT = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNKNOWN)


def waiting_facts(
    session: Session, message: Message, *, links: Links, now: datetime
) -> WaitingFacts:
    """Return what the mail is told; raise `LookupError` for one without what its kind needs."""
    waiting, house = message.waiting, house_of(the_practice(session))
    if waiting is None:
        raise LookupError(f"a {message.kind} needs somebody who waits")
    if message.kind not in _ABOUT_OFFERS:
        return ForWaiting(house, waiting_url(waiting, links))
    offer = offer_in(session, message)
    return ForWaitingOffer(
        house=house,
        therapist=offer.therapist.first_name,
        now=now,
        url=offer_url(offer, links),
        waiting_url=waiting_url(waiting, links),
        starts=starts_of(offer),
        every_weeks=waiting.every_weeks,
        zone=readers_zone(offer),
        other_zone=zone(offer.therapist.time_zone),
        held_until=offer.expires_at,
    )


def readers_zone(offer: WaitingOffer) -> ZoneInfo:
    """Return the clock they are told by: where people meet in person, the one on the wall."""
    in_person = offer.waiting.modality is Modality.IN_PERSON
    return zone(offer.therapist.time_zone if in_person else offer.waiting.person.time_zone)


def starts_of(offer: WaitingOffer) -> tuple[datetime, ...]:
    """Return every date that is held, the first ones of a standing hour."""
    hour: StandingHour | None = offer.series.part.hour if offer.series is not None else None
    return (offer.starts_at,) if hour is None else tuple(hour.starts())


def offer_in(session: Session, message: Message) -> WaitingOffer:
    """Return the offer a message is about; raise `LookupError` without one."""
    offer = session.get(WaitingOffer, message.facts.get("waiting_offer") or 0)
    if offer is None or offer.waiting_id != message.waiting_id:
        raise LookupError(f"a {message.kind} needs an offer")
    return offer


def offer_url(offer: WaitingOffer, links: Links) -> str:
    """Return the page on which the offer is answered."""
    token = links.token(Purpose.WAITING_OFFER, offer.link_id, offer.link_version)
    return links.url(f"/offer/{token}")


def waiting_objection(asked: Asked) -> Objection | None:
    """Object to what is no longer so: the offer is answered, the line was left."""
    check = _CHECKS.get(asked.message.kind)
    return check(asked) if check is not None and asked.message.waiting is not None else None


def _offer(asked: Asked) -> Objection | None:
    offer = offer_in(asked.session, asked.message)
    if offer.status is not WaitingOfferStatus.OPEN:
        return Drop(Reason.NOT_LIVE)
    return Drop(Reason.STALE) if offer.expires_at <= asked.now else None


def _gone(asked: Asked) -> Objection | None:
    """Object to taking back what they never heard of, or what they have left behind."""
    message = asked.message
    query = select(Message).where(
        Message.waiting_id == message.waiting_id,
        Message.kind == MessageKind.WAITING_OFFER,
        Message.state.in_(_WENT_OUT),
    )
    offer_id = message.facts.get("waiting_offer")
    heard = any(
        each.facts.get("waiting_offer") == offer_id for each in asked.session.scalars(query)
    )
    return None if heard else Drop(Reason.NOTHING_NEW)


def _received(asked: Asked) -> Objection | None:
    waiting = asked.message.waiting
    return None if waiting and waiting.status.is_open else Drop(Reason.NOT_LIVE)


def _paused(asked: Asked) -> Objection | None:
    waiting = asked.message.waiting
    still = waiting is not None and waiting.status is WaitingStatus.PAUSED
    return None if still else Drop(Reason.NOT_LIVE)


_CHECKS: dict[MessageKind, Callable[[Asked], Objection | None]] = {
    MessageKind.WAITING_OFFER: _offer,
    MessageKind.WAITING_GONE: _gone,
    MessageKind.WAITING_RECEIVED: _received,
    MessageKind.WAITING_PAUSED: _paused,
}
