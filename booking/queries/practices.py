"""Reading the practice."""

from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.models import Practice


def the_practice(session: Session) -> Practice:
    """Return the one practice; raise `NotFound` before it has been made."""
    practice = session.get(Practice, 1)
    if practice is None:
        raise NotFound("practice")
    return practice
