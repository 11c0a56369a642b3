"""Standing hours in words: how often and when, each date in a line, and what became of it.

As in `times`, every function takes the zone of the person who reads, and the web uses the same
ones as filters (`FILTERS`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.dates import format_date

from booking.adapters.wording import times
from booking.adapters.wording.languages import known, translations
from booking.adapters.wording.series_facts import DateChange, Pattern, Standing
from booking.domain.labels import N_
from booking.domain.places import city_of
from booking.domain.zones import local_date, offset_between

_MINUTE = timedelta(minutes=1)
_MONTH_DAY = "MMMM d"
_WEEKDAYS = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)


def pattern(said: Pattern, zone: ZoneInfo, language: str = "en") -> str:
    """Return "Tuesdays and Thursdays at 4:00 PM, every 2 weeks", by the first round's clocks."""
    gettext, ngettext = translations(language).gettext, translations(language).ngettext
    days = sorted({start.astimezone(zone).weekday() for start in said.starts})
    often = ngettext("every week", "every %(num)s weeks", said.every_weeks)
    return gettext("%(days)s at %(time)s, %(often)s") % {
        "days": listed([gettext(_WEEKDAYS[day]) for day in days], language),
        "time": times.clock(said.starts[0], zone, language),
        "often": often % {"num": said.every_weeks},
    }


def listed(words: Sequence[str], language: str = "en") -> str:
    """Return "a", "a and b", or "a, b and c"."""
    *others, last = words
    if not others:
        return last
    _ = translations(language).gettext
    return _("%(first)s and %(last)s") % {"first": ", ".join(others), "last": last}


def date_line(instant: datetime, zone: ZoneInfo, now: datetime, language: str = "en") -> str:
    """Return "Tue, Nov 3, 4:00 PM", with the year if it is not this one."""
    said = [times.short_day(instant, zone, language)]
    day = local_date(instant, zone)
    if day.year != local_date(now, zone).year:
        said.append(str(day.year))
    return ", ".join([*said, times.clock(instant, zone, language)])


def both_clocks(instant: datetime, standing: Standing, now: datetime, language: str = "en") -> str:
    """Return "Tue, Nov 3, 4:00 PM (6:00 PM in New York)", where clocks differ on that date."""
    return _both_clocks(instant, standing.zone, standing.other_zone, now, language)


def both_clock_lines(
    starts: Iterable[datetime],
    zone: ZoneInfo,
    other_zone: ZoneInfo,
    now: datetime,
    language: str = "en",
) -> list[str]:
    """Return the same line for each of these dates, which are nobody's yet."""
    return [_both_clocks(each, zone, other_zone, now, language) for each in starts]


def date_lines(
    standing: Standing, now: datetime, language: str = "en", most: int | None = None
) -> list[str]:
    """Return a line for each date ahead, or for the next `most` of them."""
    return [both_clocks(each, standing, now, language) for each in standing.dates[:most]]


def _both_clocks(
    instant: datetime, mine: ZoneInfo, theirs: ZoneInfo, now: datetime, language: str
) -> str:
    said, other = (
        date_line(instant, mine, now, language),
        times.other_clock(instant, mine, theirs, language),
    )
    return f"{said} ({other})" if other else said


def change_line(change: DateChange, zone: ZoneInfo, now: datetime, language: str = "en") -> str:
    """Return what became of one date, as one line of a list."""
    _ = translations(language).gettext
    was, to = (each and date_line(each, zone, now, language) for each in (change.was, change.to))
    if was is None:
        return _("New: %(to)s") % {"to": to}
    if to is None:
        return _("Not meeting: %(was)s") % {"was": was}
    return _("%(was)s is now %(to)s") % {"was": was, "to": to}


def change_lines(
    changes: Iterable[DateChange], zone: ZoneInfo, now: datetime, language: str = "en"
) -> list[str]:
    return [change_line(each, zone, now, language) for each in changes]


def choice_lines(choices: Iterable[Standing], now: datetime, language: str = "en") -> list[str]:
    """Return "Tuesdays at 4:00 PM, every week, from Tue, Nov 3, 4:00 PM" for each of them."""
    _ = translations(language).gettext
    return [
        _("%(pattern)s, from %(first)s")
        % {
            "pattern": pattern(each.pattern, each.zone, language),
            "first": both_clocks(each.begins_at, each, now, language),
        }
        for each in choices
    ]


def instants(
    starts: Iterable[datetime], zone: ZoneInfo, now: datetime, language: str = "en"
) -> list[str]:
    return [date_line(each, zone, now, language) for each in starts]


def clock_changes(standing: Standing, language: str = "en") -> list[str]:
    """Return a sentence for each time that clocks move the hour of the one who reads.

    "Clocks change in Los Angeles on March 14. From March 16 it is 3:00 PM Phoenix time."
    Nothing is said of changes that move both clocks alike.
    """
    return [
        _clock_change(before, after, standing, language)
        for before, after in pairwise(standing.ruled)
        if offset_between(before, standing.anchor, standing.zone)
        != offset_between(after, standing.anchor, standing.zone)
    ]


def _clock_change(before: datetime, after: datetime, standing: Standing, language: str) -> str:
    _ = translations(language).gettext
    said = []
    for zone in dict.fromkeys((standing.anchor, standing.zone)):
        change = times.change_between(before, after, zone)
        if change is not None:
            day = format_date(change.day, _MONTH_DAY, locale=known(language))
            said.append(
                _("Clocks change in %(city)s on %(date)s.")
                % {"city": city_of(zone.key), "date": day}
            )
    first = format_date(local_date(after, standing.zone), _MONTH_DAY, locale=known(language))
    said.append(
        _("From %(date)s it is %(time)s %(zone)s.")
        % {
            "date": first,
            "time": times.clock(after, standing.zone, language),
            "zone": times.zone_words(standing.zone, language),
        }
    )
    return " ".join(said)


def minutes(standing: Standing, language: str = "en") -> str:
    """Return "50 minutes"."""
    count = standing.length // _MINUTE
    words = translations(language).ngettext("%(num)s minute", "%(num)s minutes", count)
    return words % {"num": count}


FILTERS: Mapping[str, Callable[..., str | list[str]]] = MappingProxyType(
    {
        "pattern": pattern,
        "both_clock_lines": both_clock_lines,
        "date_line": date_line,
        "date_lines": date_lines,
        "change_line": change_line,
        "change_lines": change_lines,
        "choice_lines": choice_lines,
        "instants": instants,
        "clock_changes": clock_changes,
        "minutes": minutes,
    }
)
