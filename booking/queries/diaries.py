"""Reading everything that decides a therapist's openings, in few statements whatever the size.

One statement reads the rules (weekly hours, dates that differ, licences), one reads what is
busy (claims, time off, imported events), and one more the sessions that count towards a
limit, only where there is a limit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, Licence, SessionRules
from booking.domain.zones import zone
from booking.models import SessionType
from booking.queries.diary_rows import (
    CLAIM,
    CLOSED,
    DAY,
    LICENCE,
    OFF,
    OUTSIDE,
    WEEKLY,
    AnyRow,
    busy_of,
    rules_of,
    starts_of,
)

# Buffers, sessions and blocks of hours reach at most this far over the edge of a window.
MARGIN = timedelta(days=2)


class DiaryOwner(Protocol):
    """What a diary needs of its therapist: the row itself has it, and so has who only looks."""

    @property
    def id(self) -> int: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def daily_limit(self) -> int | None: ...
    @property
    def weekly_limit(self) -> int | None: ...


def session_rules(session_type: SessionType) -> SessionRules:
    """Return what one session type asks of the calendar."""
    return SessionRules(
        minutes=session_type.minutes,
        step=session_type.step,
        buffer_before=session_type.buffer_before,
        buffer_after=session_type.buffer_after,
        notice=timedelta(hours=session_type.notice_hours),
        horizon=timedelta(days=session_type.horizon_days),
    )


def diary_of(
    session: Session, therapist: DiaryOwner, window: Interval, *, without: int | None = None
) -> Diary:
    """Return the diary of one therapist for `window`.

    `without` is an appointment about to be moved: its own time does not stand in its way.
    """
    return diaries_of(session, [therapist], window, without=without)[therapist.id]


def diaries_of(
    session: Session,
    therapists: Sequence[DiaryOwner],
    window: Interval,
    *,
    without: int | None = None,
) -> dict[int, Diary]:
    """Return the diary of each therapist for `window`, by therapist id."""
    ids = [therapist.id for therapist in therapists]
    wide = window.padded(before=MARGIN, after=MARGIN)
    rules = _by_therapist(rules_of(session, ids, wide))
    busy = _by_therapist(busy_of(session, ids, wide, without=without))
    limited = [t.id for t in therapists if t.daily_limit or t.weekly_limit]
    starts = _session_starts(session, limited, wide, without) if limited else {}
    return {
        therapist.id: Diary(
            zone=zone(therapist.time_zone),
            weekly=tuple(_weekly(rules[therapist.id])),
            overrides=tuple(_overrides(rules[therapist.id])),
            licences=tuple(_licences(rules[therapist.id])),
            time_off=_spans(busy[therapist.id], OFF),
            closures=_spans(busy[therapist.id], CLOSED),
            claims=_spans(busy[therapist.id], CLAIM),
            outside=_spans(busy[therapist.id], OUTSIDE),
            sessions=starts.get(therapist.id, ()),
            daily_limit=therapist.daily_limit,
            weekly_limit=therapist.weekly_limit,
        )
        for therapist in therapists
    }


def _session_starts(
    session: Session, ids: Sequence[int], window: Interval, without: int | None
) -> Mapping[int, Sequence[datetime]]:
    # Seats of a group that are held each for somebody are one session all the same.
    found: dict[int, dict[datetime, None]] = defaultdict(dict)
    for therapist_id, starts_at in starts_of(session, ids, window, without=without):
        found[therapist_id][starts_at] = None
    return {therapist_id: tuple(starts) for therapist_id, starts in found.items()}


def _by_therapist(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(row)
    return found


def _weekly(rows: Iterable[AnyRow]) -> Iterable[WeeklyHours]:
    for row in rows:
        if row.kind == WEEKLY:
            yield WeeklyHours(
                row.weekday, row.from_minute, row.until_minute, row.every_weeks, row.day
            )


def _overrides(rows: Iterable[AnyRow]) -> Iterable[DayHours]:
    days: dict[date, list[tuple[int, int]]] = {}
    for row in rows:
        if row.kind == DAY:
            blocks = days.setdefault(row.day, [])
            if row.from_minute is not None:
                blocks.append((row.from_minute, row.until_minute))
    for day, blocks in sorted(days.items()):
        yield DayHours(day, tuple(sorted(blocks)))


def _licences(rows: Iterable[AnyRow]) -> Iterable[Licence]:
    for row in rows:
        if row.kind == LICENCE:
            yield Licence(row.state, row.day, row.until_day)


def _spans(rows: Iterable[AnyRow], wanted: str) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for kind, _, start, end in rows if kind == wanted)
