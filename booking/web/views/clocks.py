"""Two clocks on every page: the client's, and the therapist's where it shows another time."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain import places, zones

NAMED_FOR_OLD_TIMES = ("US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows now; `name` is whose it is, empty for the one who looks."""

    city: str
    now: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on one clock."""

    day: str
    time: str
    city: str
    name: str = ""

    @property
    def words(self) -> str:
        return str(_("%(day)s at %(time)s", day=self.day, time=self.time))


@dataclass(frozen=True, slots=True)
class BothClocks:
    """One instant for the client, and for the therapist where that differs."""

    yours: Moment
    theirs: Moment | None
    zone: str

    @property
    def words(self) -> str:
        """Return "Tuesday, January 26 at 4:00 PM Phoenix time"."""
        return f"{self.yours.words} {self.zone}"


def clock_now(now: datetime, zone: ZoneInfo, name: str = "") -> Clock:
    return Clock(places.city_of(zone.key), times.clock(now, zone), name)


def on_both_clocks(instant: datetime, mine: ZoneInfo, theirs: ZoneInfo, *, name: str) -> BothClocks:
    """Return `instant` on the client's clock, and on that of the therapist called `name`."""
    yours = Moment(times.day(instant, mine), times.clock(instant, mine), places.city_of(mine.key))
    there = their_time(instant, mine, theirs)
    other = None
    if there is not None:
        other = Moment(times.day(instant, theirs), there, places.city_of(theirs.key), name)
    return BothClocks(yours, other, times.zone_words(mine))


def their_time(instant: datetime, mine: ZoneInfo, theirs: ZoneInfo) -> str | None:
    """Return "3:00 PM", or "Tuesday 11:30 PM" where the day differs; None if it is the same."""
    if not zones.differ_at(instant, mine, theirs):
        return None
    shown = times.clock(instant, theirs)
    if zones.local_date(instant, mine) == zones.local_date(instant, theirs):
        return shown
    return f"{times.weekday(instant, theirs)} {shown}"


def until(instant: datetime, zone: ZoneInfo) -> str:
    """Return "Tuesday, January 26, 4:00 PM Phoenix time"."""
    return f"{times.long_time(instant, zone)} {times.zone_words(zone)}"


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """The form that changes whose clock is shown; `back` is where it leads."""

    options: tuple[tuple[str, list[tuple[str, str]]], ...]
    chosen: str
    back: str


def zone_choice(zone: ZoneInfo, back: str) -> ZoneChoice:
    return ZoneChoice(
        ((_("United States"), american_zones()), (_("Other places"), _elsewhere())), zone.key, back
    )


def american_zones() -> list[tuple[str, str]]:
    """Return the zones of the United States by the names people know."""
    return [(name, _(label)) for name, label in places.US_ZONES]


@lru_cache(maxsize=1)
def _elsewhere() -> list[tuple[str, str]]:
    listed = {name for name, _label in places.US_ZONES}
    found = [
        (name, f"{name.split('/')[0]}: {places.city_of(name)}")
        for name in zones.zone_names()
        if name not in listed and not name.startswith(NAMED_FOR_OLD_TIMES)
    ]
    return sorted(found, key=lambda option: option[1])
