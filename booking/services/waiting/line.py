"""The line in front of a therapist: who is in it, in fair order, and who was looked after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.models import Person, Therapist, Waiting, WaitingOffer, WaitingTherapist

# Time goes on also where nothing changes: days come within reach, and deadlines pass.
LOOK_AGAIN = timedelta(minutes=15)


def therapists_to_look_at(session: Session, *, now: datetime) -> Sequence[int]:
    """Return whose line has not been looked after since something may have come free."""
    changed = WaitingTherapist.looked_version != Therapist.diary_version
    long_ago = or_(
        WaitingTherapist.looked_at.is_(None), WaitingTherapist.looked_at <= now - LOOK_AGAIN
    )
    query = (
        select(WaitingTherapist.therapist_id)
        .join(Therapist, Therapist.id == WaitingTherapist.therapist_id)
        .join(Waiting, Waiting.id == WaitingTherapist.waiting_id)
        .join(Person, Person.id == Waiting.person_id)
        .where(Therapist.active, _in_line(), or_(changed, long_ago))
        .distinct()
        .order_by(WaitingTherapist.therapist_id)
    )
    return session.scalars(query).all()


def line_of(session: Session, therapist_id: int) -> Sequence[int]:
    """Return the ids of those who may be offered a time, the longest waiting first."""
    query = (
        select(Waiting.id)
        .join(WaitingTherapist, WaitingTherapist.waiting_id == Waiting.id)
        .join(Person, Person.id == Waiting.person_id)
        .where(WaitingTherapist.therapist_id == therapist_id, _in_line())
        .order_by(Waiting.joined_at, Waiting.id)
    )
    return session.scalars(query).all()


def waiting_in(session: Session, ids: Sequence[int]) -> Sequence[Waiting]:
    """Return those of a line with all that says what they wait for, in the same order."""
    query = (
        select(Waiting)
        .where(Waiting.id.in_(ids))
        .options(
            joinedload(Waiting.person),
            selectinload(Waiting.windows),
            selectinload(Waiting.offers),
        )
        .order_by(Waiting.joined_at, Waiting.id)
    )
    return session.scalars(query).all()


def may_be_offered(waiting: Waiting) -> bool:
    """Return whether somebody is in the line still, now that their place in it is locked."""
    proved = waiting.person.verified_at is not None
    return waiting.status is WaitingStatus.WAITING and proved and waiting.open_offer is None


def mark_looked(
    session: Session, therapist_id: int, ids: Sequence[int], version: int, *, now: datetime
) -> None:
    """Write down that at this version of the diary nothing was left to offer to these people."""
    session.execute(
        update(WaitingTherapist)
        .where(WaitingTherapist.therapist_id == therapist_id, WaitingTherapist.waiting_id.in_(ids))
        .values(looked_version=version, looked_at=now)
        .execution_options(synchronize_session=False)
    )


def _in_line() -> ColumnElement[bool]:
    held_out = exists().where(
        WaitingOffer.waiting_id == Waiting.id, WaitingOffer.status == WaitingOfferStatus.OPEN
    )
    return and_(Waiting.status == WaitingStatus.WAITING, Person.verified_at.is_not(None), ~held_out)
