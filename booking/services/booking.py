"""Booking an appointment: the one act that must happen exactly once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.contact import email_key
from booking.domain.lifecycle import Modality, Status
from booking.domain.zones import TZDATA_VERSION, zone
from booking.errors import InFlight, KeyReused, SlotTaken
from booking.models import (
    Appointment,
    Claim,
    IdempotencyKey,
    Participant,
    Person,
    SessionType,
    SmsConsent,
)
from booking.queries.practices import the_practice
from booking.services.audit import VISITOR, record
from booking.services.guests import Guest
from booking.services.offers import Ask, bookable_type, check_modality, check_time, lock_therapist
from booking.services.owing import BOOKED, REQUESTED, tell_first
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work

KEY_LIVES = timedelta(hours=24)
CONSENT_WORDING = "2026-11-1"


_SAME_KEY = select(IdempotencyKey).where(
    IdempotencyKey.route == bindparam("of_route"), IdempotencyKey.key == bindparam("of_key")
)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes two requests the same one: where it came in, its key, and what it said."""

    route: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guest asks for. `wording` is the consent to texts as it was shown."""

    therapist: str
    session_type: str
    starts_at: datetime
    modality: Modality
    guest: Guest
    wording: str = ""
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """`again` says that this very request had been granted before."""

    participant_id: int
    appointment_id: int
    again: bool = False


def book(wish: Wish, *, key: RequestKey, parts: Parts, now: datetime) -> Booked:
    """Book the time, or request it where the therapist wants to be asked.

    The same key with the same body books once, however often it comes (24 hours). Raises
    `NotFound`, `InvalidInput`, `RuleBroken`, `SlotTaken`, `KeyReused`.
    """

    def work(session: Session) -> Booked:
        therapist = lock_therapist(session, wish.therapist)
        if earlier := _granted(session, key, now):
            return earlier
        session_type = bookable_type(session, therapist, wish.session_type)
        check_modality(session_type, wish.modality)
        ask = Ask(therapist, session_type, wish.starts_at, wish.guest.state)
        check_time(session, ask, now=now)
        appointment = new_appointment(session, ask, modality=wish.modality, now=now)
        return settle_booking(session, appointment, wish, key=key, parts=parts, now=now)

    try:
        return unit_of_work(work)
    except (InFlight, SlotTaken):
        # Perhaps by this very request: a double click races itself.
        if earlier := unit_of_work(lambda session: _granted(session, key, now)):
            return earlier
        raise


def settle_booking(
    session: Session,
    appointment: Appointment,
    wish: Wish,
    *,
    key: RequestKey,
    parts: Parts,
    now: datetime,
) -> Booked:
    """Turn time just claimed into a booking: person, answers, messages, audit, key."""
    needs_approval = appointment.session_type.needs_approval
    appointment.become(Status.REQUESTED if needs_approval else Status.CONFIRMED)
    appointment.draft = None
    appointment.booked_at = now
    appointment.expires_at = _answer_by(session, appointment, now) if needs_approval else None
    participant = _participant(session, appointment, wish, parts, now)
    news = REQUESTED if needs_approval else BOOKED
    tell_first(session, appointment, news, actor=VISITOR, now=now)
    session.add(
        IdempotencyKey(
            route=key.route,
            key=key.key,
            body_hash=key.body_hash,
            appointment_id=appointment.id,
            created_at=now,
        )
    )
    record(session, "booked", ("appointment", appointment.id), actor=VISITOR, now=now)
    return Booked(participant.id, appointment.id)


def new_appointment(
    session: Session, ask: Ask, *, modality: Modality, now: datetime
) -> Appointment:
    """Return a held appointment that claims the therapist's time, added to the session.

    The unit of work raises `SlotTaken` if the database refuses the claim.
    """
    therapist, session_type = ask.therapist, ask.session_type
    practice = the_practice(session)
    appointment = Appointment(
        hold_id=random_id(),
        uid=f"{random_id()}@stillhour",
        therapist=therapist,
        session_type=session_type,
        kind=session_type.kind,
        modality=modality,
        status=Status.HELD,
        buffer_before=session_type.buffer_before,
        buffer_after=session_type.buffer_after,
        price_cents=session_type.price_cents,
        cancel_hours=_first(session_type.cancel_hours, practice.cancel_hours),
        move_hours=_first(session_type.move_hours, practice.move_hours),
        late_fee_cents=_late_fee(session_type, practice.late_fee_cents),
        version=0,
        created_at=now,
        expires_at=now,
    )
    place(appointment, ask)
    claim = ask.claim
    appointment.claims.append(
        Claim(resource_id=therapist.resource_id, from_at=claim.start, until_at=claim.end)
    )
    session.add(appointment)
    return appointment


def place(appointment: Appointment, ask: Ask) -> None:
    """Set when the appointment is, as an instant and as the therapist's clock will show it."""
    there = ask.therapist.time_zone
    appointment.starts_at, appointment.ends_at = ask.session.start, ask.session.end
    appointment.wall_starts = ask.starts_at.astimezone(zone(there)).replace(tzinfo=None)
    appointment.time_zone = there
    appointment.tzdata = TZDATA_VERSION


def _granted(session: Session, key: RequestKey, now: datetime) -> Booked | None:
    earlier = session.scalars(_SAME_KEY, {"of_route": key.route, "of_key": key.key}).one_or_none()
    if earlier is None:
        return None
    if earlier.created_at <= now - KEY_LIVES:
        session.delete(earlier)
        session.flush()
        return None
    if earlier.body_hash != key.body_hash:
        raise KeyReused("this key was used with another request")
    assert earlier.appointment_id is not None  # noqa: S101  # a key is kept with its booking
    participant = session.scalars(
        select(Participant).filter_by(appointment_id=earlier.appointment_id, seat=1)
    ).one()
    return Booked(participant.id, earlier.appointment_id, again=True)


def _participant(
    session: Session, appointment: Appointment, wish: Wish, parts: Parts, now: datetime
) -> Participant:
    guest = wish.guest
    person = Person(
        name=guest.name,
        pronouns=guest.pronouns,
        email=guest.email,
        email_key=email_key(guest.email),
        phone=guest.phone,
        time_zone=guest.time_zone,
        language="en",
        created_at=now,
    )
    participant = Participant(
        appointment=appointment,
        person=person,
        seat=1,
        link_id=random_id(),
        phone=guest.phone,
        state=guest.state,
        country=guest.country,
        need=guest.need,
        payment=guest.payment,
        language=guest.language,
        access_needs=parts.sealer.seal_or_none(guest.access_needs),
        note=parts.sealer.seal_or_none(guest.note),
    )
    session.add_all([person, participant])
    if guest.sms_consent and guest.phone:
        session.add(_consent(person, guest.phone, wish, now))
    session.flush()
    return participant


def _consent(person: Person, phone: str, wish: Wish, now: datetime) -> SmsConsent:
    return SmsConsent(
        person=person,
        phone=phone,
        wording=wish.wording,
        wording_version=CONSENT_WORDING,
        method="form",
        given_at=now,
        ip=wish.ip,
    )


def _answer_by(session: Session, appointment: Appointment, now: datetime) -> datetime:
    """Return when an unanswered request ends: never later than the start."""
    hours = timedelta(hours=the_practice(session).request_hours)
    return min(now + hours, appointment.starts_at)


def _late_fee(session_type: SessionType, practice_fee: int) -> int:
    # A free consultation has no price, so there is nothing a late cancel could cost.
    if session_type.price_cents == 0:
        return 0
    return _first(session_type.late_fee_cents, practice_fee)


def _first(own: int | None, general: int) -> int:
    return general if own is None else own
