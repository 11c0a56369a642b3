"""Reading what stands in a feed: of a therapist, or of one person. Only what is agreed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus, Role
from booking.models import (
    Appointment,
    CalendarFeed,
    Participant,
    Person,
    Series,
    SeriesMember,
    SeriesPart,
)
from booking.queries.guardians import Seat, may_see, sees_all

_AGREED = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
_WITH_RULE = (
    joinedload(Appointment.series_part).joinedload(SeriesPart.session_type),
    joinedload(Appointment.series_part)
    .joinedload(SeriesPart.series)
    .selectinload(Series.members)
    .joinedload(SeriesMember.person),
)


def feeds_of(session: Session, therapist_id: int) -> Sequence[CalendarFeed]:
    """Return the feeds a therapist has made."""
    query = select(CalendarFeed).filter_by(therapist_id=therapist_id).order_by(CalendarFeed.id)
    return session.scalars(query).all()


def feed_of_person(session: Session, person_id: int) -> CalendarFeed | None:
    """Return the feed somebody has made of their own appointments."""
    return session.scalars(select(CalendarFeed).filter_by(person_id=person_id)).one_or_none()


def feed_by_link(session: Session, link_id: str) -> CalendarFeed | None:
    return session.scalars(select(CalendarFeed).filter_by(link_id=link_id)).one_or_none()


def therapists_dates(
    session: Session, therapist_id: int, window: Interval
) -> Sequence[Appointment]:
    """Return what a therapist keeps or kept in `window`, soonest first."""
    query = (
        select(Appointment)
        .where(Appointment.therapist_id == therapist_id, *_within(window))
        .options(selectinload(Appointment.participants).joinedload(Participant.person), *_WITH_RULE)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()


def persons_dates(
    session: Session, person: Person, window: Interval, *, now: datetime
) -> Sequence[Appointment]:
    """Return where somebody takes part in `window`, soonest first.

    Not what they only pay for, and of what they take part in as a guardian only what they see
    all of.
    """
    query = (
        select(Participant)
        .join(Participant.appointment)
        .where(
            Participant.person_id == (person.joined_to_id or person.id),
            Participant.role != Role.PAYER,
            Participant.status == ParticipantStatus.ATTENDING,
            *_within(window),
        )
        .options(
            contains_eager(Participant.appointment).options(*_WITH_RULE),
            joinedload(Participant.member),
        )
        .order_by(Appointment.starts_at, Participant.id)
    )
    seats = session.scalars(query).unique().all()
    return [seat.appointment for seat in _seen(session, seats, now)]


def _seen(session: Session, seats: Iterable[Participant], now: datetime) -> list[Participant]:
    """Return the seats of which all may be seen; a whole series is asked about once."""
    asked: dict[Seat, bool] = {}
    found = []
    for seat in seats:
        whole = seat.member or seat
        if whole not in asked:
            asked[whole] = may_see(session, whole, now=now) and sees_all(session, whole, now=now)
        if asked[whole]:
            found.append(seat)
    return found


def _within(window: Interval) -> tuple[ColumnElement[bool], ...]:
    return (
        Appointment.status.in_(_AGREED),
        Appointment.starts_at < window.end,
        Appointment.starts_at >= window.start,
    )
