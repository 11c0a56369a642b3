"""Which times a therapist can offer, and why another time cannot be had.

Every rule is a set of the minutes at which it lets a session start. What is offered is what
all the sets have in common; a time is refused by the first set that lacks it. The offer and the
refusal therefore cannot disagree.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain import minutes
from booking.domain.availability import DayHours, WeeklyHours, bits_by_day
from booking.domain.interval import Interval
from booking.domain.minutes import DAY, WEEK_DAYS, ceil_minute, day_number, floor_minute, minutes_of
from booking.domain.spells import EMPTY_DAY, FULL_DAY, Spell, lay, local_day, spells
from booking.errors import Rule

NO_NOTICE = timedelta(0)


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
    appointment, leave it out of both `claims` and `sessions`.
    """

    zone: ZoneInfo
    weekly: tuple[WeeklyHours, ...]
    overrides: tuple[DayHours, ...] = ()
    time_off: Sequence[Interval] = ()
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
    earliest, latest = _reach(rules, now=_utc(now))
    within = range(
        max(ceil_minute(window.start), earliest), min(ceil_minute(window.end), latest + 1)
    )
    starts = minutes.full(len(within))
    if starts:
        for _, allowed in _allowed(diary, rules, within, state=state):
            starts &= allowed
    return [minutes.instant_at(within.start + minute) for minute in minutes.members(starts)]


def refusal(
    diary: Diary,
    rules: SessionRules,
    starts_at: datetime,
    *,
    now: datetime,
    state: str | None = None,
) -> Rule | None:
    """Return the first rule that holds `starts_at` back, or None if `openings` would offer it.

    A start between two minutes is outside hours. A start at this very instant is past.
    """
    starts_at, now = _utc(starts_at), _utc(now)
    out_of_reach = _out_of_reach(rules, starts_at, now=now)
    if out_of_reach is not None:
        return out_of_reach
    this = range(floor_minute(starts_at), floor_minute(starts_at) + 1)
    between_minutes = starts_at != minutes.instant_at(this.start)
    for rule, allowed in _allowed(diary, rules, this, state=state):
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


def _reach(rules: SessionRules, *, now: datetime) -> tuple[int, int]:
    """Return the first and the last minute at which the clock lets a session start."""
    earliest = max(floor_minute(now) + 1, ceil_minute(now + rules.notice))
    return earliest, floor_minute(now + rules.horizon)


def _out_of_reach(rules: SessionRules, starts_at: datetime, *, now: datetime) -> Rule | None:
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
    if state is not None:
        yield Rule.LICENCE, lay(clock, _whole_days(_licensed(diary, state)))
    bits = bits_by_day(diary.weekly, diary.overrides, step=rules.step)
    fits = minutes.starts_of(lay(clock, lambda day: bits(day).open), rules.minutes)
    yield Rule.OUTSIDE_HOURS, fits & ~_clashes(diary.time_off, window, length=rules.minutes)
    yield Rule.OFF_GRID, lay(clock, lambda day: bits(day).grid)
    if diary.daily_limit is not None or diary.weekly_limit is not None:
        yield Rule.LIMIT, lay(clock, _whole_days(_below_limits(diary, clock)))
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
    # A start clashes from `length` minutes before a busy span begins until `before` after it ends.
    lead, tail = window.start + length - 1, window.start - before
    spans = map(minutes_of, busy)
    return minutes.spans([(start - lead, end - tail) for start, end in spans], length=len(window))


def _clash(diary: Diary, rules: SessionRules, this: range) -> Rule:
    """Return whether the session itself runs into busy time, or only its buffers do."""
    busy = [*diary.claims, *diary.outside]
    return Rule.TAKEN if _clashes(busy, this, length=rules.minutes) else Rule.BUFFER


def _whole_days(allows: Callable[[int], bool]) -> Callable[[int], bytes]:
    return lambda day: FULL_DAY if allows(day) else EMPTY_DAY


def _licensed(diary: Diary, state: str) -> Callable[[int], bool]:
    """Return what tells whether a licence for `state` covers the day with a number."""
    terms = [
        (day_number(licence.valid_from), day_number(licence.valid_until or date.max))
        for licence in diary.licences
        if licence.state == state
    ]
    return lambda day: any(start <= day <= end for start, end in terms)


def _below_limits(diary: Diary, clock: Sequence[Spell]) -> Callable[[int], bool]:
    """Return what tells whether a day and its week have room for one session more."""
    monday, sunday = clock[0].days().start // WEEK_DAYS, clock[-1].days().stop // WEEK_DAYS + 1
    # No zone is a whole day away from UTC.
    around = spells(
        diary.zone, start=(monday * WEEK_DAYS - 1) * DAY, end=(sunday * WEEK_DAYS + 1) * DAY
    )
    days = [local_day(around, floor_minute(start)) for start in diary.sessions]
    per_day = Counter(day for day in days if day is not None)
    per_week = Counter(day // WEEK_DAYS for day in days if day is not None)

    def has_room(day: int) -> bool:
        return (diary.daily_limit is None or per_day[day] < diary.daily_limit) and (
            diary.weekly_limit is None or per_week[day // WEEK_DAYS] < diary.weekly_limit
        )

    return has_room


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"an instant must carry its zone: {instant}")
    return instant.astimezone(UTC)
