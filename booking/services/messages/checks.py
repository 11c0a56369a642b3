"""What is asked of a message the moment before it is sent. The first objection stands."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.adapters.phones import region
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.participants import ParticipantStatus
from booking.domain.reminders import (
    QuietHours,
    is_open,
    next_opening,
    starts_before_window_opens,
)
from booking.domain.zones import zone
from booking.models import Message, Person, PhoneStop, SendAttempt, SmsConsent
from booking.queries.guardians import is_told
from booking.queries.practices import the_practice
from booking.queries.waiting import open_places
from booking.services.messages.estimates import estimate_objection, must_go_before
from booking.services.messages.invitations import BEFORE_THE_FIRST
from booking.services.messages.objections import Asked, Drop, Objection, Reason, Wait
from booking.services.messages.series_checks import SERIES_CHECKS, soonest_of
from booking.services.messages.telling import attendances, live_sign_in
from booking.services.messages.touched import touched_in
from booking.services.messages.waiting_telling import waiting_objection

QUIET = QuietHours()
BUDGET_COUNTS = timedelta(hours=1)
BUDGET_WAITS = timedelta(minutes=5)
# Numbers in the territories are dialled, and charged, as those of the states.
_AT_HOME = {"US": frozenset({"US", "PR", "GU", "VI", "AS", "MP"})}

_ENDINGS = frozenset(
    {
        MessageKind.CANCELLED,
        MessageKind.CALENDAR,
        MessageKind.REQUEST_DECLINED,
        MessageKind.REQUEST_EXPIRED,
        MessageKind.THERAPIST_CANCELLED,
    }
)
_REPEATABLE = frozenset(
    {
        MessageKind.CONFIRMATION,
        MessageKind.REQUEST_RECEIVED,
        MessageKind.SERIES_BOOKED,
        MessageKind.SERIES_REQUESTED,
    }
)
# What nobody asked for at this moment waits for the day.
_BOUND = frozenset(
    {
        MessageKind.REMINDER,
        MessageKind.STANDING_OFFER,
        MessageKind.ESTIMATE,
        MessageKind.WAITING_OFFER,
        MessageKind.WAITING_GONE,
        MessageKind.WAITING_PAUSED,
    }
)


def objection(asked: Asked) -> Objection | None:
    """Return why the message must not be sent now, or None if nothing speaks against it."""
    checks = _ALWAYS + (_FOR_TEXTS if asked.message.channel is Channel.SMS else ())
    for check in checks:
        found = check(asked)
        if found is not None:
            return found
    return None


def address_of(asked: Asked) -> str | None:
    """Return where the message goes today: a mail address, or a number in E.164."""
    message = asked.message
    whose = message.member or message.participant or message.waiting
    if message.channel is Channel.SMS:
        return whose.phone if whose else None
    if message.kind is MessageKind.LINKS:
        # To the address as its owner wrote it, whoever typed it now.
        typed = message.address or ""
        found = [each.person.email for each in attendances(asked.session, typed, now=asked.now)]
        found += [each.person.email for each in open_places(asked.session, typed)]
        return found[0] if found else None
    if whose is not None:
        return whose.person.email
    return message.therapist.email if message.therapist else message.address


def may_be_texted(session: Session, person: Person, phone: str | None) -> Reason | None:
    """Return what forbids texts to the number this person gave: a STOP, or no consent."""
    stop = session.get(PhoneStop, phone)
    if stop is not None and (stop.started_at is None or stop.started_at < stop.stopped_at):
        return Reason.STOPPED
    consent = select(SmsConsent.id).filter_by(person_id=person.id, phone=phone, revoked_at=None)
    if session.scalars(consent.limit(1)).first() is None:
        return Reason.NO_CONSENT
    if the_practice(session).sms_needs_proof and person.verified_at is None:
        return Reason.UNPROVED
    return None


def _stale(asked: Asked) -> Objection | None:
    return Drop(Reason.STALE) if asked.now >= asked.message.stale_at else None


def _channel(asked: Asked) -> Objection | None:
    parts = asked.parts
    channel = parts.sms if asked.message.channel is Channel.SMS else parts.mail
    return Drop(Reason.CHANNEL_OFF) if channel is None else None


def _appointment(asked: Asked) -> Objection | None:
    message, appointment = asked.message, asked.message.appointment
    if appointment is None or _is_farewell(message):
        return None
    if appointment.version != message.version:
        return Drop(Reason.SUPERSEDED)
    if message.kind not in _ENDINGS and not appointment.status.is_live:
        return Drop(Reason.NOT_LIVE)
    return None


def _participant(asked: Asked) -> Objection | None:
    participant = asked.message.participant
    if _is_farewell(asked.message):
        return None
    if participant is not None and participant.status is not ParticipantStatus.ATTENDING:
        return Drop(Reason.LEFT)
    return None


def _guardian(asked: Asked) -> Objection | None:
    """Object to telling a guardian what is not theirs to know, by what holds at this moment."""
    message = asked.message
    whose = message.member or message.participant
    # What time off touches is picked over one by one: see `touched_in`.
    if whose is None or message.kind is MessageKind.TIME_OFF:
        return None
    return None if is_told(asked.session, whose, now=asked.now) else Drop(Reason.NOT_TOLD)


def _is_farewell(message: Message) -> bool:
    """Return whether it tells somebody who left that it is off for them, whatever comes later."""
    whose = message.participant
    left = whose is not None and whose.status is ParticipantStatus.LEFT
    return left and message.kind is MessageKind.CANCELLED


def _said_better(asked: Asked) -> Objection | None:
    """Object to what a newer message is about to say again: it was asked for twice."""
    message = asked.message
    if message.kind not in _REPEATABLE:
        return None
    newer = select(Message.id).where(
        _same(Message.participant_id, message.participant_id),
        _same(Message.member_id, message.member_id),
        Message.kind == message.kind,
        Message.channel == message.channel,
        Message.version == message.version,
        Message.id > message.id,
        Message.state == MessageState.DUE,
        Message.due_at <= asked.now,
    )
    found = asked.session.scalars(newer.limit(1)).first()
    return Drop(Reason.SUPERSEDED) if found is not None else None


def _same(column: InstrumentedAttribute[int | None], value: int | None) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _touched(asked: Asked) -> Objection | None:
    """Object to telling of sessions that were all changed again meanwhile."""
    if asked.message.kind is not MessageKind.TIME_OFF:
        return None
    return (
        None
        if any(touched_in(asked.session, asked.message, now=asked.now))
        else Drop(Reason.SUPERSEDED)
    )


def _calendar(asked: Asked) -> Objection | None:
    """Object to taking out of a calendar what was never sent to it."""
    message = asked.message
    if message.kind is not MessageKind.CALENDAR or message.participant is None:
        return None
    never = message.participant.calendar_sequence <= BEFORE_THE_FIRST
    return Drop(Reason.NOTHING_NEW) if never else None


def _sign_in(asked: Asked) -> Objection | None:
    message = asked.message
    if message.kind is not MessageKind.SIGN_IN:
        return None
    usable = live_sign_in(asked.session, message, now=asked.now)
    return None if usable is not None else Drop(Reason.STALE)


def _address(asked: Asked) -> Objection | None:
    address = address_of(asked)
    if not address:
        return Drop(Reason.NO_PHONE if asked.message.channel is Channel.SMS else Reason.NOBODY)
    if asked.message.sent_to not in {None, address}:
        return Drop(Reason.ADDRESS_CHANGED)
    return None


def _quiet_hours(asked: Asked) -> Objection | None:
    message, now = asked.message, asked.now
    whose = message.member or message.participant or message.waiting
    if whose is None or not _is_bound(message):
        return None
    there = zone(whose.person.time_zone)
    if is_open(now, there, QUIET):
        return None
    soonest = message.appointment.starts_at if message.appointment else soonest_of(message, now=now)
    if message.kind not in _BOUND and (
        soonest is not None
        and starts_before_window_opens(soonest, now=now, zone=there, quiet=QUIET)
    ):
        return None
    opening = next_opening(now, there, QUIET, before=message.stale_at)
    if must_go_before(asked, opening, there):
        return None
    return Drop(Reason.QUIET_HOURS) if opening is None else Wait(opening)


def _is_bound(message: Message) -> bool:
    """Return whether quiet hours hold it back; so they do whatever makes a phone ring."""
    return message.kind in _BOUND or message.channel is Channel.SMS


def _allowed(asked: Asked) -> Objection | None:
    message = asked.message
    whose = message.member or message.participant or message.waiting
    assert whose is not None  # noqa: S101  # what has no number to go to was dropped before
    reason = may_be_texted(asked.session, whose.person, whose.phone)
    return Drop(reason) if reason else None


def _at_home(asked: Asked) -> Objection | None:
    """Object to numbers in other countries: nobody is to make us pay for texts there."""
    country = the_practice(asked.session).country
    number = address_of(asked) or ""
    if region(number) in _AT_HOME.get(country, frozenset({country})):
        return None
    return Drop(Reason.ABROAD)


def _budget(asked: Asked) -> Objection | None:
    """Object to more texts in an hour than the practice allows; whoever waits is not lost."""
    query = select(func.count()).where(SendAttempt.started_at > asked.now - BUDGET_COUNTS)
    spent = asked.session.scalar(query) or 0
    if spent < the_practice(asked.session).sms_per_hour:
        return None
    again = asked.now + BUDGET_WAITS
    return Wait(again) if again < asked.message.stale_at else Drop(Reason.BUDGET)


_Check = Callable[[Asked], Objection | None]
_ALWAYS: tuple[_Check, ...] = (
    _stale,
    _channel,
    _appointment,
    _participant,
    *SERIES_CHECKS,
    _guardian,
    estimate_objection,
    waiting_objection,
    _said_better,
    _touched,
    _calendar,
    _sign_in,
    _address,
    _quiet_hours,
)
_FOR_TEXTS: tuple[_Check, ...] = (_allowed, _at_home, _budget)
