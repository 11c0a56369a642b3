"""A plain model of a standing hour: a list of dates, kept by hand beside the real one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from booking.domain.interval import Interval

NEW_YORK = ZoneInfo("America/New_York")
SESSION, BUFFER = timedelta(minutes=50), timedelta(minutes=10)
OPENS, CLOSES = time(9), time(17)
A_DAY, WEEK = timedelta(days=1), timedelta(days=7)


def instant(day: date, at: time) -> datetime:
    """Return when clocks in New York show `at` on `day`."""
    return datetime.combine(day, at, tzinfo=NEW_YORK).astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True)
class Slot:
    """One date of a rule, and when it takes place: None for not at all; `paused` says why."""

    day: date
    at: time
    start: datetime | None
    paused: datetime | None = None


@dataclass
class Plain:
    """The dates, the time of day, and when the therapist is off."""

    slots: list[Slot]
    off: list[Interval] = field(default_factory=list)
    ended: bool = False
    # Since this slot they come in one rhythm: a change from before it would undo the last one.
    rhythm_since: int = 0

    def live(self) -> list[datetime]:
        return sorted(slot.start for slot in self.slots if slot.start is not None)

    def ahead(self, now: datetime) -> list[int]:
        """Return which slots take place after `now`."""
        return [i for i, slot in enumerate(self.slots) if slot.start and slot.start > now]

    def is_ruled(self, slot: Slot) -> bool:
        return slot.start == instant(slot.day, slot.at)

    def can_be_had(self, starts: Sequence[datetime], beside: Iterable[datetime]) -> bool:
        """Return whether sessions fit at `starts`, beside those that stay where they are."""
        taken = sorted([*starts, *beside])
        close = any(b - a < SESSION + BUFFER for a, b in pairwise(taken))
        return not close and all(self._is_worked(start) for start in starts)

    def _is_worked(self, start: datetime) -> bool:
        local = start.astimezone(NEW_YORK)
        ends = start + SESSION
        inside = local.time() >= OPENS and (local + SESSION).time() <= CLOSES
        away = any(span.start < ends and start < span.end for span in self.off)
        return local.weekday() < 5 and inside and not away

    def set(self, index: int, start: datetime | None, *, paused: datetime | None = None) -> None:
        self.slots[index] = replace(self.slots[index], start=start, paused=paused)

    def reshaped(self, since: int, weekday: int, at: time) -> list[Slot]:
        """Return the slots with the rule changed from one on, weeks and exceptions kept."""
        changed = list(self.slots[:since])
        for slot in self.slots[since:]:
            day = slot.day - slot.day.weekday() * A_DAY + weekday * A_DAY
            start = slot.start
            if start is not None and self.is_ruled(slot):
                start = instant(day, at)
            paused = slot.paused and instant(day, at)
            changed.append(Slot(day, at, start, paused))
        return changed
