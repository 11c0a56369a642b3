"""What a new client may book with one therapist, as a list of times. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from booking.domain.interval import Interval
from booking.domain.openings import openings
from booking.domain.zones import day_start
from booking.errors import NotFound
from booking.models import SessionType, Therapist
from booking.queries.diaries import session_rules
from booking.queries.kept_diaries import kept_diary
from booking.services.offers import check_open_to_new

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The dates from `first` up to, not including, `until`, on the calendar of `zone`."""

    first: date
    until: date
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Offered:
    """`starts` are instants, ascending; each session lasts `length`."""

    length: timedelta
    starts: Sequence[datetime]


# Made once: it is the first thing every look at the times asks.
_OFFER = (
    select(SessionType)
    .join(SessionType.therapist)
    .options(contains_eager(SessionType.therapist))
    .where(
        Therapist.slug == bindparam("therapist"),
        Therapist.active,
        SessionType.slug == bindparam("session_type"),
        SessionType.active,
    )
)


def find_offer(session: Session, therapist: str, session_type: str) -> SessionType:
    """Return the session type with its therapist, in one statement; raise `NotFound`."""
    slugs = {"therapist": therapist, "session_type": session_type}
    found = session.scalars(_OFFER, slugs).one_or_none()
    if found is None:
        raise NotFound("session type")
    return found


def offered(
    session: Session, session_type: SessionType, *, days: Days, now: datetime, state: str | None
) -> Offered:
    """Return what may be booked on `days`, clipped to now and the horizon.

    For a `state` it is exactly what booking would accept from there now. Raises `RuleBroken`
    if the session type is closed to new clients.
    """
    therapist = session_type.therapist
    check_open_to_new(therapist, session_type)
    rules = session_rules(session_type)
    window = _window(days, now=now, latest=now + rules.horizon)
    length = timedelta(minutes=rules.minutes)
    if window is None:
        return Offered(length, [])
    diary = kept_diary(session, therapist, window, now=now)
    return Offered(length, openings(diary, rules, window=window, now=now, state=state))


def _window(days: Days, *, now: datetime, latest: datetime) -> Interval | None:
    """Return the part of `days` worth looking at; dates far off are never turned into instants."""
    first = max(days.first, now.date() - A_DAY)
    until = min(days.until, latest.date() + 2 * A_DAY)
    if first >= until:
        return None
    return Interval(day_start(first, days.zone), day_start(until, days.zone))
