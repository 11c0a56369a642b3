"""Days in words where no time goes with them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _

from booking.adapters.wording import series_words, times
from booking.domain.labels import N_
from booking.domain.zones import local_date
from booking.web.i18n import LANGUAGE

# 0 is Monday, as everywhere.
WEEKDAYS = (
    N_("Mondays"),
    N_("Tuesdays"),
    N_("Wednesdays"),
    N_("Thursdays"),
    N_("Fridays"),
    N_("Saturdays"),
    N_("Sundays"),
)


def weekdays(starts: Sequence[datetime], zone: ZoneInfo) -> str:
    """Return "Tuesdays", or "Mondays and Thursdays"."""
    days = sorted({local_date(start, zone).weekday() for start in starts})
    return series_words.listed([str(_(WEEKDAYS[day])) for day in days])


def day_words(instant: datetime, zone: ZoneInfo, beside: datetime) -> str:
    """Return "Tue, Jan 26", with the year where that of `beside`, another date, differs."""
    said, day = times.short_day(instant, zone), local_date(instant, zone)
    return said if day.year == local_date(beside, zone).year else f"{said}, {day.year}"


def month_day(instant: datetime, zone: ZoneInfo) -> str:
    """Return "Jan 26"."""
    return str(format_date(local_date(instant, zone), "MMM d", locale=LANGUAGE))


def whole_day(day: date) -> str:
    """Return "Sunday, March 14"."""
    return str(format_date(day, "EEEE, MMMM d", locale=LANGUAGE))
