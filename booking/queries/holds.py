"""Reading what is held while a form is filled in, what became of it, and what may be booked."""

from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session, joinedload

from booking.domain.lifecycle import Kind
from booking.models import (
    Appointment,
    IdempotencyKey,
    Participant,
    SeriesMember,
    SessionType,
    Therapist,
)


def held_as(session: Session, hold_id: str) -> Appointment | None:
    """Return what is, or was, held under this id, with all that a page of it shows."""
    query = (
        select(Appointment)
        .filter_by(hold_id=hold_id)
        .options(joinedload(Appointment.therapist), joinedload(Appointment.session_type))
    )
    return session.scalars(query).one_or_none()


def series_booked_from(
    session: Session, route: str, hold_id: str
) -> tuple[SeriesMember, datetime] | None:
    """Return who booked a series in place of this hold, and when."""
    query = (
        select(SeriesMember, IdempotencyKey.created_at)
        .join(IdempotencyKey, IdempotencyKey.member_id == SeriesMember.id)
        .where(IdempotencyKey.route == route, IdempotencyKey.key == hold_id)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def joined_from(session: Session, route: str, hold_id: str) -> tuple[Participant, datetime] | None:
    """Return who took a seat in a group in place of this hold, and when."""
    query = (
        select(Participant, IdempotencyKey.created_at)
        .join(IdempotencyKey, IdempotencyKey.participant_id == Participant.id)
        .where(IdempotencyKey.route == route, IdempotencyKey.key == hold_id)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def first_offer(session: Session, therapist: str) -> str | None:
    """Return the slug of what a newcomer most likely wants of a therapist: the call, if any."""
    query = (
        select(SessionType.slug)
        .join(Therapist, Therapist.id == SessionType.therapist_id)
        .where(
            Therapist.slug == therapist,
            Therapist.active,
            SessionType.active,
            SessionType.open_to_new,
        )
        .order_by(case((SessionType.kind == Kind.CONSULTATION, 0), else_=1), SessionType.id)
        .limit(1)
    )
    return session.scalars(query).first()
