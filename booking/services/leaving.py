"""One of several does not come: they leave the appointment, and the others go on without a word.

Only what was owed to the one who left is dropped, and only their calendar is told that it is
off. The last of a couple or a family who leaves calls the appointment off; a group stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain import policy as rules
from booking.domain.lifecycle import Kind, Status
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.policy import Cancellation
from booking.errors import LateCancel, Rule, RuleBroken, SlotTaken
from booking.models import Claim, Message, Participant
from booking.queries.leavings import CAME_BACK, LEFT, joined_at, leaving_of
from booking.services.audit import Actor, client, record
from booking.services.changes import UNDO_WITHIN, check_live, end, locked_seat, policy_of
from booking.services.identity import claim_for_client
from booking.services.messages.objections import Reason
from booking.services.owed import Owed, owe
from booking.services.owing import (
    BOOKED,
    REQUESTED,
    WHOSE,
    channels,
    due_at,
    reader_of,
    subject_of,
)
from booking.services.seats import free_seat, has_room
from booking.services.unit_of_work import unit_of_work

FREE = Cancellation(late=False, fee_cents=0)
_OWED = (Message.state == MessageState.DUE,)


def leave_appointment(
    participant_id: int, *, accept_late: bool, actor: Actor, now: datetime
) -> None:
    """Take one of several out of an appointment; leaving again changes nothing.

    Past the cut-off it is late and costs that person the fee, as cancelling does: without
    `accept_late` it then raises `LateCancel`. What staff do costs nothing. Raises `RuleBroken`
    once it has begun, and for who only books or pays.
    """

    def work(session: Session) -> None:
        participant, _ = locked_seat(session, participant_id)
        appointment = participant.appointment
        if participant.status is ParticipantStatus.LEFT or appointment.status is Status.CANCELLED:
            return
        check_live(appointment, "left")
        if participant.role is not Role.CLIENT:
            raise RuleBroken(Rule.POLICY)
        cost = FREE if actor.is_staff else cost_of_leaving(session, participant, now=now)
        if cost.late and not accept_late:
            raise LateCancel(cost.fee_cents)
        if _is_the_last(participant):
            appointment.late, appointment.fee_cents = cost.late, cost.fee_cents
            end(session, appointment, actor, now=now)
            return
        _tell_of_leaving(session, participant, actor, now)
        take_out_all(session, [participant])
        detail = {"late": cost.late, "fee_cents": cost.fee_cents}
        record(session, LEFT, _subject(participant), actor=actor, now=now, **detail)

    unit_of_work(work)


def cost_of_leaving(session: Session, participant: Participant, *, now: datetime) -> Cancellation:
    """Return what it means if somebody leaves now. Raises `RuleBroken` once it has begun."""
    appointment = participant.appointment
    booked_at = joined_at(session, participant.id) or appointment.booked_at
    found = rules.cancellation(
        policy_of(appointment),
        starts_at=appointment.starts_at,
        booked_at=booked_at or appointment.created_at,
        now=now,
    )
    return FREE if appointment.status is Status.REQUESTED else found


def undo_leaving(participant_id: int, *, now: datetime) -> None:
    """Take somebody in again who has just left, if a seat is free; they are told once more.

    Within three minutes. Raises `RuleBroken` later, and `SlotTaken` if there is no seat.
    """

    def work(session: Session) -> None:
        participant, _ = locked_seat(session, participant_id)
        appointment = participant.appointment
        if participant.status is not ParticipantStatus.LEFT:
            return
        check_live(appointment, "joined")
        if not may_come_back(session, participant, now=now):
            raise RuleBroken(Rule.POLICY)
        _take_in(session, participant, now)
        actor = client(participant.id)
        _tell_of_coming_back(session, participant, now)
        record(session, CAME_BACK, _subject(participant), actor=actor, now=now)

    unit_of_work(work)


def may_come_back(session: Session, participant: Participant, *, now: datetime) -> bool:
    """Return whether somebody left a moment ago of their own will, and may take that back."""
    left = leaving_of(session, participant.id)
    if left is None or participant.status is not ParticipantStatus.LEFT:
        return False
    appointment = participant.appointment
    ahead = appointment.status.is_live and appointment.starts_at > now
    return ahead and left.by_themselves and now - left.at <= UNDO_WITHIN


def take_out_all(session: Session, seats: Sequence[Participant]) -> None:
    """Free the seats of one person, their own time and what is owed to them. Nobody is told."""
    for participant in seats:
        participant.status, participant.seat = ParticipantStatus.LEFT, None
    session.flush()
    whose = {each.person.resource_id for each in seats} - {None}
    if whose:
        dates = [each.appointment_id for each in seats]
        session.execute(
            delete(Claim)
            .where(Claim.appointment_id.in_(dates), Claim.resource_id.in_(whose))
            .execution_options(synchronize_session=False)
        )
    ids = [each.id for each in seats]
    farewell = Message.kind == MessageKind.CANCELLED
    off = {"state": MessageState.DROPPED, "reason": Reason.LEFT}
    _settle(session, off, Message.participant_id.in_(ids), Message.attempts == 0, ~farewell, *_OWED)
    for participant in seats:
        session.expire(participant.appointment, ["claims", "participants"])


def _is_the_last(participant: Participant) -> bool:
    """Return whether nobody would come any more, and it is no group that is to meet anyway."""
    appointment = participant.appointment
    others = [
        one
        for one in appointment.participants
        if one.id != participant.id
        and one.role is Role.CLIENT
        and one.status is ParticipantStatus.ATTENDING
    ]
    stays = appointment.kind is Kind.GROUP and appointment.status is Status.CONFIRMED
    return not stays and not others


def _take_in(session: Session, participant: Participant, now: datetime) -> None:
    appointment = participant.appointment
    member = participant.member
    if member is not None:
        seat = member.seat
    elif has_room(session, appointment, now=now):
        seat = free_seat(appointment)
    else:
        seat = None
    if seat is None:
        raise SlotTaken
    participant.status, participant.seat = ParticipantStatus.ATTENDING, seat
    if participant.person.resource_id is not None:
        claim_for_client(appointment, participant.person)
    session.flush()


def _tell_of_leaving(
    session: Session, participant: Participant, actor: Actor, now: datetime
) -> None:
    """Owe the one who leaves the news, and their therapist, unless it was the therapist's doing."""
    about, reader = subject_of(participant.appointment), reader_of(session, participant)
    act = random_id()
    due = due_at(about.starts_at, actor, now)
    owed = [
        Owed(kind=MessageKind.CANCELLED, channel=channel, reader=reader, action=act, due_at=due)
        for channel in channels(reader, MessageKind.CANCELLED, actor)
        if participant.person.email
    ]
    if not actor.is_staff and not _unsaid(session, participant):
        owed.append(
            Owed(
                kind=MessageKind.THERAPIST_LEFT,
                channel=Channel.EMAIL,
                therapist_id=about.therapist_id,
                action=act,
                due_at=now,
                facts={WHOSE: participant.id},
            )
        )
    owe(session, *owed, about=about, now=now)


