"""Staff choose what a guardian is told of one person; see `domain/minors.py`."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from booking.domain.minors import GuardianSees
from booking.errors import NotFound
from booking.models import Appointment, Guardianship, Participant
from booking.services.audit import record, therapist
from booking.services.unit_of_work import unit_of_work


def choose_what_guardian_sees(
    guardianship_id: int, sees: GuardianSees, *, therapist_id: int, now: datetime
) -> None:
    """Write down what the guardian sees from now on; choosing the same again changes nothing.

    Raises `NotFound` unless both take part in an appointment of that therapist's.
    """

    def work(session: Session) -> None:
        row = session.scalars(_own(guardianship_id, therapist_id)).first()
        if row is None:
            raise NotFound("session")
        by = f"therapist {therapist_id}"
        if (row.sees, row.chosen_by) == (sees, by):
            return
        row.sees, row.chosen_at, row.chosen_by = sees, now, by
        about = ("person", row.person_id)
        told = {"guardian": row.guardian_id, "sees": sees}
        record(session, "guardian setting", about, actor=therapist(therapist_id), now=now, **told)

    unit_of_work(work)


def _own(guardianship_id: int, therapist_id: int) -> Select[Guardianship]:
    child, guardian = aliased(Participant), aliased(Participant)
    return (
        select(Guardianship)
        .join(child, child.person_id == Guardianship.person_id)
        .join(guardian, guardian.person_id == Guardianship.guardian_id)
        .join(Appointment, Appointment.id == child.appointment_id)
        .where(
            Guardianship.id == guardianship_id,
            guardian.appointment_id == Appointment.id,
            Appointment.therapist_id == therapist_id,
        )
        .limit(1)
    )
