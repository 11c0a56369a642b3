"""Hours that a therapist opened to one person, with an offer that names no times."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.standing import OfferStatus
from booking.errors import NotFound, OfferEnded
from booking.models import Series, StandingOffer, Therapist
from booking.queries.own_times import own_times


def opened(
    session: Session, offer_id: int | None, therapist: Therapist, *, now: datetime
) -> StandingOffer | None:
    """Return the offer by which somebody may book what is closed to newcomers; None without one.

    Must run under the therapist's lock. Raises `OfferEnded` if it can no longer be answered,
    and `NotFound` for another therapist's or one that names its times.
    """
    if offer_id is None:
        return None
    offer = session.get(StandingOffer, offer_id, populate_existing=True)
    if offer is None or offer.therapist_id != therapist.id:
        raise NotFound("offer")
    check_open(offer, now)
    if offer.series:
        raise NotFound("offer")
    return offer


def check_open(offer: StandingOffer, now: datetime) -> None:
    """Raise `OfferEnded` unless the offer can still be answered."""
    if offer.status is not OfferStatus.OPEN or offer.expires_at <= now:
        raise OfferEnded(offer.id, current=offer.status, target=OfferStatus.ACCEPTED)


def take_up(offer: StandingOffer | None, series: Series, now: datetime) -> None:
    """Answer the offer, if there was one, with the series.

    Whoever opened their hours has said yes to it already.
    """
    if offer is not None:
        offer.status, offer.answered_at = OfferStatus.ACCEPTED, now
        series.offer, series.granted_at = offer, now


def times_of(
    session: Session, offer: StandingOffer | None, *, now: datetime
) -> tuple[Interval, ...]:
    """Return when whom the offer was made to has appointments that hold their own time."""
    return () if offer is None else own_times(session, offer.person, now=now)
