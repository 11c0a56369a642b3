"""What a visitor has said so far, as it stands in an address or a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask import url_for

from booking.domain import facets, places
from booking.domain.facets import Facet
from booking.domain.lifecycle import Modality
from booking.errors import NotFound
from booking.models import SessionType
from booking.queries.holds import first_offer
from booking.services.openings import find_offer
from booking.web.booking_pages.offered import offer_by
from booking.web.booking_pages.rhythm import EVERY_WEEK, Rhythm, rhythm_in
from booking.web.instants import parse_instant, rfc3339
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

ANSWERS = ("state", "country", "need", "payment", "language")
_FACETS = {"need": Facet.NEED, "payment": Facet.INSURANCE, "language": Facet.LANGUAGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Answers that nobody could have meant are passed over, so that they are asked again.

    `offer` is the token of the offer by whose link they came, if they did.
    """

    therapist: str
    type: str
    slot: datetime | None = None
    day: date | None = None
    state: str | None = None
    country: str | None = None
    need: str | None = None
    payment: str | None = None
    language: str | None = None
    modality: Modality | None = None
    hold: str | None = None
    offer: str | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)

    @property
    def knows_where(self) -> bool:
        return self.state is not None or self.country is not None

    def with_(self, **changes: object) -> "Asked":
        return replace(self, **changes)  # type: ignore[arg-type]

    def fields(self) -> dict[str, str]:
        """Return the answers as they stand in addresses and hidden fields."""
        found = {
            "type": self.type,
            "slot": rfc3339(self.slot) if self.slot else None,
            "day": self.day.isoformat() if self.day else None,
            "state": self.state,
            "country": self.country,
            "need": self.need,
            "payment": self.payment,
            "language": self.language,
            "modality": self.modality,
            "hold": self.hold,
            "offer": self.offer,
            **self.rhythm.fields(),
        }
        return {name: str(value) for name, value in found.items() if value}

    def answers(self) -> dict[str, str]:
        """Return the answers about the person, as the form about them has them."""
        return {name: value for name, value in self.fields().items() if name in ANSWERS}

    def picker(self, *, anchor: str | None = None) -> str:
        """Return the address of the four weeks with these answers."""
        return self.address("book.choose", _anchor=anchor)

    def address(self, endpoint: str, **more: Any) -> str:
        """Return the address of a page with these answers, and `more` besides."""
        values: dict[str, Any] = {**self.fields(), **more}
        return url_for(endpoint, slug=self.therapist, **values)


def read_asked(slug: str, given: Mapping[str, str]) -> tuple[Asked, SessionType]:
    """Return what is asked of the therapist `slug`, and the session type it is about.

    With an offer it is the one that was offered, else without a type the one a newcomer most
    likely wants. Raises `NotFound`.
    """
    offer = offer_by(given["offer"]) if given.get("offer") else None
    if offer is not None and offer.therapist.slug != slug:
        raise NotFound("booking")
    name = given.get("type") or first_offer(reading(), slug)
    if offer is not None:
        name = offer.session_type.slug
    if name is None:
        raise NotFound("therapist")
    session_type = find_offer(reading(), slug, name)
    known = {field: _known(facet, given.get(field, "")) for field, facet in _FACETS.items()}
    state = given.get("state", "")
    country = given.get("country", "")
    asked = Asked(
        therapist=slug,
        type=name,
        slot=instant_in(given.get("slot", "")),
        day=date_in(given.get("day", "")),
        state=state if places.is_state(state) else None,
        country=country if places.is_country(country) and not state else None,
        modality=_modality(given.get("modality", ""), session_type),
        hold=given.get("hold") or None,
        offer=given.get("offer") or None,
        rhythm=_rhythm(given, session_type, standing=offer is not None),
        **known,
    )
    return asked, session_type


def instant_in(text: str) -> datetime | None:
    try:
        return parse_instant(text)
    except ValueError:
        return None


def _rhythm(given: Mapping[str, str], session_type: SessionType, *, standing: bool) -> Rhythm:
    """Return how often they would meet; what was offered as a standing hour is never just once."""
    if not session_type.allows_series:
        return Rhythm()
    rhythm = rhythm_in(given)
    return replace(rhythm, every=EVERY_WEEK) if standing and not rhythm.repeats else rhythm


def _known(facet: Facet, slug: str) -> str | None:
    return slug if facets.is_known(facet, slug) else None


def _modality(text: str, session_type: SessionType) -> Modality | None:
    """Return the way to meet that was asked for, or the only one there is."""
    ways = session_type.modalities
    if text in ways:
        return Modality(text)
    return Modality(ways[0]) if len(ways) == 1 else None
