"""Who fits what somebody looks for, who has time soonest, and what each filter would leave."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.openings import Licence, SessionRules

NOON, EVENING = 12, 17
SATURDAY = 5


class Part(StrEnum):
    """A part of the day, by the client's clock: before noon, noon to five, after five."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True)
class When:
    """A part of the day, on weekdays or on weekends."""

    part: Part
    weekend: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One session type a new client may book."""

    id: int
    slug: str
    kind: Kind
    name: str
    minutes: int
    price_cents: int
    modalities: tuple[Modality, ...]
    rules: SessionRules


@dataclass(frozen=True, slots=True)
class Card:
    """A therapist as the directory shows them, with what new clients may book."""

    therapist_id: int
    slug: str
    name: str
    first_name: str
    credentials: str
    title: str
    pronouns: str
    time_zone: str
    statement: str
    sliding_from_cents: int | None
    gives_receipts: bool
    accepts_new: bool
    facets: Mapping[Facet, frozenset[str]]
    licences: tuple[Licence, ...]
    offers: tuple[Offer, ...]

    def has(self, facet: Facet, value: str) -> bool:
        return value in self.facets.get(facet, ())

    def offer_of(self, kind: Kind | None) -> Offer | None:
        """Return the first offer of that kind, or of any."""
        return next((offer for offer in self.offers if kind in {None, offer.kind}), None)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for. Within one facet any value will do; facets add up."""

    state: str | None = None
    kind: Kind | None = None
    facets: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sliding: bool = False
    receipts: bool = False
    when: frozenset[When] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A therapist who fits, what may be booked, and when: instants, soonest first."""

    card: Card
    offer: Offer
    starts: Sequence[datetime]
    rank: tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """`counts` says, for each filter and value, how many would be left if it were chosen;
    `without` says how many there would be if one filter were given up."""

    found: Sequence[Found]
    counts: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]


NEVER = 1 << 62  # ranks those without an opening last
STATE, WHEN, SLIDING, RECEIPTS = "state", "when", "sliding", "receipts"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def search(
    cards: Iterable[Card],
    openings: Mapping[int, Sequence[int]],
    filters: Filters,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Results:
    """Return who fits, soonest first; ties in an order drawn anew each day, never by payment.

    `openings` holds, by offer, the minutes since the epoch at which it may start, ascending.
    Therapists without an opening come last. `zone` is the client's.
    """
    found: list[Found] = []
    counts: dict[str, Counter[str]] = {}
    without: Counter[str] = Counter()
    looker = _Looker(filters, now, zone)
    for card in cards:
        offer = card.offer_of(filters.kind)
        if offer is None:
            continue
        starts = looker.starts(card, offer, openings.get(offer.id, ()))
        failed = looker.failed(card, starts)
        if not failed:
            found.append(looker.found(card, offer, starts))
            for name, values in _values(card).items():
                counts.setdefault(name, Counter()).update(values)
        elif len(failed) == 1:
            (only,) = failed
            without[only] += 1
            counts.setdefault(only, Counter()).update(_values(card).get(only, ()))
    found.sort(key=lambda one: one.rank)
    return Results(found, counts, without)


class _Looker:
    """One search under way: what is the same for every card, worked out once."""

    def __init__(self, filters: Filters, now: datetime, zone: ZoneInfo) -> None:
        self.filters = filters
        self.now = now
        self.zone = zone
        self.day = now.date().isoformat()

    def starts(self, card: Card, offer: Offer, known: Sequence[int]) -> Sequence[int]:
        """Return what of `known` may still be booked, from where the client will be."""
        if not card.accepts_new:
            return ()
        earliest = minute_of(self.now + offer.rules.notice)
        starts = known[bisect_left(known, earliest) :]
        if self.filters.state is not None:
            starts = _licensed(starts, card, self.filters.state)
        if self.filters.when:
            starts = [start for start in starts if self._suits(start)]
        return starts

    def failed(self, card: Card, starts: Sequence[int]) -> set[str]:
        """Return which filters the card does not pass."""
        filters = self.filters
        failed = {
            facet.value
            for facet, wanted in filters.facets.items()
            if wanted and wanted.isdisjoint(card.facets.get(facet, ()))
        }
        if filters.state is not None and not _ever_licensed(card, filters.state):
            failed.add(STATE)
        if filters.sliding and card.sliding_from_cents is None:
            failed.add(SLIDING)
        if filters.receipts and not card.gives_receipts:
            failed.add(RECEIPTS)
        if filters.when and not starts:
            failed.add(WHEN)
        return failed

    def found(self, card: Card, offer: Offer, starts: Sequence[int]) -> Found:
        tie = hashlib.blake2b(f"{self.day}{card.slug}".encode(), digest_size=8).hexdigest()
        first = starts[0] if starts else NEVER
        return Found(card, offer, [instant_of(start) for start in starts], (first, tie, card.slug))

    def _suits(self, start: int) -> bool:
        return part_of(instant_of(start), self.zone) in self.filters.when


def part_of(instant: datetime, zone: ZoneInfo) -> When:
    """Return which part of which kind of day it is in `zone`."""
    local = instant.astimezone(zone)
    part = Part.MORNING if local.hour < NOON else Part.AFTERNOON
    if local.hour >= EVENING:
        part = Part.EVENING
    return When(part, local.weekday() >= SATURDAY)


def minute_of(instant: datetime) -> int:
    """Return the first minute since the epoch that starts at or after `instant`."""
    return -((_EPOCH - instant) // timedelta(minutes=1))


def instant_of(minute: int) -> datetime:
    return _EPOCH + timedelta(minutes=minute)


def _licensed(starts: Sequence[int], card: Card, state: str) -> Sequence[int]:
    licences = [licence for licence in card.licences if licence.state == state]
    if not licences or not starts:
        return ()
    first, last = instant_of(starts[0]).date(), instant_of(starts[-1]).date()
    margin = timedelta(days=1)
    if any(_covers(licence, first - margin, last + margin) for licence in licences):
        return starts
    zone = ZoneInfo(card.time_zone)
    return [
        start
        for start in starts
        if any(_on(licence, instant_of(start).astimezone(zone).date()) for licence in licences)
    ]


def _ever_licensed(card: Card, state: str) -> bool:
    return any(licence.state == state for licence in card.licences)


def _covers(licence: Licence, first: date, last: date) -> bool:
    return _on(licence, first) and _on(licence, last)


def _on(licence: Licence, day: date) -> bool:
    return licence.valid_from <= day and (licence.valid_until is None or day <= licence.valid_until)


def _values(card: Card) -> Mapping[str, Iterable[str]]:
    values: dict[str, Iterable[str]] = {facet.value: held for facet, held in card.facets.items()}
    values[STATE] = {licence.state for licence in card.licences}
    if card.sliding_from_cents is not None:
        values[SLIDING] = ("yes",)
    if card.gives_receipts:
        values[RECEIPTS] = ("yes",)
    return values
