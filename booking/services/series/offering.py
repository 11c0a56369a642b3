"""Standing times that a therapist offers to one person, held until they answer.

Every date that is open is held from the start; a date that is not is shown to the person with
what is open instead. Accepting one of the times lets the others go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.judging import Judge
from booking.domain.ladder import rungs_of
from booking.domain.lifecycle import Modality, Status
from booking.domain.messages import Channel, MessageKind
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import (
    InvalidInput,
    NotFound,
    Problem,
    SlotTaken,
)
from booking.models import (
    Appointment,
    Participant,
    Practice,
    Series,
    SessionType,
    StandingOffer,
    Therapist,
)
from booking.queries.practices import the_practice
from booking.services.audit import Actor, record, therapist
from booking.services.offers import check_modality, lock_therapist
from booking.services.opened import check_open
from booking.services.owed import Owed, owe
from booking.services.owing import reader_of
from booking.services.series.asking import Pattern, SeriesAsk, anchor_of, diary_for
from booking.services.series.booking import (
    check_series_type,
    new_part,
)
from booking.services.series.dates import (
    Batch,
    NewDate,
    granted,
    make_dates,
)
from booking.services.series.ending import free_dates, let_go_of_lapsed
from booking.services.unit_of_work import unit_of_work

MOST_TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTime:
    """One standing time as a therapist offers it."""

    starts_at: datetime
    pattern: Pattern
    modality: Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """What is offered to whoever came to an appointment: up to three times, or none.

    With no times the therapist's hours are open to that person, to choose from.
    """

    appointment_id: int
    session_type: str
    times: Sequence[OfferedTime] = ()


def offer_times(therapist_id: int, offer: NewOffer, *, now: datetime) -> int:
    """Hold the times for the person, tell them by mail, and return the id of the offer.

    What was offered to them before is withdrawn. Raises `NotFound`, `InvalidInput`, and
    `SlotTaken` if the first date of a time cannot be had.
    """
    if len(offer.times) > MOST_TIMES:
        raise InvalidInput(Problem("times", "too_long"))

    def work(session: Session) -> int:
        appointment = _own(session, therapist_id, offer.appointment_id)
        theirs = lock_therapist(session, appointment.therapist.slug)
        seat = appointment.participants[0]
        practice = the_practice(session)
        session_type = _type(session, theirs, offer.session_type)
        let_go_of_lapsed(session, theirs, now=now)
        _withdraw_open(session, therapist_id, seat.person_id, now)
        row = StandingOffer(
            link_id=random_id(),
            therapist_id=therapist_id,
            session_type=session_type,
            person_id=seat.person_id,
            created_at=now,
            expires_at=now + timedelta(hours=practice.offer_hours),
        )
        session.add(row)
        session.flush()
        for time in offer.times:
            _hold(session, row, seat, time, practice, now)
        _tell(session, row, seat, now)
        record(session, "times offered", ("offer", row.id), actor=therapist(therapist_id), now=now)
        return row.id

    return unit_of_work(work)


def decline_offer(offer_id: int, *, now: datetime) -> None:
    """Let all the offered times go, and tell the therapist; declining again changes nothing."""

    def work(session: Session) -> None:
        offer = locked_offer(session, offer_id)
        if offer.status is OfferStatus.DECLINED:
            return
        check_open(offer, now)
        _let_go(session, offer, OfferStatus.DECLINED, now)
        mail = Owed(
            kind=MessageKind.THERAPIST_OFFER_DECLINED,
            channel=Channel.EMAIL,
            therapist_id=offer.therapist_id,
            due_at=now,
            facts={"offer": offer.id},
        )
        owe(session, mail, now=now)
        record(session, "offer declined", ("offer", offer.id), actor=Actor("client"), now=now)

    unit_of_work(work)


def withdraw_offer(offer_id: int, therapist_id: int, *, now: datetime) -> None:
    """Take an offer back and free its times; taking it back again changes nothing."""

    def work(session: Session) -> None:
        offer = locked_offer(session, offer_id)
        if offer.therapist_id != therapist_id:
            raise NotFound("booking")
        if offer.status is OfferStatus.OPEN:
            _let_go(session, offer, OfferStatus.WITHDRAWN, now)
            actor = therapist(therapist_id)
            record(session, "offer withdrawn", ("offer", offer.id), actor=actor, now=now)

    unit_of_work(work)


def _own(session: Session, therapist_id: int, appointment_id: int) -> Appointment:
    found = session.get(Appointment, appointment_id)
    if found is None or found.therapist_id != therapist_id or not found.participants:
        raise NotFound("booking")
    return found


def _type(session: Session, theirs: Therapist, slug: str) -> SessionType:
    query = select(SessionType).filter_by(therapist_id=theirs.id, slug=slug, active=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("session type")
    check_series_type(found)
    return found


def locked_offer(session: Session, offer_id: int) -> StandingOffer:
    query = select(Therapist.slug).join(StandingOffer).where(StandingOffer.id == offer_id)
    slug = session.scalars(query).one_or_none()
    if slug is None:
        raise NotFound("booking")
    lock_therapist(session, slug)
    return session.get_one(StandingOffer, offer_id, populate_existing=True)


def _hold(
    session: Session,
    offer: StandingOffer,
    seat: Participant,
    time: OfferedTime,
    practice: Practice,
    now: datetime,
) -> None:
    """Hold every date of one time that is open."""
    check_modality(offer.session_type, time.modality)
    anchor = anchor_of(practice, offer.session_type.therapist, seat.person.time_zone)
    hour = time.pattern.from_(time.starts_at, anchor)
    asked = SeriesAsk.of(offer.session_type, hour, seat.state)
    starts = list(hour.starts())
    judge = Judge.of(diary_for(session, asked), asked.rules, starts, asked=asked.client, now=now)
    rungs = rungs_of(judge)
    if not rungs[0].is_open:
        raise SlotTaken(rungs[0].alternatives)
    series = Series(
        public_id=random_id(),
        therapist_id=offer.therapist_id,
        offer_id=offer.id,
        status=SeriesStatus.OFFERED,
        version=1,
        created_at=now,
        expires_at=min(offer.expires_at, starts[0]),
        granted_at=now,
        made_until=hour.time_day(starts[-1]),
    )
    series.parts.append(new_part(asked, time.modality, number=1))
    session.add(series)
    session.flush()
    dates = [NewDate(hour.time_day(r.starts_at), r.starts_at) for r in rungs if r.is_open]
    make_dates(session, series, Batch(series.part, dates, granted(series)), practice, now=now)


def _tell(session: Session, offer: StandingOffer, seat: Participant, now: datetime) -> None:
    mail = Owed(
        kind=MessageKind.STANDING_OFFER,
        channel=Channel.EMAIL,
        reader=reader_of(session, seat),
        due_at=now,
        facts={"offer": offer.id},
    )
    owe(session, mail, now=now)


def _withdraw_open(session: Session, therapist_id: int, person_id: int, now: datetime) -> None:
    query = select(StandingOffer).filter_by(
        therapist_id=therapist_id, person_id=person_id, status=OfferStatus.OPEN
    )
    for offer in session.scalars(query).all():
        _let_go(session, offer, OfferStatus.WITHDRAWN, now)


def _let_go(session: Session, offer: StandingOffer, status: OfferStatus, now: datetime) -> None:
    offer.status, offer.answered_at = status, now
    for series in offer.series:
        if series.status is SeriesStatus.OFFERED:
            series.become(SeriesStatus.EXPIRED)
            free_dates(session, series, Status.EXPIRED)
