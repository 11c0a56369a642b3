"""What mails to somebody who waits are told, for tests of their words."""

from datetime import UTC, datetime, timedelta

from booking.adapters.wording.facts import House
from booking.adapters.wording.waiting_facts import ForWaiting, ForWaitingOffer, WaitingFacts
from booking.domain.messages import MessageKind
from booking.domain.zones import zone

STARTS = datetime(2026, 11, 4, 0, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
TOKEN = "a" * 54
HOUSE = House("Alder Street", "602-555-0142")
OF_WAITING = frozenset(kind for kind in MessageKind if kind.startswith("waiting_"))
_ABOUT_OFFERS = frozenset({MessageKind.WAITING_OFFER, MessageKind.WAITING_GONE})


def waiting_facts_for(kind: MessageKind, name: str = "Amara", *, dates: int = 3) -> WaitingFacts:
    """Return a standing hour that is held, or a single time where there is one date."""
    place = f"https://book.example/w/{TOKEN}"
    if kind not in _ABOUT_OFFERS:
        return ForWaiting(HOUSE, place)
    return ForWaitingOffer(
        house=HOUSE,
        therapist=name,
        now=STARTS - WEEK,
        url=f"https://book.example/offer/{TOKEN}",
        waiting_url=place,
        starts=tuple(STARTS + number * WEEK for number in range(dates)),
        every_weeks=1 if dates > 1 else 0,
        zone=zone("America/Phoenix"),
        other_zone=zone("America/New_York"),
        held_until=STARTS - timedelta(days=1),
    )
