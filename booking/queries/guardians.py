"""What a guardian may see of the appointments of a minor (45 CFR 164.502(g)(3)).

A guardian sees what they take part in as a guardian, as far as the setting for that child goes
on that day, and never what a minor booked alone. Being known as a guardian opens nothing else:
not what a child had before, and not what comes later without them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.domain.lifecycle import LIVE
from booking.domain.minors import (
    GuardianSees,
    guardian_is_told,
    guardian_may_see,
    is_minor,
    setting_in_force,
)
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.zones import local_date, zone
from booking.models import Appointment, Guardianship, Participant, Person, SeriesMember

Seat = Participant | SeriesMember
# From the least to the most.
_ORDER = tuple(GuardianSees)


@dataclass(frozen=True, slots=True)
class Child:
    """A minor in somebody's care, as far as the law asks: birth, place, and what was chosen."""

    sees: GuardianSees
    born: date | None
    state: str | None
    time_zone: str

    def in_force(self, now: datetime) -> GuardianSees:
        if self.born is None:
            return GuardianSees.NOTHING  # nobody ever said that they are a minor
        today = local_date(now, zone(self.time_zone))
        return setting_in_force(self.sees, self.born, on=today, state=self.state)


def may_see(session: Session, seat: Seat, *, now: datetime) -> bool:
    """Return whether the person may see that it takes place, and when."""
    if seat.role is not Role.GUARDIAN:
        return True
    setting = what_they_see(session, seat, now=now)
    return guardian_may_see(setting, booked_by_minor=_booked_by_minor(session, seat))


def is_told(session: Session, seat: Seat, *, now: datetime) -> bool:
    """Return whether the messages about it go to the person, too."""
    if seat.role is not Role.GUARDIAN:
        return True
    setting = what_they_see(session, seat, now=now)
    return guardian_is_told(setting, booked_by_minor=_booked_by_minor(session, seat))


def sees_all(session: Session, seat: Seat, *, now: datetime) -> bool:
    """Return whether somebody sees more than when it is: not who pays, nor who sees only times.

    A guardian who booked it knows it all anyway.
    """
    if seat.role is Role.PAYER:
        return False
    return seat.books or is_told(session, seat, now=now)


def what_they_see(session: Session, seat: Seat, *, now: datetime) -> GuardianSees:
    """Return the setting in force for a guardian: the widest, where there are several children."""
    found = [child.in_force(now) for child in _children(session, seat)]
    return max(found, key=_ORDER.index, default=GuardianSees.NOTHING)


def guardianships_in(session: Session, appointment: Appointment) -> Sequence[Guardianship]:
    """Return what is settled between those who take part in an appointment."""
    people = [each.person_id for each in appointment.participants]
    query = (
        select(Guardianship)
        .where(Guardianship.person_id.in_(people), Guardianship.guardian_id.in_(people))
        .options(joinedload(Guardianship.person), joinedload(Guardianship.guardian))
        .order_by(Guardianship.id)
    )
    return session.scalars(query).all()


def who_agree(session: Session, members: Sequence[SeriesMember], *, now: datetime) -> set[int]:
    """Return the ids of those members who accept an agreement, each for themselves.

    Guardians do for the children of whom they are told everything; whoever pays does not.
    """
    here = [one for one in members if one.status is ParticipantStatus.ATTENDING]
    cared_for = _cared_for(session, here, now)
    found = set()
    for one in here:
        comes = one.role is Role.CLIENT and one.person.email and one.person_id not in cared_for
        cares = one.role is Role.GUARDIAN and is_told(session, one, now=now)
        if comes or cares:
            found.add(one.id)
    return found


def _cared_for(session: Session, members: Sequence[SeriesMember], now: datetime) -> set[int]:
    """Return the persons among the members of whom others among them are told everything."""
    people = [one.person_id for one in members]
    query = select(Guardianship).where(
        Guardianship.person_id.in_(people), Guardianship.guardian_id.in_(people)
    )
    states = {one.person_id: one.state for one in members}
    found = set()
    for each in session.scalars(query):
        person = each.person
        child = Child(each.sees, person.born, states[person.id], person.time_zone)
        if child.in_force(now) is GuardianSees.MESSAGES:
            found.add(person.id)
    return found


def seen_by_guardian(session: Session, person_id: int, *, now: datetime) -> Sequence[Participant]:
    """Return the appointments ahead that somebody may see as a guardian, soonest first."""
    query = (
        select(Participant)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(
            Participant.person_id == person_id,
            Participant.role == Role.GUARDIAN,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_(LIVE),
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at, Participant.id)
    )
    return seen_among(session, session.scalars(query).all(), now=now)


def seen_among(
    session: Session, seats: Iterable[Participant], *, now: datetime
) -> list[Participant]:
    """Return those of the seats whose people may see them."""
    return [seat for seat in seats if may_see(session, seat, now=now)]


def _children(session: Session, seat: Seat) -> list[Child]:
    """Return the minors among those who still come, whose guardian this is."""
    table, others = _others(seat)
    query = (
        select(Guardianship.sees, Person.born, table.state, Person.time_zone)
        .join(Person, Person.id == Guardianship.person_id)
        .join(table, table.person_id == Person.id)
        .where(
            Guardianship.guardian_id == seat.person_id,
            table.role == Role.CLIENT,
            table.status == ParticipantStatus.ATTENDING,
            others,
        )
    )
    return [Child(*row) for row in session.execute(query)]


def _booked_by_minor(session: Session, seat: Seat) -> bool:
    """Return whether who booked was a minor on that day, and booked for themselves."""
    table, others = _others(seat)
    query: Select[Any] = (
        select(table.role, table.state, Person.born)
        .join(Person, Person.id == table.person_id)
        .where(others)
        .order_by(table.id)
        .limit(1)
    )
    role, state, born = session.execute(query).one()
    booked = seat.appointment if isinstance(seat, Participant) else seat.series
    day = booked.created_at.date()
    return role is Role.CLIENT and born is not None and is_minor(born, day, state=state)


def _others(seat: Seat) -> tuple[Any, Any]:
    """Return the table of everybody in the same appointment or series, and what picks them."""
    if isinstance(seat, Participant):
        table: Any = aliased(Participant)
        return table, table.appointment_id == seat.appointment_id
    table = aliased(SeriesMember)
    return table, table.series_id == seat.series_id
