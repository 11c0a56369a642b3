"""Booking an appointment: the one act that must happen exactly once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.contact import email_key
from booking.domain.lifecycle import Modality, Status
from booking.errors import BookingError, InFlight, KeyReused
from booking.models import (
    Appointment,
    IdempotencyKey,
    Participant,
    Person,
    Practice,
    SessionType,
    SmsConsent,
    db,
)
from booking.queries.leavings import JOINED
from booking.queries.practices import the_practice
from booking.services.audit import VISITOR, record
from booking.services.companions import Party, check_party, other_states
from booking.services.guests import Guest
from booking.services.offers import Ask, bookable_type, check_modality, check_time, lock_therapist
from booking.services.owed import Reader, Subject
from booking.services.owing import BOOKED, REQUESTED, subject_of, tell_first
from booking.services.parties import Beside, booker_seat, write_party
from booking.services.parts import Parts
from booking.services.rows import add_row, add_rows
from booking.services.seats import InGroup, check_time_or_seat, opened_group, place_in
from booking.services.taking import take_time
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
    """What a guest asks for. `wording` is the consent to texts as it was shown.

    `party` is who else there is.
    """

    therapist: str
    session_type: str
    starts_at: datetime
    modality: Modality
    guest: Guest
    wording: str = ""
    ip: str | None = None
    party: Party = ()


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
        session_type = bookable_type(session, therapist, wish.session_type)
        check_modality(session_type, wish.modality)
        check_party(session_type, wish.guest, wish.party, now=now)
        ask = Ask(therapist, session_type, wish.starts_at, wish.guest.state)
        seat = check_time_or_seat(session, ask, now=now)
        check_elsewhere(session, ask, wish, now=now)
        if seat is not None:
            return settle(session, seat, wish, key=key, parts=parts, now=now)
        practice = the_practice(session)
        granted = granted_now(session_type, wish.starts_at, practice, now)
        taken = take_time(session, ask, practice, wish.modality, granted | {"created_at": now})
        made = opened_group(session_type, taken, wish.modality)
        return settle(session, made, wish, key=key, parts=parts, now=now)

    try:
        return unit_of_work(work)
    except BookingError as refused:
        # Perhaps by this very request: one sent again finds its own time taken, and a double
        # click races itself.
        if earlier := as_before(key, now):
            return earlier
        if not isinstance(refused, InFlight):
            raise

    def anew(session: Session) -> Booked:
        forget_key(session, key, now)
        return work(session)

    return unit_of_work(anew)


def settle_held(
    session: Session,
    held: Appointment,
    wish: Wish,
    *,
    key: RequestKey,
    parts: Parts,
    now: datetime,
) -> Booked:
    """Turn time that was held until now into a booking, in the open transaction."""
    granted = granted_now(held.session_type, held.starts_at, the_practice(session), now)
    held.become(granted["status"])
    held.modality, held.draft = wish.modality, None
    held.booked_at, held.expires_at = granted["booked_at"], granted["expires_at"]
    made = opened_group(held.session_type, subject_of(held), wish.modality)
    return settle(session, made, wish, key=key, parts=parts, now=now)


def check_elsewhere(session: Session, ask: Ask, wish: Wish, *, now: datetime) -> None:
    """Ask the same of every other place where somebody will be; raises as `check_time` does."""
    for state in other_states(wish.guest, wish.party):
        check_time(session, replace(ask, state=state), now=now)


def granted_now(
    session_type: SessionType, starts_at: datetime, practice: Practice, now: datetime
) -> dict[str, Any]:
    """Return what a booking is from its first moment: confirmed, or for a therapist to grant."""
    granted: dict[str, Any] = {"status": Status.CONFIRMED, "version": 1}
    granted |= {"booked_at": now, "expires_at": None}
    if session_type.needs_approval:
        # An unanswered request ends, and never later than the session would begin.
        answer_by = min(now + timedelta(hours=practice.request_hours), starts_at)
        granted |= {"status": Status.REQUESTED, "expires_at": answer_by}
    return granted


def settle(
    session: Session,
    taken: Subject,
    wish: Wish,
    *,
    key: RequestKey,
    parts: Parts,
    now: datetime,
) -> Booked:
    """Write what makes time just claimed a booking: people, answers, messages, audit, key."""
    reader, *others = _participants(session, taken, wish, parts, now)
    news = BOOKED if taken.confirmed else REQUESTED
    tell_first(session, taken, [reader, *others], news, actor=VISITOR, now=now)
    request = {
        "route": key.route,
        "key": key.key,
        "body_hash": key.body_hash,
        "appointment_id": taken.id,
        "participant_id": reader.id,
        "created_at": now,
    }
    add_rows(session, IdempotencyKey, [request])
    record(session, "booked", ("appointment", taken.id), actor=VISITOR, now=now)
    if isinstance(taken, InGroup):
        record(session, JOINED, ("participant", reader.id), actor=VISITOR, now=now)
    return Booked(reader.id, taken.id)


def granted_before(key: RequestKey, now: datetime) -> IdempotencyKey | None:
    """Return what was kept of this very request; raise `KeyReused` if it said something else."""
    session = db.session()
    earlier = session.scalars(_SAME_KEY, {"of_route": key.route, "of_key": key.key}).one_or_none()
    if earlier is None or earlier.created_at <= now - KEY_LIVES:
        return None
    if earlier.body_hash != key.body_hash:
        raise KeyReused("this key was used with another request")
    return earlier


def as_before(key: RequestKey, now: datetime) -> Booked | None:
    earlier = granted_before(key, now)
    if earlier is None or earlier.appointment_id is None or earlier.participant_id is None:
        return None
    return Booked(earlier.participant_id, earlier.appointment_id, again=True)


def forget_key(session: Session, key: RequestKey, now: datetime) -> None:
    """Delete the key if it is too old to stand for this request."""
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.route == key.route,
            IdempotencyKey.key == key.key,
            IdempotencyKey.created_at <= now - KEY_LIVES,
        )
    )


def _participants(
    session: Session, taken: Subject, wish: Wish, parts: Parts, now: datetime
) -> list[Reader]:
    """Write down who takes part; return the one who books, and who else is written to."""
    guest = wish.guest
    person_id = new_person(session, guest, wording=wish.wording, ip=wish.ip, now=now)
    link_id = random_id()
    participant = {
        "appointment_id": taken.id,
        "person_id": person_id,
        **place_in(taken),
        "link_id": link_id,
        "phone": guest.phone,
        "state": guest.state,
        "country": guest.country,
        "need": guest.need,
        "payment": guest.payment,
        "language": guest.language,
        "access_needs": parts.sealer.seal_or_none(guest.access_needs),
        "note": parts.sealer.seal_or_none(guest.note),
    }
    texts = _agreed_to_texts(guest)
    if not wish.party:
        key = add_row(session, Participant, participant)
        return [Reader(key, link_id, guest.time_zone, texts)]
    kind = session.get_one(Appointment, taken.id).kind
    participant |= booker_seat(kind, wish.party)
    key = add_row(session, Participant, participant)
    beside = Beside(
        table=Participant,
        owner={"appointment_id": taken.id},
        kind=kind,
        guest=guest,
        booker=participant,
    )
    others = write_party(session, beside, wish.party, now=now)
    return [Reader(key, link_id, guest.time_zone, texts), *others]


def new_person(
    session: Session, guest: Guest, *, wording: str, ip: str | None, now: datetime
) -> int:
    """Write down who booked, unverified, with their consent to texts if they gave it."""
    person = {
        "name": guest.name,
        "pronouns": guest.pronouns,
        "email": guest.email,
        "email_key": email_key(guest.email),
        "phone": guest.phone,
        "time_zone": guest.time_zone,
        "language": "en",
        "born": guest.born,
        "created_at": now,
    }
    person_id = add_row(session, Person, person)
    if _agreed_to_texts(guest):
        consent = {
            "person_id": person_id,
            "phone": guest.phone,
            "wording": wording,
            "wording_version": CONSENT_WORDING,
            "method": "form",
            "given_at": now,
            "ip": ip,
        }
        add_rows(session, SmsConsent, [consent])
    return person_id


def _agreed_to_texts(guest: Guest) -> bool:
    return guest.sms_consent and guest.phone is not None
