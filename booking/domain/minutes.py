"""Sets of minutes, each held in one integer, so that a whole month is compared at once.

Bit i of a set stands for the minute that starts i minutes after an origin the caller knows.
Minutes themselves are numbered from Monday 0001-01-01 00:00 UTC, so that of a minute number
`// DAY` is a day, `% 7` of that day its weekday (0 is Monday), and `// 7` its week.
"""

import struct
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import compress

from booking.domain.interval import Interval

HOUR = 60
DAY = 24 * HOUR
WEEK_DAYS = 7

_EPOCH = datetime.min.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_ALMOST_A_MINUTE = _MINUTE - timedelta.resolution
_SECONDS = 60
_ORDINAL_OF_DAY_ZERO = 1
_WORD = 64


def day_number(day: date) -> int:
    """Return the days from Monday 0001-01-01 to `day`."""
    return day.toordinal() - _ORDINAL_OF_DAY_ZERO


def floor_minute(instant: datetime) -> int:
    """Return the number of the minute that `instant`, in UTC, falls in."""
    day = instant.toordinal() - _ORDINAL_OF_DAY_ZERO
    return day * DAY + instant.hour * HOUR + instant.minute


def ceil_minute(instant: datetime) -> int:
    """Return the number of the first minute that starts at or after `instant`, in UTC."""
    return floor_minute(instant) + (1 if instant.second or instant.microsecond else 0)


# People look at the same weeks over and over; making an instant costs five times a look-up.
@lru_cache(maxsize=16384)
def instant_at(minute: int) -> datetime:
    """Return the UTC instant at which the minute numbered `minute` starts."""
    return _EPOCH + _MINUTE * minute


def touched(
    intervals: Iterable[Interval], *, origin: int, lead: int = 0, tail: int = 0
) -> list[tuple[int, int]]:
    """Return the half-open minutes, counted from `origin`, that each interval touches.

    Each begins `lead` minutes earlier and ends `tail` minutes later than the interval does.
    """
    zero = instant_at(origin + lead)
    zero_rounding_up = instant_at(origin - tail) - _ALMOST_A_MINUTE
    return [
        (
            (from_zero := interval.start - zero).days * DAY + from_zero.seconds // _SECONDS,
            (from_zero := interval.end - zero_rounding_up).days * DAY
            + from_zero.seconds // _SECONDS,
        )
        for interval in intervals
    ]


def full(length: int) -> int:
    """Return the set of the first `length` minutes."""
    return (1 << max(length, 0)) - 1


def spans(pairs: Iterable[tuple[int, int]], *, length: int) -> int:
    """Return the minutes of half-open `pairs`, clipped to the first `length` minutes.

    Each ends after it starts. They may overlap, come in any order, and reach outside.
    """
    starts, ends = bytearray(length // 8 + 1), bytearray(length // 8 + 1)
    run, done = 0, 0
    for start, end in sorted(pairs):
        if start > done:
            if start >= length:
                break
            starts[run >> 3] |= 1 << (run & 7)
            ends[done >> 3] |= 1 << (done & 7)
            run, done = start, end
        elif end > done:
            done = end
    # Runs do not meet, so 2**end - 2**start of each, added up, are their minutes.
    size = run // 8 + 1
    earlier = int.from_bytes(ends[:size], "little") - int.from_bytes(starts[:size], "little")
    return earlier + (1 << min(done, length)) - (1 << run)


def starts_of(free: int, length: int) -> int:
    """Return the minutes from which `length` minutes in a row, itself included, are in `free`.

    Doubles what it knows with every shift. Raises `ValueError` if `length` is not positive.
    """
    if length <= 0:
        raise ValueError(f"length must be positive, got {length}")
    known = 1
    while known < length:
        step = min(known, length - known)
        free &= free >> step
        known += step
    return free


def every(step: int, *, start: int, end: int) -> int:
    """Return `start` and each `step`-th minute after it, before `end`."""
    return sum(1 << minute for minute in range(start, end, step))


def members(bits: int) -> list[int]:
    """Return the minutes in the set, ascending."""
    count = bits.bit_length() // _WORD + 1
    words = struct.unpack(f"<{count}Q", bits.to_bytes(count * _WORD // 8, "little"))
    found: list[int] = []
    for at in compress(range(count), words):
        word = words[at]
        while word:
            lowest = word & -word
            found.append(at * _WORD + lowest.bit_length() - 1)
            word ^= lowest
    return found
