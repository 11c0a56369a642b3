"""When a person has appointments of their own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.models import Claim, Person


def own_times(session: Session, person: Person, *, now: datetime) -> tuple[Interval, ...]:
    """Return when a person who is known has appointments ahead that hold their own time."""
    if person.resource_id is None:
        return ()
    query = select(Claim.from_at, Claim.until_at).where(
        Claim.resource_id == person.resource_id, Claim.until_at > now
    )
    return tuple(Interval(start, end) for start, end in session.execute(query))
