"""The kept summary of openings: reading it, and computing it where it is behind.

In memory it is kept by process and database: an entry stands as long as the therapist's
`diary_version` does. What is behind is read from the table another process keeps, and what
is behind there is computed from the diaries. Nothing here writes, and nothing that books
looks here.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from booking.domain.directory import Card, Offer
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.minutes import floor_minute
from booking.domain.openings import Diary, SessionRules, opening_minutes
from booking.domain.starts import NONE, Starts
from booking.models import NextOpenings, SessionType, Therapist
from booking.queries.diaries import diaries_of, session_rules
from booking.queries.seats import Asking, group_of, meetings

Wanted = tuple[Card, Offer]

# As time passes the horizon moves on. A summary reaches further than it by so long, and is
# made again after so long: in between it holds everything there is.
FRESH_FOR = timedelta(hours=12)
# More than two months of short calls on a fine grid; it keeps one odd calendar from growing.
KEPT = 4000
# No database takes more than so many values in one statement, several times over.
AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Summary:
    """The next openings of one offer, as of one diary version and as of one instant."""

    version: int
    computed_at: datetime
    starts: Starts

    def holds(self, version: int | None, now: datetime) -> bool:
        """Return whether it can be used for a diary of `version` at `now`."""
        return self.version == version and timedelta(0) <= now - self.computed_at <= FRESH_FOR


@dataclass(slots=True)
class _Kept:
    summaries: dict[int, Summary] = field(default_factory=dict)


_MEMORY: "WeakKeyDictionary[Engine | Connection, _Kept]" = WeakKeyDictionary()


def next_openings(
    session: Session, wanted: Sequence[Wanted], *, now: datetime
) -> Mapping[int, Starts]:
    """Return the next openings of each offer, by its id: the notice is for the caller to mind."""
    kept = _MEMORY.setdefault(session.get_bind(), _Kept()).summaries
    versions = diary_versions(session)

    def behind(among: Sequence[Wanted]) -> list[Wanted]:
        return [
            (card, offer)
            for card, offer in among
            if (known := kept.get(offer.id)) is None
            or not known.holds(versions.get(card.therapist_id), now)
        ]

    if missing := behind(wanted):
        kept.update(_from_table(session, missing))
        kept.update(computed(session, behind(missing), now=now))
    return {
        offer.id: known.starts if (known := kept.get(offer.id)) is not None else NONE
        for _, offer in wanted
    }


def forget() -> None:
    """Forget everything, as a process that begins; for who changes tables behind our back."""
    _MEMORY.clear()


def diary_versions(session: Session) -> dict[int, int]:
    """Return the diary version of every active therapist."""
    query = select(Therapist.id, Therapist.diary_version).where(Therapist.active)
    return dict(session.execute(query).all())


def computed(session: Session, wanted: Sequence[Wanted], *, now: datetime) -> dict[int, Summary]:
    """Return the summaries of these offers, computed from the diaries as they are now."""
    found: dict[int, Summary] = {}
    for some in _batches(wanted):
        found.update(_computed(session, some, now=now))
    return found


def _computed(session: Session, wanted: Sequence[Wanted], *, now: datetime) -> dict[int, Summary]:
    ids = {card.therapist_id for card, _ in wanted}
    # The versions are read before the diaries. What is booked in between then makes a summary
    # that is newer than it says: it will be made again. The other way round it would be trusted.
    therapists = session.scalars(select(Therapist).where(Therapist.id.in_(ids))).all()
    versions = {therapist.id: therapist.diary_version for therapist in therapists}
    reach = max(offer.rules.horizon for _, offer in wanted) + FRESH_FOR
    window = Interval(now, now + reach + timedelta(minutes=1))
    diaries = diaries_of(session, therapists, window)
    met = _met(session, wanted, window, now)
    return {
        offer.id: Summary(
            version=versions[card.therapist_id],
            computed_at=now,
            starts=_starts(
                diaries[card.therapist_id], offer.rules, window, now, met.get(offer.id, ())
            ),
        )
        for card, offer in wanted
        if card.therapist_id in versions
    }


def _starts(
    diary: Diary, rules: SessionRules, window: Interval, now: datetime, met: Sequence[int]
) -> Starts:
    further = replace(rules, horizon=rules.horizon + FRESH_FOR)
    found = opening_minutes(diary, further, window=window, now=now)
    if met:
        found = sorted({*found, *met})
    return Starts.of(array("I", found[:KEPT]))


def _met(
    session: Session, wanted: Sequence[Wanted], window: Interval, now: datetime
) -> dict[int, list[int]]:
    """Return the minutes at which groups meet that have a seat left; only groups are looked at."""
    ids = [offer.id for _, offer in wanted if offer.kind is Kind.GROUP]
    query = select(SessionType).where(SessionType.id.in_(ids))
    found: dict[int, list[int]] = {}
    for session_type in session.scalars(query) if ids else ():
        group = group_of(session_type)
        if group is None:
            continue
        asking = Asking(session_rules(session_type), window, now, None)
        free = [each for each in meetings(session, group, asking) if each.taken < group.seats]
        found[session_type.id] = [floor_minute(each.starts_at) for each in free]
    return found


def _from_table(session: Session, behind: Sequence[Wanted]) -> dict[int, Summary]:
    found: dict[int, Summary] = {}
    for some in _batches(behind):
        query = select(
            NextOpenings.session_type_id,
            NextOpenings.diary_version,
            NextOpenings.computed_at,
            NextOpenings.starts,
        ).where(NextOpenings.session_type_id.in_([offer.id for _, offer in some]))
        for row in session.execute(query):
            starts = Starts.of(array("I", row.starts))
            found[row.session_type_id] = Summary(row.diary_version, row.computed_at, starts)
    return found


def _batches(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
