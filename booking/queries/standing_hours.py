"""A therapist's standing hours, what was offered, and what waits for a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.lifecycle import HOLDING, LIVE
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import NotFound
from booking.models import (
    Acceptance,
    Appointment,
    Participant,
    Series,
    SeriesMember,
    SeriesPart,
    SeriesQuestion,
    StandingOffer,
)
from booking.queries.agenda import WITH_RULE_AND_PEOPLE

LIVE_SERIES = (SeriesStatus.REQUESTED, SeriesStatus.CONFIRMED)
OVER = (SeriesStatus.ENDED, SeriesStatus.DECLINED, SeriesStatus.EXPIRED)
MOST_OVER = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """How many dates lie ahead, of how many in all, and when the next and the last are."""

    ahead: int = 0
    of: int = 0
    next: datetime | None = None
    last: datetime | None = None


def live_series(session: Session, therapist_id: int) -> Sequence[Series]:
    """Return what people still expect to come to."""
    query = (
        select(Series)
        .where(Series.therapist_id == therapist_id, Series.status.in_(LIVE_SERIES))
        .options(*WITH_RULE_AND_PEOPLE)
        .order_by(Series.id)
    )
    return session.scalars(query).all()


def series_over(session: Session, therapist_id: int) -> Sequence[Series]:
    """Return the newest of what is over; times that were only offered are not among them."""
    query = (
        select(Series)
        .where(
            Series.therapist_id == therapist_id,
            Series.status.in_(OVER),
            Series.booked_at.is_not(None),
        )
        .options(*WITH_RULE_AND_PEOPLE)
        .order_by(Series.id.desc())
        .limit(MOST_OVER)
    )
    return session.scalars(query).all()


def series_of(session: Session, therapist_id: int, public_id: str) -> Series:
    """Return a standing hour of the therapist's; raise `NotFound` for another's as for none."""
    query = (
        select(Series)
        .where(
            Series.therapist_id == therapist_id,
            Series.public_id == public_id,
            Series.booked_at.is_not(None),
        )
        .options(*WITH_RULE_AND_PEOPLE)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("series")
    return found


def tallies(session: Session, ids: Sequence[int], *, now: datetime) -> Mapping[int, Tally]:
    """Return the tally of each of these series, in one statement."""
    to_come = Appointment.status.in_(LIVE) & (Appointment.starts_at > now)
    when = case((to_come, Appointment.starts_at))
    query = (
        select(
            SeriesPart.series_id,
            func.count(when),
            func.count(case((Appointment.status.in_(HOLDING), Appointment.id))),
            func.min(when),
            func.max(when),
        )
        .join(Appointment, Appointment.series_part_id == SeriesPart.id)
        .where(SeriesPart.series_id.in_(ids))
        .group_by(SeriesPart.series_id)
    )
    return {row[0]: Tally(*row[1:]) for row in session.execute(query)}


def unsettled(session: Session, therapist_id: int) -> Sequence[SeriesQuestion]:
    """Return the dates that nobody has decided about, soonest first."""
    query = (
        select(SeriesQuestion)
        .join(Series, Series.id == SeriesQuestion.series_id)
        .where(Series.therapist_id == therapist_id, SeriesQuestion.settled_at.is_(None))
        .options(
            joinedload(SeriesQuestion.series).options(*WITH_RULE_AND_PEOPLE),
            joinedload(SeriesQuestion.part).joinedload(SeriesPart.session_type),
        )
        .order_by(SeriesQuestion.starts_at, SeriesQuestion.id)
    )
    return session.scalars(query).all()


def question_of(session: Session, therapist_id: int, question_id: int) -> SeriesQuestion:
    """Return a question the therapist was asked; raise `NotFound`."""
    query = (
        select(SeriesQuestion)
        .join(Series, Series.id == SeriesQuestion.series_id)
        .where(Series.therapist_id == therapist_id, SeriesQuestion.id == question_id)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("question")
    return found


def open_offers(
    session: Session, therapist_id: int, *, now: datetime, person_id: int | None = None
) -> Sequence[StandingOffer]:
    """Return the offers that can still be answered: all, or those to one person."""
    query = (
        select(StandingOffer)
        .where(
            StandingOffer.therapist_id == therapist_id,
            StandingOffer.status == OfferStatus.OPEN,
            StandingOffer.expires_at > now,
        )
        .options(
            joinedload(StandingOffer.person),
            joinedload(StandingOffer.session_type),
            selectinload(StandingOffer.series).selectinload(Series.parts),
        )
        .order_by(StandingOffer.expires_at, StandingOffer.id)
    )
    if person_id is not None:
        query = query.where(StandingOffer.person_id == person_id)
    return session.scalars(query).all()


def offer_by_link(session: Session, link_id: str) -> StandingOffer | None:
    """Return the offer a mailed link was made for, whatever became of it."""
    query = (
        select(StandingOffer)
        .where(StandingOffer.link_id == link_id)
        .options(
            joinedload(StandingOffer.person),
            joinedload(StandingOffer.therapist),
            joinedload(StandingOffer.session_type),
        )
    )
    return session.scalars(query).one_or_none()


def acceptances_in(session: Session, series_id: int) -> Sequence[Acceptance]:
    """Return every yes to the agreement in a series, the newest first."""
    query = (
        select(Acceptance)
        .join(SeriesMember, SeriesMember.id == Acceptance.member_id)
        .where(SeriesMember.series_id == series_id)
        .options(joinedload(Acceptance.agreement))
        .order_by(Acceptance.accepted_at.desc(), Acceptance.id.desc())
    )
    return session.scalars(query).all()


def count_to_ask_again(session: Session, therapist_id: int) -> int:
    """Return how many people a new edition of the agreement would be sent to."""
    query = (
        select(func.count(SeriesMember.id))
        .join(Series, Series.id == SeriesMember.series_id)
        .where(
            Series.therapist_id == therapist_id,
            Series.status == SeriesStatus.CONFIRMED,
            SeriesMember.status == ParticipantStatus.ATTENDING,
        )
    )
    return session.scalars(query).one()


def last_seat_with(session: Session, therapist_id: int, person_id: int) -> Participant | None:
    """Return the person's part in their last appointment with the therapist."""
    query = (
        select(Participant)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(
            Participant.person_id == person_id,
            Appointment.therapist_id == therapist_id,
        )
        .order_by(Appointment.starts_at.desc(), Participant.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()
