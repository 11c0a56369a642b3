"""The answer to an offer: yes books it, no lets the next have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.interval import Interval
from booking.domain.waiting import WaitingOfferStatus
from booking.errors import IllegalTransition, SlotTaken
from booking.models import (
    Appointment,
    Participant,
    Series,
    SeriesMember,
    Waiting,
    WaitingOffer,
)
from booking.queries.own_times import own_times
from booking.queries.practices import the_practice
from booking.services.audit import Actor, client, record
from booking.services.booking import granted_now
from booking.services.identity import claim_for_client
from booking.services.owing import BOOKED, REQUESTED, reader_of, subject_of, tell_first
from booking.services.series.accepting import settle_offered
from booking.services.series.booking import AS_WISHED
from booking.services.series.finding import dates_of
from booking.services.series.telling import REQUESTED as ASKED_FOR
from booking.services.series.telling import tell_series
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.ending import end_waiting
from booking.services.waiting.finding import locked_offer
from booking.services.waiting.holding import let_go, still_stands, withdraw

# What somebody waiting answered, as an appointment or a series has it.
ANSWERS = ("phone", "state", "country", "need", "payment", "language")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a yes made of an offer: a part in an appointment, or in a series."""

    participant_id: int | None = None
    member_id: int | None = None


def take_offer(offer_id: int, *, now: datetime) -> Taken:
    """Book what was offered, all of it looked at again; saying yes again changes nothing.

    Raises `IllegalTransition` once the offer is over, which it is too, and they are told so,
    where the time cannot be had any more; and `SlotTaken` if they are busy then themselves.
    """

    def work(session: Session) -> Taken | None:
        offer = locked_offer(session, offer_id)
        if offer.status is WaitingOfferStatus.ACCEPTED:
            return taken_of(offer)
        _check_open(offer, now)
        if not still_stands(session, offer, now=now):
            withdraw(session, offer, now=now)
            return None
        return _book(session, offer, now)

    taken = unit_of_work(work)
    if taken is None:
        raise IllegalTransition(
            current=WaitingOfferStatus.WITHDRAWN, target=WaitingOfferStatus.ACCEPTED
        )
    return taken


def decline_offer(offer_id: int, *, stop: bool = False, now: datetime) -> None:
    """Let the time go; with `stop` they leave the line as well. Doing it again changes nothing.

    Raises `IllegalTransition` once the offer is over.
    """

    def work(session: Session) -> None:
        offer = locked_offer(session, offer_id)
        waiting, actor = offer.waiting, Actor("waiting", offer.waiting_id)
        if offer.status is not WaitingOfferStatus.DECLINED:
            _check_open(offer, now)
            let_go(session, offer, WaitingOfferStatus.DECLINED, now=now)
            waiting.silences = 0
            subject = ("waiting", waiting.id)
            record(session, "offer declined", subject, actor=actor, now=now, offer=offer.id)
        if stop and waiting.status.is_open:
            session.expire(waiting, ["offers"])
            end_waiting(session, waiting, "stopped", actor=actor, now=now)

    unit_of_work(work)


def taken_of(offer: WaitingOffer) -> Taken:
    """Return what an accepted offer became."""
    if offer.appointment is not None:
        return Taken(participant_id=offer.appointment.participants[0].id)
    assert offer.series is not None  # noqa: S101  # an offer is of the one or of the other
    return Taken(member_id=offer.series.members[0].id)


def _check_open(offer: WaitingOffer, now: datetime) -> None:
    if offer.status is not WaitingOfferStatus.OPEN or offer.expires_at <= now:
        raise IllegalTransition(current=offer.status, target=WaitingOfferStatus.ACCEPTED)


def _book(session: Session, offer: WaitingOffer, now: datetime) -> Taken:
    waiting = offer.waiting
    offer.status, offer.answered_at, waiting.silences = WaitingOfferStatus.ACCEPTED, now, 0
    if offer.series is not None:
        taken = _book_series(session, offer.series, waiting, now)
    else:
        assert offer.appointment is not None  # noqa: S101  # an offer is of the one or the other
        taken = _book_once(session, offer.appointment, waiting, now)
    session.expire(waiting, ["offers"])
    actor = Actor("waiting", waiting.id)
    record(session, "offer accepted", ("waiting", waiting.id), actor=actor, now=now, offer=offer.id)
    end_waiting(session, waiting, "booked", actor=actor, now=now)
    return taken


def _book_once(session: Session, held: Appointment, waiting: Waiting, now: datetime) -> Taken:
    _check_free(session, waiting, [held.session], now)
    granted = granted_now(held.session_type, held.starts_at, the_practice(session), now)
    held.become(granted["status"])
    held.booked_at, held.expires_at = granted["booked_at"], granted["expires_at"]
    answers = {name: getattr(waiting, name) for name in ANSWERS}
    seat = Participant(person_id=waiting.person_id, seat=1, link_id=random_id(), **answers)
    held.participants.append(seat)
    claim_for_client(held, waiting.person)  # only who has proved their address is offered a time
    session.flush()
    about, reader = subject_of(held), reader_of(session, seat)
    news = BOOKED if about.confirmed else REQUESTED
    tell_first(session, about, [reader], news, actor=client(seat.id), now=now)
    record(session, "booked", ("appointment", held.id), actor=client(seat.id), now=now)
    return Taken(participant_id=seat.id)


def _book_series(session: Session, series: Series, waiting: Waiting, now: datetime) -> Taken:
    """Ask for the standing hour: its dates are theirs once they accept the agreement."""
    _check_free(session, waiting, [each.session for each in dates_of(session, series)], now)
    answers = {name: getattr(waiting, name) for name in ANSWERS}
    member = SeriesMember(person_id=waiting.person_id, seat=1, link_id=random_id(), **answers)
    series.members.append(member)
    session.flush()
    settle_offered(session, series, AS_WISHED, now)
    actor = Actor("member", member.id)
    tell_series(session, series, ASKED_FOR, actor=actor, now=now)
    record(session, "booked", ("series", series.id), actor=actor, now=now)
    return Taken(member_id=member.id)


def _check_free(
    session: Session, waiting: Waiting, wanted: Sequence[Interval], now: datetime
) -> None:
    """Raise `SlotTaken` if they have something else at that time, booked since it was offered."""
    busy = own_times(session, waiting.person, now=now)
    if any(each.overlaps(session_) for each in busy for session_ in wanted):
        raise SlotTaken
