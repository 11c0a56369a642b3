"""Finding who waits and what was offered to them, locked in one order: therapist, then line.

Every act on the line of a therapist first locks the therapist's row, as all that takes time
does, then the rows of those who wait, the longest first.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.domain.lifecycle import LIVE, Kind
from booking.domain.participants import ParticipantStatus
from booking.domain.waiting import WaitingOfferStatus
from booking.domain.zones import zone
from booking.errors import NotFound
from booking.models import (
    Appointment,
    Participant,
    Practice,
    Therapist,
    Waiting,
    WaitingOffer,
)
from booking.queries.own_times import own_times
from booking.services.waiting.fitting import Same, Wanted, same_time

# After these the same time is not offered to the same person again.
_ANSWERED = frozenset(
    {WaitingOfferStatus.ACCEPTED, WaitingOfferStatus.DECLINED, WaitingOfferStatus.LAPSED}
)


def locked_therapist(session: Session, therapist_id: int) -> Therapist:
    """Return the therapist with their row locked, as `lock_therapist` does, active or not.

    What was held has to be let go of also where somebody has left the practice.
    """
    statement = (
        update(Therapist)
        .where(Therapist.id == therapist_id)
        .values(diary_version=Therapist.diary_version + 1)
        .returning(Therapist)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalars(statement).one()


def locked_waiting(session: Session, waiting_id: int) -> Waiting:
    """Return somebody's place in the line, locked and read afresh; raise `NotFound`."""
    query = (
        select(Waiting)
        .where(Waiting.id == waiting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("waiting")
    session.expire(found, ["offers", "therapists", "windows"])
    return found


def locked_offer(session: Session, offer_id: int) -> WaitingOffer:
    """Return the offer with the therapist's row locked, then its line; raise `NotFound`."""
    known = select(WaitingOffer.therapist_id, WaitingOffer.waiting_id).where(
        WaitingOffer.id == offer_id
    )
    found = session.execute(known).one_or_none()
    if found is None:
        raise NotFound("offer")
    locked_therapist(session, found.therapist_id)
    locked_waiting(session, found.waiting_id)
    return session.get_one(WaitingOffer, offer_id, populate_existing=True)


def wanted_of(session: Session, waiting: Waiting, *, now: datetime) -> Wanted:
    """Return what somebody waits for, with the times at which they have something else."""
    return Wanted(
        kind=waiting.kind,
        modality=waiting.modality,
        every_weeks=waiting.every_weeks,
        state=waiting.state,
        zone=zone(waiting.person.time_zone),
        windows=tuple(each.window for each in waiting.windows),
        from_day=waiting.from_day,
        until_day=waiting.until_day,
        busy=own_times(session, waiting.person, now=now),
    )


def answered_before(waiting: Waiting, practice: Practice, therapist: Therapist) -> set[Same]:
    """Return the times of this therapist that were offered to them before, and not taken back."""
    here = zone(waiting.person.time_zone)
    return {
        same_time(each.starts_at, waiting.every_weeks, practice, therapist, here)
        for each in waiting.offers
        if each.therapist_id == therapist.id and each.status in _ANSWERED
    }


def has_call_ahead(session: Session, waiting: Waiting, therapist_id: int, now: datetime) -> bool:
    """Return whether they wait for a call and have one ahead: there is one for each client."""
    if waiting.kind is not Kind.CONSULTATION:
        return False
    query = (
        select(Appointment.id)
        .join(Participant, Participant.appointment_id == Appointment.id)
        .where(
            Participant.person_id == waiting.person_id,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.therapist_id == therapist_id,
            Appointment.kind == Kind.CONSULTATION,
            Appointment.status.in_(LIVE),
            Appointment.starts_at > now,
        )
    )
    return session.scalars(query.limit(1)).first() is not None
