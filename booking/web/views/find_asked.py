"""What somebody looks for on `/find`, as it stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Self
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from booking.domain import facets, places
from booking.domain.directory import RECEIPTS, SLIDING, YES, Filters
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.domain.starts import Part, When
from booking.web.views.weeks import date_in

Fields = Sequence[tuple[str, str]]

# What the rail asks; what for and how to pay are asked above it, one answer each.
RAIL = (
    Facet.IDENTITY,
    Facet.LANGUAGE,
    Facet.APPROACH,
    Facet.FAITH,
    Facet.AGE,
    Facet.ACCESS,
)
WHEN_NAMES: Mapping[str, When] = MappingProxyType(
    {
        f"{part}-{'weekends' if weekend else 'weekdays'}": When(part, weekend)
        for part in Part
        for weekend in (False, True)
    }
)
MOST_PAGES = 1000


class Which(StrEnum):
    """What is looked for: a free call to get to know each other, or a first full session."""

    CALL = "call"
    SESSION = "session"


KINDS: Mapping[Which, tuple[Kind, ...]] = MappingProxyType(
    {Which.CALL: (Kind.CONSULTATION,), Which.SESSION: (Kind.INTAKE, Kind.INDIVIDUAL)}
)
# The kinds of the API are understood too.
SESSIONS = frozenset({Which.SESSION, *KINDS[Which.SESSION]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Values that nobody could have meant are passed over."""

    state: str | None = None
    need: str | None = None
    payment: str | None = None
    which: Which = Which.CALL
    rail: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    sliding: bool = False
    receipts: bool = False
    when: frozenset[When] = frozenset()
    first_day: date | None = None
    page: int = 1
    asks_zone: bool = False

    @classmethod
    def read(cls, given: "MultiDict[str, str]") -> Self:
        state, need, payment = (given.get(name, "") for name in ("state", "need", "payment"))
        return cls(
            state=state if places.is_state(state) else None,
            need=need if facets.is_known(Facet.NEED, need) else None,
            payment=payment if facets.is_known(Facet.INSURANCE, payment) else None,
            which=Which.SESSION if given.get("kind", "") in SESSIONS else Which.CALL,
            rail={facet: found for facet in RAIL if (found := _known(facet, given))},
            sliding=given.get(SLIDING) == YES,
            receipts=given.get(RECEIPTS) == YES,
            when=frozenset(WHEN_NAMES[w] for w in given.getlist("when") if w in WHEN_NAMES),
            first_day=date_in(given.get("from", "")),
            page=_page(given.get("page", "")),
            asks_zone=given.get("zone") == "ask",
        )

    @property
    def filters(self) -> Filters:
        wanted = dict(self.rail)
        if self.need is not None:
            wanted[Facet.NEED] = frozenset({self.need})
        if self.payment is not None:
            wanted[Facet.INSURANCE] = frozenset({self.payment})
        return Filters(
            state=self.state,
            kinds=KINDS[self.which],
            facets=wanted,
            sliding=self.sliding,
            receipts=self.receipts,
            when=self.when,
        )

    @property
    def on(self) -> int:
        """Return how many filters of the rail are on."""
        return len(self.when) + sum(map(len, self.rail.values())) + self.sliding + self.receipts

    @property
    def answered(self) -> bool:
        return any((self.state, self.need, self.payment))

    def with_(self, **changes: object) -> "Asked":
        """Return the same with `changes`, from the first page and the first days again."""
        start: dict[str, object] = {"page": 1, "first_day": None, "asks_zone": False}
        return replace(self, **(start | changes))  # type: ignore[arg-type]

    def turned(self, **changes: object) -> "Asked":
        """Return the same with `changes`, on the same page."""
        return replace(self, **({"asks_zone": False} | changes))  # type: ignore[arg-type]

    def without_rail(self) -> "Asked":
        return self.with_(rail={}, sliding=False, receipts=False, when=frozenset())

    @property
    def answers(self) -> Fields:
        """Return what was answered to the three questions; the pages of a booking know it."""
        found = {"state": self.state, "need": self.need, "payment": self.payment}
        return [(name, value) for name, value in found.items() if value]

    @property
    def kind_field(self) -> Fields:
        return [("kind", self.which.value)] if self.which is not Which.CALL else []

    @property
    def rail_fields(self) -> Fields:
        found = [("when", name) for name, when in WHEN_NAMES.items() if when in self.when]
        found += [(name, YES) for name in (SLIDING, RECEIPTS) if getattr(self, name)]
        found += [(facet.value, v) for facet, values in self.rail.items() for v in sorted(values)]
        return found

    @property
    def fields(self) -> Fields:
        turned = [("page", str(self.page))] if self.page > 1 else []
        if self.first_day is not None:
            turned.append(("from", self.first_day.isoformat()))
        return [*self.answers, *self.kind_field, *self.rail_fields, *turned]

    def href(self, *more: tuple[str, str], anchor: str = "") -> str:
        query = urlencode([*self.fields, *more])
        return f"/find{'?' if query else ''}{query}{'#' if anchor else ''}{anchor}"


def _known(facet: Facet, given: "MultiDict[str, str]") -> frozenset[str]:
    return frozenset(v for v in given.getlist(facet.value) if facets.is_known(facet, v))


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PAGES))):
        return 1
    return min(max(int(text), 1), MOST_PAGES)
