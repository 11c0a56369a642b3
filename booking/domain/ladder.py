"""Every date of a standing hour before it is booked: open, or why not, and what else that week.

The dates are judged by the rules that offer single times, so what is open here is bookable.
Two of the rules are for the first date alone: how far ahead a series may begin, and on which
minute. After that the hour stays what it is.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from booking.domain.interval import Interval
from booking.domain.minutes import ceil_minute, instant_at
from booking.domain.openings import (
    Diary,
    SessionRules,
    allowed_starts,
    nearest,
    opening_minutes,
    refusal,
)
from booking.domain.recurrence import WEEK, StandingHour
from booking.domain.zones import day_start, local_date
from booking.errors import Rule, RuleBroken

ALTERNATIVES = 5
# Longer than any series that can be asked for at once.
NO_HORIZON = timedelta(days=9 * 366)
# Busy time farther off than this cannot touch a session.
NEAR = timedelta(days=2)
OFTEN = 3
A_MINUTE = timedelta(minutes=1)
_FOR_THE_FIRST = frozenset({Rule.PAST, Rule.NOTICE, Rule.HORIZON, Rule.OFF_GRID})


class DateStatus(StrEnum):
    """What stands in the way of one date. The value is the word of the API."""

    OPEN = "open"
    TAKEN = "taken"
    AWAY = "away"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED = "closed"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Rung:
    """One date. `alternatives` are open that week and clear of all other dates, nearest first."""

    starts_at: datetime
    status: DateStatus
    alternatives: tuple[datetime, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status is DateStatus.OPEN


OPEN = DateStatus.OPEN


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: where they will be, and when they have other appointments of their own."""

    state: str | None = None
    busy: Sequence[Interval] = field(default=())


def ladder(
    diary: Diary,
    rules: SessionRules,
    starts: Sequence[datetime],
    *,
    asked: Asked,
    now: datetime,
) -> list[Rung]:
    """Return a rung for each of the ascending `starts`, in UTC.

    Raises `RuleBroken` if the first of them is past, too soon, too far ahead or off the grid.
    """
    check_first(diary, rules, starts[0], asked=asked, now=now)
    judged = _Judged.of(diary, rules, starts, asked=asked, now=now)
    statuses = judged.statuses()
    kept = [start for start, status in zip(starts, statuses, strict=True) if status is OPEN]
    clashes = len(starts) - len(kept)
    elsewhere = judged.openings() if clashes else []
    rungs: list[Rung] = []
    for start, status in zip(starts, statuses, strict=True):
        found = () if status is OPEN else judged.alternatives(start, elsewhere, kept)
        # The nearest is what is proposed, so the next clash must not be offered the same.
        kept += found[:1]
        rungs.append(Rung(start, status, found))
    return rungs


def check_first(
    diary: Diary, rules: SessionRules, start: datetime, *, asked: Asked, now: datetime
) -> None:
    """Raise `RuleBroken` where a series may not begin at `start`, whatever its other dates."""
    rule = refusal(diary, rules, start, now=now, state=asked.state)
    if rule in _FOR_THE_FIRST:
        raise RuleBroken(rule)


def clearer_time(
    diary: Diary,
    rules: SessionRules,
    hour: StandingHour,
    rungs: Sequence[Rung],
    *,
    asked: Asked,
    now: datetime,
) -> datetime | None:
    """Return the first start of a time of that week which is open on every date of the series.

    The same time of day is preferred, then the nearest. None where the wished time does not
    clash often enough to say so, or where the series meets on several days of the week.
    """
    clashes = sum(not rung.is_open for rung in rungs)
    if clashes < OFTEN or len(hour.repeat.weekdays) > 1:
        return None
    judged = _Judged.of(diary, rules, list(hour.starts()), asked=asked, now=now)
    openings = judged.openings()
    free = {start for start in openings if judged.is_free(start)}
    first, last = judged.week(rungs[0].starts_at)
    that_week = openings[bisect_left(openings, first) : bisect_left(openings, last)]
    for start in sorted(that_week, key=lambda start: _unlike(start, rungs[0].starts_at, hour)):
        if all(each in free for each in hour.at(start).starts()):
            return start
    return None


def _unlike(start: datetime, wished: datetime, hour: StandingHour) -> tuple[timedelta, timedelta]:
    """Return how far apart two starts are: on the clock first, then in days."""
    there = hour.time.zone
    one, other = start.astimezone(there), wished.astimezone(there)
    clock = abs(timedelta(hours=one.hour - other.hour, minutes=one.minute - other.minute))
    return clock, abs(start - wished)


