"""How often somebody would like to meet: kept as it was typed, read when it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking.domain.recurrence import EVERY_WEEKS, MOST_DATES
from booking.domain.zones import local_date
from booking.errors import InvalidInput, Problem
from booking.services.series.asking import Pattern
from booking.web.views.weeks import date_in

ONCE, EVERY_WEEK, NO_END, USUAL_COUNT = "0", "1", "open", "8"
WEEKDAYS = tuple("0123456")
LONGEST_KEPT = 20
# No series that is asked for at once lasts longer.
LONGEST = timedelta(weeks=max(EVERY_WEEKS) * MOST_DATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`days` are further days of the week on the client's calendar, 0 is Monday.

    It ends with `until` if that is filled in, else after `count` dates, or not at all.
    """

    every: str = ONCE
    count: str = USUAL_COUNT
    until: str = ""
    days: tuple[str, ...] = ()

    @property
    def repeats(self) -> bool:
        return self.every != ONCE

    @property
    def every_weeks(self) -> int:
        """Return the weeks from one date to the next, 0 for what is no such number."""
        return int(self.every) if self.every in {str(weeks) for weeks in EVERY_WEEKS} else 0

    @property
    def is_open_ended(self) -> bool:
        return self.count == NO_END and not self.until

    def fields(self) -> dict[str, str]:
        """Return it as it stands in addresses and in what is kept."""
        if not self.repeats:
            return {}
        days = ",".join(self.days)
        return {"every": self.every, "count": self.count, "until": self.until, "on": days}

    def pattern(self, starts_at: datetime, mine: ZoneInfo, anchor: ZoneInfo) -> Pattern:
        """Return it as the service takes it, for a first date at `starts_at`.

        Days are read on the calendar of `mine`, and turned into those of `anchor`, where the
        same session may be on the day before or after. Raises `InvalidInput`.
        """
        if not self.every_weeks:
            raise InvalidInput(Problem("every", "unknown"))
        first = local_date(starts_at, mine)
        apart = (local_date(starts_at, anchor) - first).days
        weekdays = {(int(day) + apart) % 7 for day in (*self.days, str(first.weekday()))}
        until = self._until(first) if self.until else None
        return Pattern(
            every_weeks=self.every_weeks,
            weekdays=frozenset(weekdays),
            count=None if until is not None or self.is_open_ended else self._count(),
            until=None if until is None else until + timedelta(days=apart),
        )

    def _until(self, first: date) -> date:
        found = date_in(self.until)
        if found is None:
            raise InvalidInput(Problem("until", "format"))
        if found < first:
            raise InvalidInput(Problem("until", "order"))
        if found - first > LONGEST:
            raise InvalidInput(Problem("until", "too_long"))
        return found

    def _count(self) -> int:
        count = int(self.count) if self.count.isascii() and self.count.isdecimal() else 0
        if not 1 <= count <= MOST_DATES:
            raise InvalidInput(Problem("count", "range"))
        return count


def rhythm_in(given: Mapping[str, str]) -> Rhythm:
    """Return what a form or an address says; days that are none are passed over."""
    said = given.getlist("on") if isinstance(given, MultiDict) else [given.get("on", "")]
    days = {day for each in said for day in each.split(",")}
    return Rhythm(
        every=given.get("every", ONCE)[:LONGEST_KEPT] or ONCE,
        count=(given.get("count") or USUAL_COUNT)[:LONGEST_KEPT],
        until=given.get("until", "").strip()[:LONGEST_KEPT],
        days=tuple(day for day in WEEKDAYS if day in days),
    )


def in_words(refused: InvalidInput) -> dict[str, str]:
    """Return what to say at the fields of the rhythm, for whatever a service found wrong."""
    return dict(_said(problem) for problem in refused.problems)


def _said(problem: Problem) -> tuple[str, str]:
    words = {
        ("every", "unknown"): ("every", _("Choose how often you would like to meet.")),
        ("count", "range"): ("count", _("Choose how many sessions you would like.")),
        ("until", "format"): ("until", _("Enter a date like 2027-06-30, or leave it empty.")),
        ("until", "order"): ("until", _("Choose a last day that comes after the first session.")),
        ("until", "too_long"): ("until", _("That is too far ahead. Choose an earlier last day.")),
        ("repeat", "too_long"): ("until", _("That is too far ahead. Choose an earlier last day.")),
        ("skip", "missing"): ("ladder", _("Keep at least one of the dates.")),
    }
    unread = ("ladder", _("Your dates have changed. Please look at them again."))
    field, said = words.get((problem.field, problem.code), unread)
    return field, str(said)