def _unsaid(session: Session, participant: Participant) -> bool:
    """Drop what the therapist was yet to hear of somebody's coming; say whether there was any.

    The first news of an appointment stays: it brings the calendar entry.
    """
    appointment = participant.appointment
    waiting = select(Message).where(
        Message.appointment_id == appointment.id,
        Message.kind == MessageKind.THERAPIST_BOOKED,
        Message.attempts == 0,
        *_OWED,
    )
    theirs = [m for m in session.scalars(waiting) if m.facts.get(WHOSE) == participant.id]
    if not theirs or appointment.therapist_sequence < 0:
        return False
    for message in theirs:
        message.state, message.reason = MessageState.DROPPED, Reason.LEFT
    return True


def _tell_of_coming_back(session: Session, participant: Participant, now: datetime) -> None:
    """Owe the first news anew, and again the reminders that were dropped a moment ago."""
    theirs = (Message.participant_id == participant.id, Message.attempts == 0)
    off = {"state": MessageState.DROPPED, "reason": Reason.SUPERSEDED}
    _settle(session, off, *theirs, Message.kind == MessageKind.CANCELLED, *_OWED)
    dropped = (Message.state == MessageState.DROPPED, Message.reason == Reason.LEFT)
    on = {"state": MessageState.DUE, "reason": ""}
    _settle(session, on, *theirs, Message.kind == MessageKind.REMINDER, *dropped)
    about, reader = subject_of(participant.appointment), reader_of(session, participant)
    common: dict[str, Any] = {"channel": Channel.EMAIL, "action": random_id(), "due_at": now}
    news = BOOKED if about.confirmed else REQUESTED
    assert news.to_client is not None  # noqa: S101  # both sides hear of either
    assert news.to_therapist is not None  # noqa: S101
    mine = Owed(kind=news.to_client, reader=reader, **common)
    there = Owed(
        kind=news.to_therapist,
        therapist_id=about.therapist_id,
        facts={WHOSE: participant.id},
        **common,
    )
    owe(session, mine, there, about=about, now=now)


def _settle(session: Session, values: dict[str, Any], *which: ColumnElement[bool]) -> None:
    statement = update(Message).where(*which).values(values)
    session.execute(statement.execution_options(synchronize_session=False))


def _subject(participant: Participant) -> tuple[str, int]:
    return ("participant", participant.id)
