"""Writing down what is owed to people, in the transaction that made it owed.

Nothing is sent here. One act owes each person one message to read; what was still unsent
about the same appointment is dropped, since the new message says it better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus
from booking.domain.reminders import QuietHours, ReminderRule, plan
from booking.domain.zones import zone
from booking.models import Appointment, Message, Participant, SmsConsent
from booking.queries.practices import the_practice
from booking.services.audit import Actor

# What staff do is told a little later, so that a slip can be taken back unheard.
SECOND_THOUGHTS = timedelta(minutes=3)
SOON = timedelta(hours=1)
LATEST_USE = timedelta(days=1)


# A text says that these happened, if the person wanted texts.
_CHANGES = frozenset({MessageKind.MOVED, MessageKind.CANCELLED})


@dataclass(frozen=True, slots=True)
class Act:
    """One act: whose, what it is called, when to tell of it, and when it happened.

    `unheard` is what was still unsent of earlier ones.
    """

    actor: Actor
    action: str
    due_at: datetime
    now: datetime
    unheard: frozenset[MessageKind] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """What became of an appointment, in the words of each side."""

    to_client: MessageKind | None
    to_therapist: MessageKind | None


BOOKED = News(MessageKind.CONFIRMATION, MessageKind.THERAPIST_BOOKED)
REQUESTED = News(MessageKind.REQUEST_RECEIVED, MessageKind.THERAPIST_REQUEST)
ACCEPTED = News(MessageKind.CONFIRMATION, MessageKind.THERAPIST_BOOKED)
DECLINED = News(MessageKind.REQUEST_DECLINED, None)
RAN_OUT = News(MessageKind.REQUEST_EXPIRED, None)
MOVED = News(MessageKind.MOVED, MessageKind.THERAPIST_MOVED)
CANCELLED = News(MessageKind.CANCELLED, MessageKind.THERAPIST_CANCELLED)


_CONSENT = (
    select(SmsConsent.id)
    .where(
        SmsConsent.person_id == bindparam("person_id"),
        SmsConsent.phone == bindparam("phone"),
        SmsConsent.revoked_at.is_(None),
    )
    .limit(1)
    .execution_options(autoflush=False)  # what is being written now gives no consent
)


def tell_first(
    session: Session, appointment: Appointment, news: News, *, actor: Actor, now: datetime
) -> None:
    """Owe the first news of an appointment, about which nothing can be unsent yet."""
    _tell(session, appointment, news, Act(actor, random_id(), _due(appointment, actor, now), now))


def tell(
    session: Session, appointment: Appointment, news: News, *, actor: Actor, now: datetime
) -> None:
    """Owe everybody concerned the news, and plan the reminders that now apply.

    A person who was never told of the first time is told of the new one as if it were the
    first; a therapist who never heard of a booking need not hear that it is off.
    """
    unheard = _drop_unsent(session, appointment)
    act = Act(actor, random_id(), _due(appointment, actor, now), now, frozenset(unheard))
    _tell(session, appointment, news, act)


def _tell(session: Session, appointment: Appointment, news: News, act: Act) -> None:
    for participant in _attending(appointment):
        if news.to_client is not None:
            kind = _first_news(news.to_client, act.unheard, MessageKind.CONFIRMATION)
            for channel in _channels(session, participant, kind, act.actor):
                _owe_client(session, participant, Message(kind=kind, channel=channel), act)
        if appointment.status == "confirmed":
            plan_reminders(session, participant, now=act.now)
    if news.to_therapist is None:
        return
    if news is CANCELLED and MessageKind.THERAPIST_BOOKED in act.unheard:
        return
    kind = _first_news(news.to_therapist, act.unheard, MessageKind.THERAPIST_BOOKED)
    owe(
        session,
        Message(kind=kind, channel=Channel.EMAIL, therapist_id=appointment.therapist_id),
        appointment=appointment,
        action=act.action,
        due_at=act.now,
        now=act.now,
    )


def plan_reminders(session: Session, participant: Participant, *, now: datetime) -> None:
    """Owe one participant the reminders of the practice's rules, none of them in the past."""
    appointment = participant.appointment
    practice = the_practice(session)
    hours = {
        Channel.EMAIL: practice.email_reminder_hours,
        Channel.SMS: practice.sms_reminder_hours if _wants_texts(session, participant) else None,
    }
    rules = [ReminderRule(on, timedelta(hours=before)) for on, before in hours.items() if before]
    planned = plan(
        rules,
        starts_at=appointment.starts_at,
        now=now,
        zone=zone(participant.person.time_zone),
        quiet=QuietHours(),
    )
    for reminder in planned:
        message = Message(kind=MessageKind.REMINDER, channel=reminder.channel)
        message.participant = participant
        owe(
            session,
            message,
            appointment=appointment,
            action=random_id(),
            due_at=reminder.due_at,
            now=now,
        )


