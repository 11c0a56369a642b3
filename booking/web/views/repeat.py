"""The question how often to meet, for what may be booked as a standing hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.domain.recurrence import MOST_DATES
from booking.domain.zones import local_date
from booking.web.views.days import WEEKDAYS

COUNTS = (4, 6, 8, 12, 24, 52)
ONCE, NO_END = "0", "open"
AT_ONCE, ON_REQUEST = ("1", "2"), ("3", "4")


@dataclass(frozen=True, slots=True)
class Pick:
    """One answer of several, and whether it is the one given."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """`more` and the rest below it stand folded unless `unfolded`. `address` shows the dates."""

    often: Sequence[Pick]
    more: Sequence[Pick]
    counts: Sequence[tuple[str, str]]
    count: str
    days: Sequence[Pick]
    until: str
    unfolded: bool
    address: str
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was answered so far, as it was typed, and the time it is about.

    `standing` says that just once is no answer.
    """

    every: str
    count: str
    until: str
    days: Sequence[str]
    slot: datetime | None
    standing: bool = False


def repeat_of(
    said: Answered, mine: ZoneInfo, *, address: str, problems: Mapping[str, str]
) -> Repeat:
    """Return the question with what was answered; `mine` is the client's zone."""
    once = Pick(ONCE, str(_("Just this once")), chosen=said.every == ONCE)
    often = [] if said.standing else [once]
    often += [_every(value, said.every) for value in AT_ONCE]
    days = [
        Pick(day, str(_(words)), chosen=day in said.days)
        for day, words in _weekdays()
        if said.slot is None or int(day) != local_date(said.slot, mine).weekday()
    ]
    unfolded = said.every in ON_REQUEST or bool(said.until or any(day.chosen for day in days))
    return Repeat(
        often=often,
        more=[_every(value, said.every) for value in ON_REQUEST],
        counts=_counts(said.count),
        count=said.count,
        days=days,
        until=said.until,
        unfolded=unfolded,
        address=address,
        problems=problems,
    )


def sessions(count: int) -> str:
    """Return "8 sessions"."""
    return str(ngettext("%(num)s session", "%(num)s sessions", count))


def _every(weeks: str, chosen: str) -> Pick:
    words = ngettext("Every week", "Every %(num)s weeks", int(weeks))
    return Pick(weeks, str(words), chosen=weeks == chosen)


def _counts(chosen: str) -> list[tuple[str, str]]:
    """Return what is offered, and any other number somebody came with."""
    other = int(chosen) if chosen.isascii() and chosen.isdecimal() else COUNTS[0]
    numbers = sorted({*COUNTS, other} if 1 <= other <= MOST_DATES else COUNTS)
    offered = [(str(count), sessions(count)) for count in numbers]
    return [*offered, (NO_END, str(_("No end date")))]


def _weekdays() -> list[tuple[str, str]]:
    return [(str(number), words) for number, words in enumerate(WEEKDAYS)]
