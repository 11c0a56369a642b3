"""Requests: time a client asked for and a therapist has yet to grant."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.errors import IllegalTransition, NotFound
from booking.models import Appointment, Therapist, db
from booking.services.audit import record, therapist
from booking.services.ending import expire
from booking.services.offers import lock_therapist
from booking.services.owing import ACCEPTED, DECLINED, tell
from booking.services.unit_of_work import unit_of_work

BATCH = 100


def accept(appointment_id: int, therapist_id: int, *, now: datetime) -> None:
    """Confirm a request; accepting it again changes nothing.

    Its time has been claimed since it was made, so nothing else can have come between.
    Raises `NotFound` for another therapist's, `IllegalTransition` if it is past that.
    """

    def work(session: Session) -> None:
        appointment = _locked(session, appointment_id, therapist_id)
        if appointment.status is Status.CONFIRMED:
            return
        # Nothing else holds its time: what was cancelled, or let go of by a sweep while this
        # waited for the lock, must not come back without it.
        over = Status.EXPIRED if _ran_out(appointment, now) else appointment.status
        if over is not Status.REQUESTED:
            raise IllegalTransition(current=over, target=Status.CONFIRMED)
        appointment.become(Status.CONFIRMED)
        appointment.booked_at = now
        actor = therapist(therapist_id)
        tell(session, appointment, ACCEPTED, actor=actor, now=now)
        record(session, "accepted", ("appointment", appointment.id), actor=actor, now=now)

    unit_of_work(work)


def decline(appointment_id: int, therapist_id: int, *, now: datetime) -> None:
    """Turn a request down and free its time; declining it again changes nothing.

    Raises as `accept` does.
    """

    def work(session: Session) -> None:
        appointment = _locked(session, appointment_id, therapist_id)
        if appointment.status is Status.DECLINED:
            return
        appointment.become(Status.DECLINED)
        appointment.claims.clear()
        actor = therapist(therapist_id)
        tell(session, appointment, DECLINED, actor=actor, now=now)
        record(session, "declined", ("appointment", appointment.id), actor=actor, now=now)

    unit_of_work(work)


def let_go_of_lapsed(*, now: datetime) -> int:
    """End the holds and requests that ran out, tell those who asked, and return how many.

    Each in a transaction of its own, so that one that cannot be ended holds up no other.
    """

    session = db.session()
    query = (
        select(Appointment.id)
        .where(
            Appointment.status.in_([Status.HELD, Status.REQUESTED]),
            Appointment.expires_at <= now,
            Appointment.series_part_id.is_(None),
        )
        .limit(BATCH)
    )
    ids = list(session.scalars(query))
    session.rollback()
    for appointment_id in ids:
        _let_go(appointment_id, now)
    return len(ids)


def _let_go(appointment_id: int, now: datetime) -> None:
    def work(session: Session) -> None:
        appointment = _locked(session, appointment_id, None)
        if appointment.status in {Status.HELD, Status.REQUESTED} and _ran_out(appointment, now):
            expire(session, appointment, now=now)

    unit_of_work(work)


def _ran_out(appointment: Appointment, now: datetime) -> bool:
    return appointment.expires_at is not None and appointment.expires_at <= now


def _locked(session: Session, appointment_id: int, therapist_id: int | None) -> Appointment:
    query = (
        select(Therapist.slug)
        .join(Appointment, Appointment.therapist_id == Therapist.id)
        .where(Appointment.id == appointment_id)
    )
    if therapist_id is not None:
        query = query.where(Therapist.id == therapist_id)
    slug = session.scalars(query).one_or_none()
    if slug is None:
        raise NotFound("request")
    lock_therapist(session, slug)
    return session.get_one(Appointment, appointment_id, populate_existing=True)
