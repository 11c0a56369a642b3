"""Reading what a therapist said about their own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.models import DayOverride, SessionType, TimeOff, WeeklyRule


@dataclass(frozen=True, slots=True)
class TimeOffRow:
    """A stretch of time off, as listed for the therapist whose it is."""

    id: int
    span: Interval


def weekly_hours_of(session: Session, therapist_id: int) -> tuple[WeeklyHours, ...]:
    """Return the weekly hours, by weekday and time."""
    query = (
        select(WeeklyRule)
        .filter_by(therapist_id=therapist_id)
        .order_by(WeeklyRule.weekday, WeeklyRule.from_minute, WeeklyRule.id)
    )
    return tuple(
        WeeklyHours(row.weekday, row.from_minute, row.until_minute, row.every_weeks, row.anchor)
        for row in session.scalars(query)
    )


def session_types_of(session: Session, therapist_id: int) -> Sequence[SessionType]:
    """Return every kind of session there is, switched off or not, the shortest first."""
    query = select(SessionType).filter_by(therapist_id=therapist_id)
    return session.scalars(query.order_by(SessionType.minutes, SessionType.id)).all()


def days_that_differ(session: Session, therapist_id: int, *, since: date) -> list[DayHours]:
    """Return the dates from `since` on that do not follow the weekly hours, in order."""
    query = (
        select(DayOverride)
        .where(DayOverride.therapist_id == therapist_id, DayOverride.day >= since)
        .order_by(DayOverride.day, DayOverride.from_minute)
    )
    days: dict[date, list[tuple[int, int]]] = {}
    for row in session.scalars(query):
        blocks = days.setdefault(row.day, [])
        if row.from_minute is not None and row.until_minute is not None:
            blocks.append((row.from_minute, row.until_minute))
    return [DayHours(day, tuple(blocks)) for day, blocks in days.items()]


def time_off_ahead(session: Session, therapist_id: int, *, now: datetime) -> Sequence[TimeOffRow]:
    """Return the time off that is not over, soonest first."""
    query = (
        select(TimeOff)
        .where(TimeOff.therapist_id == therapist_id, TimeOff.until_at > now)
        .order_by(TimeOff.from_at, TimeOff.id)
    )
    rows = session.scalars(query)
    return [TimeOffRow(row.id, Interval(row.from_at, row.until_at)) for row in rows]
