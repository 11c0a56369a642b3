"""Reading series for those who have a part in them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.models import Appointment, Participant, Series, SeriesMember


def member_by_link(session: Session, link_id: str) -> SeriesMember | None:
    """Return the member their links are made for, with their series and its therapist."""
    query = (
        select(SeriesMember)
        .where(SeriesMember.link_id == link_id)
        .options(
            joinedload(SeriesMember.person),
            joinedload(SeriesMember.series).joinedload(Series.therapist),
        )
    )
    return session.scalars(query).one_or_none()


def seats_of(session: Session, member: SeriesMember) -> Sequence[Participant]:
    """Return the member's part in every date there ever was of the series, soonest first."""
    query = (
        select(Participant)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(Participant.member_id == member.id)
        .options(
            joinedload(Participant.person),
            joinedload(Participant.appointment).joinedload(Appointment.session_type),
            joinedload(Participant.appointment).joinedload(Appointment.series_part),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return session.scalars(query).all()
