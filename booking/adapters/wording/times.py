"""The one place where an instant becomes words: dates, clocks, and whose clock it is.

Every function takes an aware instant and the zone of the person who reads; the web uses the
same ones as filters (`FILTERS`). A zone is named by a city people know, never by letters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from booking.adapters.wording.languages import known, translations
from booking.domain import zones
from booking.domain.places import city_of

_WEEKDAY, _DAY, _SHORT_DAY, _CLOCK = "EEEE", "EEEE, MMMM d", "EEE, MMM d", "h:mm a"
_SHORT, _DATE = "EEE MMM d, h:mm a", "MMMM d"
_MINUTE = timedelta(minutes=1)


def clock(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "4:00 PM", with which of the two it is where the clocks show it twice."""
    return _said(instant, zone, _CLOCK, language) + _which(instant, zone, language)


def day(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tuesday, November 3"."""
    return _said(instant, zone, _DAY, language)


def short_day(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tue, Nov 3"."""
    return _said(instant, zone, _SHORT_DAY, language)


def weekday(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tuesday"."""
    return _said(instant, zone, _WEEKDAY, language)


def long_time(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tuesday, November 3, 4:00 PM"."""
    return f"{day(instant, zone, language)}, {clock(instant, zone, language)}"


def short_time(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tue Nov 3, 5:00 PM", for texts."""
    return _said(instant, zone, _SHORT, language) + _which(instant, zone, language)


def zone_words(zone: ZoneInfo, language: str = "en") -> str:
    """Return "Phoenix time"."""
    _ = translations(language).gettext
    return _("%(city)s time") % {"city": city_of(zone.key)}


def span(start: datetime, end: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Return "4:00 PM to 4:50 PM"."""
    _ = translations(language).gettext
    return _("%(start)s to %(end)s") % {
        "start": clock(start, zone, language),
        "end": clock(end, zone, language),
    }


def other_clock(
    instant: datetime, mine: ZoneInfo, theirs: ZoneInfo, language: str = "en"
) -> str | None:
    """Return what clocks in `theirs` show, if that differs from `mine` on that date.

    "7:00 PM in New York"; where the day of the week differs too, it is spelled out:
    "Tuesday 9:30 PM in Los Angeles".
    """
    if not zones.differ_at(instant, mine, theirs):
        return None
    _ = translations(language).gettext
    there = clock(instant, theirs, language)
    if zones.local_date(instant, mine) != zones.local_date(instant, theirs):
        there = f"{weekday(instant, theirs, language)} {there}"
    return _("%(time)s in %(city)s") % {"time": there, "city": city_of(theirs.key)}


def ahead(instant: datetime, mine: ZoneInfo, theirs: ZoneInfo, language: str = "en") -> str | None:
    """Return "2 hours ahead of you", if clocks in `theirs` differ on that date."""
    apart = zones.offset_between(instant, mine, theirs)
    if not apart:
        return None
    gettext, ngettext = translations(language).gettext, translations(language).ngettext
    minutes = abs(apart) // _MINUTE
    length = ngettext("%(count)s hour", "%(count)s hours", -(-minutes // 60)) % {
        "count": f"{minutes / 60:g}"
    }
    if apart > timedelta(0):
        return gettext("%(length)s ahead of you") % {"length": length}
    return gettext("%(length)s behind you") % {"length": length}


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clocks in a zone go forward or back on `day`, by the calendar there."""

    day: date
    forward: bool


def change_between(now: datetime, instant: datetime, zone: ZoneInfo) -> ClockChange | None:
    """Return the last change of clocks after `now` and up to `instant`, if they then differ."""
    if _same_offset(now, instant, zone):
        return None
    before, after = now.astimezone(UTC), instant.astimezone(UTC)
    while after - before > _MINUTE:
        middle = before + (after - before) / 2
        if _same_offset(middle, instant, zone):
            after = middle
        else:
            before = middle
    shift = after.astimezone(zone).utcoffset() or timedelta(0)
    was = before.astimezone(zone).utcoffset() or timedelta(0)
    return ClockChange(zones.local_date(after, zone), forward=shift > was)


def change_words(
    now: datetime, instant: datetime, zone: ZoneInfo, language: str = "en"
) -> str | None:
    """Return a sentence on the clocks that change before `instant`, or None if none do."""
    change = change_between(now, instant, zone)
    if change is None:
        return None
    _ = translations(language).gettext
    said = {
        "city": city_of(zone.key),
        "date": format_date(change.day, _DATE, locale=known(language)),
        "time": clock(instant, zone, language),
    }
    if change.forward:
        return (
            _("Clocks in %(city)s go forward on %(date)s. %(time)s is the time after that.") % said
        )
    return _("Clocks in %(city)s go back on %(date)s. %(time)s is the time after that.") % said


def _same_offset(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return one.astimezone(zone).utcoffset() == other.astimezone(zone).utcoffset()


def _said(instant: datetime, zone: ZoneInfo, pattern: str, language: str) -> str:
    # Babel is given bare wall time: it would else look the zone up in a database of its own.
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return format_datetime(wall, pattern, locale=known(language))


def _which(instant: datetime, zone: ZoneInfo, language: str) -> str:
    _ = translations(language).gettext
    showing = zones.repeats_at(instant, zone)
    if showing == 0:
        return ""
    if showing == 1:
        return " " + _("(before the clocks go back)")
    return " " + _("(after the clocks go back)")


FILTERS: Mapping[str, Callable[..., str | None]] = MappingProxyType(
    {
        "clock": clock,
        "day": day,
        "short_day": short_day,
        "weekday": weekday,
        "long_time": long_time,
        "short_time": short_time,
        "zone_words": zone_words,
        "other_clock": other_clock,
        "ahead": ahead,
        "change_words": change_words,
    }
)
