"""Calendars elsewhere, read for when somebody is busy: a Protocol, and one file a way to read.

Only times come out of here, and the UIDs by which our own appointments are recognised: no title,
no place, nobody's name. What Google and Microsoft offer as ICS addresses is read by `ics_url`;
an adapter for an API of theirs would be one more file beside it, and one more `CalendarKind`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from booking.domain.interval import Interval
from booking.domain.outside import Trouble
from booking.errors import ProviderError


@dataclass(frozen=True, slots=True)
class Account:
    """Where a calendar is and who reads it. All of it is secret: an address may be a key."""

    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Busy:
    """One event that makes busy, and the UID of what it is an event of."""

    uid: str
    span: Interval


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar says of a window.

    `mark` stands for this state of it and is given back at the next reading; empty if the other
    side knows none. `skipped` counts events that could not be understood. `unchanged` says that
    all is as it was at the mark, and then there are no events here.
    """

    events: Sequence[Busy] = ()
    mark: str = ""
    skipped: int = 0
    unchanged: bool = False


class CannotRead(ProviderError):
    """The calendar could not be read. Says no address: it will be logged."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"a calendar could not be read: {trouble}")
        self.trouble = trouble


class BusyCalendar(Protocol):
    """A way to read calendars elsewhere."""

    def read(self, account: Account, window: Interval, *, zone: ZoneInfo, mark: str) -> Reading:
        """Return what is busy in `window`; raise `CannotRead`.

        `zone` is where times without a zone are meant, unless the calendar says its own. `mark`
        is what the last reading gave, or empty to read it all.
        """
