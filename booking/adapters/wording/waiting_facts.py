"""What messages about waiting for a time are told: plain frozen values, as in `facts`."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.adapters.wording.facts import House


@dataclass(frozen=True, slots=True)
class ForWaiting:
    """Somebody's place in the line, and the page on which they see it, leave it, or stay."""

    house: House
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForWaitingOffer:
    """One time that is held for somebody until `held_until`, on their clock and on the other's.

    `therapist` is a first name, and stays inside the body of a mail. `starts` are its first
    dates, or the one there is; `every_weeks` is 0 for a single one.
    """

    house: House
    therapist: str
    now: datetime
    url: str
    waiting_url: str
    starts: tuple[datetime, ...]
    every_weeks: int
    zone: ZoneInfo
    other_zone: ZoneInfo
    held_until: datetime


WaitingFacts = ForWaiting | ForWaitingOffer
