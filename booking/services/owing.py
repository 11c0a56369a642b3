"""What is owed to people when something becomes of an appointment.

Nothing is sent here. One act owes each person one message to read; what was still unsent
about the same appointment is dropped, since the new message says it better.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.lifecycle import Kind, Status
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus
from booking.domain.reminders import QuietHours, ReminderRule, plan
from booking.domain.zones import zone
from booking.models import Appointment, Message, Participant, Practice, SmsConsent
from booking.queries.coming import is_written_to
from booking.queries.practices import the_practice
from booking.services.audit import Actor, client
from booking.services.owed import SOON, Owed, Reader, Subject, owe

# What staff do is told a little later, so that a slip can be taken back unheard.
SECOND_THOUGHTS = timedelta(minutes=3)


# What a therapist is told of one of several names whose doing it was, by their participant.
WHOSE = "participant"

# A text says that these happened, if the person wanted texts.
_CHANGES = frozenset({MessageKind.MOVED, MessageKind.CANCELLED, MessageKind.TIME_OFF})


@dataclass(frozen=True, slots=True)
class Act:
    """One act: whose, what it is called, when to tell of it, and when it happened.

    `unheard` is what was still unsent of earlier ones, `whose` the participant who acted.
    """

    actor: Actor
    action: str
    due_at: datetime
    now: datetime
    unheard: frozenset[MessageKind] = frozenset()
    whose: int | None = None


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


# What somebody who left is still to hear stands, whatever becomes of the appointment.
_FAREWELL = (Message.kind == MessageKind.CANCELLED) & exists().where(
    Participant.id == Message.participant_id, Participant.status == ParticipantStatus.LEFT
)


def tell_first(
    session: Session,
    about: Subject,
    readers: Sequence[Reader],
    news: News,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Owe the first news that `readers` get of an appointment, and of them its therapist.

    Nothing can be unsent yet that this would say better: the first of them is new to it.
    """
    first = readers[0].id if readers else None
    act = Act(actor, random_id(), due_at(about.starts_at, actor, now), now, whose=first)
    _tell(session, about, readers, news, act)


def tell(
    session: Session,
    appointment: Appointment,
    news: News,
    *,
    actor: Actor,
    now: datetime,
    but_not: Collection[int] = (),
) -> None:
    """Owe everybody concerned the news, and plan the reminders that now apply.

    A person who was never told of the first time is told of the new one as if it were the
    first; a therapist who never heard of a booking need not hear that it is off. Participants
    in `but_not` are told in some other way.
    """
    about = subject_of(appointment)
    unheard = _drop_unsent(session, appointment)
    if appointment.kind is Kind.GROUP and appointment.therapist_sequence >= 0:
        # Somebody joined unheard of, but of the group itself the therapist has heard.
        unheard.discard(MessageKind.THERAPIST_BOOKED)
    act = Act(actor, random_id(), due_at(about.starts_at, actor, now), now, frozenset(unheard))
    told = (one for one in appointment.participants if is_written_to(one))
    readers = [reader_of(session, one) for one in told if one.id not in but_not]
    _tell(session, about, readers, news, act)


def subject_of(appointment: Appointment) -> Subject:
    """Return what a message about the appointment, as it is now, must know of it."""
    return Subject(
        appointment.id,
        appointment.version,
        appointment.starts_at,
        appointment.ends_at,
        appointment.therapist_id,
        confirmed=appointment.status is Status.CONFIRMED,
    )


def reader_of(session: Session, participant: Participant) -> Reader:
    """Return the participant as somebody to write to."""
    texts = _wants_texts(session, participant)
    return Reader(participant.id, participant.link_id, participant.person.time_zone, texts)


def _tell(
    session: Session, about: Subject, readers: Iterable[Reader], news: News, act: Act
) -> None:
    practice = the_practice(session)
    owed: list[Owed] = []
    for reader in readers:
        owed += _to_client(reader, news, act)
        if about.confirmed:
            owed += reminders_for(about, reader, practice, act.now)
    owed += _to_therapist(about, news, act)
    owe(session, *owed, about=about, now=act.now)


def _to_client(reader: Reader, news: News, act: Act) -> Iterator[Owed]:
    if news.to_client is None:
        return
    kind = _first_news(news.to_client, act.unheard, MessageKind.CONFIRMATION)
    for channel in channels(reader, kind, act.actor):
        yield Owed(kind=kind, channel=channel, reader=reader, action=act.action, due_at=act.due_at)


def _to_therapist(about: Subject, news: News, act: Act) -> Iterator[Owed]:
    if news.to_therapist is None:
        return
    if news is CANCELLED and MessageKind.THERAPIST_BOOKED in act.unheard:
        return
    yield Owed(
        kind=_first_news(news.to_therapist, act.unheard, MessageKind.THERAPIST_BOOKED),
        channel=Channel.EMAIL,
        therapist_id=about.therapist_id,
        action=act.action,
        due_at=act.now,
        facts={} if act.whose is None else {WHOSE: act.whose},
    )


def reminders_for(
    about: Subject, reader: Reader, practice: Practice, now: datetime
) -> Iterator[Owed]:
    """Yield what one participant is reminded by, under the practice's rules, none of it past."""
    hours = {
        Channel.EMAIL: practice.email_reminder_hours,
        Channel.SMS: practice.sms_reminder_hours if reader.texts else None,
    }
    planned = plan(
        [ReminderRule(on, timedelta(hours=before)) for on, before in hours.items() if before],
        starts_at=about.starts_at,
        now=now,
        zone=zone(reader.time_zone),
        quiet=QuietHours(),
    )
    for reminder in planned:
        yield Owed(
            kind=MessageKind.REMINDER,
            channel=reminder.channel,
            reader=reader,
            due_at=reminder.due_at,
        )


def channels(reader: Reader, kind: MessageKind, actor: Actor) -> Sequence[Channel]:
    """Return mail, and for a change somebody else made a text too where it was consented to.

    What people do themselves needs no text: they have just seen it.
    """
    if kind in _CHANGES and actor != client(reader.id) and reader.texts:
        return (Channel.EMAIL, Channel.SMS)
    return (Channel.EMAIL,)


def due_at(starts_at: datetime, actor: Actor, now: datetime) -> datetime:
    """Return when to tell of an act: of what staff do, later, unless it is about to begin."""
    if actor.is_staff and starts_at - now > SOON:
        return now + SECOND_THOUGHTS
    return now


def _drop_unsent(session: Session, appointment: Appointment) -> set[MessageKind]:
    """Drop what is owed about `appointment` and not yet begun; return what kinds those were."""
    session.flush()
    waiting = (
        Message.appointment_id == appointment.id,
        Message.state == MessageState.DUE,
        Message.attempts == 0,
        ~_FAREWELL,
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


def drop_owed(session: Session, appointment_ids: Sequence[int]) -> None:
    """Drop what is owed about these appointments and not yet begun: they are about to change."""
    session.execute(
        update(Message)
        .where(
            Message.appointment_id.in_(appointment_ids),
            Message.state == MessageState.DUE,
            Message.attempts == 0,
            ~_FAREWELL,
        )
        .values(state=MessageState.DROPPED, reason="superseded")
        .execution_options(synchronize_session=False)
    )


def _first_news(
    kind: MessageKind, unheard: frozenset[MessageKind], first: MessageKind
) -> MessageKind:
    return first if kind.endswith("moved") and first in unheard else kind


def _wants_texts(session: Session, participant: Participant) -> bool:
    if participant.phone is None:
        return False
    whose = {"person_id": participant.person_id, "phone": participant.phone}
    return session.scalars(_CONSENT, whose).first() is not None
