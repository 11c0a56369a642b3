"""Gathers what a message is to say, from the rows, into plain values."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import Links, Purpose
from booking.adapters.phones import spoken
from booking.adapters.wording.facts import (
    Entry,
    ForClient,
    ForLostLinks,
    ForSignIn,
    ForTherapist,
    ForTouched,
    House,
    MailFacts,
    Occasion,
)
from booking.adapters.wording.languages import ENGLISH
from booking.adapters.wording.names import dollars, people
from booking.domain import policy
from booking.domain.contact import email_key
from booking.domain.lifecycle import LIVE, Kind, Modality, Status
from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus
from booking.domain.zones import zone
from booking.models import Appointment, Message, Participant, Person, Practice, SignInLink
from booking.queries.coming import who_come
from booking.queries.guardians import seen_among
from booking.queries.leavings import leaving_of
from booking.queries.practices import the_practice
from booking.queries.staff import live_link
from booking.queries.waiting import open_places
from booking.services.changes import policy_of
from booking.services.messages.touched import touched_in
from booking.services.messages.urls import join_url, mailed_series_url, mailed_url, waiting_url
from booking.services.owing import WHOSE

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_MOST_LISTED = 20


def house_of(practice: Practice) -> House:
    """Return the practice as mails and texts know it."""
    return House(practice.outside_name, spoken(practice.phone, country=practice.country))


def mail_facts(session: Session, message: Message, *, links: Links, now: datetime) -> MailFacts:
    """Return what the mail is told; raise `LookupError` for one without what its kind needs."""
    practice = the_practice(session)
    house = house_of(practice)
    if message.kind is MessageKind.SIGN_IN:
        return _sign_in(session, message, house, links, now)
    if message.kind is MessageKind.LINKS:
        address = message.address or ""
        found = attendances(session, address, now=now)
        places = tuple(waiting_url(each, links) for each in open_places(session, address))
        return ForLostLinks(house, tuple(_entry(each, practice, links) for each in found), places)
    if message.participant is not None:
        if message.kind is MessageKind.TIME_OFF:
            return _for_touched(session, message, message.participant, links, now)
        return _for_client(session, message.participant, links, now)
    if message.appointment is not None:
        return _for_therapist(message, message.appointment, practice, links, now)
    raise LookupError(f"a {message.kind} needs an appointment")


def clients_zone(participant: Participant) -> ZoneInfo:
    """Return the clock a client is told by: where people meet in person, the one on the wall."""
    appointment = participant.appointment
    if appointment.modality is Modality.IN_PERSON:
        return zone(appointment.therapist.time_zone)
    return zone(participant.person.time_zone)


def attendances(session: Session, address: str, *, now: datetime) -> list[Participant]:
    """Return who, under this address, still has an appointment ahead; soonest first.

    Of a series there is the next date alone.
    """
    try:
        key = email_key(address)
    except ValueError:
        return []
    query = (
        select(Participant)
        .join(Person, Person.id == Participant.person_id)
        .join(Appointment, Appointment.id == Participant.appointment_id)
        .where(
            Person.email_key == key,
            Participant.status == ParticipantStatus.ATTENDING,
            Appointment.status.in_(LIVE),
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at, Participant.id)
    )
    found: dict[tuple[str, int], Participant] = {}
    for each in seen_among(session, session.scalars(query).all(), now=now):
        once = ("member", each.member_id) if each.member_id else ("participant", each.id)
        found.setdefault(once, each)
    return list(found.values())[:_MOST_LISTED]


def live_sign_in(session: Session, message: Message, *, now: datetime) -> SignInLink | None:
    """Return the link the message is about, while it can still be used."""
    return live_link(session, str(message.facts.get("link_id", "")), now=now)


def _sign_in(
    session: Session, message: Message, house: House, links: Links, now: datetime
) -> ForSignIn:
    link = live_sign_in(session, message, now=now)
    if link is None:
        raise LookupError("a sign-in needs a link that works")
    token = links.token(Purpose.SIGN_IN, link.link_id)
    minutes = max(1, (link.expires_at - now) // _MINUTE)
    url = links.url(f"/staff/sign-in/{token}")
    days = max(1, (link.expires_at - now) // _DAY) if link.is_invitation else 0
    return ForSignIn(house, url, minutes, days)


def _for_client(
    session: Session, participant: Participant, links: Links, now: datetime
) -> ForClient:
    appointment, practice = participant.appointment, the_practice(session)
    agreed = policy_of(appointment)
    left = leaving_of(session, participant.id) if not _is_here(participant) else None
    over = left if left is not None else appointment
    cancelled = left is not None or appointment.status is Status.CANCELLED
    cents = over.fee_cents if cancelled else agreed.late_fee_cents
    last_move = policy.move_until(agreed, appointment.starts_at)
    return ForClient(
        house=house_of(practice),
        occasion=_clients_occasion(participant, practice),
        therapist=appointment.therapist.first_name,
        now=now,
        manage_url=mailed_url(participant, links),
        join_url=join_url(participant, links),
        cancel_until=policy.cancel_until(agreed, appointment.starts_at),
        move_until=last_move if participant.books else now,
        fee=dollars(cents),
        late=over.late,
        asked=appointment.status is Status.REQUESTED,
        answer_by=_answer_by(appointment),
    )


def _for_touched(
    session: Session, message: Message, participant: Participant, links: Links, now: datetime
) -> ForTouched:
    practice, found = the_practice(session), touched_in(session, message, now=now)
    return ForTouched(
        house=house_of(practice),
        therapist=participant.appointment.therapist.first_name,
        manage_url=mailed_url(participant, links),
        cancelled=tuple(_clients_occasion(seat, practice) for seat in found.cancelled),
        to_move=tuple(
            Entry(_clients_occasion(seat, practice), f"{mailed_url(seat, links)}/move")
            for seat in found.to_move
        ),
    )


def _for_therapist(
    message: Message, appointment: Appointment, practice: Practice, links: Links, now: datetime
) -> ForTherapist:
    coming = _named(message, appointment)
    here = zone(appointment.therapist.time_zone)
    return ForTherapist(
        house=house_of(practice),
        occasion=_occasion(
            appointment,
            here=here,
            there=clients_zone(coming[0]) if coming else here,
            reader_calls=not appointment.therapist.client_calls,
        ),
        client=people([each.person.name for each in coming], ENGLISH),
        now=now,
        staff_url=links.url("/staff"),
        asked=appointment.status is Status.REQUESTED,
        answer_by=_answer_by(appointment),
    )


def _named(message: Message, appointment: Appointment) -> list[Participant]:
    """Return of whom the mail speaks: of who joined a group or left, else of all who come."""
    whose = message.facts.get(WHOSE)
    of_one = appointment.kind is Kind.GROUP or message.kind is MessageKind.THERAPIST_LEFT
    named = [each for each in appointment.participants if each.id == whose] if of_one else []
    return named or who_come(appointment.participants)


def _is_here(participant: Participant) -> bool:
    return participant.status is ParticipantStatus.ATTENDING


def _answer_by(appointment: Appointment) -> datetime | None:
    return appointment.expires_at if appointment.status is Status.REQUESTED else None


def _entry(participant: Participant, practice: Practice, links: Links) -> Entry:
    occasion, member = _clients_occasion(participant, practice), participant.member
    if member is not None:
        return Entry(occasion, mailed_series_url(member, links), repeats=True)
    return Entry(occasion, mailed_url(participant, links))


def _clients_occasion(participant: Participant, practice: Practice) -> Occasion:
    appointment = participant.appointment
    calls = appointment.therapist.client_calls
    number = (appointment.therapist.phone or practice.phone) if calls else participant.phone
    return _occasion(
        appointment,
        here=clients_zone(participant),
        there=zone(appointment.therapist.time_zone),
        number=spoken(number, country=practice.country) if number else "",
        reader_calls=calls,
    )


def _occasion(
    appointment: Appointment,
    *,
    here: ZoneInfo,
    there: ZoneInfo,
    reader_calls: bool,
    number: str = "",
) -> Occasion:
    return Occasion(
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=here,
        other_zone=there,
        modality=appointment.modality,
        number=number,
        reader_calls=reader_calls,
    )
