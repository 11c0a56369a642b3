"""Letting go of series that ran out: offered times nobody took, and requests left open."""

from datetime import datetime
from functools import partial

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.models import Appointment, Claim, Series, StandingOffer, Therapist, db
from booking.services.audit import SYSTEM, record
from booking.services.ending import expire
from booking.services.series.finding import locked_series
from booking.services.series.telling import RAN_OUT, tell_series
from booking.services.unit_of_work import unit_of_work

BATCH = 50

_OPEN = (Status.HELD, Status.REQUESTED)
_WAITING = (SeriesStatus.OFFERED, SeriesStatus.REQUESTED)


def let_go_of_lapsed(session: Session, therapist: Therapist, *, now: datetime) -> None:
    """End everything of this therapist's that ran out, so that its time can be taken.

    Under the therapist's lock.
    """
    singles = select(Appointment).where(
        Appointment.therapist_id == therapist.id,
        Appointment.status.in_(_OPEN),
        Appointment.expires_at <= now,
        Appointment.series_part_id.is_(None),
    )
    for appointment in session.scalars(singles).all():
        expire(session, appointment, now=now)
    series = select(Series).where(
        Series.therapist_id == therapist.id,
        Series.status.in_(_WAITING),
        Series.expires_at <= now,
    )
    for one in session.scalars(series).all():
        expire_series(session, one, now=now)
    session.flush()


def let_go_of_lapsed_series(*, now: datetime) -> int:
    """End the offers and requests of standing hours that ran out, and return how many.

    Each in a transaction of its own, so that one that cannot be ended holds up no other.
    """
    session = db.session()
    query = select(Series.id).where(Series.status.in_(_WAITING), Series.expires_at <= now)
    ids = list(session.scalars(query.limit(BATCH)))
    session.rollback()
    for series_id in ids:
        unit_of_work(partial(_let_go, series_id=series_id, now=now))
    return len(ids)


def _let_go(session: Session, *, series_id: int, now: datetime) -> None:
    series = locked_series(session, series_id)
    if series.status in _WAITING and series.expires_at is not None and series.expires_at <= now:
        expire_series(session, series, now=now)


def expire_series(session: Session, series: Series, *, now: datetime) -> None:
    """End a series that ran out: free its dates, and tell whoever asked for it, once."""
    asked = series.status is SeriesStatus.REQUESTED
    series.become(SeriesStatus.EXPIRED)
    series.version += 1
    free_dates(session, series, Status.EXPIRED)
    if series.offer is not None:
        _expire_offer(series.offer)
    if asked:
        tell_series(session, series, RAN_OUT, actor=SYSTEM, now=now)
        record(session, "expired", ("series", series.id), actor=SYSTEM, now=now)


def _expire_offer(offer: StandingOffer) -> None:
    """End an offer once none of its times can be taken any more."""
    left = any(each.status is SeriesStatus.OFFERED for each in offer.series)
    if offer.status is OfferStatus.OPEN and not left:
        offer.status = OfferStatus.EXPIRED


def free_dates(session: Session, series: Series, status: Status) -> None:
    """Give every date that was held or asked for that `status`, and free its time."""
    parts = [part.id for part in series.parts]
    open_ = select(Appointment.id).where(
        Appointment.series_part_id.in_(parts), Appointment.status.in_(_OPEN)
    )
    ids = list(session.scalars(open_))
    session.execute(
        delete(Claim)
        .where(Claim.appointment_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_(ids))
        .values(status=status, version=Appointment.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
