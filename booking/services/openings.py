"""What a new client may book with one therapist, as a list of times. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.openings import SessionRules, openings
from booking.domain.zones import day_start
from booking.errors import NotFound
from booking.models import SessionType, Therapist
from booking.queries.diaries import session_rules
from booking.queries.kept_diaries import kept_diary
from booking.queries.seats import Asking, GroupOffer, with_joinable
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


@dataclass(frozen=True, slots=True)
class Look:
    """What decides the times of one session type, for who only looks: `id` is the therapist's."""

    id: int
    time_zone: str
    daily_limit: int | None
    weekly_limit: int | None
    diary_version: int
    rules: SessionRules
    group: GroupOffer | None


# Made once: they are the first thing every look at the times asks.
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
_TYPE: Any = SessionType.__table__.c
_WHOSE: Any = Therapist.__table__.c
_LOOK = (
    select(
        _WHOSE.id,
        _WHOSE.time_zone,
        _WHOSE.daily_limit,
        _WHOSE.weekly_limit,
        _TYPE.id.label("type_id"),
        _TYPE.kind,
        _TYPE.seats,
        _TYPE.needs_approval,
        _TYPE.allows_series,
        _TYPE.open_to_new,
        _TYPE.minutes,
        _TYPE.step,
        _TYPE.buffer_before,
        _TYPE.buffer_after,
        _TYPE.notice_hours,
        _TYPE.horizon_days,
        _WHOSE.accepts_new,
        _WHOSE.diary_version,
    )
    .where(_WHOSE.id == _TYPE.therapist_id)
    .where(_WHOSE.slug == bindparam("therapist"), _WHOSE.active)
    .where(_TYPE.slug == bindparam("session_type"), _TYPE.active)
)


def find_offer(session: Session, therapist: str, session_type: str) -> SessionType:
    """Return the session type with its therapist, in one statement; raise `NotFound`."""
    slugs = {"therapist": therapist, "session_type": session_type}
    found = session.scalars(_OFFER, slugs).one_or_none()
    if found is None:
        raise NotFound("session type")
    return found


def find_look(session: Session, therapist: str, session_type: str) -> Look:
    """Return the same for those who only look, at a third of the cost.

    Raises `NotFound`, and `RuleBroken` if the session type is closed to new clients.
    """
    slugs = {"therapist": therapist, "session_type": session_type}
    found: Any = session.execute(_LOOK, slugs).one_or_none()
    if found is None:
        raise NotFound("session type")
    check_open_to_new(found, found)
    return Look(
        found.id,
        found.time_zone,
        found.daily_limit,
        found.weekly_limit,
        found.diary_version,
        session_rules(found),
        _group_of(found),
    )


def _group_of(found: Any) -> GroupOffer | None:
    if found.kind is not Kind.GROUP or found.needs_approval:
        return None
    return GroupOffer(found.id, found.type_id, found.seats)


def offered(session: Session, of: Look, *, days: Days, now: datetime, state: str | None) -> Offered:
    """Return what may be booked on `days`, clipped to now and the horizon.

    For a `state` it is exactly what booking would accept from there now.
    """
    length = timedelta(minutes=of.rules.minutes)
    window = _window(days, now=now, latest=now + of.rules.horizon)
    if window is None:
        return Offered(length, [])
    diary = kept_diary(session, of, of.diary_version, window, now=now)
    free = openings(diary, of.rules, window=window, now=now, state=state)
    asking = Asking(of.rules, window, now, state)
    return Offered(length, with_joinable(session, of.group, free, diary, asking))


def _window(days: Days, *, now: datetime, latest: datetime) -> Interval | None:
    """Return the part of `days` worth looking at; dates far off are never turned into instants."""
    first = max(days.first, now.date() - A_DAY)
    until = min(days.until, latest.date() + 2 * A_DAY)
    if first >= until:
        return None
    return Interval(day_start(first, days.zone), day_start(until, days.zone))
