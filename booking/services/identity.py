"""Proving who a person is, and joining them to the one already known."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind, Status
from booking.domain.messages import Channel, MessageKind
from booking.domain.minors import GuardianSees, narrower
from booking.domain.participants import ParticipantStatus, Role
from booking.errors import NotFound
from booking.models import (
    Appointment,
    Claim,
    Guardianship,
    Participant,
    Person,
    Resource,
    SeriesMember,
    SmsConsent,
    StandingOffer,
    Waiting,
)
from booking.services.audit import Actor, client, record
from booking.services.owed import Owed, owe
from booking.services.owing import reader_of, subject_of
from booking.services.unit_of_work import unit_of_work


def prove_address(participant_id: int, *, now: datetime) -> None:
    """Record that the person reads the address they gave: they acted on a mailed link.

    From now on they are one with the person known under that address, and cannot be in two
    places at once: where they already are, a mail asks which one to keep. Doing it again
    changes nothing.
    """

    def work(session: Session) -> None:
        participant = session.get(Participant, participant_id)
        if participant is None:
            raise NotFound("booking")
        prove(session, participant, now=now)

    unit_of_work(work)


def prove(session: Session, participant: Participant, *, now: datetime) -> None:
    """Do as `prove_address` says, inside a transaction that is already writing."""
    if participant.member is not None:
        _prove(session, participant.member, client(participant.id), now)
        return
    if participant.person.verified_at is not None or not participant.person.email:
        return
    known = _verified(session, participant.person, client(participant.id), now)
    if participant.role is Role.CLIENT:
        _claim_time(session, participant, known, now)


def prove_member(member_id: int, *, now: datetime) -> None:
    """Do the same for a member of a series, whose own time is then held on all of its dates.

    Where they are busy already one mail asks about it, for the first such date.
    """

    def work(session: Session) -> None:
        member = session.get(SeriesMember, member_id)
        if member is None:
            raise NotFound("booking")
        _prove(session, member, Actor("member", member.id), now)

    unit_of_work(work)


def _prove(session: Session, member: SeriesMember, actor: Actor, now: datetime) -> None:
    if member.person.verified_at is not None or not member.person.email:
        return
    known = _verified(session, member.person, actor, now)
    if member.role is not Role.CLIENT:
        return
    seats = (
        select(Participant)
        .join(Appointment)
        .where(
            Participant.member_id == member.id,
            Participant.status == ParticipantStatus.ATTENDING,
        )
    )
    asked = False
    for seat in session.scalars(seats.order_by(Appointment.starts_at)).all():
        asked = _claim_time(session, seat, known, now, ask=not asked) or asked


def prove_person(session: Session, person: Person, *, actor: Actor, now: datetime) -> Person:
    """Do the same for somebody who has no appointment yet; return as whom they are known."""
    return person if person.verified_at is not None else _verified(session, person, actor, now)


def _verified(session: Session, person: Person, actor: Actor, now: datetime) -> Person:
    """Return the person as whom somebody is known from now on."""
    known = _known_as(session, person)
    if known is None:
        person.verified_at = now
        resource = Resource(kind="client")
        session.add(resource)
        session.flush()
        person.resource_id = resource.id
        known = person
    else:
        _join(session, person, known)
    record(session, "address proved", ("person", known.id), actor=actor, now=now)
    session.flush()
    return known


def _known_as(session: Session, person: Person) -> Person | None:
    query = (
        select(Person)
        .where(
            Person.email_key == person.email_key,
            Person.verified_at.is_not(None),
            Person.joined_to_id.is_(None),
            Person.id != person.id,
        )
        .order_by(Person.id)
        .limit(1)
        .with_for_update()
    )
    return session.scalars(query).first()


def _join(session: Session, newcomer: Person, known: Person) -> None:
    """Make the known person the one in every appointment of the newcomer."""
    known.phone = known.phone or newcomer.phone
    known.time_zone = newcomer.time_zone  # the latest word on where they are
    newcomer.joined_to_id = known.id
    for table in (Participant, SmsConsent, SeriesMember, StandingOffer, Waiting):
        session.execute(
            update(table)
            .where(table.person_id == newcomer.id)
            .values(person_id=known.id)
            .execution_options(synchronize_session="fetch")
        )
    _join_guardians(session, newcomer, known)
    session.flush()
    session.expire_all()


def _join_guardians(session: Session, newcomer: Person, known: Person) -> None:
    """Let what guardians are told hold for the known person; joining never tells them more.

    What was chosen for the same two before stays as it is, or is narrowed. Of somebody who was
    not known to be a minor nobody is told anything, until staff choose otherwise.
    """
    told = or_(Guardianship.person_id == newcomer.id, Guardianship.guardian_id == newcomer.id)
    for row in session.scalars(select(Guardianship).where(told)).all():
        child_id = known.id if row.person_id == newcomer.id else row.person_id
        guardian_id = known.id if row.guardian_id == newcomer.id else row.guardian_id
        pair = {"person_id": child_id, "guardian_id": guardian_id}
        earlier = session.scalars(select(Guardianship).filter_by(**pair)).one_or_none()
        if child_id == guardian_id:
            session.delete(row)
            continue
        if child_id == known.id and known.born is None:
            row.sees = GuardianSees.NOTHING
        if earlier is None:
            row.person_id, row.guardian_id = child_id, guardian_id
            continue
        if not earlier.chosen_by:
            earlier.sees = narrower(earlier.sees, row.sees)
        session.delete(row)
    known.born = known.born or newcomer.born


def _claim_time(
    session: Session, participant: Participant, known: Person, now: datetime, *, ask: bool = True
) -> bool:
    """Hold the person's own time for this appointment, or ask them by mail what to do.

    Returns whether it clashes with what they have already.
    """
    appointment = participant.appointment
    if participant.status is not ParticipantStatus.ATTENDING:
        return False
    if not appointment.status.is_live or appointment.starts_at <= now:
        return False
    if any(claim.resource_id == known.resource_id for claim in appointment.claims):
        return False  # somebody else in it turned out to be the same person
    if _is_busy(session, known, appointment.session) or _has_another_call(
        session, known, appointment, now
    ):
        if ask:
            reader, about = reader_of(session, participant), subject_of(appointment)
            clash = Owed(kind=MessageKind.CLASH, channel=Channel.EMAIL, reader=reader, due_at=now)
            owe(session, clash, about=about, now=now)
        return True
    claim_for_client(appointment, known)
    return False


def claim_for_client(appointment: Appointment, person: Person) -> None:
    """Add the verified client's own claim: the session itself, without buffers."""
    assert person.resource_id is not None  # noqa: S101  # verified people are resources
    appointment.claims.append(
        Claim(
            resource_id=person.resource_id,
            from_at=appointment.starts_at,
            until_at=appointment.ends_at,
        )
    )


def _is_busy(session: Session, person: Person, wanted: Interval) -> bool:
    query = select(Claim.id).where(
        Claim.resource_id == person.resource_id,
        Claim.from_at < wanted.end,
        Claim.until_at > wanted.start,
    )
    return session.scalars(query.limit(1)).first() is not None


def _has_another_call(
    session: Session, person: Person, appointment: Appointment, now: datetime
) -> bool:
    """Return whether the person has another consultation ahead with the same therapist."""
    if appointment.kind is not Kind.CONSULTATION:
        return False
    query = (
        select(Appointment.id)
        .join(Participant, Participant.appointment_id == Appointment.id)
        .where(
            Participant.person_id == person.id,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.therapist_id == appointment.therapist_id,
            Appointment.kind == Kind.CONSULTATION,
            Appointment.status.in_([Status.REQUESTED, Status.CONFIRMED]),
            Appointment.starts_at > now,
            Appointment.id != appointment.id,
        )
    )
    return session.scalars(query.limit(1)).first() is not None
