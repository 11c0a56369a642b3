"""What the directory knows of therapists, and what somebody may look for there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.minutes import instant_at
from booking.domain.openings import Licence, SessionRules
from booking.domain.starts import Reach, When

STATE, WHEN, SLIDING, RECEIPTS = "state", "when", "sliding", "receipts"
YES = "yes"

Rank = tuple[int, str, str]
Mark = tuple[str, str]


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
    """A therapist as the directory shows them, with what new clients may book.

    `marks` are all the filters, but those of time and place, that the card passes.
    """

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
    marks: tuple[Mark, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        marks = [(facet.value, value) for facet, held in self.facets.items() for value in held]
        if self.sliding_from_cents is not None:
            marks.append((SLIDING, YES))
        if self.gives_receipts:
            marks.append((RECEIPTS, YES))
        object.__setattr__(self, "marks", tuple(marks))

    def has(self, facet: Facet, value: str) -> bool:
        return value in self.facets.get(facet, ())

    def offer_of(self, kinds: Sequence[Kind] = ()) -> Offer | None:
        """Return what is offered of the first of `kinds` there is; of no kinds, of any."""
        if not kinds:
            return self.offers[0] if self.offers else None
        for kind in kinds:
            for offer in self.offers:
                if offer.kind is kind:
                    return offer
        return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for. Within one facet any value will do; facets add up.

    Of `kinds` each therapist shows the first they offer; without any, whatever they offer.
    """

    state: str | None = None
    kinds: tuple[Kind, ...] = ()
    facets: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sliding: bool = False
    receipts: bool = False
    when: frozenset[When] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A therapist who fits, what may be booked, and when."""

    card: Card
    offer: Offer
    reach: Reach
    rank: Rank

    @property
    def starts(self) -> list[datetime]:
        """Return the openings as instants, soonest first."""
        return [instant_at(minute) for minute in self.reach.minutes]


@dataclass(frozen=True, slots=True)
class Results:
    """Who fits, soonest first, and what each filter would leave.

    `counts` says, for a filter and a value, how many would be left if that were chosen;
    `times` says the same of parts of the day. `without` says how many there would be if one
    filter were given up.
    """

    found: Sequence[Found]
    counts: Mapping[Mark, int]
    times: Mapping[When, int]
    without: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is in the whole directory, whatever somebody looks for.

    `minutes` and `modalities` are the lengths and the ways of each kind of session; `charged`
    are the kinds that are not free with everybody.
    """

    states: frozenset[str]
    facets: Mapping[Facet, frozenset[str]]
    minutes: Mapping[Kind, frozenset[int]]
    modalities: Mapping[Kind, frozenset[Modality]]
    charged: frozenset[Kind]


def overview(cards: Iterable[Card]) -> Overview:
    """Return what the cards that offer anything have between them."""
    states: set[str] = set()
    words: dict[Facet, set[str]] = {facet: set() for facet in Facet}
    minutes: dict[Kind, set[int]] = {}
    modalities: dict[Kind, set[Modality]] = {}
    charged: set[Kind] = set()
    for card in cards:
        if not card.offers:
            continue
        states.update(licence.state for licence in card.licences)
        for facet, held in card.facets.items():
            words[facet] |= held
        for offer in card.offers:
            minutes.setdefault(offer.kind, set()).add(offer.minutes)
            modalities.setdefault(offer.kind, set()).update(offer.modalities)
            if offer.price_cents:
                charged.add(offer.kind)
    return Overview(
        states=frozenset(states),
        facets={facet: frozenset(held) for facet, held in words.items()},
        minutes={kind: frozenset(found) for kind, found in minutes.items()},
        modalities={kind: frozenset(found) for kind, found in modalities.items()},
        charged=frozenset(charged),
    )
