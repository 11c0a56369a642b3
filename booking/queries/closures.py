"""When the whole practice is closed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Closure


def closures_ahead(session: Session, *, now: datetime) -> Sequence[Closure]:
    """Return the closures that are not over, soonest first."""
    query = select(Closure).where(Closure.until_at > now).order_by(Closure.from_at, Closure.id)
    return session.scalars(query).all()
