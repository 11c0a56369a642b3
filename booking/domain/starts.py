"""When sessions may start, kept small: by the minute, and by the quarter hour they fall in.

What part of the day a start is in depends on whose clock is read. Such parts begin on a
quarter hour of UTC in every zone, so whole calendars are compared as sets of quarters.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from booking.domain.minutes import DAY, WEEK_DAYS, floor_minute, instant_at, spans
from booking.domain.zones import day_start, local_date, to_instant

QUARTER = 15
WEEK = WEEK_DAYS * DAY // QUARTER
SATURDAY = 5
A_DAY = timedelta(days=1)
NOON, EVENING = time(12), time(17)


class Part(StrEnum):
    """A part of the day: before noon, noon to five, after five."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class When:
    """A part of the day, on weekdays or on weekends."""

    part: Part
    weekend: bool


WHENS = tuple(When(part, weekend) for part in Part for weekend in (False, True))


@dataclass(frozen=True, slots=True)
class Starts:
    """Minutes at which something may start, ascending, as `domain/minutes.py` numbers them.

    `quarters` is the set of the quarter hours they fall in; bit 0 is the quarter numbered
    `origin`, which begins a week.
    """

    minutes: Sequence[int]
    origin: int
    quarters: int

    @classmethod
    def of(cls, minutes: Sequence[int]) -> Self:
        origin = minutes[0] // QUARTER // WEEK * WEEK if minutes else 0
        found = bytearray((minutes[-1] // QUARTER - origin) // 8 + 1 if minutes else 0)
        for minute in minutes:
            at = minute // QUARTER - origin
            found[at >> 3] |= 1 << (at & 7)
        return cls(minutes, origin, int.from_bytes(found, "little"))


NONE = Starts.of(())


@dataclass(frozen=True, slots=True)
class Reach:
    """The starts of `known` that may be had: from index `first` up to `end`, not included.

    With `only`, those in these quarters; bit 0 is the origin of `known`.
    """

    known: Starts
    first: int
    end: int
    only: int | None = None

    @classmethod
    def of(cls, known: Starts, earliest: int, latest: int) -> Self:
        """Return what of `known` starts from the minute `earliest` to `latest`, both included."""
        return cls(known, bisect_left(known.minutes, earliest), bisect_right(known.minutes, latest))

    @property
    def minutes(self) -> Sequence[int]:
        found = self.known.minutes[self.first : self.end]
        if self.only is None:
            return found
        only, origin = self.only, self.known.origin
        return [minute for minute in found if only >> (minute // QUARTER - origin) & 1]

    @property
    def soonest(self) -> int | None:
        """Return the first of the minutes, if there is one."""
        if self.first >= self.end:
            return None
        minutes = self.known.minutes
        if self.only is None:
            return minutes[self.first]
        if not self.only:
            return None
        quarter = (self.only & -self.only).bit_length() - 1 + self.known.origin
        return minutes[bisect_left(minutes, quarter * QUARTER, self.first, self.end)]

    def quarters(self, origin: int) -> int:
        """Return the set of the quarters they fall in.

        Bit 0 is the quarter numbered `origin`, which none of them comes before.
        """
        if self.first >= self.end:
            return 0
        minutes = self.known.minutes
        first = minutes[self.first] // QUARTER - origin
        last = minutes[self.end - 1] // QUARTER - origin
        found = _moved(self.known.quarters, self.known.origin - origin)
        return (found >> first << first) & ((2 << last) - 1)

    def within(self, quarters: int, origin: int) -> "Reach":
        """Return what falls in these quarters; bit 0 is the quarter numbered `origin`."""
        only = self.quarters(self.known.origin) & _moved(quarters, origin - self.known.origin)
        return replace(self, only=only)


def _moved(bits: int, by: int) -> int:
    return bits << by if by >= 0 else bits >> -by


@dataclass(frozen=True, slots=True)
class Parts:
    """Which quarters belong to which part of which kind of day, by the clocks of one zone.

    `of` has a set of quarters for each of `WHENS`.
    """

    origin: int
    of: tuple[int, ...]

    def those(self, wanted: Iterable[When]) -> int:
        """Return the quarters of all the parts `wanted`."""
        found = 0
        for when in wanted:
            found |= self.of[WHENS.index(when)]
        return found


def parts_between(earliest: int, latest: int, zone: ZoneInfo) -> Parts:
    """Return the parts of the days in `zone` from one minute to another, both included."""
    origin = earliest // QUARTER // WEEK * WEEK
    weeks = latest // QUARTER // WEEK - origin // WEEK + 1
    return _parts(origin, weeks, zone)


# Everybody who looks this week needs the same few.
@lru_cache(maxsize=128)
def _parts(origin: int, weeks: int, zone: ZoneInfo) -> Parts:
    first = local_date(instant_at(origin * QUARTER), zone)
    pairs: dict[When, list[tuple[int, int]]] = {when: [] for when in WHENS}
    for number in range(weeks * WEEK_DAYS + 2):
        day = first + number * A_DAY
        edges = _edges(day, zone)
        if edges[0] == edges[-1]:
            continue  # a place that changes sides of the date line leaves out a day
        for part, (start, end) in zip(Part, pairwise(edges), strict=True):
            span = (start // QUARTER - origin, end // QUARTER - origin)
            pairs[When(part, day.weekday() >= SATURDAY)].append(span)
    length = weeks * WEEK
    return Parts(origin, tuple(spans(pairs[when], length=length) for when in WHENS))


def _edges(day: date, zone: ZoneInfo) -> tuple[int, int, int, int]:
    """Return the minutes at which morning, afternoon and evening begin, and the evening ends."""
    instants = (
        day_start(day, zone),
        to_instant(day, NOON, zone),
        to_instant(day, EVENING, zone),
        day_start(day + A_DAY, zone),
    )
    morning, noon, evening, end = (floor_minute(instant) for instant in instants)
    return morning, noon, evening, end
