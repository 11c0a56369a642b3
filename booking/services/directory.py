"""Keeping the directory's summary of openings, so that no page has to compute a thousand."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.directory import Card, Offer
from booking.models import NextOpenings, db
from booking.models.dialects import put
from booking.queries.directory import all_cards
from booking.queries.summaries import FRESH_FOR, Summary, computed, diary_versions
from booking.services.unit_of_work import unit_of_work

BATCH = 50


def refresh_summaries(*, now: datetime, limit: int = BATCH) -> int:
    """Compute the summaries that are behind, at most `limit`, and return how many that were.

    Computed while reading; the writing afterwards is short. A summary that falls behind
    meanwhile says so by its version and is made again next time.
    """
    session = db.session()
    behind = _behind(session, now)[:limit]
    made = computed(session, behind, now=now)
    if made:
        unit_of_work(lambda writing: _keep(writing, made))
    else:
        session.rollback()
    return len(made)


def _behind(session: Session, now: datetime) -> list[tuple[Card, Offer]]:
    versions = diary_versions(session)
    query = select(
        NextOpenings.session_type_id, NextOpenings.diary_version, NextOpenings.computed_at
    )
    kept = {row.session_type_id: row for row in session.execute(query)}
    return [
        (card, offer)
        for card in all_cards(session)
        for offer in card.offers
        if (row := kept.get(offer.id)) is None
        or row.diary_version != versions.get(card.therapist_id)
        or now - row.computed_at > FRESH_FOR / 2
    ]


def _keep(session: Session, made: dict[int, Summary]) -> None:
    rows: list[dict[str, object]] = [
        {
            "session_type_id": session_type_id,
            "diary_version": summary.version,
            "computed_at": summary.computed_at,
            "starts": list(summary.starts.minutes),
        }
        # In one order for everybody: two sweeps at once then take turns.
        for session_type_id, summary in sorted(made.items())
    ]
    put(session, NextOpenings, rows)