def owe(
    session: Session,
    message: Message,
    *,
    appointment: Appointment | None,
    action: str,
    due_at: datetime,
    now: datetime,
) -> Message:
    """Write `message` down as owed; it already knows its kind, channel and recipient.

    Owing the same thing twice is a bug that the unique key refuses.
    """
    message.public_id = random_id()
    message.action = action
    message.due_at = due_at
    message.created_at = now
    message.stale_at = now + LATEST_USE
    if appointment is not None:
        message.appointment = appointment
        message.version = appointment.version
        message.stale_at = max(appointment.ends_at, due_at + SOON)
        if message.kind is MessageKind.REMINDER:
            message.stale_at = appointment.starts_at
    message.dedupe_key = _dedupe_key(message)
    session.add(message)
    return message


def _dedupe_key(message: Message) -> str:
    if message.kind is MessageKind.REMINDER and message.participant is not None:
        ours = message.participant.link_id
        return f"reminder:{message.channel}:{ours}:{message.version}"
    return f"{message.kind}:{message.channel}:{message.public_id}"


def _channels(
    session: Session, participant: Participant, kind: MessageKind, actor: Actor
) -> Sequence[Channel]:
    """Return mail, and for a change somebody else made a text too where it was consented to.

    What people do themselves needs no text: they have just seen it.
    """
    if kind in _CHANGES and actor.kind != "client" and _wants_texts(session, participant):
        return (Channel.EMAIL, Channel.SMS)
    return (Channel.EMAIL,)


def _owe_client(session: Session, participant: Participant, message: Message, act: Act) -> None:
    message.participant = participant
    owe(
        session,
        message,
        appointment=participant.appointment,
        action=act.action,
        due_at=act.due_at,
        now=act.now,
    )


def _due(appointment: Appointment, actor: Actor, now: datetime) -> datetime:
    if actor.is_staff and appointment.starts_at - now > SOON:
        return now + SECOND_THOUGHTS
    return now


def _drop_unsent(session: Session, appointment: Appointment) -> set[MessageKind]:
    """Drop what is owed about `appointment` and not yet begun; return what kinds those were."""
    session.flush()
    waiting = (
        Message.appointment_id == appointment.id,
        Message.state == MessageState.DUE,
        Message.attempts == 0,
    )
    kinds = set(session.scalars(select(Message.kind).where(*waiting)))
    if kinds:
        session.execute(
            update(Message)
            .where(*waiting)
            .values(state=MessageState.DROPPED, reason="superseded")
            .execution_options(synchronize_session=False)
        )
    return kinds


def _first_news(
    kind: MessageKind, unheard: frozenset[MessageKind], first: MessageKind
) -> MessageKind:
    return first if kind.endswith("moved") and first in unheard else kind


def _attending(appointment: Appointment) -> list[Participant]:
    return [p for p in appointment.participants if p.status is ParticipantStatus.ATTENDING]


def _wants_texts(session: Session, participant: Participant) -> bool:
    if participant.phone is None:
        return False
    whose = {"person_id": participant.person_id, "phone": participant.phone}
    return session.scalars(_CONSENT, whose).first() is not None
