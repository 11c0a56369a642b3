"""A second person in a standing hour, written straight into the tables."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.participants import ParticipantStatus, Role
from booking.models import Appointment, Participant, Person, Series, SeriesMember, SeriesPart
from booking.services.series.dates import participant_row
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW

KIM = "kim@example.org"


def join_in(series_id: int, *, role: Role = Role.CLIENT) -> int:
    """Let Kim Lee, who is in Phoenix, come to every date there is; return the member's id."""

    def work(session: Session) -> int:
        series = session.get_one(Series, series_id)
        person = Person(
            name="Kim Lee",
            email=KIM,
            email_key=KIM,
            time_zone="America/Phoenix",
            created_at=NOW,
        )
        session.add(person)
        session.flush()
        member = SeriesMember(
            series_id=series.id, person_id=person.id, seat=2, link_id=random_id(), role=role
        )
        session.add(member)
        session.flush()
        dates = select(Appointment.id).join(SeriesPart).where(SeriesPart.series_id == series.id)
        for appointment_id in session.scalars(dates).all():
            session.add(Participant(**participant_row(member, appointment_id)))
        return member.id

    return unit_of_work(work)


def leave(member_id: int) -> None:
    """Take a member out of the series and of every date."""

    def work(session: Session) -> None:
        session.get_one(SeriesMember, member_id).status = ParticipantStatus.LEFT
        for seat in session.scalars(select(Participant).filter_by(member_id=member_id)):
            seat.status = ParticipantStatus.LEFT

    unit_of_work(work)
