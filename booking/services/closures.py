"""When the whole practice is closed: nothing is offered then, by any of its therapists.

What is booked stays as it is, as with time off.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.adapters.holidays import holidays_in
from booking.domain.interval import Interval
from booking.domain.zones import day_start, zone
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Closure, Practice, Therapist
from booking.queries.practices import the_practice
from booking.services.audit import SYSTEM, record
from booking.services.unit_of_work import unit_of_work

A_DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
LONGEST_NAME = 100


def close_practice(name: str, span: Interval, *, now: datetime) -> int:
    """Close the practice for `span` and return the closure's id; closing it again changes nothing.

    Raises `InvalidInput` without a name, and if it is over or longer than a year.
    """
    _check(name, span, now)

    def work(session: Session) -> int:
        _diaries_changed(session)
        return _close(session, name, span, now)

    return unit_of_work(work)


def open_again(closure_id: int, *, now: datetime) -> None:
    """Take a closure back; raise `NotFound` if there is none of that id."""

    def work(session: Session) -> None:
        _diaries_changed(session)
        row = session.get(Closure, closure_id)
        if row is None:
            raise NotFound("closure")
        session.delete(row)
        record(session, "opened again", ("closure", closure_id), actor=SYSTEM, now=now)

    unit_of_work(work)


def close_on_holidays(region: str | None, year: int, *, now: datetime) -> list[date]:
    """Close the practice on the public holidays of that year and return them, but for those over.

    A holiday is a day by the clock of the practice. With no region they are those of the whole
    country. Doing it again changes nothing. Raises `InvalidInput` for an unknown region.
    """

    def work(session: Session) -> list[date]:
        _diaries_changed(session)
        practice = the_practice(session)
        here = zone(practice.time_zone)
        found = _holidays(practice.country, region, year)
        spans = {day: Interval(day_start(day, here), day_start(day + A_DAY, here)) for day in found}
        ahead = [day for day, span in spans.items() if span.end > now]
        for day in ahead:
            _close(session, found[day], spans[day], now)
        return ahead

    return unit_of_work(work)


def _close(session: Session, name: str, span: Interval, now: datetime) -> int:
    exact = {"from_at": span.start, "until_at": span.end}
    known = session.scalars(select(Closure.id).filter_by(**exact)).first()
    if known is not None:
        return known
    row = Closure(name=name, **exact)
    session.add(row)
    session.flush()
    record(session, "closed", ("closure", row.id), actor=SYSTEM, now=now)
    return row.id


def _diaries_changed(session: Session) -> None:
    """Lock every therapist's row, and let all diaries and the directory be read anew."""
    unsynchronized = {"synchronize_session": False}
    diaries = update(Therapist).values(diary_version=Therapist.diary_version + 1)
    session.execute(diaries.execution_options(**unsynchronized))
    directory = update(Practice).values(directory_version=Practice.directory_version + 1)
    session.execute(directory.execution_options(**unsynchronized))


def _holidays(country: str, region: str | None, year: int) -> dict[date, str]:
    try:
        return holidays_in(country, region, first=date(year, 1, 1), last=date(year, 12, 31))
    except ValueError:
        raise InvalidInput(Problem("region", "unknown")) from None


def _check(name: str, span: Interval, now: datetime) -> None:
    problems = []
    if not name.strip():
        problems.append(Problem("name", "missing"))
    if len(name) > LONGEST_NAME:
        problems.append(Problem("name", "too_long"))
    if span.end <= now:
        problems.append(Problem("until", "past"))
    if span.end - span.start > LONGEST:
        problems.append(Problem("until", "too_long"))
    if problems:
        raise InvalidInput(*problems)
