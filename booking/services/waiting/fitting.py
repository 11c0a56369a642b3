"""Which open times would suit somebody who waits. Reads only; whoever offers one looks again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.judging import OPEN, Asked, Judge
from booking.domain.lifecycle import Kind, Modality
from booking.domain.minutes import floor_minute
from booking.domain.openings import Diary, allowed_starts, openings
from booking.domain.recurrence import BLOCK, WEEK, StandingHour
from booking.domain.waiting import Window, fits
from booking.domain.zones import local_date
from booking.errors import RuleBroken
from booking.models import Practice, SessionType, Therapist
from booking.queries.diaries import diary_of, session_rules
from booking.queries.kept_diaries import kept_diary
from booking.queries.practices import the_practice
from booking.services.offers import check_open_to_new
from booking.services.series.asking import A_WEEK, Pattern, anchor_of

# One person comes to these; where several come, a time is not for one of them to take.
WAITABLE = frozenset({Kind.CONSULTATION, Kind.INTAKE, Kind.INDIVIDUAL})
ONCE = 0
_A_MINUTE = timedelta(minutes=1)

# What single times, and standing hours whatever their first date, are told apart by.
Same = datetime | tuple[int, time]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody waits for. `every_weeks` is 0 for a single session.

    `zone` is the clock the windows are on, `busy` when they have other appointments.
    """

    kind: Kind
    modality: Modality
    every_weeks: int
    state: str | None
    zone: ZoneInfo
    windows: Collection[Window]
    from_day: date
    until_day: date | None
    busy: Sequence[Interval] = ()

    @property
    def repeats(self) -> bool:
        return self.every_weeks != ONCE

    def begins_on(self, day: date) -> bool:
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def suits(self, start: datetime, length: timedelta) -> bool:
        """Return whether one session is when they could come."""
        if not fits(start, length, self.windows, self.zone):
            return False
        return not any(each.start < start + length and start < each.end for each in self.busy)


@dataclass(frozen=True, slots=True)
class Fit:
    """A time that would suit: a single session, or the first of a standing hour."""

    session_type: SessionType
    starts_at: datetime
    hour: StandingHour | None


def waitable_types(session: Session, therapist: Therapist, wanted: Wanted) -> list[SessionType]:
    """Return what a newcomer may book of the kind that is waited for, the shortest first."""
    query = (
        select(SessionType)
        .filter_by(therapist_id=therapist.id, kind=wanted.kind, active=True)
        .order_by(SessionType.minutes, SessionType.id)
    )
    return [each for each in session.scalars(query) if _may_wait_for(each, therapist, wanted)]


def _may_wait_for(session_type: SessionType, therapist: Therapist, wanted: Wanted) -> bool:
    try:
        check_open_to_new(therapist, session_type)
    except RuleBroken:
        return False
    in_that_way = wanted.modality.value in session_type.modalities
    alone = session_type.kind in WAITABLE and session_type.seats == 1
    as_often = session_type.allows_series or not wanted.repeats
    return therapist.active and alone and in_that_way and as_often


def fitting(
    session: Session,
    therapist: Therapist,
    wanted: Wanted,
    *,
    now: datetime,
    version: int | None = None,
) -> Iterator[Fit]:
    """Yield what is open now and would suit, by session type, the earliest first.

    Who only looks names the `version` of the diary, just read, and looks at the one that is
    kept in memory.
    """
    practice = the_practice(session)
    for session_type in waitable_types(session, therapist, wanted):
        window = _reach(session_type, wanted, now)
        if version is None:
            diary = diary_of(session, therapist, window)
        else:
            diary = kept_diary(session, therapist, version, window, now=now)
        for start in _first_dates(diary, session_type, wanted, now):
            if not wanted.repeats:
                yield Fit(session_type, start, None)
                continue
            hour = _hour(start, wanted, practice, therapist)
            if _is_open_throughout(diary, session_type, hour, wanted, now):
                yield Fit(session_type, start, hour)


def same_time(
    start: datetime, every_weeks: int, practice: Practice, therapist: Therapist, zone: ZoneInfo
) -> Same:
    """Return what two offers have in common that hold out the very same time.

    A standing hour is the same one whichever week it begins in.
    """
    if every_weeks == ONCE:
        return start
    wall = start.astimezone(anchor_of(practice, therapist, zone.key))
    return wall.weekday(), wall.time().replace(fold=0)


def _reach(session_type: SessionType, wanted: Wanted, now: datetime) -> Interval:
    """Return all that is looked at: to the horizon, and from there for as long as a series."""
    until = now + timedelta(days=session_type.horizon_days) + _A_MINUTE
    return Interval(now, until + (BLOCK * wanted.every_weeks * WEEK + A_WEEK))


def _first_dates(
    diary: Diary, session_type: SessionType, wanted: Wanted, now: datetime
) -> Iterator[datetime]:
    rules = session_rules(session_type)
    window = Interval(now, now + rules.horizon + _A_MINUTE)
    length = timedelta(minutes=rules.minutes)
    for start in openings(diary, rules, window=window, now=now, state=wanted.state):
        if wanted.begins_on(local_date(start, wanted.zone)) and wanted.suits(start, length):
            yield start


def _hour(
    start: datetime, wanted: Wanted, practice: Practice, therapist: Therapist
) -> StandingHour:
    anchor = anchor_of(practice, therapist, wanted.zone.key)
    return Pattern(every_weeks=wanted.every_weeks).from_(start, anchor)


def _is_open_throughout(
    diary: Diary, session_type: SessionType, hour: StandingHour, wanted: Wanted, now: datetime
) -> bool:
    """Return whether every one of its first dates is open, and when they could come.

    In the weeks between two changes of clocks, that may be another time of their day.
    """
    rules, starts = session_rules(session_type), list(hour.starts())
    length = timedelta(minutes=rules.minutes)
    if not all(wanted.suits(start, length) for start in starts):
        return False
    judge = Judge.of(diary, rules, starts, asked=Asked(wanted.state, wanted.busy), now=now)
    window = Interval(starts[0], starts[-1] + _A_MINUTE)
    within, allowed = allowed_starts(
        diary, judge.rules, window=window, now=now, state=wanted.state, on_grid=False
    )
    # Most clashes are seen by this alone, in no time; what limits leave is counted after.
    if not all(allowed >> (floor_minute(start) - within.start) & 1 for start in starts):
        return False
    return all(status is OPEN for status in judge.statuses())
