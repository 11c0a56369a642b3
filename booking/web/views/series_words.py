"""A standing hour in words: how often and when, and its dates in a line."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import series_words, times
from booking.adapters.wording.series_facts import Pattern
from booking.domain.recurrence import WEEK
from booking.models import SeriesPart
from booking.web.views.days import day_words, month_day

# So many dates are named in a line; of more, the first and the last.
MOST_NAMED = 12


def line(instant: datetime, mine: ZoneInfo, now: datetime) -> str:
    """Return "Tue, Feb 9, 4:00 PM"."""
    return f"{day_words(instant, mine, now)}, {times.clock(instant, mine)}"


def named(instants: Sequence[datetime], mine: ZoneInfo) -> str:
    """Return "Feb 9, Feb 16 and Feb 23"; of very many dates the first ones and the last."""
    days = [month_day(each, mine) for each in instants]
    if len(days) <= MOST_NAMED:
        return series_words.listed(days)
    return str(
        _(
            "%(first)s and so on until %(last)s",
            first=", ".join(days[: MOST_NAMED // 2]),
            last=days[-1],
        )
    )


def pattern_words(part: SeriesPart, day: date, mine: ZoneInfo) -> str:
    """Return "Tuesdays at 4:00 PM, every week", as it is in the week of `day`."""
    return series_words.pattern(Pattern(round_of(part, day), part.every_weeks), mine)


def pattern_from(starts: Sequence[datetime], every_weeks: int, mine: ZoneInfo) -> str:
    """Return the same of dates that are no rule yet, by the week of the first of them."""
    one_week = tuple(start for start in starts if start - starts[0] < WEEK)
    return series_words.pattern(Pattern(one_week, every_weeks), mine)


def round_of(part: SeriesPart, day: date) -> tuple[datetime, ...]:
    """Return when the rule has its sessions in the week of `day`."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=weekday) for weekday in sorted(part.weekdays)]
    return tuple(part.hour.time.on(each) for each in days)
