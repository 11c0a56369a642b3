"""What a therapist says about their time: weekly hours, dates that differ, time off.

Booked sessions stay as they are, whatever is changed here.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from math import gcd

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.domain.availability import WeeklyHours
from booking.domain.interval import Interval
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import DayOverride, Therapist, TimeOff, WeeklyRule
from booking.services.audit import Actor, record
from booking.services.offers import lock_therapist
from booking.services.unit_of_work import unit_of_work

MOST_BLOCKS = 70
LONGEST_TIME_OFF_DAYS = 366


def set_weekly_hours(
    therapist_id: int, hours: Sequence[WeeklyHours], *, actor: Actor, now: datetime
) -> None:
    """Replace the therapist's weekly hours.

    Raises `InvalidInput` naming the weekday whose blocks overlap.
    """
    if len(hours) > MOST_BLOCKS:
        raise InvalidInput(Problem("hours", "too_long"))
    _check_apart(hours)

    def work(session: Session) -> None:
        therapist = locked_therapist(session, therapist_id)
        session.execute(delete(WeeklyRule).filter_by(therapist_id=therapist.id))
        session.add_all(_rule(therapist, block) for block in hours)
        record(session, "hours set", ("therapist", therapist.id), actor=actor, now=now)

    unit_of_work(work)


def set_day(
    therapist_id: int,
    day: date,
    blocks: Sequence[tuple[int, int]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Let one date, in the therapist's calendar, differ; no blocks mean away all day."""
    _check_blocks(blocks)

    def work(session: Session) -> None:
        therapist = locked_therapist(session, therapist_id)
        session.execute(delete(DayOverride).filter_by(therapist_id=therapist.id, day=day))
        rows: Sequence[tuple[int, int] | tuple[None, None]] = blocks or [(None, None)]
        for from_minute, until_minute in rows:
            session.add(
                DayOverride(
                    therapist_id=therapist.id,
                    day=day,
                    from_minute=from_minute,
                    until_minute=until_minute,
                )
            )
        record(session, "day set", ("therapist", therapist.id), actor=actor, now=now)

    unit_of_work(work)


def clear_day(therapist_id: int, day: date, *, actor: Actor, now: datetime) -> None:
    """Let the weekly hours hold on that date again."""

    def work(session: Session) -> None:
        therapist = locked_therapist(session, therapist_id)
        session.execute(delete(DayOverride).filter_by(therapist_id=therapist.id, day=day))
        record(session, "day cleared", ("therapist", therapist.id), actor=actor, now=now)

    unit_of_work(work)


def add_time_off(therapist_id: int, span: Interval, *, actor: Actor, now: datetime) -> int:
    """Offer nothing in `span`; return its id. Adding the same again changes nothing.

    Raises `InvalidInput` if it is over or longer than a year.
    """
    if span.end <= now:
        raise InvalidInput(Problem("until", "past"))
    if (span.end - span.start).days > LONGEST_TIME_OFF_DAYS:
        raise InvalidInput(Problem("until", "too_long"))

    def work(session: Session) -> int:
        therapist = locked_therapist(session, therapist_id)
        exact = {"therapist_id": therapist.id, "from_at": span.start, "until_at": span.end}
        known = session.scalars(select(TimeOff.id).filter_by(**exact)).first()
        if known is not None:
            return known
        row = TimeOff(**exact)
        session.add(row)
        session.flush()
        record(session, "time off added", ("therapist", therapist.id), actor=actor, now=now)
        return row.id

    return unit_of_work(work)


def remove_time_off(therapist_id: int, time_off_id: int, *, actor: Actor, now: datetime) -> None:
    """Take time off back. Raises `NotFound` if it is not this therapist's."""

    def work(session: Session) -> None:
        therapist = locked_therapist(session, therapist_id)
        row = session.get(TimeOff, time_off_id)
        if row is None or row.therapist_id != therapist.id:
            raise NotFound("time off")
        session.delete(row)
        record(session, "time off removed", ("therapist", therapist.id), actor=actor, now=now)

    unit_of_work(work)


def locked_therapist(session: Session, therapist_id: int) -> Therapist:
    """Return the therapist with their row locked; raise `NotFound`."""
    slug = session.scalars(select(Therapist.slug).filter_by(id=therapist_id)).one_or_none()
    if slug is None:
        raise NotFound("therapist")
    return lock_therapist(session, slug)


def _rule(therapist: Therapist, block: WeeklyHours) -> WeeklyRule:
    return WeeklyRule(
        therapist_id=therapist.id,
        weekday=block.weekday,
        from_minute=block.from_minute,
        until_minute=block.until_minute,
        every_weeks=block.every_weeks,
        anchor=block.anchor,
    )


def _check_apart(hours: Sequence[WeeklyHours]) -> None:
    """Raise `InvalidInput` naming each weekday with blocks that overlap on some date."""
    clashing = {
        one.weekday
        for one, other in combinations(hours, 2)
        if one.weekday == other.weekday
        and one.from_minute < other.until_minute
        and other.from_minute < one.until_minute
        and _meet(one, other)
    }
    if clashing:
        problems = [Problem(f"weekday_{weekday}", "overlap") for weekday in sorted(clashing)]
        raise InvalidInput(*problems)


def _meet(one: WeeklyHours, other: WeeklyHours) -> bool:
    """Return whether there is a week in which both are worked."""
    if one.anchor is None or other.anchor is None:
        return True
    apart = (_monday(one.anchor) - _monday(other.anchor)).days // 7
    return apart % gcd(one.every_weeks, other.every_weeks) == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _check_blocks(blocks: Sequence[tuple[int, int]]) -> None:
    if any(not 0 <= start < end <= 24 * 60 for start, end in blocks):
        raise InvalidInput(Problem("hours", "order"))
    if _overlap(blocks):
        raise InvalidInput(Problem("hours", "overlap"))


def _overlap(blocks: Sequence[tuple[int, int]]) -> bool:
    ordered = sorted(blocks)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))
