"""What becomes of each date of a series when its rule changes: which stay, move, end, are new.

Dates are matched so that what people arranged by hand survives: a date that was moved stays
where it was moved to, and a week that was left out stays left out. Both are matched by the
week they are in, since that is what they were arranged for. All others follow in order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """How one date stood under the old rule: as ruled, at another time, or not at all."""

    RULED = "ruled"
    MOVED = "moved"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OldDate:
    """One date of the old rule; `id` is its appointment's, if it has one that is still on."""

    day: date
    standing: Standing
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Reshaped:
    """`moved` and `kept` say which appointment stands for which new date; `made` have none yet.

    Those in `kept` stay at the time they were moved to. `dropped` have no date any more.
    `left_out` are new dates on which nothing takes place, each with the old one it stands for.
    """

    moved: Mapping[date, int]
    kept: Mapping[date, int]
    made: Sequence[date]
    dropped: Sequence[int]
    left_out: Mapping[date, date]


def reshaped(old: Sequence[OldDate], new: Sequence[date], *, keep_moved: bool = True) -> Reshaped:
    """Return what becomes of the ascending `old` dates when `new` are the dates instead."""
    by_day = {each.day: each for each in old}
    counterpart = _counterparts(by_day, new)
    off = {day: was.day for day, was in counterpart.items() if was.standing is Standing.OFF}
    kept = {
        day: was.id
        for day, was in counterpart.items()
        if keep_moved and was.standing is Standing.MOVED and was.id is not None
    }
    staying = set(kept.values())
    free = [day for day in new if day not in off and day not in kept]
    going = [each.id for each in old if each.id is not None and each.id not in staying]
    moved = dict(zip(free, going, strict=False))
    return Reshaped(moved, kept, free[len(moved) :], going[len(moved) :], off)


def _counterparts(old: Mapping[date, OldDate], new: Iterable[date]) -> dict[date, OldDate]:
    """Return which old date each new one stands for: the same day, else the same turn that week.

    The turn counts only where the week has as many dates as before.
    """
    found: dict[date, OldDate] = {}
    old_weeks, new_weeks = _by_week(old), _by_week(new)
    for monday, days in new_weeks.items():
        before = old_weeks.get(monday, [])
        for turn, day in enumerate(days):
            if day in old:
                found[day] = old[day]
            elif len(before) == len(days) and before[turn] not in days:
                found[day] = old[before[turn]]
    return found


def _by_week(days: Iterable[date]) -> dict[date, list[date]]:
    found: dict[date, list[date]] = defaultdict(list)
    for day in sorted(days):
        found[day - timedelta(days=day.weekday())].append(day)
    return found
