"""Every date of a standing hour before it is booked: open, or why not, and what else that week.

The dates are judged by the rules that offer single times, so what is open here is bookable.
Two of the rules are for the first date alone: how far ahead a series may begin, and on which
minute. After that the hour stays what it is.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from booking.domain.judging import OPEN, Asked, DateStatus, Judge
from booking.domain.openings import Diary, SessionRules, refusal
from booking.domain.recurrence import StandingHour
from booking.errors import Rule, RuleBroken

OFTEN = 3
_FOR_THE_FIRST = frozenset({Rule.PAST, Rule.NOTICE, Rule.HORIZON, Rule.OFF_GRID})


@dataclass(frozen=True, slots=True)
class Rung:
    """One date. `alternatives` are open that week and clear of all other dates, nearest first."""

    starts_at: datetime
    status: DateStatus
    alternatives: tuple[datetime, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.status is DateStatus.OPEN


def rungs_of(judge: Judge) -> list[Rung]:
    """Return a rung for each date; whether the first may be a beginning, `check_first` says."""
    starts, statuses = judge.starts, judge.statuses()
    kept = [start for start, status in zip(starts, statuses, strict=True) if status is OPEN]
    clashes = len(starts) - len(kept)
    elsewhere = judge.openings if clashes else []
    rungs: list[Rung] = []
    for start, status in zip(starts, statuses, strict=True):
        found = () if status is OPEN else judge.alternatives(start, elsewhere, kept)
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


def refused(
    diary: Diary,
    rules: SessionRules,
    chosen: Mapping[datetime, datetime],
    *,
    asked: Asked,
    now: datetime,
) -> list[datetime]:
    """Return which dates cannot be had as `chosen`: from when each would be to when it is to be.

    A date left where it was needs no more than a date of a ladder; one moved elsewhere must be
    a time that is offered. All of them must keep their distance from each other.
    """
    by_time = sorted(chosen, key=lambda start: chosen[start])
    judge = Judge.of(diary, rules, [chosen[start] for start in by_time], asked=asked, now=now)
    moved = {start for start in by_time if chosen[start] != start}
    offered = set(judge.openings) if moved else set()
    found = [
        start
        for start, status in zip(by_time, judge.statuses(), strict=True)
        if status is not OPEN or (start in moved and chosen[start] not in offered)
    ]
    close = [
        later
        for earlier, later in pairwise(by_time)
        if not judge.is_clear(chosen[later], [chosen[earlier]])
    ]
    return sorted({*found, *close})


def clearer_time(judge: Judge, hour: StandingHour, rungs: Sequence[Rung]) -> datetime | None:
    """Return the first start of a time of that week which is open on every date of the series.

    `judge` and `rungs` are of the dates of `hour`. The same time of day is preferred, then the
    nearest. None where the wished time does not clash often enough to say so, or where the
    series meets on several days of the week.
    """
    clashes = sum(not rung.is_open for rung in rungs)
    if clashes < OFTEN or len(hour.repeat.weekdays) > 1:
        return None
    openings = judge.openings
    # Nobody new has other appointments, and a year has two thousand starts.
    known = bool(judge.asked.busy)
    free = {start for start in openings if judge.is_free(start)} if known else {*openings}
    first, last = judge.week(rungs[0].starts_at)
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
