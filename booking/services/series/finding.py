"""Finding a series and its dates, under the therapist's lock where they are to be changed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from booking.domain.lifecycle import LIVE, Status
from booking.domain.zones import local_date, zone
from booking.errors import NotFound
from booking.models import Appointment, Participant, Series, SeriesMember, SeriesPart, Therapist
from booking.services.offers import lock_therapist

# Who cancelled a date: nobody; there is a pause.
PAUSE = "pause"


def locked_member(session: Session, member_id: int) -> SeriesMember:
    """Return the member with the therapist's row locked, reading everything afresh."""
    series_id = session.scalars(select(SeriesMember.series_id).filter_by(id=member_id)).one()
    locked_series(session, series_id)
    return session.get_one(SeriesMember, member_id)


def locked_series(session: Session, series_id: int, *, therapist_id: int | None = None) -> Series:
    """Return the series with the therapist's row locked, reading everything afresh.

    Raises `NotFound` for another therapist's as for none, where one is named.
    """
    query = (
        select(Therapist.slug)
        .join(Series, Series.therapist_id == Therapist.id)
        .where(Series.id == series_id)
    )
    if therapist_id is not None:
        query = query.where(Therapist.id == therapist_id)
    slug = session.scalars(query).one_or_none()
    if slug is None:
        raise NotFound("booking")
    lock_therapist(session, slug)
    return session.get_one(Series, series_id, populate_existing=True)


def dates_of(session: Session, series: Series) -> Sequence[Appointment]:
    """Return every date there ever was of it, in the order of the rule."""
    query = (
        select(Appointment)
        .join(SeriesPart, SeriesPart.id == Appointment.series_part_id)
        .where(SeriesPart.series_id == series.id)
        .order_by(SeriesPart.number, Appointment.occurrence)
        .options(
            selectinload(Appointment.participants).joinedload(Participant.person),
            selectinload(Appointment.claims),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def dates_ahead(session: Session, series: Series, *, now: datetime) -> list[Appointment]:
    """Return the dates people still expect to meet on, soonest first."""
    found = (
        date for date in dates_of(session, series) if date.status in LIVE and date.starts_at > now
    )
    return sorted(found, key=lambda date: date.starts_at)


def dates_after_pause(session: Session, series: Series, on: date) -> list[Appointment]:
    """Return the dates of the pause that would come back if it ended before `on`."""
    return [
        each
        for each in dates_of(session, series)
        if each.status is Status.CANCELLED and each.cancelled_by == PAUSE and local_day(each) >= on
    ]


def local_day(date_: Appointment) -> date:
    return local_date(date_.starts_at, zone(date_.time_zone))
