"""Calendars elsewhere: what can go wrong with reading one, and when it is read again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from booking.domain.interval import Interval

# Read so far back and ahead: yesterday for what still runs, and a year with room to spare.
BEHIND, AHEAD = timedelta(days=1), timedelta(days=400)
EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=6)
# Read in full so often although the other side says that nothing changed: what repeats without
# an end goes on, and our look ahead with it.
IN_FULL_EVERY = timedelta(days=7)
# Read less lately than this, times may be off, and the page says so.
STALE_AFTER = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


class CalendarKind(StrEnum):
    """How a calendar elsewhere is read. A vendor's own API would be another kind."""

    ICS = "ics"
    CALDAV = "caldav"


class Trouble(StrEnum):
    """Why a calendar could not be read; words for people are chosen at the edge."""

    ADDRESS = "address"
    NOT_FOUND = "not_found"
    SIGN_IN = "sign_in"
    NO_ANSWER = "no_answer"
    NOT_SECURE = "not_secure"
    SERVER = "server"
    TOO_LARGE = "too_large"
    NOT_A_CALENDAR = "not_a_calendar"


def window_at(now: datetime) -> Interval:
    """Return the time that is read of a calendar at `now`: by whole days, so that what is read
    differs only where the calendar does, or once a day.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Interval(midnight - BEHIND, midnight + AHEAD)


def next_reading(failures: int, *, now: datetime) -> datetime:
    """Return when to read again after so many failures in a row; the wait doubles each time."""
    doublings = min(failures, 10)
    return now + min(EVERY * (1 << doublings), LONGEST_WAIT)


def joined(spans: Iterable[Interval]) -> list[Interval]:
    """Return the same time as few spans, ascending and apart, each of whole minutes.

    A span that begins or ends within a minute takes the whole of it.
    """
    found: list[Interval] = []
    for span in sorted(map(_in_minutes, spans)):
        if found and span.start <= found[-1].end:
            last = found.pop()
            span = Interval(last.start, max(last.end, span.end))  # noqa: PLW2901
        found.append(span)
    return found


def _in_minutes(span: Interval) -> Interval:
    start = span.start.replace(second=0, microsecond=0)
    end = span.end.replace(second=0, microsecond=0)
    return Interval(start, end if end == span.end else end + MINUTE)
