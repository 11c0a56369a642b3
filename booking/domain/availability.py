"""When a therapist works: weekly hours and one-day overrides, in the therapist's wall time.

An instant is open if the clock on the therapist's wall, at that instant, reads a time within
the hours of that date. It follows that hours in a skipped hour are not worked, and hours in a
repeated one are worked twice.

Hours of one date that overlap or touch are one block, and sessions are counted from its start:
09:00-12:00 beside 12:00-17:00 is 09:00-17:00, and 11:00-17:00 laid over 09:00-12:00 does not
start a second count at 11:00. Midnight ends a block, since hours belong to a date, but not a
session: open hours on both sides of it are one stretch.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import lcm
from zoneinfo import ZoneInfo

from booking.domain import minutes
from booking.domain.minutes import DAY, WEEK_DAYS, day_number
from booking.domain.spells import DAY_BYTES, Spell, spells

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Minutes after midnight, from and until, on one weekday (0 is Monday) of every n-th week.

    Weeks start on Monday and are counted from the week of `anchor`, in both directions, so the
    count runs on across the end of a year.
    """

    weekday: int
    from_minute: int
    until_minute: int
    every_weeks: int = 1
    anchor: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < WEEK_DAYS:
            raise ValueError(f"weekday must be 0 to 6, got {self.weekday}")
        _check_span(self.from_minute, self.until_minute)
        if self.every_weeks < 1:
            raise ValueError(f"every_weeks must be positive, got {self.every_weeks}")
        if self.every_weeks > 1 and self.anchor is None:
            raise ValueError(f"hours every {self.every_weeks} weeks need an anchor")

    def fall_on(self, day: int) -> bool:
        """Return whether these hours are worked on the day with this number."""
        if day % WEEK_DAYS != self.weekday:
            return False
        if self.anchor is None:
            return True
        weeks_apart = day // WEEK_DAYS - day_number(self.anchor) // WEEK_DAYS
        return weeks_apart % self.every_weeks == 0


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of one date, instead of the weekly ones; no blocks means away all day."""

    day: date
    blocks: Spans

    def __post_init__(self) -> None:
        for start, end in self.blocks:
            _check_span(start, end)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of open hours in UTC, and the wall-clock time its grid is counted from.

    `grid_wall` carries no zone. It is earlier than `start` on the wall when the hours begin in
    a skipped hour.
    """

    start: datetime
    end: datetime
    grid_wall: datetime


def blocks(
    weekly: Iterable[WeeklyHours],
    overrides: Iterable[DayHours],
    zone: ZoneInfo,
    *,
    first: date,
    last: date,
) -> list[Block]:
    """Return the open hours of the local dates `first` to `last`, both included, ascending.

    A clock change may split the hours of a date in two; both parts then share a `grid_wall`.
    """
    hours = hours_by_day(tuple(weekly), tuple(overrides))
    dates = range(day_number(first), day_number(last) + 1)
    # No zone is a whole day away from UTC.
    around = spells(zone, start=(dates.start - 1) * DAY, end=(dates.stop + 1) * DAY)
    found: list[Block] = []
    for spell in around:
        for day in spell.days():
            for span in hours(day) if day in dates else ():
                _add(found, spell, day=day, span=span)
    return found


def hours_by_day(
    weekly: tuple[WeeklyHours, ...], overrides: tuple[DayHours, ...]
) -> Callable[[int], Spans]:
    """Return what gives the hours of the day with a number, overlapping hours joined.

    Of two overrides of one date the last one counts.
    """
    replaced = {day_number(override.day): override.blocks for override in overrides}

    def hours(day: int) -> Spans:
        if day in replaced:
            return _joined(replaced[day])
        return _joined(
            (each.from_minute, each.until_minute) for each in weekly if each.fall_on(day)
        )

    return hours


class Grid:
    """Every `step`-th minute of each block: a bit a minute, `DAY_BYTES` bytes a local day.

    With a `step` of 1 these are all the open minutes. What was drawn once is kept.
    """

    def __init__(
        self, weekly: tuple[WeeklyHours, ...], overrides: tuple[DayHours, ...], *, step: int
    ) -> None:
        self._step = step
        self._weekly = hours_by_day(weekly, ())
        self._cycle = WEEK_DAYS * lcm(*(hours.every_weeks for hours in weekly))
        self._drawn: dict[int, bytes] = {}
        self._replaced = {
            day_number(override.day): _draw(_joined(override.blocks), step)
            for override in overrides
        }

    def __call__(self, days: range) -> list[bytes]:
        """Return the bits of each of `days`, which are numbers."""
        drawn, cycle = self._drawn, self._cycle
        try:
            chunks = [drawn[day % cycle] for day in days]
        except KeyError:
            for day in days:
                drawn[day % cycle] = _draw(self._weekly(day), self._step)
            chunks = [drawn[day % cycle] for day in days]
        for day, chunk in self._replaced.items():
            if day in days:
                chunks[day - days.start] = chunk
        return chunks


@lru_cache(maxsize=2048)
def grid(weekly: tuple[WeeklyHours, ...], overrides: tuple[DayHours, ...], *, step: int) -> Grid:
    """Return the grid of these hours, the same one each time it is asked for."""
    return Grid(weekly, overrides, step=step)


@lru_cache(maxsize=1024)
def _draw(hours: Spans, step: int) -> bytes:
    bits = sum(minutes.every(step, start=start, end=end) for start, end in hours)
    return bits.to_bytes(DAY_BYTES, "little")


def _joined(pairs: Iterable[tuple[int, int]]) -> Spans:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _add(found: list[Block], spell: Spell, *, day: int, span: tuple[int, int]) -> None:
    """Add the part of a day's hours that lies in `spell`, to the block it goes on from if any."""
    midnight = day * DAY - spell.offset
    start, end = max(midnight + span[0], spell.start), min(midnight + span[1], spell.end)
    if start >= end:
        return
    block = Block(
        start=minutes.instant_at(start),
        end=minutes.instant_at(end),
        grid_wall=minutes.instant_at(day * DAY).replace(tzinfo=None) + timedelta(minutes=span[0]),
    )
    if found and (found[-1].end, found[-1].grid_wall) == (block.start, block.grid_wall):
        block = Block(found.pop().start, block.end, block.grid_wall)
    found.append(block)


def _check_span(start: int, end: int) -> None:
    if not 0 <= start < end <= DAY:
        raise ValueError(f"hours must lie within one day and end after they start: {start}-{end}")
