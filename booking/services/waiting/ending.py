"""How waiting ends, and how an offer does that nobody answers: by the clock, never by a person."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import LIVE
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.domain.waiting import SILENCES, WaitingOfferStatus, WaitingStatus
from booking.models import (
    Appointment,
    Message,
    Participant,
    Person,
    Series,
    SeriesMember,
    SeriesPart,
    SessionType,
    Therapist,
    Waiting,
    WaitingOffer,
    WaitingTherapist,
    db,
)
from booking.services.audit import SYSTEM, Actor, record
from booking.services.owed import Owed, owe
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.finding import locked_offer, locked_therapist, locked_waiting
from booking.services.waiting.holding import let_go, still_stands, withdraw

BATCH = 50
# Whoever never opens the mail to an address they typed does not wait.
PROVED_WITHIN = timedelta(days=7)
# The last zone to see the end of a day is so far behind.
_EVERYWHERE = timedelta(hours=12)
_USEFUL = timedelta(days=3)

_OPEN = (WaitingStatus.WAITING, WaitingStatus.PAUSED)
_HEARD = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNKNOWN)
_LIVE_SERIES = (SeriesStatus.REQUESTED, SeriesStatus.CONFIRMED)


def end_what_is_over(*, now: datetime) -> None:
    """Let go of offers that ran out or cannot be kept, and of those who wait no longer."""
    _each(select(WaitingOffer.id).where(_ran_out(now)), partial(_lapse, now=now))
    _each(_to_look_at(now), partial(_look_again, now=now))
    over = {"booked": _booked(), "over": _too_late(now), "unproved": _unproved(now)}
    for how, query in over.items():
        _each(query, partial(_end, how=how, now=now))


def end_waiting(
    session: Session, waiting: Waiting, how: str, *, actor: Actor, now: datetime
) -> None:
    """Take somebody out of every line; what was offered to them goes to the next."""
    offer = waiting.open_offer
    if offer is not None:
        let_go(session, offer, WaitingOfferStatus.WITHDRAWN, now=now)
    waiting.status = WaitingStatus.BOOKED if how == "booked" else WaitingStatus.ENDED
    waiting.ended_at, waiting.ended_how = now, how
    record(session, "waiting ended", ("waiting", waiting.id), actor=actor, now=now, how=how)


def locked_with_offer(session: Session, waiting_id: int) -> Waiting:
    """Return somebody's place locked, and before it whoever's time is held for them."""
    query = select(WaitingOffer.therapist_id).where(
        WaitingOffer.waiting_id == waiting_id, WaitingOffer.status == WaitingOfferStatus.OPEN
    )
    for therapist_id in session.scalars(query):
        locked_therapist(session, therapist_id)
    return locked_waiting(session, waiting_id)


def _each(query: Select[int], end: Callable[..., None]) -> None:
    session = db.session()
    session.rollback()
    ids: Sequence[int] = session.scalars(query.limit(BATCH)).all()
    session.rollback()
    for each in ids:
        unit_of_work(partial(end, key=each))


def _lapse(session: Session, *, key: int, now: datetime) -> None:
    """End an offer that nobody answered; who is silent again and again is asked about it."""
    offer = locked_offer(session, key)
    if offer.status is not WaitingOfferStatus.OPEN or offer.expires_at > now:
        return
    waiting, heard = offer.waiting, _was_heard(session, offer)
    let_go(session, offer, WaitingOfferStatus.LAPSED, now=now)
    offer.answered_at = None
    record(session, "offer lapsed", ("waiting", waiting.id), actor=SYSTEM, now=now, offer=offer.id)
    if not heard:
        return
    waiting.silences += 1
    if waiting.silences >= SILENCES and waiting.status is WaitingStatus.WAITING:
        waiting.status = WaitingStatus.PAUSED
        tell_waiting(session, waiting, MessageKind.WAITING_PAUSED, now=now)
        record(session, "waiting paused", ("waiting", waiting.id), actor=SYSTEM, now=now)


def tell_waiting(session: Session, waiting: Waiting, kind: MessageKind, *, now: datetime) -> None:
    """Owe a mail about their place in the line."""
    mail = Owed(
        kind=kind,
        channel=Channel.EMAIL,
        waiting_id=waiting.id,
        due_at=now,
        stale_at=now + _USEFUL,
    )
    owe(session, mail, now=now)


def _was_heard(session: Session, offer: WaitingOffer) -> bool:
    """Return whether word of the offer went out: nobody is silent who was never asked."""
    query = select(Message).where(
        Message.waiting_id == offer.waiting_id,
        Message.kind == MessageKind.WAITING_OFFER,
        Message.state.in_(_HEARD),
    )
    return any(each.facts.get("waiting_offer") == offer.id for each in session.scalars(query))


def _look_again(session: Session, *, key: int, now: datetime) -> None:
    """Note that an offer can be kept, by a look alone; if it cannot, lock and take it back."""
    offer = session.get_one(WaitingOffer, key)
    version = offer.therapist.diary_version  # read before the diary
    if still_stands(session, offer, now=now):
        offer.looked_version = version
        return
    offer = locked_offer(session, key)
    if offer.status is WaitingOfferStatus.OPEN and not still_stands(session, offer, now=now):
        withdraw(session, offer, now=now)


def _end(session: Session, *, key: int, how: str, now: datetime) -> None:
    waiting = locked_with_offer(session, key)
    if waiting.status.is_open:
        end_waiting(session, waiting, how, actor=SYSTEM, now=now)


def _ran_out(now: datetime) -> ColumnElement[bool]:
    return and_(WaitingOffer.status == WaitingOfferStatus.OPEN, WaitingOffer.expires_at <= now)


def _to_look_at(now: datetime) -> Select[int]:
    changed = WaitingOffer.looked_version != Therapist.diary_version
    return (
        select(WaitingOffer.id)
        .join(Therapist, Therapist.id == WaitingOffer.therapist_id)
        .where(
            WaitingOffer.status == WaitingOfferStatus.OPEN,
            WaitingOffer.expires_at > now,
            or_(changed, ~Therapist.active),
        )
    )


def _booked() -> Select[int]:
    """Return who has booked since what they wait for, in some other way."""
    single = (
        exists()
        .where(
            Participant.person_id == Waiting.person_id,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.id == Participant.appointment_id,
            Appointment.kind == Waiting.kind,
            Appointment.status.in_(LIVE),
            Appointment.booked_at > Waiting.joined_at,
            WaitingTherapist.waiting_id == Waiting.id,
            WaitingTherapist.therapist_id == Appointment.therapist_id,
        )
        .correlate(Waiting)
    )
    standing = (
        exists()
        .where(
            SeriesMember.person_id == Waiting.person_id,
            SeriesMember.status == ParticipantStatus.ATTENDING,
            Series.id == SeriesMember.series_id,
            Series.status.in_(_LIVE_SERIES),
            Series.booked_at > Waiting.joined_at,
            SeriesPart.series_id == Series.id,
            SessionType.id == SeriesPart.session_type_id,
            SessionType.kind == Waiting.kind,
            WaitingTherapist.waiting_id == Waiting.id,
            WaitingTherapist.therapist_id == Series.therapist_id,
        )
        .correlate(Waiting)
    )
    once, often = Waiting.every_weeks == 0, Waiting.every_weeks > 0
    found = or_(and_(once, single), and_(often, standing))
    return select(Waiting.id).where(Waiting.status.in_(_OPEN), found)


def _too_late(now: datetime) -> Select[int]:
    """Return whose last day is over, wherever they are."""
    last = (now - _EVERYWHERE).date()
    return select(Waiting.id).where(Waiting.status.in_(_OPEN), Waiting.until_day < last)


def _unproved(now: datetime) -> Select[int]:
    return (
        select(Waiting.id)
        .join(Person, Person.id == Waiting.person_id)
        .where(
            Waiting.status.in_(_OPEN),
            Person.verified_at.is_(None),
            Waiting.joined_at <= now - PROVED_WITHIN,
        )
    )
