"""The dates of a standing hour, made from a clock on the wall and never by adding to an instant.

A standing hour keeps its time of day while clocks change, so its instants are an hour nearer
or further apart twice a year. A time of day that the clocks skip on one of its dates moves
forward by as much as they skip, and one they repeat means its first showing (RFC 5545, 3.3.5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from booking.domain.zones import to_instant

WEEK = timedelta(days=7)
EVERY_WEEKS = range(1, 5)
# Two years of weekly sessions: more at once is not a plan but a slip of the finger.
MOST_DATES = 104
# An open-ended series is shown, and made, by so many dates at once.
BLOCK = 12
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Which dates: `weekdays` (0 is Monday) of every `every_weeks`-th week, from `first` on.

    Weeks begin on Monday and are counted from that of `first`, also across the end of a year.
    There are `count` dates, or all up to and including `until`; with neither it is open-ended.
    """

    first: date
    weekdays: frozenset[int]
    every_weeks: int = 1
    count: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.every_weeks not in EVERY_WEEKS:
            raise ValueError(f"every 1 to 4 weeks, not every {self.every_weeks}")
        if not self.weekdays <= frozenset(range(7)):
            raise ValueError(f"weekdays must be 0 to 6: {sorted(self.weekdays)}")
        if self.first.weekday() not in self.weekdays:
            raise ValueError(f"the first date is on none of the weekdays: {self.first}")
        if self.count is not None and self.until is not None:
            raise ValueError("a standing hour ends by a count or by a date, not by both")
        if self.count is not None and not 1 <= self.count <= MOST_DATES:
            raise ValueError(f"1 to {MOST_DATES} dates, not {self.count}")
        if self.until is not None and self.until < self.first:
            raise ValueError(f"ends before it begins: {self.until}")

    @property
    def is_open_ended(self) -> bool:
        return self.count is None and self.until is None

    def dates(self) -> Iterator[date]:
        """Yield the dates, ascending; for ever, or to the end of the calendar, if open-ended."""
        found = self._all()
        if self.until is not None:
            last = self.until
            found = takewhile(lambda day: day <= last, found)
        return islice(found, self.count)

    def first_dates(self, most: int) -> list[date]:
        """Return the first dates, at most so many."""
        return list(islice(self.dates(), most))

    def starting(self, day: date) -> "Repeat":
        """Return the rest of it, from the first date on or after `day`, in the same weeks.

        Raises `ValueError` if nothing is left.
        """
        for gone, each in enumerate(self.dates()):
            if each >= day:
                count = None if self.count is None else self.count - gone
                return replace(self, first=each, count=count)
        raise ValueError(f"it has no date from {day} on")

    def _all(self) -> Iterator[date]:
        monday = self.first - self.first.weekday() * A_DAY
        while True:
            for weekday in sorted(self.weekdays):
                day = monday + weekday * A_DAY
                if day >= self.first:
                    yield day
            if monday > date.max - self.every_weeks * WEEK - WEEK:
                return
            monday += self.every_weeks * WEEK


@dataclass(frozen=True, slots=True)
class StandingTime:
    """A time of day on the clocks of `zone`. It is the zone of the series for life."""

    at: time
    zone: ZoneInfo

    def on(self, day: date) -> datetime:
        """Return the instant at which it is on `day`, in UTC."""
        return to_instant(day, self.at, self.zone)


@dataclass(frozen=True, slots=True)
class StandingHour:
    """Which dates, and when on each of them."""

    repeat: Repeat
    time: StandingTime

    def starts(self) -> Iterator[datetime]:
        """Yield when its sessions start, in UTC, ascending; if open-ended, the first of them."""
        return map(self.time.on, self.days())

    def days(self) -> Iterator[date]:
        """Yield the dates of the rule themselves, as many."""
        most = BLOCK if self.repeat.is_open_ended else MOST_DATES
        return islice(self.repeat.dates(), most)

    def time_day(self, start: datetime) -> date:
        """Return which date it is on the clock of the hour."""
        return start.astimezone(self.time.zone).date()

    def at(self, start: datetime) -> "StandingHour":
        """Return the same with `start` for its first, on that day of the week alone."""
        wall = start.astimezone(self.time.zone)
        repeat = replace(self.repeat, first=wall.date(), weekdays=frozenset({wall.weekday()}))
        return StandingHour(repeat, StandingTime(wall.time(), self.time.zone))


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Between `after` and the next start, clocks in `zone` moved: forward, if `by` is positive."""

    after: datetime
    zone: ZoneInfo
    by: timedelta


def clock_changes(starts: Sequence[datetime], zones: Sequence[ZoneInfo]) -> list[ClockChange]:
    """Return where clocks in any of `zones` change between two of the ascending `starts`."""
    found: list[ClockChange] = []
    for before, after in pairwise(starts):
        for zone in dict.fromkeys(zones):
            by = _offset(after, zone) - _offset(before, zone)
            if by:
                found.append(ClockChange(before, zone, by))
    return found


def overlaps_itself(starts: Sequence[datetime], length: timedelta) -> bool:
    """Return whether a session of `length` is still going on when the next one starts."""
    return any(after - before < length for before, after in pairwise(starts))


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
