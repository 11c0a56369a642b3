"""Appointments whose instant was made by another edition of the zone data than the one in use."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.lifecycle import LIVE
from booking.domain.zones import TZDATA_VERSION
from booking.models import Appointment, Claim, Participant, SeriesPart


def behind(session: Session, therapist_id: int, *, now: datetime) -> Sequence[Appointment]:
    """Return what is ahead of a therapist's and has not come to the zone data in use."""
    query = (
        select(Appointment)
        .where(
            Appointment.therapist_id == therapist_id,
            Appointment.status.in_(LIVE),
            Appointment.starts_at > now,
            Appointment.tzdata != TZDATA_VERSION,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .options(
            selectinload(Appointment.participants).joinedload(Participant.person),
            selectinload(Appointment.claims),
            joinedload(Appointment.series_part).joinedload(SeriesPart.series),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def in_the_way(session: Session, appointment: Appointment, by: timedelta) -> Sequence[Appointment]:
    """Return what has the time that the appointment would claim if it moved `by` so much."""
    found: dict[int, Appointment] = {}
    for claim in appointment.claims:
        query = (
            select(Appointment)
            .join(Claim, Claim.appointment_id == Appointment.id)
            .where(
                Claim.resource_id == claim.resource_id,
                Claim.from_at < claim.until_at + by,
                Claim.until_at > claim.from_at + by,
                Claim.appointment_id != appointment.id,
            )
            .order_by(Appointment.starts_at)
        )
        found |= {each.id: each for each in session.scalars(query)}
    return list(found.values())
