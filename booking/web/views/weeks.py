"""Four weeks of days that can be picked, and the times of one of them. No dates beyond that.

The weeks start on Sunday, and the first of them is the one today is in. Days are the
client's: a time late in the evening for one is on the next day for the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.domain.zones import local_date
from booking.web.i18n import LANGUAGE
from booking.web.instants import rfc3339
from booking.web.views.clocks import their_time

WEEKS = 4
DAYS = 7 * WEEKS
A_DAY = timedelta(days=1)
NOON, EVENING = 12, 17

DATE, SHORT, MONTH = "EEEE, MMMM d", "MMMM d", "MMM"

Address = Callable[[date], str]
OpenDays = dict[date, list[datetime]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the table; `href` is None where nothing is open."""

    number: int
    month: str
    words: str
    value: str
    href: str | None
    chosen: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A way to other weeks, or to the next open day."""

    href: str
    words: str
    value: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time to pick: its instant, on the client's clock, on the therapist's if it differs."""

    value: str
    yours: str
    theirs: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class PartOfDay:
    name: str
    icon: str
    times: Sequence[Time]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The day whose times are shown."""

    heading: str
    words: str
    differs: bool
    parts: Sequence[PartOfDay]
    first_id: str

    @property
    def has_chosen(self) -> bool:
        """Return whether one of the times is the one picked already."""
        return any(time.chosen for part in self.parts for time in part.times)


@dataclass(frozen=True, slots=True)
class Weeks:
    heading: str
    rows: Sequence[Sequence[Cell | None]]
    earlier: Turn | None
    later: Turn | None
    day: OpenDay | None
    next_open: Turn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What the weeks are drawn from. `starts` are all open instants up to the horizon.

    `wanted` is a day somebody asked for, `slot` a time they picked already.
    """

    starts: Sequence[datetime]
    mine: ZoneInfo
    theirs: ZoneInfo
    today: date
    address: Address
    wanted: date | None = None
    slot: datetime | None = None

    @property
    def first_sunday(self) -> date:
        return self.today - timedelta(days=(self.today.weekday() + 1) % 7)

    @property
    def asked(self) -> date:
        """Return the day to show if it is open."""
        if self.wanted is not None:
            return self.wanted
        return self.today if self.slot is None else local_date(self.slot, self.mine)

    def by_day(self) -> OpenDays:
        grouped = groupby(self.starts, key=lambda start: local_date(start, self.mine))
        return {day: list(starts) for day, starts in grouped}


def weeks_of(calendar: Calendar) -> Weeks:
    """Return the four weeks around the day asked for, and that day or the first open one."""
    open_days = calendar.by_day()
    last_day = max(open_days, default=calendar.today)
    last_page = (last_day - calendar.first_sunday).days // DAYS
    asked_page = (calendar.asked - calendar.first_sunday).days // DAYS
    page = min(max(asked_page, 0), last_page)
    first = calendar.first_sunday + page * DAYS * A_DAY
    shown = _shown_day(calendar, open_days, first)
    return Weeks(
        heading=_heading(first, page),
        rows=[
            [_cell(calendar, first + (7 * row + at) * A_DAY, open_days, shown) for at in range(7)]
            for row in range(WEEKS)
        ],
        earlier=_turn(calendar, page - 1, open_days, _("Earlier days")) if page else None,
        later=_turn(calendar, page + 1, open_days, _("Later days")) if page < last_page else None,
        day=None if shown is None else _open_day(calendar, open_days[shown]),
        next_open=_next_open(calendar, open_days, first) if shown is None else None,
    )


def _open_day(calendar: Calendar, starts: Sequence[datetime]) -> OpenDay:
    """Return one day's times, by the part of the day the client's clock shows."""
    shown = [_time(calendar, start) for start in starts]
    parts = []
    for (name, icon), members in groupby(
        zip(starts, shown, strict=True),
        key=lambda pair: _part(pair[0].astimezone(calendar.mine).hour),
    ):
        parts.append(PartOfDay(name, icon, [time for _start, time in members]))
    return OpenDay(
        heading=times.day(starts[0], calendar.mine),
        words=ngettext("%(num)s open time", "%(num)s open times", len(starts)),
        differs=any(time.theirs for time in shown),
        parts=parts,
        first_id=slot_id(shown[0].value),
    )


def _time(calendar: Calendar, start: datetime) -> Time:
    return Time(
        value=rfc3339(start),
        yours=times.clock(start, calendar.mine),
        theirs=their_time(start, calendar.mine, calendar.theirs),
        chosen=start == calendar.slot,
    )


def slot_id(value: str) -> str:
    """Return the id of the radio of a time, as the macro `slot_radio` makes it."""
    return "slot-" + value.replace(":", "").replace("+", "")


def date_in(text: str) -> date | None:
    """Return the date written as 2027-01-26, or None."""
    try:
        return date.fromisoformat(text) if len(text) == len("2027-01-26") else None
    except ValueError:
        return None


def _shown_day(calendar: Calendar, open_days: OpenDays, first: date) -> date | None:
    """Return the day asked for if it is open, else the first open one from `first` on."""
    if calendar.asked in open_days:
        return calendar.asked
    return next((day for at in range(DAYS) if (day := first + at * A_DAY) in open_days), None)


def _cell(calendar: Calendar, day: date, open_days: OpenDays, shown: date | None) -> Cell | None:
    if day < calendar.today:
        return None
    count = len(open_days.get(day, ()))
    words = _said(day, DATE)
    if count:
        open_times = ngettext("%(num)s time open", "%(num)s times open", count)
        words = _("%(day)s, %(open_times)s", day=words, open_times=open_times)
    return Cell(
        number=day.day,
        month=_said(day, MONTH) if day.day == 1 else "",
        words=words,
        value=day.isoformat(),
        href=calendar.address(day) if count else None,
        chosen=day == shown,
        today=day == calendar.today,
    )


def _turn(calendar: Calendar, page: int, open_days: OpenDays, words: str) -> Turn:
    """Return the way to another page: to its first open day, else to its first day."""
    first = calendar.first_sunday + page * DAYS * A_DAY
    day = next((at for at in sorted(open_days) if first <= at < first + DAYS * A_DAY), first)
    return Turn(calendar.address(max(day, calendar.today)), words, day.isoformat())


def _next_open(calendar: Calendar, open_days: OpenDays, first: date) -> Turn | None:
    """Return the first open day after these weeks, or the first of all."""
    after = [day for day in sorted(open_days) if day >= first]
    nearest = next(iter(after or sorted(open_days)), None)
    if nearest is None:
        return None
    words = times.long_time(open_days[nearest][0], calendar.mine)
    return Turn(calendar.address(nearest), words, nearest.isoformat())


def _heading(first: date, page: int) -> str:
    if page == 0:
        return str(_("Next 4 weeks"))
    last = first + (DAYS - 1) * A_DAY
    return str(_("%(first)s to %(last)s", first=_said(first, SHORT), last=_said(last, SHORT)))


def _part(hour: int) -> tuple[str, str]:
    if hour < NOON:
        return _("Morning"), "sunrise"
    if hour < EVENING:
        return _("Afternoon"), "sun-medium"
    return _("Evening"), "sunset"


def _said(day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=LANGUAGE))
