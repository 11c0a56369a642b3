"""Reading where a member of a series comes next."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.models import Appointment, Participant, SeriesMember


def next_seat(session: Session, member: SeriesMember, *, since: datetime) -> Participant | None:
    """Return the member's part in the first date that ends after `since`, else in the last."""
    appointment = joinedload(Participant.appointment)
    query = (
        select(Participant)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(
            Participant.member_id == member.id,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_((Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)),
        )
        .options(
            joinedload(Participant.person),
            appointment.joinedload(Appointment.therapist),
            appointment.joinedload(Appointment.session_type),
        )
    )
    coming = query.where(Appointment.ends_at > since).order_by(Appointment.starts_at)
    gone = query.order_by(Appointment.starts_at.desc())
    return session.scalars(coming.limit(1)).first() or session.scalars(gone.limit(1)).first()
