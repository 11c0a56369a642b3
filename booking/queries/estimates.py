"""Reading who may be owed an estimate, what they were given, and which sessions are planned."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile, takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.domain.estimates import Planned
from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.domain.zones import local_date, zone
from booking.models import (
    Appointment,
    CostEstimate,
    Participant,
    Person,
    Series,
    SeriesMember,
    SeriesPart,
    SeriesQuestion,
)

_A_YEAR = timedelta(days=366)
_PLANNED = (Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)
_LIVE = (SeriesStatus.REQUESTED, SeriesStatus.CONFIRMED)

Payer = SeriesMember | Participant


def estimate_by_link(session: Session, link_id: str) -> CostEstimate | None:
    """Return the estimate whose link carries this id."""
    return session.scalars(select(CostEstimate).filter_by(link_id=link_id)).one_or_none()


def newest_estimate(session: Session, whose: Payer) -> CostEstimate | None:
    """Return the edition that holds, as it is in the database now."""
    query = (
        select(CostEstimate)
        .filter_by(replaced_at=None, **whose_estimate(whose))
        .order_by(CostEstimate.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def whose_newest(session: Session, edition: CostEstimate) -> CostEstimate | None:
    """Return the edition that holds now for whoever was given this one."""
    same = {"member_id": edition.member_id, "participant_id": edition.participant_id}
    query = select(CostEstimate).filter_by(replaced_at=None, **same)
    return session.scalars(query.order_by(CostEstimate.number.desc()).limit(1)).one_or_none()


def whose_estimate(whose: Payer) -> dict[str, int]:
    """Return the column that says for whom an estimate is, with its value."""
    name = "member_id" if isinstance(whose, SeriesMember) else "participant_id"
    return {name: whose.id}


def members_ahead(session: Session) -> Sequence[SeriesMember]:
    """Return those who come to a series that goes on, or pay for it, and can be written to."""
    query = (
        select(SeriesMember)
        .join(Series, Series.id == SeriesMember.series_id)
        .where(
            Series.status.in_(_LIVE),
            Series.booked_at.is_not(None),
            SeriesMember.status == ParticipantStatus.ATTENDING,
            SeriesMember.person.has(Person.email != ""),
        )
        .options(
            joinedload(SeriesMember.person),
            joinedload(SeriesMember.series).options(
                joinedload(Series.therapist),
                selectinload(Series.members),
                selectinload(Series.parts).joinedload(SeriesPart.session_type),
            ),
        )
        .order_by(SeriesMember.id)
    )
    return session.scalars(query).all()


def participants_ahead(session: Session, *, now: datetime) -> Sequence[Participant]:
    """Return who comes to a single appointment that costs something, or pays for it.

    Left out is who was told of the cost before, or cannot be written to.
    """
    told = select(CostEstimate.id).where(CostEstimate.participant_id == Participant.id)
    query = (
        select(Participant)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(
            Appointment.status == Status.CONFIRMED,
            Appointment.starts_at > now,
            Appointment.price_cents > 0,
            Appointment.series_part_id.is_(None),
            Participant.status == ParticipantStatus.ATTENDING,
            Participant.person.has(Person.email != ""),
            ~told.exists(),
        )
        .options(joinedload(Participant.person), joinedload(Participant.appointment))
        .order_by(Participant.id)
    )
    return session.scalars(query).all()


def planned_for(session: Session, whose: Payer, *, now: datetime) -> list[Planned]:
    """Return every session there was or is to be for them, by the terms each has."""
    if isinstance(whose, Participant):
        return [_of_appointment(whose.appointment)]
    series, part = whose.series, whose.series.part
    made = list(_made(session, whose))
    asked = [_of_part(part, at) for part, at in _asked_about(session, series)]
    return [*made, *asked, *_to_come(part, [*made, *asked], now)]


def _made(session: Session, member: SeriesMember) -> Iterator[Planned]:
    query = (
        select(Appointment.starts_at, Appointment.ends_at, Appointment.price_cents)
        .join(Participant, Participant.appointment_id == Appointment.id)
        .where(
            Participant.member_id == member.id,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_(_PLANNED),
        )
    )
    for starts_at, ends_at, cents in session.execute(query):
        yield Planned(starts_at=starts_at, length=ends_at - starts_at, price_cents=cents)


def _asked_about(session: Session, series: Series) -> Iterable[tuple[SeriesPart, datetime]]:
    """Return the dates of which nobody has said yet that they are not to be."""
    query = (
        select(SeriesQuestion)
        .where(SeriesQuestion.series_id == series.id, SeriesQuestion.settled_at.is_(None))
        .options(joinedload(SeriesQuestion.part))
    )
    return [(each.part, each.starts_at) for each in session.scalars(query)]


def _to_come(part: SeriesPart, before: Sequence[Planned], now: datetime) -> Iterator[Planned]:
    """Yield the dates of an open-ended rule that are not made yet, for a year to come."""
    series, hour = part.series, part.hour
    if not hour.repeat.is_open_ended:
        return
    ahead = [each.starts_at for each in before if each.starts_at > now]
    until = local_date(min(ahead, default=now), zone(part.zone)) + _A_YEAR
    days = dropwhile(lambda day: day <= series.made_until, hour.repeat.dates())
    for day in takewhile(lambda day: day <= until, days):
        if not _is_paused(series, day):
            yield _of_part(part, hour.time.on(day))


def _is_paused(series: Series, day: date) -> bool:
    if series.paused_from is None or series.paused_until is None:
        return False
    return series.paused_from <= day <= series.paused_until


def _of_part(part: SeriesPart, starts_at: datetime) -> Planned:
    cents = part.session_type.price_cents
    return Planned(starts_at=starts_at, length=part.length, price_cents=cents)


def _of_appointment(appointment: Appointment) -> Planned:
    length = appointment.ends_at - appointment.starts_at
    return Planned(
        starts_at=appointment.starts_at, length=length, price_cents=appointment.price_cents
    )
