"""Cards and starts to search among: state only what the claim is about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.domain.directory import Card, Filters, Offer, Results
from booking.domain.directory_search import search
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.minutes import floor_minute
from booking.domain.openings import Licence, SessionRules
from booking.domain.starts import Starts
from booking.domain.zones import zone

PHOENIX = zone("America/Phoenix")
# A Friday; in Phoenix it is 8:00 in the morning.
NOW = datetime(2030, 3, 1, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG_AGO = date(2020, 1, 1)


def offer(
    number: int = 1,
    kind: Kind = Kind.CONSULTATION,
    *,
    notice: timedelta = timedelta(0),
    horizon: timedelta = 60 * DAY,
    price: int = 0,
) -> Offer:
    rules = SessionRules(15, 30, notice=notice, horizon=horizon)
    return Offer(number, kind.value, kind, kind.value, 15, price, (Modality.VIDEO,), rules)


def card(number: int = 1, **values: object) -> Card:
    """A therapist in Phoenix with a licence for Arizona and a free call to offer."""
    defaults: dict[str, object] = {
        "therapist_id": number,
        "slug": f"t{number}",
        "name": "Amara Okafor",
        "first_name": "Amara",
        "credentials": "PsyD",
        "title": "Psychologist",
        "pronouns": "she/her",
        "time_zone": "America/Phoenix",
        "statement": "",
        "sliding_from_cents": None,
        "gives_receipts": False,
        "accepts_new": True,
        "facets": {},
        "licences": (Licence("AZ", LONG_AGO, None),),
        "offers": (offer(number),),
    }
    return Card(**defaults | values)  # type: ignore[arg-type]


def words(**chosen: str) -> dict[Facet, frozenset[str]]:
    """Return facets from words with blanks between: `need="anxiety sleep"`."""
    return {Facet(name): frozenset(values.split()) for name, values in chosen.items()}


def starts(*instants: datetime) -> Starts:
    return Starts.of([floor_minute(instant) for instant in sorted(instants)])


def find(
    cards: Iterable[Card],
    openings: dict[int, Starts],
    filters: Filters | None = None,
    *,
    now: datetime = NOW,
    there: ZoneInfo = PHOENIX,
) -> Results:
    return search(cards, openings, filters or Filters(), now=now, zone=there)


def slugs(results: Results) -> list[str]:
    return [found.card.slug for found in results.found]
