"""Leaving one date of a series out; the rest goes on as it is."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.models import Series
from booking.services.audit import record, therapist
from booking.services.series.calling_off import By, call_off, parts_of
from booking.services.series.changing import check_live, said
from booking.services.series.finding import dates_ahead, locked_series
from booking.services.series.telling import CHANGED, What, tell_series
from booking.services.unit_of_work import unit_of_work

SKIPPED = "skipped"


def skip_date(series_id: int, therapist_id: int, day: date, *, now: datetime) -> None:
    """Cancel the date of the rule that `day` is, and tell everybody once.

    A day on which nothing lies ahead changes nothing, and so does skipping it again. Raises
    `NotFound` for another therapist's and `IllegalTransition` for a series that is over.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id, therapist_id=therapist_id)
        check_live(series)
        _skip(session, series, day, now)

    unit_of_work(work)


def _skip(session: Session, series: Series, day: date, now: datetime) -> None:
    ahead = dates_ahead(session, series, now=now)
    dates = [each for each in ahead if each.occurrence == day]
    if not dates:
        return
    actor, was = therapist(series.therapist_id), dates[0].starts_at
    parts = parts_of(series, dates)
    call_off(session, dates, By(actor.kind, actor, accept_late=True), now)
    series.version += 1
    changes = [[said(was), None]]
    what = What(facts={"what": SKIPPED, "changes": changes}, parts=parts, soonest=was)
    tell_series(session, series, CHANGED, actor=actor, now=now, what=what)
    record(session, SKIPPED, ("series", series.id), actor=actor, now=now, day=day.isoformat())
