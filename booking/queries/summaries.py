"""The kept summary of openings: reading it, and computing it where it is behind.

In memory it is kept by process and database: an entry stands as long as the therapist's
`diary_version` does. What is behind is read from the table another process keeps, and what
is behind there is computed from the diaries. Nothing here writes, and nothing that books
looks here.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from booking.domain.directory import Card, Offer, minute_of
from booking.domain.interval import Interval
from booking.domain.openings import openings
from booking.models import NextOpenings, Therapist
from booking.queries.diaries import diaries_of

# So many are kept for each session type. A page shows two dozen at the most, and a filter by
# time of day looks through the rest.
KEPT = 240
# A list that was cut short, or a horizon that has moved on, is made again after so long.
FRESH_FOR = timedelta(hours=12)
TOO_FEW = 24


@dataclass(frozen=True, slots=True)
class Summary:
    """The next openings of one offer, in minutes since the epoch, as of one diary version."""

    version: int
    computed_at: datetime
    starts: "array[int]"

    def holds(self, version: int, now: datetime) -> bool:
        """Return whether it can still be used as it is."""
        if self.version != version or now - self.computed_at > FRESH_FOR or now < self.computed_at:
            return False
        cut_short = len(self.starts) >= KEPT
        return not cut_short or self.starts[-TOO_FEW] > minute_of(now)


@dataclass(slots=True)
class _Kept:
    summaries: dict[int, Summary] = field(default_factory=dict)


_MEMORY: "WeakKeyDictionary[Engine | Connection, _Kept]" = WeakKeyDictionary()


def next_openings(
    session: Session, wanted: Sequence[tuple[Card, Offer]], *, now: datetime
) -> Mapping[int, Sequence[int]]:
    """Return the next openings of each offer, by its id, in minutes since the epoch."""
    kept = _MEMORY.setdefault(session.get_bind(), _Kept()).summaries
    versions = diary_versions(session)
    behind = [
        (card, offer)
        for card, offer in wanted
        if (known := kept.get(offer.id)) is None
        or not known.holds(versions.get(card.therapist_id, 0), now)
    ]
    if behind:
        kept.update(_from_table(session, behind))
        still = [
            (card, offer)
            for card, offer in behind
            if (known := kept.get(offer.id)) is None
            or not known.holds(versions.get(card.therapist_id, 0), now)
        ]
        kept.update(computed(session, still, now=now))
    return {offer.id: kept[offer.id].starts for _, offer in wanted}


def diary_versions(session: Session) -> dict[int, int]:
    """Return the diary version of every active therapist."""
    query = select(Therapist.id, Therapist.diary_version).where(Therapist.active)
    return {row.id: row.diary_version for row in session.execute(query)}


def computed(
    session: Session, wanted: Sequence[tuple[Card, Offer]], *, now: datetime
) -> dict[int, Summary]:
    """Return the summaries of these offers, computed from the diaries as they are now."""
    if not wanted:
        return {}
    ids = {card.therapist_id for card, _ in wanted}
    therapists = session.scalars(select(Therapist).where(Therapist.id.in_(ids))).all()
    reach = max(offer.rules.horizon for _, offer in wanted) + timedelta(days=1)
    window = Interval(now, now + reach)
    diaries = diaries_of(session, therapists, window)
    versions = {therapist.id: therapist.diary_version for therapist in therapists}
    return {
        offer.id: Summary(
            version=versions[card.therapist_id],
            computed_at=now,
            starts=_minutes(
                openings(diaries[card.therapist_id], offer.rules, window=window, now=now)
            ),
        )
        for card, offer in wanted
        if card.therapist_id in versions
    }


def _from_table(session: Session, behind: Iterable[tuple[Card, Offer]]) -> dict[int, Summary]:
    ids = [offer.id for _, offer in behind]
    query = select(
        NextOpenings.session_type_id,
        NextOpenings.diary_version,
        NextOpenings.computed_at,
        NextOpenings.starts,
    ).where(NextOpenings.session_type_id.in_(ids))
    return {
        row.session_type_id: Summary(row.diary_version, row.computed_at, array("l", row.starts))
        for row in session.execute(query)
    }


def _minutes(starts: Sequence[datetime]) -> "array[int]":
    return array("l", [minute_of(start) for start in starts[:KEPT]])
