"""The board itself: therapists below each other, the next days beside each other.

All rows share the days, so that people can be compared. Times are told in minutes here, as
`domain/minutes.py` numbers them: most of them are never shown.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.domain.directory import Found
from booking.domain.facets import Facet
from booking.domain.minutes import floor_minute, instant_at
from booking.domain.zones import day_start, local_date
from booking.web.i18n import LANGUAGE
from booking.web.instants import rfc3339
from booking.web.views import find_words
from booking.web.views.find_asked import Asked, Fields
from booking.web.views.find_words import Fact

COLUMNS, ON_PHONE, TIMES_A_DAY = 4, 2, 3
A_DAY = timedelta(days=1)
SOON = timedelta(days=7)
A_YEAR = timedelta(days=366)

OpenDay = tuple[date, Sequence[int]]
Known = tuple[Found, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time to pick; `day` is said to those who cannot see the column."""

    href: str
    words: str
    day: str


@dataclass(frozen=True, slots=True)
class Column:
    """A day all rows share, by its short names and in full; `closed` is for those with no time."""

    day: date
    name: str
    date: str
    words: str
    heading: str
    closed: str


@dataclass(frozen=True, slots=True)
class Day:
    column: Column
    on_phone: bool
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class Late:
    """Nothing on the days shown, and the soonest time there is, or where to wait for one."""

    words: str
    slot: Slot | None
    wait_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`closed` is set for those who take nobody new; then there are no times at all."""

    slug: str
    name: str
    initials: str
    tone: str
    calling: str
    own_words: str
    href: str
    facts: Sequence[Fact]
    with_words: str
    days: Sequence[Day]
    late: Late | None
    closed: str
    all_href: str
    all_words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one page, the days they share, and the ways to other days."""

    rows: Sequence[Row]
    columns: Sequence[Column]
    earlier_href: str | None
    later_href: str | None


class Painter:
    """Draws rows for one visitor: whose clock it is, what was asked, and the day it is."""

    def __init__(self, asked: Asked, zone: ZoneInfo, now: datetime) -> None:
        self.asked = asked
        self.zone = zone
        self.now = now
        self.today = local_date(now, zone)
        self.answers = _answers(asked)
        self.profile = f"?{urlencode(asked.answers)}" if asked.answers else ""

    def shown(self, found: Sequence[Found]) -> Shown:
        """Return the rows of `found` from the day that was asked for, else from now."""
        known = [(one, one.reach.minutes) for one in found]
        first = self._first(known)
        open_days = [_open_days(minutes, first, self.zone, COLUMNS) for _one, minutes in known]
        days = sorted({day for days in open_days for day, _minutes in days})[:COLUMNS]
        columns = [self.column(day) for day in days]
        rows = [
            self.row(one, minutes, dict(here), columns)
            for (one, minutes), here in zip(known, open_days, strict=True)
        ]
        return Shown(rows, columns, self._earlier(known, first), self._later(known, columns))

    def _first(self, known: Sequence[Known]) -> date:
        """Return the day asked for, where there is something on it or after it."""
        asked = self.asked.first_day
        if asked is None or not self.today < asked < self.today + A_YEAR:
            return self.today
        return asked if _any_from(asked, known, self.zone) else self.today

    def column(self, day: date) -> Column:
        words = said(day, "EEEE, MMMM d")
        heading = words
        if day == self.today:
            heading = _("Today, %(day)s", day=words)
        elif day == self.today + A_DAY:
            heading = _("Tomorrow, %(day)s", day=words)
        return Column(
            day=day,
            name=said(day, "EEE"),
            date=said(day, "MMM d"),
            words=words,
            heading=heading,
            closed=_("%(day)s: no openings", day=words),
        )

    def row(
        self,
        found: Found,
        minutes: Sequence[int],
        here: dict[date, Sequence[int]],
        columns: Sequence[Column],
    ) -> Row:
        card = found.card
        days = self._days(found, here, columns)
        name = find_words.name_of(card)
        return Row(
            slug=card.slug,
            name=name,
            initials=find_words.initials_of(card),
            tone=find_words.tone_of(card),
            calling=find_words.calling_of(card),
            own_words=card.statement,
            href=f"/t/{card.slug}{self.profile}",
            facts=find_words.facts_of(card, need=self.asked.need, payment=self.asked.payment),
            with_words=_("with %(name)s", name=name),
            days=days,
            late=None if any(day.slots for day in days) else self.late(found, minutes),
            closed=closed_words(found),
            all_href=self.book_href(found),
            all_words=ngettext("%(num)s opening", "All %(num)s openings", len(minutes)),
        )

    def slot(self, found: Found, minute: int, *, words: str, day: str) -> Slot:
        card, offer = found.card, found.offer
        href = f"/book/{card.slug}?type={offer.slug}&slot={value_of(minute)}{self.answers}"
        return Slot(href, words, day)

    def book_href(self, found: Found) -> str:
        return f"/book/{found.card.slug}?type={found.offer.slug}{self.answers}"

    def late(self, found: Found, minutes: Sequence[int]) -> Late:
        """Return when there is time, if not on the days shown."""
        if not minutes:
            wait = f"/wait/{found.card.slug}?type={found.offer.slug}{self.answers}"
            return Late(_("No open times right now."), None, wait)
        soonest = minutes[0]
        start = instant_at(soonest)
        words = _("No openings on these days. The soonest is:")
        if start > self.now + SOON:
            words = _("No openings in the next 7 days. The soonest is:")
        day = said(local_date(start, self.zone), "EEE, MMM d")
        whole = f"{day}, {clock_words(soonest, self.zone)}"
        return Late(words, self.slot(found, soonest, words=whole, day=""))

    def _days(
        self, found: Found, here: dict[date, Sequence[int]], columns: Sequence[Column]
    ) -> list[Day]:
        days, opened = [], 0
        for column in columns:
            chosen = spread(here.get(column.day, ()))
            opened += bool(chosen)
            slots = [
                self.slot(found, at, words=clock_words(at, self.zone), day=column.words)
                for at in chosen
            ]
            days.append(Day(column, bool(chosen) and opened <= ON_PHONE, slots))
        return days

    def _earlier(self, known: Sequence[Known], first: date) -> str | None:
        if first <= self.today:
            return None
        days = {
            day
            for _one, minutes in known
            for day, _minutes in _open_days(minutes, self.today, self.zone, len(minutes))
            if day < first
        }
        before = sorted(days)[-COLUMNS:]
        again = before[0] if len(days) > COLUMNS else None
        return self.asked.turned(first_day=again).href(anchor="results") if days else None

    def _later(self, known: Sequence[Known], columns: Sequence[Column]) -> str | None:
        if not columns:
            return None
        after = columns[-1].day + A_DAY
        if not _any_from(after, known, self.zone):
            return None
        return self.asked.turned(first_day=after).href(anchor="results")


