"""What a message is told, as plain frozen values: no rows, no lazy loading, nothing to spare."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.domain.lifecycle import Modality


@dataclass(frozen=True, slots=True)
class House:
    """The practice as the outside knows it; `phone` as people say it."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One appointment on the clock of the one who reads, and on the other's.

    `number` is the number to be rung if it is held by phone, and `reader_calls` whether the
    reader is the one who rings it.
    """

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    other_zone: ZoneInfo
    modality: Modality
    number: str = ""
    reader_calls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForClient:
    """`therapist` is a first name, and stays inside the body of a mail.

    `asked` says that the therapist has yet to answer, `answer_by` until when. `fee` is what
    cancelling cost, or would cost past `cancel_until`, in words; empty for nothing.
    """

    house: House
    occasion: Occasion
    therapist: str
    now: datetime
    manage_url: str
    join_url: str | None
    cancel_until: datetime
    move_until: datetime
    fee: str = ""
    asked: bool = False
    answer_by: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForTherapist:
    """`client` is initials, and that is all a therapist is told by mail."""

    house: House
    occasion: Occasion
    client: str
    now: datetime
    staff_url: str
    answer_by: datetime | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of appointments; of a standing hour the next date, and its page."""

    occasion: Occasion
    manage_url: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class ForLostLinks:
    """Every appointment ahead of whoever reads an address, soonest first.

    `places` are the pages of their places in a line for a time.
    """

    house: House
    entries: tuple[Entry, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForSignIn:
    """`minutes` is how long the link still works; an invitation has `days` instead."""

    house: House
    url: str
    minutes: int
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForText:
    """A text: the practice's outside name, one time or several on one day, and a link.

    A text about a whole series names no time.
    """

    name: str
    starts: tuple[datetime, ...]
    zone: ZoneInfo
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForTouched:
    """What becomes of the appointments that a therapist cannot keep, soonest first.

    Each of `to_move` brings the address of the page on which another time is chosen.
    """

    house: House
    therapist: str
    manage_url: str
    cancelled: tuple[Occasion, ...] = ()
    to_move: tuple[Entry, ...] = ()


MailFacts = ForClient | ForTherapist | ForLostLinks | ForSignIn | ForTouched
