"""Reading the directory: its cards, kept in memory until they change, and a search over them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from booking.domain import directory_search
from booking.domain.directory import Card, Filters, Found, Offer, Overview, Rank, Results, overview
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.openings import Licence
from booking.errors import NotFound
from booking.models import Practice, SessionType, Therapist, TherapistFacet, TherapistLicence
from booking.queries import summaries
from booking.queries.diaries import session_rules

# What a new client may book; the order is the order in which they are offered.
NEW_CLIENT_KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Directory:
    """Every active therapist's card, as of one version of the directory."""

    version: int
    cards: tuple[Card, ...]
    overview: Overview


_MEMORY: "WeakKeyDictionary[Engine | Connection, Directory]" = WeakKeyDictionary()


def directory(session: Session) -> Directory:
    """Return the directory. Its cards are read again only when they have changed."""
    version = session.scalar(select(Practice.directory_version)) or 0
    bind = session.get_bind()
    kept = _MEMORY.get(bind)
    if kept is None or kept.version != version:
        cards = tuple(_read_cards(session))
        kept = _MEMORY[bind] = Directory(version, cards, overview(cards))
    return kept


def search(
    session: Session,
    filters: Filters,
    *,
    now: datetime,
    zone: ZoneInfo,
    among: Directory | None = None,
) -> Results:
    """Return the therapists that fit, soonest first; `zone` is the client's.

    `among` is the directory, where it has been read already.
    """
    cards = (among or directory(session)).cards
    wanted = [
        (card, offer) for card in cards if (offer := card.offer_of(filters.kinds)) is not None
    ]
    openings = summaries.next_openings(session, wanted, now=now)
    return directory_search.search(cards, openings, filters, now=now, zone=zone)


def after(found: Sequence[Found], rank: Rank | None) -> Sequence[Found]:
    """Return those that come after `rank`, which a cursor carries from one page to the next."""
    if rank is None:
        return found
    return [one for one in found if one.rank > rank]


def forget() -> None:
    """Forget everything, as a process that begins; for who changes tables behind our back."""
    _MEMORY.clear()
    summaries.forget()


def all_cards(session: Session) -> tuple[Card, ...]:
    """Return every active therapist's card."""
    return directory(session).cards


def card(session: Session, slug: str) -> Card:
    """Return one therapist's card; raise `NotFound`."""
    for one in all_cards(session):
        if one.slug == slug:
            return one
    raise NotFound("therapist")


def _read_cards(session: Session) -> list[Card]:
    facets: dict[int, dict[Facet, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in session.execute(
        select(TherapistFacet.therapist_id, TherapistFacet.facet, TherapistFacet.value)
    ):
        facets[row.therapist_id][row.facet].add(row.value)
    licences: dict[int, list[Licence]] = defaultdict(list)
    for held in session.scalars(select(TherapistLicence)):
        licences[held.therapist_id].append(Licence(held.state, held.valid_from, held.valid_until))
    offers: dict[int, list[Offer]] = defaultdict(list)
    for session_type in session.scalars(select(SessionType).filter_by(active=True)):
        # A standing group is joined: no single time of it can be booked.
        joined = session_type.kind is Kind.GROUP and session_type.allows_series
        if session_type.open_to_new and session_type.kind in NEW_CLIENT_KINDS and not joined:
            offers[session_type.therapist_id].append(_offer(session_type))
    therapists = session.scalars(select(Therapist).filter_by(active=True).order_by(Therapist.id))
    return [_card(one, facets[one.id], licences[one.id], offers[one.id]) for one in therapists]


def _offer(session_type: SessionType) -> Offer:
    return Offer(
        id=session_type.id,
        slug=session_type.slug,
        kind=session_type.kind,
        name=session_type.name,
        minutes=session_type.minutes,
        price_cents=session_type.price_cents,
        modalities=tuple(Modality(value) for value in session_type.modalities),
        rules=session_rules(session_type),
    )


def _card(
    therapist: Therapist,
    facets: dict[Facet, set[str]],
    licences: list[Licence],
    offers: list[Offer],
) -> Card:
    return Card(
        therapist_id=therapist.id,
        slug=therapist.slug,
        name=therapist.name,
        first_name=therapist.first_name,
        credentials=therapist.credentials,
        title=therapist.title,
        pronouns=therapist.pronouns,
        time_zone=therapist.time_zone,
        statement=therapist.statement,
        sliding_from_cents=therapist.sliding_from_cents,
        gives_receipts=therapist.gives_receipts,
        accepts_new=therapist.accepts_new,
        facets=MappingProxyType({facet: frozenset(held) for facet, held in facets.items()}),
        licences=tuple(licences),
        offers=tuple(sorted(offers, key=lambda offer: NEW_CLIENT_KINDS.index(offer.kind))),
    )
