"""Reading the practice."""

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.models import Practice

_THE_PRACTICE = select(Practice).where(Practice.id == 1)


def the_practice(session: Session) -> Practice:
    """Return the one practice; raise `NotFound` before it has been made."""
    # Held on to: a session forgets what nobody holds, and this is asked for again and again.
    practice: Practice | None = session.info.get(Practice)
    if practice is None or practice not in session or inspect(practice).expired:
        practice = session.scalars(_THE_PRACTICE).one_or_none()
        session.info[Practice] = practice
    if practice is None:
        raise NotFound("practice")
    return practice
