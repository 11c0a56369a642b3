"""Reading the calendars elsewhere, and what in them stands against what is booked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.interval import Interval
from booking.domain.lifecycle import LIVE
from booking.errors import NotFound
from booking.models import (
    Appointment,
    OutsideBusy,
    OutsideCalendar,
    Participant,
    Series,
    SeriesPart,
    Therapist,
)


def calendars_of(session: Session, therapist_id: int) -> Sequence[OutsideCalendar]:
    """Return the calendars a therapist has connected, in that order."""
    query = (
        select(OutsideCalendar).filter_by(therapist_id=therapist_id).order_by(OutsideCalendar.id)
    )
    return session.scalars(query).all()


def calendar_of(session: Session, therapist_id: int, public_id: str) -> OutsideCalendar:
    """Return one of the therapist's; raise `NotFound`, for another's as for none."""
    wanted = {"therapist_id": therapist_id, "public_id": public_id}
    found = session.scalars(select(OutsideCalendar).filter_by(**wanted)).one_or_none()
    if found is None:
        raise NotFound("calendar")
    return found


def due_to_be_read(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Return which calendars nobody is reading and are due, the longest due first."""
    free = or_(OutsideCalendar.lease_until.is_(None), OutsideCalendar.lease_until <= now)
    query = (
        select(OutsideCalendar.id)
        .join(Therapist, Therapist.id == OutsideCalendar.therapist_id)
        .where(OutsideCalendar.due_at <= now, free, Therapist.active)
        .order_by(OutsideCalendar.due_at, OutsideCalendar.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def busy_read(session: Session, calendar_id: int) -> list[Interval]:
    """Return what was read of a calendar, ascending."""
    query = (
        select(OutsideBusy.from_at, OutsideBusy.until_at)
        .filter_by(calendar_id=calendar_id)
        .order_by(OutsideBusy.from_at)
    )
    return [Interval(from_at, until_at) for from_at, until_at in session.execute(query)]


def own_uids(session: Session, therapist_id: int) -> set[str]:
    """Return the UIDs by which calendars know what is booked with a therapist.

    Other appointments of the practice are not among them: a therapist may be somebody's client.
    """
    single = select(Appointment.uid).filter_by(therapist_id=therapist_id)
    series = (
        select(SeriesPart.uid)
        .join(Series, Series.id == SeriesPart.series_id)
        .where(Series.therapist_id == therapist_id)
    )
    return set(session.scalars(single.union_all(series)))


def clashing(session: Session, therapist_id: int, *, now: datetime) -> Sequence[Appointment]:
    """Return what is booked or asked for, is not over, and runs into busy time read elsewhere."""
    query = (
        select(Appointment)
        .where(
            Appointment.therapist_id == therapist_id,
            Appointment.status.in_(LIVE),
            Appointment.ends_at > now,
            exists().where(
                OutsideBusy.therapist_id == therapist_id,
                OutsideBusy.from_at < Appointment.ends_at,
                OutsideBusy.until_at > Appointment.starts_at,
            ),
        )
        .options(
            selectinload(Appointment.participants).joinedload(Participant.person),
            joinedload(Appointment.session_type),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()
