"""The form of weekly hours: from rows to fields, and from whatever was typed back to hours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking.domain.availability import WeeklyHours

WEEKDAYS = range(7)
DAY_MINUTES = 24 * 60
NOON, HOUR = 12, 60
MOST_A_DAY = 8
MOST_WEEKS = 8
A_WEEK = timedelta(days=7)
EVERY_WEEK = "1"
FIELDS = ("from", "until", "every")
LONGEST = 20
_FLAGS = re.IGNORECASE | re.ASCII
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:([ap])\.?m\.?)?", _FLAGS)


@dataclass(frozen=True, slots=True)
class Block:
    """One row as it stands in the form. `every` is "1", or "2:2030-03-04": weeks and anchor."""

    starts: str
    ends: str
    every: str = EVERY_WEEK

    @property
    def is_empty(self) -> bool:
        return not self.starts.strip() and not self.ends.strip()


Form = tuple[tuple[Block, ...], ...]
Faults = list[tuple[str, str]]


def form_of(hours: Sequence[WeeklyHours]) -> Form:
    """Return the seven days of the form, Monday first."""
    return tuple(
        tuple(_block(each) for each in hours if each.weekday == weekday) for weekday in WEEKDAYS
    )


def typed(fields: MultiDict[str, str]) -> Form:
    """Return the form as it was sent."""
    return tuple(_typed_day(fields, weekday) for weekday in WEEKDAYS)


def pressed(form: Form, button: str, which: str) -> Form:
    """Return the form after one of its buttons: a row more, a row less, Monday copied."""
    weekday, _colon, number = which.partition(":")
    if not (weekday.isdecimal() and int(weekday) in WEEKDAYS):
        return form
    days = [list(day) for day in form]
    day = days[int(weekday)]
    if button == "add" and len(day) < MOST_A_DAY:
        day.append(Block("", ""))
    elif button == "remove" and number.isdecimal() and int(number) < len(day):
        del day[int(number)]
    elif button == "copy":
        days[1:5] = [list(days[0]) for _day in range(4)]
    return tuple(tuple(day) for day in days)


def hours_in(form: Form) -> tuple[list[WeeklyHours], Faults]:
    """Return the hours, and what is wrong with which field; rows left empty are no hours."""
    hours: list[WeeklyHours] = []
    faults: Faults = []
    for weekday, day in enumerate(form):
        for number, block in enumerate(day):
            if block.is_empty:
                continue
            try:
                hours.append(_hours(weekday, block))
            except ValueError as error:
                faults.append(_fault(weekday, number, str(error)))
    return hours, faults


def minute_of(text: str) -> int:
    """Return the minute of the day for "17:30", "5:30 PM" or "9 am"; 24:00 is 1440.

    Raises `ValueError("format")`.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise ValueError("format")
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= NOON:
            raise ValueError("format")
        hour = hour % NOON + (NOON if match[3].lower() == "p" else 0)
    total = hour * HOUR + minute
    if minute >= HOUR or total > DAY_MINUTES:
        raise ValueError("format")
    return total


def span_of(starts: str, ends: str) -> tuple[int, int]:
    """Return minutes from and until; midnight as an end is the end of the day.

    Raises `ValueError`: "starts" or "ends" cannot be read, or "order".
    """
    found = []
    for name, text in (("starts", starts), ("ends", ends)):
        try:
            found.append(minute_of(text))
        except ValueError:
            raise ValueError(name) from None
    start, end = found[0], found[1] or DAY_MINUTES
    if start >= end:
        raise ValueError("order")
    return start, end


def clock_field(minute: int) -> str:
    """Return a minute of the day as a time field shows it: 17:30, and 00:00 for midnight."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def weeks_apart(every: str) -> tuple[int, date | None]:
    """Return how often, and from which week on; raise `ValueError("every")`."""
    if every == EVERY_WEEK:
        return 1, None
    weeks, _colon, anchor = every.partition(":")
    try:
        count, first = int(weeks), date.fromisoformat(anchor)
    except ValueError:
        count, first = 0, None
    if not 1 < count <= MOST_WEEKS:
        raise ValueError("every")
    return count, first


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def as_offered(every: str, today: date) -> str:
    """Return the same weeks by the anchor the form offers: the first of them from this week on."""
    try:
        weeks, anchor = weeks_apart(every)
    except ValueError:
        return EVERY_WEEK
    if anchor is None:
        return EVERY_WEEK
    this = monday_of(today)
    behind = (this - monday_of(anchor)) // A_WEEK % weeks
    return f"{weeks}:{(this + (weeks - behind) % weeks * A_WEEK).isoformat()}"


def _block(hours: WeeklyHours) -> Block:
    every = EVERY_WEEK
    if hours.every_weeks > 1 and hours.anchor is not None:
        every = f"{hours.every_weeks}:{hours.anchor.isoformat()}"
    return Block(clock_field(hours.from_minute), clock_field(hours.until_minute), every)


def _typed_day(fields: MultiDict[str, str], weekday: int) -> tuple[Block, ...]:
    columns = (fields.getlist(f"{name}-{weekday}") for name in FIELDS)
    rows = zip_longest(*columns, fillvalue="")
    return tuple(Block(s[:LONGEST], e[:LONGEST], w[:LONGEST] or EVERY_WEEK) for s, e, w in rows)


def _hours(weekday: int, block: Block) -> WeeklyHours:
    start, end = span_of(block.starts, block.ends)
    return WeeklyHours(weekday, start, end, *weeks_apart(block.every))


def _fault(weekday: int, number: int, code: str) -> tuple[str, str]:
    words = {
        "starts": _("Please say from when, such as 9:00 AM."),
        "ends": _("Please say until when, such as 5:00 PM."),
        "order": _("The end must be after the start."),
        "every": _("Please choose which weeks."),
    }
    field = "until" if code in {"ends", "order"} else "from" if code == "starts" else "every"
    return f"{field}-{weekday}-{number}", str(words[code])
