"""How often one thing may be tried, whoever tries it.

Counted in the database by a mark of what is tried (an address, a link, an account), so that
many machines together get no more tries than one. A try that is refused for their number is
not counted: whoever tries without end cannot keep the door shut for ever, and a passkey or a
mailed link opens it meanwhile.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from booking.errors import TooManyTries
from booking.models import SignInTry
from booking.services.rows import add_row

MOST_TRIES = 10
WINDOW = timedelta(minutes=15)


def count_try(session: Session, what: str, *, now: datetime) -> int:
    """Count one try and return its id; raise `TooManyTries` after ten in 15 minutes."""
    session.execute(delete(SignInTry).where(SignInTry.at <= now - WINDOW))
    lately = select(func.count(SignInTry.id)).where(SignInTry.what == what)
    if session.scalars(lately).one() >= MOST_TRIES:
        raise TooManyTries
    return add_row(session, SignInTry, {"what": what, "at": now})


def take_back(session: Session, try_id: int) -> None:
    """Let a try that was right not count against the next."""
    session.execute(delete(SignInTry).where(SignInTry.id == try_id))
