"""Reading standing groups: which have places left, and when they meet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.lifecycle import LIVE, Kind, Status
from booking.domain.standing import SeriesStatus
from booking.models import Appointment, Series, SeriesMember, SeriesPart, SessionType, Therapist

FIRST = 1


def standing_groups(session: Session, session_type: SessionType) -> Sequence[Series]:
    """Return the standing groups of one session type that go on, the oldest first."""
    if session_type.kind is not Kind.GROUP:
        return []
    query = (
        select(Series)
        .join(SeriesPart, SeriesPart.series_id == Series.id)
        .where(
            Series.therapist_id == session_type.therapist_id,
            Series.status == SeriesStatus.CONFIRMED,
            SeriesPart.session_type_id == session_type.id,
        )
        .options(
            selectinload(Series.parts).joinedload(SeriesPart.session_type),
            selectinload(Series.members),
            joinedload(Series.therapist),
        )
        .order_by(Series.id)
    )
    found = session.scalars(query).unique().all()
    return [each for each in found if is_group(each)]


def group_slugs(session: Session, therapist: str) -> Sequence[str]:
    """Return the kinds of standing groups a new client may join, by their slugs."""
    query = (
        select(SessionType.slug)
        .join(SessionType.therapist)
        .where(
            Therapist.slug == therapist,
            Therapist.accepts_new,
            SessionType.kind == Kind.GROUP,
            SessionType.allows_series,
            SessionType.open_to_new,
            SessionType.active,
        )
        .order_by(SessionType.id)
    )
    return session.scalars(query).all()


def group_dates(
    session: Session, series: Series, *, since: datetime, off_too: bool = False
) -> Sequence[Appointment]:
    """Return the dates from `since` on, soonest first; `off_too` those that were cancelled too."""
    query = (
        select(Appointment)
        .join(SeriesPart, SeriesPart.id == Appointment.series_part_id)
        .where(
            SeriesPart.series_id == series.id,
            Appointment.status.in_(LIVE | {Status.CANCELLED} if off_too else LIVE),
            Appointment.starts_at >= since,
        )
        .options(joinedload(Appointment.series_part))
        .order_by(Appointment.starts_at)
    )
    return session.scalars(query).all()


def is_group(series: Series) -> bool:
    return series.part.session_type.kind is Kind.GROUP


def free_places(series: Series, *, now: datetime) -> list[int]:
    """Return the numbers of the places that nobody has, or has in time to keep it."""
    taken = {member.seat for member in series.members if keeps_place(member, now=now)}
    seats = range(FIRST, series.part.session_type.seats + 1)
    return [seat for seat in seats if seat not in taken]


def keeps_place(member: SeriesMember, *, now: datetime) -> bool:
    """Return whether a place is somebody's: it is theirs for good, or until later."""
    return member.seat is not None and (member.expires_at is None or member.expires_at > now)
