"""Judging the dates of a series one after the other, by the rules that offer single times."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

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
from booking.domain.recurrence import WEEK
from booking.domain.zones import day_start, local_date
from booking.errors import Rule

ALTERNATIVES = 5
# Longer than any series that can be asked for at once.
NO_HORIZON = timedelta(days=9 * 366)
# Busy time farther off than this cannot touch a session.
NEAR = timedelta(days=2)
A_MINUTE = timedelta(minutes=1)


class DateStatus(StrEnum):
    """What stands in the way of one date. The value is the word of the API."""

    OPEN = "open"
    TAKEN = "taken"
    AWAY = "away"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED = "closed"
    LICENCE = "licence"


OPEN = DateStatus.OPEN


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: where they will be, and when they have other appointments of their own."""

    state: str | None = None
    busy: Sequence[Interval] = field(default=())


@dataclass(frozen=True)
class Judge:
    """One diary and one kind of session, asked about many dates; none is too far ahead."""

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
    ) -> "Judge":
        return cls(diary, replace(rules, horizon=NO_HORIZON), starts, asked, now)

    def statuses(self) -> list[DateStatus]:
        """Return what stands in the way of each date, or that nothing does."""
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

    @cached_property
    def openings(self) -> Sequence[datetime]:
        """Return every time on the grid in all the weeks of the series."""
        first, last = self.week(self.starts[0])[0], self.week(self.starts[-1])[1]
        window = Interval(first, last)
        found = opening_minutes(self.diary, self.rules, window=window, now=self.now, **self._where)
        return [instant_at(minute) for minute in found]

    def alternatives(
        self, start: datetime, openings: Sequence[datetime], kept: Sequence[datetime]
    ) -> tuple[datetime, ...]:
        """Return what is open in the week of `start` and clear of the dates that are kept."""
        first, last = self.week(start)
        that_week = openings[bisect_left(openings, first) : bisect_left(openings, last)]
        near = [each for each in kept if first - WEEK < each < last + WEEK]
        clear = [s for s in that_week if self.is_clear(s, near) and self.is_free(s)]
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

    def is_clear(self, start: datetime, others: Sequence[datetime]) -> bool:
        """Return whether a session keeps its distance, buffers included, from all `others`."""
        rules = self.rules
        apart = timedelta(minutes=rules.minutes + rules.buffer_before + rules.buffer_after)
        return all(abs(start - other) >= apart for other in others)

    def is_free(self, start: datetime) -> bool:
        """Return whether the client has nothing else at that time."""
        end = start + timedelta(minutes=self.rules.minutes)
        return not any(busy.start < end and start < busy.end for busy in self.asked.busy)

    def _status(self, start: datetime) -> DateStatus:
        """Return why a date cannot be had, in the words of the therapist's calendar."""
        diary = _near(self.diary, start)
        rule = refusal(diary, self.rules, start, now=self.now, on_grid=False, **self._where)
        if rule is Rule.LICENCE:
            return DateStatus.LICENCE
        if rule in {Rule.PAST, Rule.NOTICE}:
            return DateStatus.OUTSIDE_HOURS
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
