"""What may never be in the tables, whatever was done to a standing hour."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from booking.domain.lifecycle import LIVE
from booking.domain.participants import ParticipantStatus
from booking.models import Appointment, Claim, Participant, db


def held_twice() -> int:
    """Return how often time is held twice."""
    one, other = aliased(Claim), aliased(Claim)
    query = select(func.count()).where(
        one.resource_id == other.resource_id,
        one.id < other.id,
        one.from_at < other.until_at,
        other.from_at < one.until_at,
    )
    return db.session.scalar(query) or 0


def held_for_nobody() -> Sequence[int]:
    """Return the claims of what does not take place."""
    query = select(Claim.id).join(Appointment).where(Appointment.status.not_in(LIVE))
    return db.session.scalars(query).all()


def claims() -> int:
    return db.session.scalar(select(func.count(Claim.id))) or 0


def seats_kept(members: Sequence[int], now: datetime) -> Sequence[int]:
    """Return the seats that these members still have in what is ahead."""
    query = (
        select(Participant.id)
        .join(Appointment)
        .where(
            Participant.member_id.in_(members),
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_(LIVE),
            Appointment.starts_at > now,
        )
    )
    return db.session.scalars(query).all()
