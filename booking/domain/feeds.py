"""Calendars we offer to others: how much one tells, and how far it reaches."""

from datetime import datetime, timedelta
from enum import StrEnum

from booking.domain.interval import Interval

# About three months back and eighteen ahead: readers fetch all of it each time.
BEHIND, AHEAD = timedelta(days=92), timedelta(days=549)
# How often we ask programs to look. Most do as they please, some once a day.
FETCH_EVERY = timedelta(hours=1)


class Detail(StrEnum):
    """How much a feed says of a session besides when it is; from the least to the most.

    `OWN` is the one of a client, which says as little as the first.
    """

    BUSY = "busy"
    INITIALS = "initials"
    FULL = "full"
    OWN = "own"


FOR_THERAPISTS = (Detail.BUSY, Detail.INITIALS, Detail.FULL)


def today_at(now: datetime) -> datetime:
    """Return when the day began, by UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def window_at(now: datetime) -> Interval:
    """Return the time a feed reaches over, by whole days, so that it changes once a day."""
    return Interval(today_at(now) - BEHIND, today_at(now) + AHEAD)
