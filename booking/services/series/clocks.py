"""When the clocks of a series are changed by law: its dates follow, and people are told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.domain.lifecycle import LIVE
from booking.domain.zones import TZDATA_VERSION, to_instant, zone
from booking.models import Appointment, Claim, Series, SeriesPart, SeriesQuestion
from booking.services.audit import SYSTEM, Actor, record
from booking.services.owing import drop_owed
from booking.services.rows import add_rows
from booking.services.series.calling_off import parts_of
from booking.services.series.changing import said
from booking.services.series.dates import client_claims, free_time
from booking.services.series.finding import (
    PAUSE,
    dates_after_pause,
    dates_ahead,
    locked_series,
)
from booking.services.series.telling import CHANGED, What, plan_reminders_of, tell_series


@dataclass(frozen=True, slots=True)
class Moved:
    """One date, and from when to when it moved in the eyes of those who come."""

    appointment: Appointment
    was: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class FollowedSeries:
    """How many dates kept their instant and how many moved; `clashes` are those that could not."""

    kept: int
    moved: int
    clashes: tuple[int, ...]


def series_behind(session: Session, now: datetime, *, limit: int) -> Sequence[int]:
    """Return the series with dates ahead that were made by another edition of the zone data."""
    query = (
        select(SeriesPart.series_id)
        .join(Appointment, Appointment.series_part_id == SeriesPart.id)
        .where(
            or_(Appointment.status.in_(LIVE), Appointment.cancelled_by == PAUSE),
            Appointment.starts_at > now,
            Appointment.tzdata != TZDATA_VERSION,
        )
        .distinct()
        .order_by(SeriesPart.series_id)
        .limit(limit)
    )
    return session.scalars(query).all()


def follow_series(session: Session, *, series_id: int, now: datetime) -> FollowedSeries:
    """Bring the dates of one series to the zone data in use; one message says which moved.

    A date whose new time is taken stays where it is, for somebody to settle.
    """
    series = locked_series(session, series_id)
    _follow_unclaimed(session, series, now)
    behind = [d for d in dates_ahead(session, series, now=now) if d.tzdata != TZDATA_VERSION]
    was = {each.id: each.starts_at for each in behind}
    clashes = [each.id for each in behind if not _follow(session, each, instant_of(each))]
    moved = [
        Moved(each, was[each.id], each.starts_at)
        for each in behind
        if each.starts_at != was[each.id]
    ]
    if moved:
        tell_of_clocks(session, series, moved, actor=SYSTEM, now=now)
    kept = len(behind) - len(moved) - len(clashes)
    return FollowedSeries(kept, len(moved), tuple(clashes))


def tell_of_clocks(
    session: Session, series: Series, moved: Sequence[Moved], *, actor: Actor, now: datetime
) -> None:
    """Tell everybody once which dates are at another time, and bring their calendars."""
    dates = [each.appointment for each in moved]
    ids = [each.id for each in dates]
    series.version += 1
    drop_owed(session, ids)
    session.flush()
    plan_reminders_of(session, series, ids, now=now)
    changes = [[said(each.was), said(each.now)] for each in moved]
    what = What(facts={"what": "moved", "changes": changes}, parts=parts_of(series, dates))
    tell_series(session, series, CHANGED, actor=actor, now=now, what=what)
    about = ("series", series.id)
    record(session, "clocks changed", about, actor=actor, now=now, dates=len(moved))


def _follow_unclaimed(session: Session, series: Series, now: datetime) -> None:
    """Bring along the dates of a pause, and those the therapist was asked about: nobody is told."""
    for each in dates_after_pause(session, series, date.min):
        if each.starts_at > now and each.tzdata != TZDATA_VERSION:
            length = each.ends_at - each.starts_at
            each.starts_at = instant_of(each)
            each.ends_at, each.tzdata = each.starts_at + length, TZDATA_VERSION
    asked = select(SeriesQuestion).filter_by(series_id=series.id, settled_at=None)
    for question in session.scalars(asked):
        question.starts_at = question.part.hour.time.on(question.occurrence)


def instant_of(appointment: Appointment) -> datetime:
    """Return when the clock on the wall will show what was agreed, by the data in use."""
    wall, there = appointment.wall_starts, zone(appointment.time_zone)
    showings = [to_instant(wall.date(), wall.time(), there, fold=fold) for fold in (0, 1)]
    # Of an hour that comes twice, the showing that was booked.
    return min(showings, key=lambda instant: abs(instant - appointment.starts_at))


def _follow(session: Session, date_: Appointment, to: datetime) -> bool:
    """Move one date to `to` if it can be had; say whether it is where it should be."""
    if to != date_.starts_at:
        length = date_.ends_at - date_.starts_at
        try:
            with session.begin_nested():
                free_time(session, [date_.id])
                date_.starts_at, date_.ends_at = to, to + length
                date_.version += 1
                session.flush()
                add_rows(session, Claim, [_claim(date_), *client_claims(date_, date_.session)])
        except IntegrityError:
            session.refresh(date_)
            return False
    date_.tzdata = TZDATA_VERSION
    return True


def _claim(date_: Appointment) -> dict[str, object]:
    series: Series = date_.series_part.series  # type: ignore[union-attr]  # a date of a series
    return {
        "resource_id": series.therapist.resource_id,
        "appointment_id": date_.id,
        "from_at": date_.starts_at - timedelta(minutes=date_.buffer_before),
        "until_at": date_.ends_at + timedelta(minutes=date_.buffer_after),
    }
