"""Which times a therapist can offer, and why another time cannot be had.

Every rule is a set of the minutes at which it lets a session start. What is offered is what
all the sets have in common; a time is refused by the first set that lacks it. The offer and the
refusal therefore cannot disagree.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain import minutes
from booking.domain.availability import DayHours, WeeklyHours, grid
from booking.domain.interval import Interval
from booking.domain.minutes import DAY, WEEK_DAYS, ceil_minute, day_number, floor_minute
from booking.domain.spells import EMPTY_DAY, FULL_DAY, Spell, lay, local_days, spells
from booking.errors import Rule

NO_NOTICE = timedelta(0)
NO_LIMIT = math.inf
EVERY_MINUTE = -1


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How one type of session may be placed. Lengths, step and buffers are in minutes.

    `notice` and `horizon` say how soon and how far ahead of now it may start, both included.
    """

    minutes: int
    step: int
    buffer_before: int = 0
    buffer_after: int = 0
    notice: timedelta = NO_NOTICE
    horizon: timedelta = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.minutes <= 0 or self.step <= 0:
            raise ValueError(f"length and step must be positive: {self.minutes}, {self.step}")
        if self.buffer_before < 0 or self.buffer_after < 0:
            raise ValueError(
                f"buffers must not be negative: {self.buffer_before}, {self.buffer_after}"
            )


@dataclass(frozen=True, slots=True)
class Licence:
    """The right to see clients who are in `state` on the dates given, both included."""

    state: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Diary:
    """All that decides when one therapist has time.

    `claims` are booked times with their buffers, `outside` busy events of other calendars;
    either may overlap the other. `sessions` are the starts of the appointments that hold time,
    which count toward the limits on a local day and on a local week from Monday. To move an
    appointment, leave it out of both `claims` and `sessions`. `closures` are when the whole
    practice is closed.
    """

    zone: ZoneInfo
    weekly: tuple[WeeklyHours, ...]
    overrides: tuple[DayHours, ...] = ()
    time_off: Sequence[Interval] = ()
    closures: Sequence[Interval] = ()
    claims: Sequence[Interval] = ()
    outside: Sequence[Interval] = ()
    sessions: Sequence[datetime] = ()
    daily_limit: int | None = None
    weekly_limit: int | None = None
    licences: tuple[Licence, ...] = ()


def openings(
    diary: Diary,
    rules: SessionRules,
    *,
    window: Interval,
    now: datetime,
    state: str | None = None,
) -> list[datetime]:
    """Return the instants in `window` at which a session may start, in UTC, ascending.

    A session may run past the end of the window. `state` is where the client will be; without
    it no licence is asked for.
    """
    found = opening_minutes(diary, rules, window=window, now=now, state=state)
    return [minutes.instant_at(minute) for minute in found]


def opening_minutes(
    diary: Diary,
    rules: SessionRules,
    *,
    window: Interval,
    now: datetime,
    state: str | None = None,
) -> list[int]:
    """Return the same as minutes, as `domain/minutes.py` numbers them."""
    within, starts = allowed_starts(diary, rules, window=window, now=now, state=state)
    return [within.start + minute for minute in minutes.members(starts)]


def allowed_starts(
    diary: Diary,
    rules: SessionRules,
    *,
    window: Interval,
    now: datetime,
    state: str | None = None,
    on_grid: bool = True,
) -> tuple[range, int]:
    """Return the same as bits, a bit a minute of the range that comes with them.

    Off the grid any minute will do that the other rules allow: a standing hour keeps its time
    of day on a date on which the hours begin at another minute.
    """
    earliest, latest = reach(rules, now=_utc(now))
    within = range(
        max(ceil_minute(window.start), earliest), min(ceil_minute(window.end), latest + 1)
    )
    starts = minutes.full(len(within))
    if starts:
        for rule, allowed in _allowed(diary, rules, within, state=state):
            if on_grid or rule is not Rule.OFF_GRID:
                starts &= allowed
    return within, starts


def refusal(
    diary: Diary,
    rules: SessionRules,
    starts_at: datetime,
    *,
    now: datetime,
    state: str | None = None,
    on_grid: bool = True,
) -> Rule | None:
    """Return the first rule that holds `starts_at` back, or None if `openings` would offer it.

    A start between two minutes is outside hours. A start at this very instant is past.
    """
    starts_at, now = _utc(starts_at), _utc(now)
    too_far = out_of_reach(rules, starts_at, now=now)
    if too_far is not None:
        return too_far
    this = range(floor_minute(starts_at), floor_minute(starts_at) + 1)
    between_minutes = starts_at != minutes.instant_at(this.start)
    for rule, allowed in _allowed(diary, rules, this, state=state):
        if rule is Rule.OFF_GRID and not on_grid:
            continue
        if not allowed & 1 or (between_minutes and rule is Rule.OUTSIDE_HOURS):
            return _clash(diary, rules, this) if rule is Rule.BUFFER else rule
    return None