@dataclass(frozen=True, slots=True)
class _Judged:
    diary: Diary
    rules: SessionRules
    starts: Sequence[datetime]
    asked: Asked
    now: datetime

    @classmethod
    def of(
        cls,
        diary: Diary,
        rules: SessionRules,
        starts: Sequence[datetime],
        *,
        asked: Asked,
        now: datetime,
    ) -> "_Judged":
        return cls(diary, replace(rules, horizon=NO_HORIZON), starts, asked, now)

    def statuses(self) -> list[DateStatus]:
        window = Interval(self.starts[0], self.starts[-1] + A_MINUTE)
        within, allowed = allowed_starts(
            self.diary, self.rules, window=window, now=self.now, on_grid=False, **self._where
        )
        room = _Room(self.diary)
        found = []
        for start in self.starts:
            at = ceil_minute(start) - within.start
            if at >= 0 and allowed >> at & 1 and room.for_(start) and self.is_free(start):
                room.take(start)
                found.append(OPEN)
            else:
                found.append(self._status(start))
        return found

    def openings(self) -> list[datetime]:
        """Return every time on the grid in all the weeks of the series."""
        first, last = self.week(self.starts[0])[0], self.week(self.starts[-1])[1]
        window = Interval(first, last)
        found = opening_minutes(self.diary, self.rules, window=window, now=self.now, **self._where)
        return [instant_at(minute) for minute in found]

    def alternatives(
        self, start: datetime, openings: Sequence[datetime], kept: Sequence[datetime]
    ) -> tuple[datetime, ...]:
        first, last = self.week(start)
        that_week = openings[bisect_left(openings, first) : bisect_left(openings, last)]
        near = [each for each in kept if first - WEEK < each < last + WEEK]
        clear = [s for s in that_week if self._is_clear(s, near) and self.is_free(s)]
        return tuple(nearest(clear, start, count=ALTERNATIVES))

    @property
    def _where(self) -> dict[str, str]:
        return {} if self.asked.state is None else {"state": self.asked.state}

    def week(self, start: datetime) -> tuple[datetime, datetime]:
        """Return the bounds of the therapist's week, from Monday, that `start` is in."""
        there = self.diary.zone
        day = local_date(start, there)
        monday = day - timedelta(days=day.weekday())
        return day_start(monday, there), day_start(monday + WEEK, there)

    def _is_clear(self, start: datetime, others: Sequence[datetime]) -> bool:
        rules = self.rules
        apart = timedelta(minutes=rules.minutes + rules.buffer_before + rules.buffer_after)
        return all(abs(start - other) >= apart for other in others)

    def is_free(self, start: datetime) -> bool:
        end = start + timedelta(minutes=self.rules.minutes)
        return not any(busy.start < end and start < busy.end for busy in self.asked.busy)

    def _status(self, start: datetime) -> DateStatus:
        """Return why a date cannot be had, in the words of the therapist's calendar."""
        diary = _near(self.diary, start)
        rule = refusal(diary, self.rules, start, now=self.now, on_grid=False, **self._where)
        if rule is Rule.LICENCE:
            return DateStatus.LICENCE
        if rule is not Rule.OUTSIDE_HOURS:
            return DateStatus.TAKEN
        session = Interval(start, start + timedelta(minutes=self.rules.minutes))
        if any(session.overlaps(each) for each in diary.closures):
            return DateStatus.CLOSED
        day = local_date(start, diary.zone)
        off = any(session.overlaps(each) for each in diary.time_off)
        if off or any(each.day == day for each in diary.overrides):
            return DateStatus.AWAY
        return DateStatus.OUTSIDE_HOURS


class _Room:
    """What a therapist's limits leave, counting the dates of this series as they are taken."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._limited = diary.daily_limit is not None or diary.weekly_limit is not None
        self._days: Counter[date] = Counter()
        self._weeks: Counter[date] = Counter()
        for start in diary.sessions if self._limited else ():
            self.take(start)

    def for_(self, start: datetime) -> bool:
        if not self._limited:
            return True
        day, monday = self._when(start)
        daily, weekly = self._diary.daily_limit, self._diary.weekly_limit
        return (daily is None or self._days[day] < daily) and (
            weekly is None or self._weeks[monday] < weekly
        )

    def take(self, start: datetime) -> None:
        if self._limited:
            day, monday = self._when(start)
            self._days[day] += 1
            self._weeks[monday] += 1

    def _when(self, start: datetime) -> tuple[date, date]:
        day = local_date(start, self._diary.zone)
        return day, day - timedelta(days=day.weekday())


def _near(diary: Diary, start: datetime) -> Diary:
    """Return the diary with what lies around `start` and nothing else."""

    def around(spans: Sequence[Interval]) -> list[Interval]:
        return [each for each in spans if each.start < start + NEAR and each.end > start - NEAR]

    return replace(
        diary,
        time_off=around(diary.time_off),
        closures=around(diary.closures),
        claims=around(diary.claims),
        outside=around(diary.outside),
    )
