"""How long to wait before trying an outside service again, and when to give up."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
MOST_ATTEMPTS = 8
MOST_JITTER = 0.2


def next_attempt(attempts: int, *, now: datetime, spread: float = 0.0) -> datetime | None:
    """Return when to try again after `attempts` tries that failed, or None to give up.

    The wait doubles up to its bound. `spread`, from 0 up to but not including 1, adds its
    share of the jitter, so that what failed together does not come back together.
    """
    if attempts < 1:
        raise ValueError(f"nothing was tried yet: {attempts}")
    if not 0 <= spread < 1:
        raise ValueError(f"spread must lie in [0, 1): {spread}")
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
    return now + wait * (1 + MOST_JITTER * spread)
