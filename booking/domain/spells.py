"""Spells: stretches of time over which the clocks of a zone keep one distance from UTC.

Inside a spell, wall-clock minutes and UTC minutes differ by a constant, so whole local days can
be laid side by side. Where spells meet, the clocks change: an hour that comes twice lies in
both spells, an hour that is skipped in neither, and nothing needs a special case.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.domain.minutes import DAY, floor_minute, full, instant_at

DAY_BYTES = DAY // 8
EMPTY_DAY = bytes(DAY_BYTES)
FULL_DAY = b"\xff" * DAY_BYTES
_NO_OFFSET = timedelta(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """The UTC minutes from `start` up to `end`, when clocks are `offset` minutes ahead of UTC."""

    start: int
    end: int
    offset: int

    def days(self) -> range:
        """Return the numbers of the local days the spell touches."""
        return range((self.start + self.offset) // DAY, (self.end - 1 + self.offset) // DAY + 1)


def spells(zone: ZoneInfo, *, start: int, end: int) -> list[Spell]:
    """Return the spells of `zone` that make up the UTC minutes from `start` up to `end`."""
    found = []
    offset = _offset(zone, start)
    for year in range(instant_at(start).year, instant_at(end).year + 1):
        for minute, new_offset in _changes(zone, year):
            if start < minute < end:
                found.append(Spell(start, minute, offset))
                start, offset = minute, new_offset
    found.append(Spell(start, end, offset))
    return found


def lay(spells: Sequence[Spell], marks: Callable[[range], Iterable[bytes]]) -> int:
    """Return the UTC minutes marked in the local days that `spells` touch.

    `marks` gives `DAY_BYTES` bytes for each day of a range, one bit a minute of the wall clock,
    lowest first. Bit 0 of the answer is the start of the first spell; bits past the end of the
    last one mean nothing.
    """
    marked = 0
    for spell in spells:
        days = spell.days()
        wall = int.from_bytes(b"".join(marks(days)), "little")
        skipped = spell.start + spell.offset - days.start * DAY
        inside = wall >> skipped
        if spell is not spells[-1]:
            inside &= full(spell.end - spell.start)
        marked |= inside << (spell.start - spells[0].start)
    return marked


def local_days(spells: Iterable[Spell], instants: Sequence[datetime]) -> list[int]:
    """Return the number of the local day of each of `instants` that lies in `spells`."""
    found: list[int] = []
    for spell in spells:
        start, end, day = instant_at(spell.start), instant_at(spell.end), spell.days().start
        midnight = instant_at(day * DAY - spell.offset)
        found += [day + (at - midnight).days for at in instants if start <= at < end]
    return found


@lru_cache(maxsize=4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    return tuple(_find_changes(zone, year))


def _find_changes(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int]]:
    """Yield each minute of the UTC `year` at which the offset changes, and the new offset.

    Looks day by day, then halves the day: no zone changes its clocks twice within a day.
    """
    first = floor_minute(datetime(year, 1, 1, tzinfo=UTC))
    before = _offset(zone, first - DAY)
    for today in range(first, first + 366 * DAY, DAY):
        after = _offset(zone, today)
        if after != before:
            low, high = today - DAY, today
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            yield high, after
        before = after


def _offset(zone: ZoneInfo, minute: int) -> int:
    return (instant_at(minute).astimezone(zone).utcoffset() or _NO_OFFSET) // _MINUTE
