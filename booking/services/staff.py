"""What is written down of what staff look at."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.services.audit import record, therapist
from booking.services.unit_of_work import unit_of_work


def note_view(appointment_id: int, therapist_id: int, *, now: datetime) -> None:
    """Write down that the therapist looked at the particulars of an appointment."""

    def work(session: Session) -> None:
        subject = ("appointment", appointment_id)
        record(session, "viewed", subject, actor=therapist(therapist_id), now=now)

    unit_of_work(work)


def note_series_view(series_id: int, therapist_id: int, *, now: datetime) -> None:
    """Write down that the therapist looked at who comes to a standing hour."""

    def work(session: Session) -> None:
        record(session, "viewed", ("series", series_id), actor=therapist(therapist_id), now=now)

    unit_of_work(work)
