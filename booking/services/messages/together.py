"""Two sessions in a day, one text."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from booking.domain.lifecycle import LIVE
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus
from booking.domain.zones import local_date
from booking.models import Appointment, Message, Participant
from booking.queries.guardians import is_told
from booking.services.messages.objections import Reason
from booking.services.messages.telling import clients_zone


def same_day(session: Session, message: Message, *, now: datetime) -> Sequence[Message]:
    """Return the reminders by text still owed to the same person for sessions of that day.

    They are locked. The day is the one on the person's own calendar.
    """
    participant, appointment = message.participant, message.appointment
    if participant is None or appointment is None:
        return ()
    mine = aliased(Participant)
    query = (
        select(Message)
        .join(mine, mine.id == Message.participant_id)
        .join(Appointment, Appointment.id == Message.appointment_id)
        .where(
            Message.id != message.id,
            Message.state == MessageState.DUE,
            Message.kind == MessageKind.REMINDER,
            Message.channel == Channel.SMS,
            Message.version == Appointment.version,
            mine.person_id == participant.person_id,
            mine.phone == participant.phone,
            mine.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_(LIVE),
            Appointment.starts_at > now,
        )
        .order_by(Message.id)
        .with_for_update(key_share=True, skip_locked=True, of=Message)
    )
    there = clients_zone(participant)
    day = local_date(appointment.starts_at, there)
    return [
        other
        for other in session.scalars(query)
        if other.appointment and local_date(other.appointment.starts_at, there) == day
        if other.participant and is_told(session, other.participant, now=now)
    ]


def let_speak_again(session: Session, message: Message) -> None:
    """Owe the others their own text again: the one that was to speak for them did not go out."""
    ids = message.facts.get("together")
    if not isinstance(ids, list) or not ids:
        return
    session.execute(
        update(Message)
        .where(
            Message.id.in_(ids),
            Message.state == MessageState.DROPPED,
            Message.reason == Reason.TOGETHER,
        )
        .values(state=MessageState.DUE, reason="")
        .execution_options(synchronize_session=False)
    )
