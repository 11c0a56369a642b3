"""The therapist's yes or no to a standing hour that somebody asked for."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition
from booking.models import Series
from booking.services.audit import record, therapist
from booking.services.series.agreeing import confirm, has_run_out
from booking.services.series.ending import free_dates
from booking.services.series.finding import locked_series
from booking.services.series.telling import BOOKED, DECLINED, tell_series
from booking.services.unit_of_work import unit_of_work


def grant_series(series_id: int, therapist_id: int, *, now: datetime) -> None:
    """Say yes; the series is confirmed if the agreement is accepted, else it waits for that.

    Saying it again changes nothing. Raises `NotFound` for another therapist's and
    `IllegalTransition` if it ran out or is over.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id, therapist_id=therapist_id)
        if series.granted_at is not None and series.status.is_live:
            return
        _check_waits(series, SeriesStatus.CONFIRMED, now)
        series.granted_at = now
        actor = therapist(therapist_id)
        if series.agreed_at is not None:
            confirm(session, series, now=now)
            tell_series(session, series, BOOKED, actor=actor, now=now)
        record(session, "granted", ("series", series.id), actor=actor, now=now)

    unit_of_work(work)


def decline_series(series_id: int, therapist_id: int, *, now: datetime) -> None:
    """Say no and free every date, for good; saying it again changes nothing.

    Raises as `grant_series` does, and once the therapist has said yes.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id, therapist_id=therapist_id)
        if series.status is SeriesStatus.DECLINED:
            return
        _check_waits(series, SeriesStatus.DECLINED, now)
        series.become(SeriesStatus.DECLINED)
        series.version += 1
        session.flush()
        free_dates(session, series, Status.DECLINED)
        actor = therapist(therapist_id)
        tell_series(session, series, DECLINED, actor=actor, now=now)
        record(session, "declined", ("series", series.id), actor=actor, now=now)

    unit_of_work(work)


def _check_waits(series: Series, target: SeriesStatus, now: datetime) -> None:
    """Raise `IllegalTransition` unless it waits for the therapist's answer."""
    asked = series.status is SeriesStatus.REQUESTED and series.granted_at is None
    if not asked or has_run_out(series, now):
        raise IllegalTransition(current=series.status, target=target)