def nearest(openings: Sequence[datetime], wanted: datetime, *, count: int = 5) -> list[datetime]:
    """Return up to `count` of the ascending `openings`, nearest to `wanted` first.

    Of two equally near, the earlier comes first.
    """
    at = bisect_left(openings, wanted)
    around = openings[max(at - count, 0) : at + count]
    return sorted(around, key=lambda opening: abs(opening - wanted))[:count]


def reach(rules: SessionRules, *, now: datetime) -> tuple[int, int]:
    """Return the first and the last minute at which the clock lets a session start."""
    earliest = max(floor_minute(now) + 1, ceil_minute(now + rules.notice))
    return earliest, floor_minute(now + rules.horizon)


def out_of_reach(rules: SessionRules, starts_at: datetime, *, now: datetime) -> Rule | None:
    """Return the rule of the clock alone that holds `starts_at` back, if there is one."""
    if starts_at <= now:
        return Rule.PAST
    if starts_at < now + rules.notice:
        return Rule.NOTICE
    if starts_at > now + rules.horizon:
        return Rule.HORIZON
    return None


def _allowed(
    diary: Diary, rules: SessionRules, window: range, *, state: str | None
) -> Iterator[tuple[Rule, int]]:
    """Yield each rule, in the order of refusal, with the minutes at which it allows a start.

    Bit 0 is the first minute of `window`; bits past its end mean nothing.
    """
    # A session that starts at the end of the window needs the hours that follow it.
    clock = spells(diary.zone, start=window.start, end=window.stop + rules.minutes)
    days = range(clock[0].days().start, clock[-1].days().stop)
    if state is not None:
        licensed = _licensed_days(diary.licences, days, state=state)
        yield Rule.LICENCE, _whole(licensed, days, clock)
    open_minutes = lay(clock, grid(diary.weekly, diary.overrides, step=1))
    fits = minutes.starts_of(open_minutes, rules.minutes)
    away = [*diary.time_off, *diary.closures]
    yield Rule.OUTSIDE_HOURS, fits & ~_clashes(away, window, length=rules.minutes)
    yield Rule.OFF_GRID, lay(clock, grid(diary.weekly, diary.overrides, step=rules.step))
    if diary.daily_limit is not None or diary.weekly_limit is not None:
        yield Rule.LIMIT, _whole(_days_with_room(diary, days), days, clock)
    yield (
        Rule.BUFFER,
        ~_clashes(
            [*diary.claims, *diary.outside],
            window,
            length=rules.minutes + rules.buffer_after,
            before=rules.buffer_before,
        ),
    )


def _clashes(busy: Sequence[Interval], window: range, *, length: int, before: int = 0) -> int:
    """Return the starts in `window` from which `length` minutes, or `before` up to the start,
    run into `busy`.
    """
    if not busy:
        return 0
    # A start clashes from less than `length` before a busy span until `before` after it.
    starts = minutes.touched(busy, origin=window.start, lead=length - 1, tail=before)
    return minutes.spans(starts, length=len(window))


def _clash(diary: Diary, rules: SessionRules, this: range) -> Rule:
    """Return whether the session itself runs into busy time, or only its buffers do."""
    busy = [*diary.claims, *diary.outside]
    return Rule.TAKEN if _clashes(busy, this, length=rules.minutes) else Rule.BUFFER


def _whole(allowed: set[int], days: range, clock: Sequence[Spell]) -> int:
    """Return the minutes of the `allowed` among the local `days`."""
    if len(allowed) == len(days):
        return EVERY_MINUTE
    return lay(clock, lambda days: [FULL_DAY if day in allowed else EMPTY_DAY for day in days])


def _licensed_days(licences: Iterable[Licence], days: range, *, state: str) -> set[int]:
    licensed: set[int] = set()
    for licence in licences:
        if licence.state == state:
            start = max(day_number(licence.valid_from), days.start)
            end = min(day_number(licence.valid_until or date.max), days.stop - 1)
            licensed.update(range(start, end + 1))
    return licensed


def _days_with_room(diary: Diary, days: range) -> set[int]:
    """Return the local `days` that are below the limits of the day and of the week."""
    # No zone is a whole day away from UTC, and no week reaches further than a week.
    margin = 1 + WEEK_DAYS
    around = spells(diary.zone, start=(days.start - margin) * DAY, end=(days.stop + margin) * DAY)
    held = local_days(around, diary.sessions)
    per_day = Counter(held)
    per_week = Counter([day // WEEK_DAYS for day in held])
    daily = NO_LIMIT if diary.daily_limit is None else diary.daily_limit
    weekly = NO_LIMIT if diary.weekly_limit is None else diary.weekly_limit
    return {
        day
        for day in days
        if per_day.get(day, 0) < daily and per_week.get(day // WEEK_DAYS, 0) < weekly
    }


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"an instant must carry its zone: {instant}")
    return instant.astimezone(UTC)
