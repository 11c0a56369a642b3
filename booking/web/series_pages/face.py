"""A rule read on the client's clock, and what they typed on it put back on the rule's own.

The two may differ by hours, and near midnight by the day of the week. Both are compared on the
date that a change begins with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking.domain.lifecycle import Modality
from booking.domain.recurrence import EVERY_WEEKS
from booking.domain.zones import to_instant
from booking.models import Series, SeriesPart
from booking.services.series.planning import NewHour
from booking.services.series.ruling import part_at
from booking.web.booking_pages.typed import TICKED

A_WEEK = 7
LONGEST = 16
Given = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Face:
    """The rule that holds on `since`, one of its dates, for somebody whose clock is `mine`."""

    part: SeriesPart
    since: date
    mine: ZoneInfo

    @property
    def local(self) -> datetime:
        """Return the wall time of that date on the client's clock."""
        return self.part.hour.time.on(self.since).astimezone(self.mine)

    @property
    def weekdays(self) -> frozenset[int]:
        shift = self.local.date().toordinal() - self.since.toordinal()
        return frozenset((day + shift) % A_WEEK for day in self.part.weekdays)

    def ruled(self, weekdays: frozenset[int], at: time) -> tuple[frozenset[int], time]:
        """Return the client's days and time of day as the clock of the rule has them."""
        day = self.local.date()
        wall = to_instant(day, at, self.mine).astimezone(self.part.hour.time.zone)
        shift = wall.date().toordinal() - day.toordinal()
        there = frozenset((each + shift) % A_WEEK for each in weekdays)
        return there, wall.time().replace(fold=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a series is to go on, on the client's clock, and what is wrong with the answers."""

    days: frozenset[int]
    at: str
    other_at: str
    every: int
    type: str
    place: str
    move_kept: bool
    problems: dict[str, str]

    def fields(self) -> list[tuple[str, str]]:
        """Return the answers as they stand in addresses and hidden fields."""
        kept = [("move_kept", TICKED)] if self.move_kept else []
        return [
            *(("days", str(day)) for day in sorted(self.days)),
            ("at", self.at),
            ("other_at", self.other_at),
            ("every", str(self.every)),
            ("type", self.type),
            ("place", self.place),
            *kept,
        ]

    def with_problem(self, field: str, words: str) -> "Wanted":
        return replace(self, problems={**self.problems, field: words})


def face_of(series: Series, since: date, mine: ZoneInfo) -> Face:
    return Face(part_at(series, since), since, mine)


def wanted_in(given: Given, face: Face) -> Wanted:
    """Return what was typed; what was not is as it is now. `every` marks a form that was sent."""
    part, sent = face.part, "every" in given
    days = frozenset(int(d) for d in given.getlist("days") if d in set("0123456"))
    every = _weeks(given.get("every", ""), part.every_weeks)
    found = Wanted(
        days=days if sent else face.weekdays,
        at=given.get("at", "")[:LONGEST] or f"{face.local:%H:%M}",
        other_at=given.get("other_at", "")[:LONGEST].strip(),
        every=every,
        type=given.get("type", "")[:100] or part.session_type.slug,
        place=given.get("place", "")[:LONGEST] or part.modality.value,
        move_kept=given.get("move_kept") == TICKED,
        problems={},
    )
    if not found.days:
        found = found.with_problem("days", str(_("Choose at least one day.")))
    if _time(found.other_at or found.at) is None:
        found = found.with_problem("other_at", str(_("Enter a time like 4:30 PM.")))
    return found


def new_hour(wanted: Wanted, face: Face) -> NewHour:
    """Return what was wanted, on the clock of the rule. Asked of answers that make sense."""
    at = _time(wanted.other_at or wanted.at) or face.local.time()
    weekdays, there = face.ruled(wanted.days, at)
    place = wanted.place if wanted.place in set(Modality) else face.part.modality
    return NewHour(
        every_weeks=wanted.every,
        weekdays=weekdays,
        at=there,
        session_type=wanted.type,
        modality=Modality(place),
        keep_moved=not wanted.move_kept,
    )


def _weeks(text: str, otherwise: int) -> int:
    offered: Sequence[int] = EVERY_WEEKS
    return int(text) if text.isascii() and text.isdecimal() and int(text) in offered else otherwise


def _time(text: str) -> time | None:
    """Return a time of day as a field for one sends it, or as people write it."""
    for pattern in ("%H:%M", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"):
        try:
            return datetime.strptime(text.upper(), pattern).time()  # noqa: DTZ007  # a wall time
        except ValueError:
            continue
    return None
