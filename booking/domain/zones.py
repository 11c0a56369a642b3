"""Zones, and the only place where wall-clock time becomes an instant.

`zoneinfo` looks at the machine's own database first and at the pinned `tzdata` package only
when that is missing, so two machines can disagree about next spring. Importing this module
makes the pinned data the only data; every process that touches time imports it.
"""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import tzdata

zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()

TZDATA_VERSION: str = tzdata.IANA_VERSION
MIDNIGHT = time(0)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return every IANA name the pinned data knows by a region and a city, plus UTC."""
    return frozenset(
        name
        for name in zoneinfo.available_timezones()
        if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/")))
    )


def zone(name: str) -> ZoneInfo:
    """Return the zone called `name`; raise `ValueError` for anything but a full IANA name."""
    if name not in zone_names():
        raise ValueError(f"not an IANA zone name: {name!r}")
    return ZoneInfo(name)


def to_instant(day: date, at: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """Return the UTC instant at which clocks in `zone` show `at` on `day`.

    A time the clocks skip in spring moves forward by the length of the gap; a time they
    repeat in autumn means its first showing, or its second with `fold=1` (RFC 5545, 3.3.5).
    """
    if at.tzinfo is not None:
        raise ValueError(f"wall-clock time must carry no zone: {at}")
    return datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Return whether clocks in `zone` ever show the naive time `wall`."""
    there = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == wall


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of `day` in `zone`; midnight itself may not exist."""
    return to_instant(day, MIDNIGHT, zone)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the date on the calendar in `zone` at `instant`."""
    return instant.astimezone(zone).date()


def differ_at(instant: datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    """Return whether clocks in the two zones show different times at `instant`."""
    return instant.astimezone(one).utcoffset() != instant.astimezone(other).utcoffset()


def repeats_at(instant: datetime, zone: ZoneInfo) -> int:
    """Return 0 if the clock time at `instant` comes once, else 1 or 2 for which showing it is."""
    local = instant.astimezone(zone)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return 0
    return 2 if local.fold else 1


def offset_between(instant: datetime, mine: ZoneInfo, theirs: ZoneInfo) -> timedelta:
    """Return how far clocks in `theirs` are ahead of clocks in `mine` at `instant`."""
    there, here = instant.astimezone(theirs).utcoffset(), instant.astimezone(mine).utcoffset()
    return (there or timedelta(0)) - (here or timedelta(0))
