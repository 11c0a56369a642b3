"""What a therapist has ahead, each query scoped to the therapist who asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.interval import Interval
from booking.domain.lifecycle import HOLDING, Kind, Status
from booking.domain.messages import MessageKind, MessageState
from booking.domain.standing import SeriesStatus
from booking.errors import NotFound
from booking.models import Appointment, Message, Participant, Series, SeriesMember, SeriesPart
from booking.queries.coming import who_come

WITH_RULE_AND_PEOPLE = (
    selectinload(Series.parts).joinedload(SeriesPart.session_type),
    selectinload(Series.members).joinedload(SeriesMember.person),
    joinedload(Series.therapist),
)
SHOWN = (HOLDING - {Status.HELD}) | {Status.CANCELLED}
ANSWERS = (MessageKind.CONFIRMATION, MessageKind.REQUEST_DECLINED)


def agenda(
    session: Session, therapist_id: int, window: Interval, *, now: datetime
) -> Sequence[Appointment]:
    """Return what starts within `window`, soonest first: what is kept, and what was cancelled."""
    query = (
        _with_people(therapist_id)
        .where(
            Appointment.status.in_(SHOWN),
            or_(Appointment.status != Status.REQUESTED, Appointment.expires_at > now),
            Appointment.starts_at >= window.start,
            Appointment.starts_at < window.end,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()


def waiting_requests(
    session: Session, therapist_id: int, *, now: datetime
) -> Sequence[Appointment]:
    """Return the requests that can still be answered, those that run out first before others.

    The dates of a standing hour are answered together: see `waiting_series`.
    """
    query = (
        _with_people(therapist_id)
        .where(
            Appointment.status == Status.REQUESTED,
            Appointment.expires_at > now,
            Appointment.series_part_id.is_(None),
        )
        .order_by(Appointment.expires_at, Appointment.id)
    )
    return session.scalars(query).all()


def waiting_series(session: Session, therapist_id: int, *, now: datetime) -> Sequence[Series]:
    """Return the standing hours that wait for the therapist's yes, in the same order."""
    query = (
        select(Series)
        .where(*_unanswered(therapist_id, now))
        .options(*WITH_RULE_AND_PEOPLE)
        .order_by(Series.expires_at, Series.id)
    )
    return session.scalars(query).all()


def count_of_requests(session: Session, therapist_id: int, *, now: datetime) -> int:
    """Return how many answers are waited for; a standing hour counts once."""
    single = select(func.count(Appointment.id)).where(
        Appointment.therapist_id == therapist_id,
        Appointment.status == Status.REQUESTED,
        Appointment.expires_at > now,
        Appointment.series_part_id.is_(None),
    )
    series = select(func.count(Series.id)).where(*_unanswered(therapist_id, now))
    both = select(single.scalar_subquery() + series.scalar_subquery())
    found: int = session.scalars(both).one()
    return found


def appointment_of(session: Session, therapist_id: int, public_id: str) -> Appointment:
    """Return an appointment of the therapist's by its random id.

    Raises `NotFound` for another's as for none, and for a hold: nobody is in it yet. A group may
    be there before anybody comes to it.
    """
    query = _with_people(therapist_id).where(
        Appointment.hold_id == public_id, Appointment.status != Status.HELD
    )
    found = session.scalars(query).one_or_none()
    if found is None or not (found.participants or found.kind is Kind.GROUP):
        raise NotFound("session")
    return found


def kept_within(session: Session, therapist_id: int, window: Interval) -> Sequence[Appointment]:
    """Return what is booked or asked for and touches `window`, soonest first."""
    query = (
        _with_people(therapist_id)
        .where(
            Appointment.status.in_([Status.REQUESTED, Status.CONFIRMED]),
            Appointment.starts_at < window.end,
            Appointment.ends_at > window.start,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()


def told_at(session: Session, appointment: Appointment) -> datetime | None:
    """Return when the client is told of the answer, or None if they know, or are never told."""
    query = (
        select(Message.due_at)
        .where(
            Message.appointment_id == appointment.id,
            Message.kind.in_(ANSWERS),
            Message.version == appointment.version,
            Message.state == MessageState.DUE,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def client_in(appointment: Appointment) -> Participant:
    """Return who comes, or who was to come: the first seat that is still taken."""
    return next(iter(who_come(appointment.participants)), appointment.participants[0])


def first_in(appointment: Appointment) -> Participant | None:
    """Return the same; None of a group to which nobody has come yet."""
    return client_in(appointment) if appointment.participants else None


def _unanswered(therapist_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Series.therapist_id == therapist_id,
        Series.status == SeriesStatus.REQUESTED,
        Series.granted_at.is_(None),
        Series.expires_at > now,
    )


def _with_people(therapist_id: int) -> Select[Appointment]:
    return (
        select(Appointment)
        .where(Appointment.therapist_id == therapist_id)
        .options(
            selectinload(Appointment.participants).joinedload(Participant.person),
            joinedload(Appointment.therapist),
            joinedload(Appointment.session_type),
            joinedload(Appointment.series_part).joinedload(SeriesPart.series),
        )
    )