def closed_words(found: Found) -> str:
    if found.card.accepts_new:
        return ""
    return str(_("%(name)s is not taking new clients right now.", name=found.card.first_name))


def spread(minutes: Sequence[int]) -> Sequence[int]:
    """Return up to three: the first, the last and one in the middle, so that they differ."""
    if len(minutes) <= TIMES_A_DAY:
        return minutes
    return [minutes[0], minutes[len(minutes) // 2], minutes[-1]]


def _open_days(minutes: Sequence[int], first: date, zone: ZoneInfo, most: int) -> list[OpenDay]:
    """Return the first `most` days from `first` on that have openings, with those."""
    found: list[OpenDay] = []
    at = bisect_left(minutes, _begins(first, zone))
    while at < len(minutes) and len(found) < most:
        day = local_date(instant_at(minutes[at]), zone)
        end = bisect_left(minutes, _begins(day + A_DAY, zone), at)
        found.append((day, minutes[at:end]))
        at = end
    return found


def _any_from(day: date, known: Sequence[Known], zone: ZoneInfo) -> bool:
    begins = _begins(day, zone)
    return any(minutes[-1] >= begins for _found, minutes in known if minutes)


def _answers(asked: Asked) -> str:
    """Return what goes along to the pages of a booking, which ask for it otherwise."""
    found: Fields = asked.answers
    languages = asked.rail.get(Facet.LANGUAGE, frozenset())
    if len(languages) == 1:
        found = [*found, *(("language", language) for language in languages)]
    return f"&{urlencode(found)}" if found else ""


@lru_cache(maxsize=1024)
def _begins(day: date, zone: ZoneInfo) -> int:
    return floor_minute(day_start(day, zone))


# Most rows of most pages show the same hours of the same days.
@lru_cache(maxsize=8192)
def clock_words(minute: int, zone: ZoneInfo) -> str:
    return times.clock(instant_at(minute), zone, LANGUAGE)


@lru_cache(maxsize=8192)
def value_of(minute: int) -> str:
    return rfc3339(instant_at(minute))


@lru_cache(maxsize=1024)
def said(day: date, pattern: str) -> str:
    return str(format_date(day, pattern, locale=LANGUAGE))
