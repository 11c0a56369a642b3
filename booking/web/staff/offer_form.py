"""The form in which a therapist offers standing times: from fields to times, and their faults."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking.domain.lifecycle import Modality
from booking.domain.recurrence import EVERY_WEEKS, MOST_DATES
from booking.domain.zones import exists, to_instant
from booking.models import SessionType
from booking.services.series.asking import Pattern
from booking.services.series.offering import MOST_TIMES, OfferedTime
from booking.web.staff.hours_form import minute_of
from booking.web.views.repeat import COUNTS, NO_END, sessions
from booking.web.views.weeks import date_in

TIMES, HOURS = "times", "hours"
LONGEST = 20
DAY_MINUTES = 24 * 60
COUNT = "8"
Faults = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One time as it stands in the form; `number` is 1 to 3."""

    number: int
    day: str = ""
    at: str = ""
    every: str = "1"
    count: str = COUNT
    way: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.day.strip() and not self.at.strip()


@dataclass(frozen=True, slots=True)
class Form:
    """What is offered: of which kind, and single times or the hours as they are."""

    type: str
    how: str
    rows: Sequence[Row]

    def fields(self) -> dict[str, str]:
        found = {"type": self.type, "how": self.how}
        for row in self.rows:
            values = {"day": row.day, "at": row.at, "every": row.every}
            values |= {"count": row.count, "way": row.way}
            found |= {f"{name}-{row.number}": value for name, value in values.items()}
        return found


def typed(given: MultiDict[str, str]) -> Form:
    """Return the form as it was sent; what was not sent is as it begins."""
    rows = [
        Row(
            number,
            *(
                given.get(f"{name}-{number}", otherwise)[:LONGEST]
                for name, otherwise in (
                    ("day", ""),
                    ("at", ""),
                    ("every", "1"),
                    ("count", COUNT),
                    ("way", ""),
                )
            ),
        )
        for number in range(1, MOST_TIMES + 1)
    ]
    how = HOURS if given.get("how") == HOURS else TIMES
    return Form(given.get("type", "")[:100], how, rows)


def times_in(
    form: Form, session_type: SessionType, here: ZoneInfo, now: datetime
) -> tuple[dict[int, OfferedTime], Faults]:
    """Return the times by their number, and what is wrong with which field."""
    found: dict[int, OfferedTime] = {}
    faults: Faults = {}
    if form.how == HOURS:
        return found, faults
    for row in form.rows:
        if row.is_empty:
            continue
        start = _start(row, here, now, faults)
        if start is not None:
            found[row.number] = OfferedTime(
                starts_at=start, pattern=_pattern(row), modality=_way(row, session_type)
            )
    if not found and not faults:
        faults["day-1"] = str(_("Fill in one time at least, or open your hours to them."))
    return found, faults


def weeks() -> list[tuple[str, str]]:
    return [
        (str(each), str(_("Every week")) if each == 1 else str(_("Every %(num)s weeks", num=each)))
        for each in EVERY_WEEKS
    ]


def counts() -> list[tuple[str, str]]:
    return [*((str(each), sessions(each)) for each in COUNTS), (NO_END, str(_("No end date")))]


def _start(row: Row, here: ZoneInfo, now: datetime, faults: Faults) -> datetime | None:
    """Return when a time first is; what cannot be read is noted among the faults."""
    day, at = date_in(row.day), clock_of(row.at)
    if day is None:
        faults[f"day-{row.number}"] = str(_("Choose the date of the first session."))
    if at is None:
        faults[f"at-{row.number}"] = str(_("Enter a time like 4:30 PM."))
    if day is None or at is None:
        return None
    if not exists(datetime.combine(day, at), here):
        faults[f"at-{row.number}"] = str(_("Clocks skip that time on that date."))
        return None
    start = to_instant(day, at, here)
    if start <= now:
        faults[f"day-{row.number}"] = str(_("That has passed already."))
        return None
    return start


def clock_of(text: str) -> time | None:
    """Return the time of day that was typed, or None if it is none."""
    try:
        minute = minute_of(text)
    except ValueError:
        return None
    return None if minute == DAY_MINUTES else time(minute // 60, minute % 60)


def _pattern(row: Row) -> Pattern:
    """Return how often and how many; what nobody could have chosen is as the form begins."""
    weeks_ = int(row.every) if row.every in {str(each) for each in EVERY_WEEKS} else 1
    if row.count == NO_END:
        return Pattern(every_weeks=weeks_)
    number = int(row.count) if row.count.isascii() and row.count.isdecimal() else int(COUNT)
    return Pattern(every_weeks=weeks_, count=min(max(number, 1), MOST_DATES))


def _way(row: Row, session_type: SessionType) -> Modality:
    offered = session_type.modalities
    return Modality(row.way if row.way in offered else offered[0])
