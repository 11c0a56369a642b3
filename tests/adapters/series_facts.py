"""Facts of messages about standing hours, for tests of words."""

from datetime import UTC, datetime, timedelta

from booking.adapters.wording.facts import House
from booking.adapters.wording.series_facts import (
    DateChange,
    ForOffer,
    ForOfferAnswer,
    ForSeriesClient,
    ForSeriesTherapist,
    Pattern,
    SeriesFacts,
    Standing,
    Way,
)
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.zones import zone

# A Tuesday, 5:00 PM in Phoenix and 7:00 PM in New York, where clocks have just gone back.
STARTS = datetime(2026, 11, 4, 0, 0, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
PHOENIX, NEW_YORK = zone("America/Phoenix"), zone("America/New_York")
HOUSE = House("Alder Street", "602-555-0142")
PAGE = f"https://book.example/s/{'a' * 54}"
OF_OFFERS = {MessageKind.STANDING_OFFER, MessageKind.THERAPIST_OFFER_DECLINED}
OF_SERIES = {kind for kind in MessageKind if "series" in kind} | OF_OFFERS


def standing(**values: object) -> Standing:
    """Every week on Tuesdays at 5:00 PM in Phoenix, kept on the clock of New York."""
    dates = tuple(STARTS + week * WEEK for week in range(3))
    defaults: dict[str, object] = {
        "pattern": Pattern((STARTS,), 1),
        "length": timedelta(minutes=50),
        "zone": PHOENIX,
        "other_zone": NEW_YORK,
        "anchor": NEW_YORK,
        "way": Way(Modality.VIDEO),
        "begins_at": STARTS,
        "dates": dates,
        "ruled": dates,
    }
    return Standing(**defaults | values)  # type: ignore[arg-type]


def for_client(**values: object) -> ForSeriesClient:
    defaults: dict[str, object] = {
        "house": HOUSE,
        "standing": standing(),
        "therapist": "Amara",
        "now": STARTS - 3 * DAY,
        "series_url": PAGE,
        "agreement_url": f"{PAGE}/agreement",
        "cancel_hours": 24,
        "fee": "$50",
        "held_until": STARTS - DAY,
        "changes": (
            DateChange(STARTS, STARTS + DAY),
            DateChange(STARTS + WEEK, None),
            DateChange(None, STARTS + 2 * WEEK),
        ),
    }
    return ForSeriesClient(**defaults | values)  # type: ignore[arg-type]


def for_therapist(**values: object) -> ForSeriesTherapist:
    defaults: dict[str, object] = {
        "house": HOUSE,
        "standing": standing(way=Way(Modality.PHONE, reader_calls=True)),
        "client": "S. R.",
        "now": STARTS - 3 * DAY,
        "staff_url": "https://book.example/staff/series",
        "asked": True,
        "held_until": STARTS - DAY,
        "changes": (DateChange(STARTS, STARTS + DAY),),
        "undecided": (STARTS, STARTS + WEEK),
    }
    return ForSeriesTherapist(**defaults | values)  # type: ignore[arg-type]


def for_offer(**values: object) -> ForOffer:
    defaults: dict[str, object] = {
        "house": HOUSE,
        "therapist": "Amara",
        "now": STARTS - 3 * DAY,
        "zone": PHOENIX,
        "url": f"https://book.example/o/{'a' * 54}",
        "held_until": STARTS - DAY,
        "choices": (standing(), standing(begins_at=STARTS + DAY)),
    }
    return ForOffer(**defaults | values)  # type: ignore[arg-type]


def series_facts_for(kind: MessageKind, name: str) -> SeriesFacts:
    if kind is MessageKind.STANDING_OFFER:
        return for_offer(therapist=name)
    if kind is MessageKind.THERAPIST_OFFER_DECLINED:
        return ForOfferAnswer(house=HOUSE, client=name, staff_url="https://book.example/staff")
    if kind.is_for_therapist:
        return for_therapist(client=name)
    return for_client(therapist=name)
