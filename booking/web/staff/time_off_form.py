"""The two forms of the page on time off: what was typed, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.domain.availability import DayHours, blocks
from booking.domain.interval import Interval
from booking.domain.zones import day_start, local_date, to_instant
from booking.errors import NotFound, Problem
from booking.web.staff.hours_form import DAY_MINUTES, minute_of, span_of

LONGEST = 20
A_DAY = timedelta(days=1)
FARTHEST = timedelta(days=3 * 366)
LARGEST_ID = 2**31 - 1
Faults = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Typed:
    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Self:
        """Return the fields of that name, as they were sent; what is missing is empty."""
        return cls(**{f.name: sent.get(f.name, "").strip()[:LONGEST] for f in fields(cls)})


@dataclass(frozen=True, slots=True)
class TypedOff(_Typed):
    """Dates and times by the therapist's clock. Without times, whole days."""

    first_day: str = ""
    starts: str = ""
    last_day: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class TypedDay(_Typed):
    """One date and up to two blocks of hours."""

    day: str = ""
    from_1: str = ""
    until_1: str = ""
    from_2: str = ""
    until_2: str = ""


NOTHING_TYPED, NO_DAY_TYPED = TypedOff(), TypedDay()


def span_in(typed: TypedOff, zone: ZoneInfo, now: datetime) -> tuple[Interval | None, Faults]:
    """Return the time meant, or what is wrong with which field."""
    today = local_date(now, zone)
    faults: Faults = []
    first = _date(typed.first_day, "first_day", today, faults)
    last = _date(typed.last_day, "last_day", today, faults) if typed.last_day else first
    from_minute = _minute(typed.starts, "starts", faults)
    until_minute = _minute(typed.ends, "ends", faults)
    if faults or first is None or last is None:
        return None, faults
    start = _instant(first, from_minute or 0, zone)
    # An end of midnight is that of the last day; of an hour that comes twice, the second.
    end = _instant(last, until_minute or DAY_MINUTES, zone, fold=1)
    if start >= end:
        field = "ends" if first == last and typed.ends else "last_day"
        return None, [(field, str(_("The end must be after the start.")))]
    return Interval(start, end), []


def day_in(
    typed: TypedDay, today: date
) -> tuple[tuple[date, list[tuple[int, int]]] | None, Faults]:
    """Return the date and its hours, or what is wrong with which field."""
    faults: Faults = []
    day = _date(typed.day, "day", today, faults)
    if day is not None and day < today:
        faults.append(("day", str(_("That date has passed."))))
    spans = []
    pairs = ((typed.from_1, typed.until_1), (typed.from_2, typed.until_2))
    for number, (starts, ends) in enumerate(pairs, start=1):
        if not starts and not ends and number > 1:
            continue
        try:
            spans.append(span_of(starts, ends))
        except ValueError as error:
            field = "from" if str(error) == "starts" else "until"
            faults.append((f"{field}_{number}", _span_words(str(error))))
    if faults or day is None:
        return None, faults
    return (day, spans), []


def spans_on(hours: DayHours, zone: ZoneInfo) -> list[Interval]:
    """Return the hours of one date as instants."""
    found = blocks((), (hours,), zone, first=hours.day, last=hours.day)
    return [Interval(block.start, block.end) for block in found]


def refused(problem: Problem) -> tuple[str, str]:
    """Return the field and the words for what the service says of time off."""
    if problem.code == "past":
        return "first_day", str(_("That time has passed."))
    return "last_day", str(_("Please add at most a year at a time."))


def refused_day(_problem: Problem) -> tuple[str, str]:
    return "from_2", str(_("The two times overlap."))


def row_id(text: str) -> int:
    """Return the id of a row; raise `NotFound` for what can be none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))):
        raise NotFound("time off")
    number = int(text)
    if number > LARGEST_ID:
        raise NotFound("time off")
    return number


def _date(text: str, field: str, today: date, faults: Faults) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.append((field, str(_("Please choose a date."))))
        return None
    if abs(day - today) > FARTHEST:
        faults.append((field, str(_("Please choose a date within three years."))))
        return None
    return day


def _minute(text: str, field: str, faults: Faults) -> int | None:
    if not text:
        return None
    try:
        return minute_of(text)
    except ValueError:
        faults.append((field, str(_("Please write a time, such as 9:00 AM."))))
        return None


def _instant(day: date, minute: int, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    if minute == DAY_MINUTES:
        return day_start(day + A_DAY, zone)
    return to_instant(day, time(minute // 60, minute % 60), zone, fold=fold)


def _span_words(code: str) -> str:
    if code == "order":
        return str(_("The end must be after the start."))
    return str(_("Please write a time, such as 9:00 AM."))
