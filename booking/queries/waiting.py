"""Reading who waits: by their link, by the link of an offer, and for a therapist's list."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.contact import email_key
from booking.domain.lifecycle import Kind
from booking.domain.waiting import WaitingStatus
from booking.errors import NotFound
from booking.models import (
    Person,
    SessionType,
    Therapist,
    TherapistLicence,
    Waiting,
    WaitingOffer,
    WaitingTherapist,
)

MOST_OTHERS, MOST_LISTED = 6, 5
_ALL_OF_IT = (
    joinedload(Waiting.person),
    selectinload(Waiting.windows),
    selectinload(Waiting.therapists).joinedload(WaitingTherapist.therapist),
    selectinload(Waiting.offers),
)


def waiting_by_link(session: Session, link_id: str) -> Waiting | None:
    """Return whose place in the line the link is made for, whatever became of it."""
    query = select(Waiting).where(Waiting.link_id == link_id).options(*_ALL_OF_IT)
    return session.scalars(query).one_or_none()


def open_places(session: Session, address: str) -> Sequence[Waiting]:
    """Return every place in a line of those who gave this address, the newest first."""
    try:
        key = email_key(address)
    except ValueError:
        return []
    query = (
        select(Waiting)
        .join(Person, Person.id == Waiting.person_id)
        .where(
            Person.email_key == key,
            Waiting.status.in_([WaitingStatus.WAITING, WaitingStatus.PAUSED]),
        )
        .options(joinedload(Waiting.person))
        .order_by(Waiting.id.desc())
        .limit(MOST_LISTED)
    )
    return session.scalars(query).all()


def offer_by_link(session: Session, link_id: str) -> WaitingOffer | None:
    """Return the offer the link is made for, whatever became of it."""
    query = (
        select(WaitingOffer)
        .where(WaitingOffer.link_id == link_id)
        .options(
            joinedload(WaitingOffer.waiting).joinedload(Waiting.person),
            joinedload(WaitingOffer.therapist),
            joinedload(WaitingOffer.session_type),
            joinedload(WaitingOffer.appointment),
            joinedload(WaitingOffer.series),
        )
    )
    return session.scalars(query).one_or_none()


def line_for(session: Session, therapist_id: int) -> Sequence[Waiting]:
    """Return who waits for a therapist and has proved who they are, the longest first."""
    query = (
        select(Waiting)
        .join(WaitingTherapist, WaitingTherapist.waiting_id == Waiting.id)
        .join(Person, Person.id == Waiting.person_id)
        .where(
            WaitingTherapist.therapist_id == therapist_id,
            Waiting.status.in_([WaitingStatus.WAITING, WaitingStatus.PAUSED]),
            Person.verified_at.is_not(None),
        )
        .options(*_ALL_OF_IT)
        .order_by(Waiting.joined_at, Waiting.id)
    )
    return session.scalars(query).all()


def waiting_of(session: Session, therapist_id: int, waiting_id: int) -> Waiting:
    """Return one of those who wait for the therapist; raise `NotFound` for anybody else."""
    query = (
        select(Waiting)
        .join(WaitingTherapist, WaitingTherapist.waiting_id == Waiting.id)
        .where(WaitingTherapist.therapist_id == therapist_id, Waiting.id == waiting_id)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("waiting")
    return found


def types_of(session: Session, therapist: Therapist) -> Sequence[SessionType]:
    """Return what the therapist offers, the shortest first."""
    query = (
        select(SessionType)
        .where(SessionType.therapist_id == therapist.id, SessionType.active)
        .order_by(SessionType.minutes, SessionType.id)
    )
    return session.scalars(query).all()


def others_with(
    session: Session, therapist: Therapist, kind: Kind, state: str | None, today: date
) -> Sequence[Therapist]:
    """Return a few others who take new people for the same, and may see them in that state."""
    query = (
        select(Therapist)
        .join(SessionType, SessionType.therapist_id == Therapist.id)
        .where(
            Therapist.id != therapist.id,
            Therapist.active,
            Therapist.accepts_new,
            SessionType.kind == kind,
            SessionType.active,
            SessionType.open_to_new,
        )
        .distinct()
        .order_by(Therapist.name, Therapist.id)
        .limit(MOST_OTHERS)
    )
    if state is not None:
        query = query.where(Therapist.licences.any(_holds(state, today)))
    return session.scalars(query).all()


def _holds(state: str, today: date) -> ColumnElement[bool]:
    until = TherapistLicence.valid_until
    return (TherapistLicence.state == state) & or_(until.is_(None), until >= today)
