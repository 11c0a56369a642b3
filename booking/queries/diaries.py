"""Reading everything that decides a therapist's openings, in few statements whatever the size.

One statement reads the rules (weekly hours, dates that differ, licences), one reads what is
busy (claims, time off, imported events), and one more the sessions that count towards a
limit, only where there is a limit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.lifecycle import HOLDING
from booking.domain.openings import Diary, Licence, SessionRules
from booking.domain.zones import zone
from booking.models import (
    Appointment,
    Claim,
    DayOverride,
    OutsideBusy,
    SessionType,
    Therapist,
    TherapistLicence,
    TimeOff,
    WeeklyRule,
)

# Buffers, sessions and blocks of hours reach at most this far over the edge of a window.
MARGIN = timedelta(days=2)
WEEK = timedelta(days=7)


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
    session: Session, therapist: Therapist, window: Interval, *, without: int | None = None
) -> Diary:
    """Return the diary of one therapist for `window`.

    `without` is an appointment about to be moved: its own time does not stand in its way.
    """
    return diaries_of(session, [therapist], window, without=without)[therapist.id]


def diaries_of(
    session: Session,
    therapists: Sequence[Therapist],
    window: Interval,
    *,
    without: int | None = None,
) -> dict[int, Diary]:
    """Return the diary of each therapist for `window`, by therapist id."""
    ids = [therapist.id for therapist in therapists]
    wide = window.padded(before=MARGIN, after=MARGIN)
    rules = _by_therapist(session.execute(_rules(ids, wide)).all())
    busy = _by_therapist(session.execute(_busy(ids, wide, without)).all())
    limited = [t.id for t in therapists if t.daily_limit or t.weekly_limit]
    starts = _session_starts(session, limited, wide, without) if limited else {}
    return {
        therapist.id: Diary(
            zone=zone(therapist.time_zone),
            weekly=tuple(_weekly(rules[therapist.id])),
            overrides=tuple(_overrides(rules[therapist.id])),
            licences=tuple(_licences(rules[therapist.id])),
            time_off=_spans(busy[therapist.id], "off"),
            claims=_spans(busy[therapist.id], "claim"),
            outside=_spans(busy[therapist.id], "outside"),
            sessions=starts.get(therapist.id, ()),
            daily_limit=therapist.daily_limit,
            weekly_limit=therapist.weekly_limit,
        )
        for therapist in therapists
    }


def _rules(ids: Sequence[int], window: Interval) -> Select[Any]:
    weekly = _rule_row(
        "weekly",
        WeeklyRule.therapist_id,
        day=WeeklyRule.anchor,
        weekday=WeeklyRule.weekday,
        from_minute=WeeklyRule.from_minute,
        until_minute=WeeklyRule.until_minute,
        every_weeks=WeeklyRule.every_weeks,
    ).where(WeeklyRule.therapist_id.in_(ids))
    days = _rule_row(
        "day",
        DayOverride.therapist_id,
        day=DayOverride.day,
        from_minute=DayOverride.from_minute,
        until_minute=DayOverride.until_minute,
    ).where(
        DayOverride.therapist_id.in_(ids),
        DayOverride.day.between(window.start.date(), window.end.date()),
    )
    licences = _rule_row(
        "licence",
        TherapistLicence.therapist_id,
        day=TherapistLicence.valid_from,
        until_day=TherapistLicence.valid_until,
        state=TherapistLicence.state,
    ).where(TherapistLicence.therapist_id.in_(ids))
    return select(union_all(weekly, days, licences).subquery())


def _rule_row(kind: str, therapist: Any, **columns: Any) -> Select[Any]:
    wanted: dict[str, Any] = {
        "day": cast(null(), Date),
        "until_day": cast(null(), Date),
        "weekday": cast(null(), Integer),
        "from_minute": cast(null(), Integer),
        "until_minute": cast(null(), Integer),
        "every_weeks": cast(null(), Integer),
        "state": cast(null(), String),
    } | columns
    named = [column.label(name) for name, column in wanted.items()]
    return select(literal(kind).label("kind"), therapist.label("therapist_id"), *named)


def _busy(ids: Sequence[int], window: Interval, without: int | None) -> Select[Any]:
    def row(kind: str, table: Any, therapist: Any) -> Select[Any]:
        return select(
            literal(kind).label("kind"),
            therapist.label("therapist_id"),
            table.from_at,
            table.until_at,
        ).where(therapist.in_(ids), table.from_at < window.end, table.until_at > window.start)

    claims = (
        select(
            literal("claim").label("kind"),
            Therapist.id.label("therapist_id"),
            Claim.from_at,
            Claim.until_at,
        )
        .join(Therapist, Therapist.resource_id == Claim.resource_id)
        .where(Therapist.id.in_(ids), _claims_near(window))
    )
    if without is not None:
        claims = claims.where(Claim.appointment_id != without)
    off = row("off", TimeOff, TimeOff.therapist_id)
    outside = row("outside", OutsideBusy, OutsideBusy.therapist_id)
    return select(union_all(claims, off, outside).subquery())


def _claims_near(window: Interval) -> Any:
    # No claim is longer than a day, so both edges can be looked up in the index on from_at
    # and the past, however long, is not read.
    return and_(
        Claim.from_at > window.start - timedelta(days=1),
        Claim.from_at < window.end,
        Claim.until_at > window.start,
    )


def _session_starts(
    session: Session, ids: Sequence[int], window: Interval, without: int | None
) -> Mapping[int, Sequence[datetime]]:
    query = select(Appointment.therapist_id, Appointment.starts_at).where(
        Appointment.therapist_id.in_(ids),
        Appointment.status.in_(HOLDING),
        Appointment.starts_at.between(window.start - WEEK, window.end + WEEK),
    )
    if without is not None:
        query = query.where(Appointment.id != without)
    found: dict[int, list[datetime]] = defaultdict(list)
    for therapist_id, starts_at in session.execute(query):
        found[therapist_id].append(starts_at)
    return found


def _by_therapist(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.therapist_id].append(row)
    return found


def _weekly(rows: Iterable[Row[Any]]) -> Iterable[WeeklyHours]:
    for row in rows:
        if row.kind == "weekly":
            yield WeeklyHours(
                row.weekday, row.from_minute, row.until_minute, row.every_weeks, row.day
            )


def _overrides(rows: Iterable[Row[Any]]) -> Iterable[DayHours]:
    days: dict[date, list[tuple[int, int]]] = {}
    for row in rows:
        if row.kind == "day":
            blocks = days.setdefault(row.day, [])
            if row.from_minute is not None:
                blocks.append((row.from_minute, row.until_minute))
    for day, blocks in sorted(days.items()):
        yield DayHours(day, tuple(sorted(blocks)))


def _licences(rows: Iterable[Row[Any]]) -> Iterable[Licence]:
    for row in rows:
        if row.kind == "licence":
            yield Licence(row.state, row.day, row.until_day)


def _spans(rows: Iterable[Row[Any]], kind: str) -> tuple[Interval, ...]:
    return tuple(Interval(row.from_at, row.until_at) for row in rows if row.kind == kind)
