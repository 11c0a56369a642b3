"""Dates of a rule that a pause kept from being made: going on earlier makes them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Series, SeriesPart, SeriesQuestion
from booking.queries.practices import the_practice
from booking.services.series.dates import Batch, NewDate, granted, make_dates

# What became of the question whether such a date can be had: there is none as long as it lasts.
PAUSED = "paused"


def note_unmade(session: Session, part: SeriesPart, days: Iterable[date], *, now: datetime) -> None:
    """Write down which dates of the rule are not made since there is a pause."""
    for day in days:
        session.add(
            SeriesQuestion(
                series_id=part.series_id,
                part_id=part.id,
                occurrence=day,
                starts_at=part.hour.time.on(day),
                why=PAUSED,
                asked_at=now,
                settled_at=now,
                settled_as=PAUSED,
            )
        )


def unmade_after(
    session: Session, series: Series, on: date, *, now: datetime
) -> dict[datetime, SeriesQuestion]:
    """Return the dates from `on` on that were not made, by when they would start."""
    query = select(SeriesQuestion).where(
        SeriesQuestion.series_id == series.id,
        SeriesQuestion.settled_as == PAUSED,
        SeriesQuestion.occurrence >= on,
    )
    found = {each.part.hour.time.on(each.occurrence): each for each in session.scalars(query)}
    return {start: each for start, each in found.items() if start > now}


def make_unmade(
    session: Session,
    unmade: Mapping[datetime, SeriesQuestion],
    chosen: Mapping[datetime, datetime],
    *,
    now: datetime,
) -> None:
    """Make those that were chosen, each at the time that was chosen for it."""
    for start in sorted(unmade.keys() & chosen.keys()):
        each = unmade[start]
        series, to = each.series, chosen[start]
        batch = Batch(each.part, [NewDate(each.occurrence, to)], granted(series))
        make_dates(session, series, batch, the_practice(session), now=now)
        each.settled_at, each.settled_as = now, "added"
