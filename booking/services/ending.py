"""Letting go of holds and requests that ran out."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.models import Appointment
from booking.services.audit import SYSTEM, record
from booking.services.owing import RAN_OUT, tell


def expire(session: Session, appointment: Appointment, *, now: datetime) -> None:
    """End a hold or a request that ran out: free its time and tell whoever asked.

    Of one date of a series nothing is told: the whole of it runs out, and is told of once.
    """
    asked = appointment.status is Status.REQUESTED
    appointment.become(Status.EXPIRED)
    appointment.claims.clear()
    if asked and appointment.series_part_id is None:
        tell(session, appointment, RAN_OUT, actor=SYSTEM, now=now)
        record(session, "expired", ("appointment", appointment.id), actor=SYSTEM, now=now)
