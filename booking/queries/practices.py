"""Reading the practice."""

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.models import Practice

THE_PRACTICE = 1  # its id: there is one
_READ = select(Practice).where(Practice.id == THE_PRACTICE)


def the_practice(session: Session) -> Practice:
    """Return the one practice; raise `NotFound` before it has been made."""
    practice: Practice | None = session.info.get(Practice)
    if practice is None or practice not in session or inspect(practice).expired:
        practice = session.scalars(_READ).one_or_none()
        hold_on_to(session, practice)
    if practice is None:
        raise NotFound("practice")
    return practice


def hold_on_to(session: Session, practice: Practice | None) -> None:
    """Keep the practice just read for as long as the session has it.

    A session forgets what nobody holds, and this is asked for again and again.
    """
    session.info[Practice] = practice
