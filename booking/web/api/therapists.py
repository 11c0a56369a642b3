"""Who has time."""

from collections.abc import Mapping, Sequence

from flask import Response, jsonify

from booking.clock import utcnow
from booking.domain.directory import Filters, Found, Rank
from booking.domain.facets import Facet
from booking.domain.zones import zone
from booking.queries.directory import after, search
from booking.web.api import asking
from booking.web.api.blueprint import bp
from booking.web.api.schemas import DirectoryQuery
from booking.web.instants import rfc3339
from booking.web.limits import API_READS, READS, at_most
from booking.web.wiring import reading

SHOWN_OPENINGS = 3


@bp.get("/v1/therapists")
@at_most(API_READS, methods=READS)
def therapists() -> Response:
    asked = asking.query(DirectoryQuery)
    kinds = (asked.kind,) if asked.kind else ()
    filters = Filters(state=asked.state, kinds=kinds, facets=_facets(asked))
    results = search(reading(), filters, now=utcnow(), zone=zone(asked.time_zone or "UTC"))
    rest = after(results.found, _rank(asked.cursor))
    page = rest[: asked.limit]
    more = len(rest) > len(page)
    return jsonify(
        therapists=[_card(found) for found in page],
        next_cursor=_cursor(page[-1]) if more else None,
    )


def _facets(asked: DirectoryQuery) -> Mapping[Facet, frozenset[str]]:
    chosen = {
        Facet.NEED: asked.need,
        Facet.LANGUAGE: asked.language,
        Facet.INSURANCE: asked.insurance,
    }
    return {facet: frozenset({value}) for facet, value in chosen.items() if value is not None}


def _card(found: Found) -> dict[str, object]:
    card = found.card
    return {
        "slug": card.slug,
        "name": card.name,
        "credentials": card.credentials,
        "time_zone": card.time_zone,
        "session_types": [
            {
                "slug": offer.slug,
                "kind": offer.kind,
                "minutes": offer.minutes,
                "price_cents": offer.price_cents,
                "modalities": offer.modalities,
            }
            for offer in card.offers
        ],
        "next_openings": _instants(found),
    }


def _instants(found: Found) -> Sequence[str]:
    return [rfc3339(start) for start in found.starts[:SHOWN_OPENINGS]]


def _cursor(found: Found) -> str:
    """Return what the next page starts after; its shape is `schemas.Cursor`."""
    return ".".join(str(part) for part in found.rank)


def _rank(cursor: str | None) -> Rank | None:
    if cursor is None:
        return None
    first, tie, slug = cursor.split(".")
    return int(first), tie, slug
