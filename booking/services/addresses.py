"""Putting a mistyped address right, and sending everything once more."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from booking.domain.contact import email, email_key
from booking.domain.lifecycle import Status
from booking.domain.messages import Channel, MessageKind
from booking.domain.participants import Role
from booking.domain.standing import SeriesStatus
from booking.errors import (
    IllegalTransition,
    InvalidInput,
    Problem,
    Rule,
    RuleBroken,
)
from booking.models import (
    MemberCalendar,
    Message,
    Participant,
    SeriesMember,
)
from booking.services.audit import client, record
from booking.services.changes import check_live, locked_seat
from booking.services.estimates import mail_estimates_anew
from booking.services.owed import Owed, SeriesSubject, owe
from booking.services.owing import (
    reader_of,
    subject_of,
)
from booking.services.unit_of_work import unit_of_work

MOST_RESENDS = 5
USEFUL_FOR = timedelta(days=14)


def correct_address(participant_id: int, address: str, *, now: datetime) -> None:
    """Put a mistyped address right and send everything again, ending every link mailed before.

    Only until the address is proved: after that it is somebody's identity. Raises
    `InvalidInput` or, once proved, `RuleBroken`.
    """
    try:
        clean = email(address)
    except ValueError as error:
        raise InvalidInput(Problem("email", str(error))) from error

    def work(session: Session) -> None:
        participant, _ = locked_seat(session, participant_id)
        person = participant.person
        if person.verified_at is not None:
            raise RuleBroken(Rule.POLICY)
        person.email, person.email_key = clean, email_key(clean)
        _end_links(session, participant)
        _send_again(session, participant, now)
        mail_estimates_anew(session, participant.member or participant, now=now)
        actor = client(participant.id)
        record(session, "address corrected", ("person", person.id), actor=actor, now=now)

    unit_of_work(work)


def send_again(participant_id: int, *, now: datetime) -> None:
    """Owe the person their confirmation once more; at most five times in all."""

    def work(session: Session) -> None:
        participant, _ = locked_seat(session, participant_id)
        _send_again(session, participant, now)

    unit_of_work(work)


def _send_again(session: Session, participant: Participant, now: datetime) -> None:
    if participant.role is Role.PAYER:
        return  # they are sent estimates of the cost, and nothing else
    if participant.member is not None:
        _send_series_again(session, participant.member, now)
        return
    appointment = participant.appointment
    check_live(appointment, "sent again")
    asked = appointment.status is Status.REQUESTED
    kind = MessageKind.REQUEST_RECEIVED if asked else MessageKind.CONFIRMATION
    _check_resends(session, Message.participant_id == participant.id, kind)
    reader, about = reader_of(session, participant), subject_of(appointment)
    again = Owed(kind=kind, channel=Channel.EMAIL, reader=reader, due_at=now)
    owe(session, again, about=about, now=now)


def _end_links(session: Session, participant: Participant) -> None:
    """End every link mailed so far, also those to the other dates of a series."""
    participant.link_version += 1
    participant.calendar_sequence = -1
    member = participant.member
    if member is None:
        return
    member.link_version += 1
    others = (Participant.member_id == member.id, Participant.id != participant.id)
    session.execute(
        update(Participant)
        .where(*others)
        .values(link_version=Participant.link_version + 1, calendar_sequence=-1)
    )
    session.execute(delete(MemberCalendar).where(MemberCalendar.member_id == member.id))


def _send_series_again(session: Session, member: SeriesMember, now: datetime) -> None:
    series = member.series
    if not series.status.is_live:
        raise IllegalTransition(current=series.status, target="sent again")
    asked = series.status is SeriesStatus.REQUESTED
    kind = MessageKind.SERIES_REQUESTED if asked else MessageKind.SERIES_BOOKED
    _check_resends(session, Message.member_id == member.id, kind)
    again = Owed(
        kind=kind,
        channel=Channel.EMAIL,
        member_id=member.id,
        due_at=now,
        facts={"part": series.part.id},
    )
    about = SeriesSubject(series.id, series.version, series.therapist_id, now + USEFUL_FOR)
    owe(session, again, about=about, now=now)


def _check_resends(session: Session, whose: ColumnElement[bool], kind: MessageKind) -> None:
    sent = select(Message.id).where(whose, Message.kind == kind).limit(MOST_RESENDS)
    if len(session.scalars(sent).all()) >= MOST_RESENDS:
        raise RuleBroken(Rule.LIMIT)
