"""The one reading of the clock. Everything below the edges takes `now` as an argument."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)
