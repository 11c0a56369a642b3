"""Calendars that exist only in tests, at the door where the real ones are read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from booking.adapters.busy import Account, CannotRead, Reading
from booking.domain.interval import Interval


@dataclass(slots=True)
class FakeCalendar:
    """Says what it is told to say next, and remembers who asked with which mark."""

    says: Reading | CannotRead = field(default_factory=Reading)
    asked: list[tuple[Account, str]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def read(self, account: Account, window: Interval, *, zone: ZoneInfo, mark: str) -> Reading:
        del window, zone
        self.asked.append((account, mark))
        self.meanwhile()
        if isinstance(self.says, CannotRead):
            raise self.says
        return self.says
