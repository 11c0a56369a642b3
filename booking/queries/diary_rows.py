"""The statements that read what decides a therapist's openings.

They are made once, and bound to therapists and to a window each time they are run: making
them costs more than running them. Each row begins with what kind of thing it is and whose.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    CompoundSelect,
    Date,
    FromClause,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.lifecycle import HOLDING
from booking.models import (
    Appointment,
    Claim,
    Closure,
    DayOverride,
    OutsideBusy,
    Therapist,
    TherapistLicence,
    TimeOff,
    WeeklyRule,
)
from booking.models.base import UTCDateTime

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

WEEKLY, DAY, LICENCE = "weekly", "day", "licence"
CLAIM, OFF, OUTSIDE, CLOSED = "claim", "off", "outside", "closed"
WEEK = timedelta(days=7)
# No claim is longer, so both edges can be looked up in the index on from_at and the past,
# however long, is not read.
LONGEST_CLAIM = timedelta(days=1)
_NO_APPOINTMENT = 0

_IDS = bindparam("ids", expanding=True, type_=Integer)
_FROM = bindparam("from_at", type_=UTCDateTime())
_UNTIL = bindparam("until_at", type_=UTCDateTime())
_WITHOUT = bindparam("without", type_=Integer)


def rules_of(session: Session, ids: Sequence[int], window: Interval) -> Sequence[AnyRow]:
    """Return weekly hours, dates that differ and licences: rows of `_rule`."""
    days = {"first_day": window.start.date(), "last_day": window.end.date()}
    return session.execute(_RULES, {"ids": ids, **days}).all()


def busy_of(
    session: Session, ids: Sequence[int], window: Interval, *, without: int | None
) -> Sequence[AnyRow]:
    """Return claims, time off, outside events and closures that touch `window`.

    Each row says what kind it is, whose, from when and until when.
    """
    bounds = {"from_at": window.start, "until_at": window.end}
    earliest = {"claimed_after": window.start - LONGEST_CLAIM}
    left_out = {"without": without or _NO_APPOINTMENT}
    return session.execute(_BUSY, {"ids": ids, **bounds, **earliest, **left_out}).all()


def starts_of(
    session: Session, ids: Sequence[int], window: Interval, *, without: int | None
) -> Sequence[AnyRow]:
    """Return whose and when the sessions are that may count towards a limit in `window`."""
    bounds = {"from_at": window.start - WEEK, "until_at": window.end + WEEK}
    left_out = {"without": without or _NO_APPOINTMENT}
    return session.execute(_STARTS, {"ids": ids, **bounds, **left_out}).all()


def _columns(model: Any) -> Any:
    # The table's own columns: a statement over the mapped ones takes the longer way round.
    table: FromClause = model.__table__
    return table.c


def _rule(kind: str, table: Any, **columns: Any) -> Select[Any]:
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
    return select(literal(kind).label("kind"), table.therapist_id, *named).where(
        table.therapist_id.in_(_IDS)
    )


def _rules() -> CompoundSelect[Any]:
    weekly, day, licence = map(_columns, (WeeklyRule, DayOverride, TherapistLicence))
    return union_all(
        _rule(
            WEEKLY,
            weekly,
            day=weekly.anchor,
            weekday=weekly.weekday,
            from_minute=weekly.from_minute,
            until_minute=weekly.until_minute,
            every_weeks=weekly.every_weeks,
        ),
        _rule(
            DAY, day, day=day.day, from_minute=day.from_minute, until_minute=day.until_minute
        ).where(day.day.between(bindparam("first_day"), bindparam("last_day"))),
        _rule(
            LICENCE,
            licence,
            day=licence.valid_from,
            until_day=licence.valid_until,
            state=licence.state,
        ),
    )


def _busy() -> CompoundSelect[Any]:
    therapist, claim, off, outside = map(_columns, (Therapist, Claim, TimeOff, OutsideBusy))
    closure = _columns(Closure)
    claims = (
        select(
            literal(CLAIM).label("kind"),
            therapist.id.label("therapist_id"),
            claim.from_at,
            claim.until_at,
        )
        .join_from(Claim.__table__, Therapist.__table__, therapist.resource_id == claim.resource_id)
        .where(
            therapist.id.in_(_IDS),
            claim.from_at > bindparam("claimed_after", type_=UTCDateTime()),
            claim.from_at < _UNTIL,
            claim.until_at > _FROM,
            claim.appointment_id != _WITHOUT,
        )
    )
    closures = (
        select(
            literal(CLOSED).label("kind"),
            therapist.id.label("therapist_id"),
            closure.from_at,
            closure.until_at,
        )
        .join_from(Closure.__table__, Therapist.__table__, true())
        .where(therapist.id.in_(_IDS), closure.from_at < _UNTIL, closure.until_at > _FROM)
    )
    return union_all(claims, _spans(OFF, off), _spans(OUTSIDE, outside), closures)


def _spans(kind: str, table: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"), table.therapist_id, table.from_at, table.until_at
    ).where(table.therapist_id.in_(_IDS), table.from_at < _UNTIL, table.until_at > _FROM)


def _starts() -> Select[Any]:
    held = _columns(Appointment)
    return select(held.therapist_id, held.starts_at).where(
        held.therapist_id.in_(_IDS),
        held.status.in_(HOLDING),
        held.starts_at.between(_FROM, _UNTIL),
        held.id != _WITHOUT,
    )


_RULES, _BUSY, _STARTS = _rules(), _busy(), _starts()
