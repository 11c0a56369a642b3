"""Reading who takes part in an appointment."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import Appointment, Participant


def participant_by_link(session: Session, link_id: str) -> Participant | None:
    """Return the participant whose links carry this id, with all that a page of theirs shows."""
    appointment = joinedload(Participant.appointment)
    query = (
        select(Participant)
        .filter_by(link_id=link_id)
        .options(
            joinedload(Participant.person),
            appointment.joinedload(Appointment.therapist),
            appointment.joinedload(Appointment.session_type),
        )
    )
    return session.scalars(query).one_or_none()
