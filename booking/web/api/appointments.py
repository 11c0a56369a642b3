"""Booking, and what may be done to a booking by whoever holds its token."""

from collections.abc import Iterable

from flask import Response, jsonify, request

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain import policy
from booking.domain.contact import free_text
from booking.domain.lifecycle import Modality, Status
from booking.domain.participants import ParticipantStatus
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Participant
from booking.queries.guardians import sees_all
from booking.queries.leavings import leaving_of
from booking.queries.practices import the_practice
from booking.services import audit
from booking.services.booking import Wish, book
from booking.services.changes import cancel, move, policy_of
from booking.services.companions import Party, TypedCompanion, read_party
from booking.services.guests import Guest, TypedGuest, read_guest
from booking.services.identity import prove_address
from booking.services.leaving import leave_appointment
from booking.services.openings import find_offer
from booking.web.api import asking, schemas
from booking.web.api.blueprint import bp
from booking.web.limits import API_READS, BOOKINGS, READS, at_most
from booking.web.tokens import MANAGING, participant_for
from booking.web.wiring import parts, reading

CREATED = 201
ROUTE = "POST /api/v1/appointments"
# The programs that book here ask for consent in words of their own.
CONSENT_ELSEWHERE = "asked for by the program that booked"


@bp.post("/v1/appointments")
@at_most(BOOKINGS)
def create() -> tuple[Response, int]:
    """Book once, however often the same key comes with the same body."""
    asked = asking.body(schemas.NewAppointment)
    key = asking.request_key(ROUTE, asked)
    find_offer(reading(), asked.therapist, asked.session_type)
    wish = Wish(
        therapist=asked.therapist,
        session_type=asked.session_type,
        starts_at=asked.starts_at,
        modality=asked.modality,
        guest=guest_of(asked.client, asked.modality),
        wording=CONSENT_ELSEWHERE,
        ip=request.remote_addr,
        party=party_of(asked.people, asked.modality),
    )
    booked = book(wish, key=key, parts=parts(), now=utcnow())
    participant = reading().get_one(Participant, booked.participant_id)
    return _shown(participant), CREATED


@bp.get("/v1/appointments/<token>")
@at_most(API_READS, methods=READS)
def show(token: str) -> Response:
    participant, _ = _who_sees_it(*participant_for(token, *MANAGING))
    return _shown(participant)


@bp.post("/v1/appointments/<token>/reschedule")
@at_most(BOOKINGS)
def reschedule(token: str) -> Response:
    """Move to another time; the old one is let go only when the new one is had."""
    asked = asking.body(schemas.Reschedule)
    participant = _acting(token)
    move(participant.id, asked.starts_at, now=utcnow())
    return _shown(participant)


@bp.post("/v1/appointments/<token>/cancel")
@at_most(BOOKINGS)
def cancel_it(token: str) -> Response:
    """Cancel; doing it again changes nothing and answers the same.

    Whoever comes beside others cancels for themselves alone.
    """
    asked = asking.body_or_nothing(schemas.Cancel)
    participant = _acting(token)
    try:
        reason = free_text(asked.reason)
    except ValueError as error:
        raise InvalidInput(Problem("/reason", str(error))) from error
    who, late, now = participant.id, asked.accept_late, utcnow()
    if participant.books:
        cancel(who, accept_late=late, reason=reason, parts=parts(), now=now)
    else:
        leave_appointment(who, accept_late=late, actor=audit.client(who), now=now)
    return _shown(participant)


def _acting(token: str) -> Participant:
    """Return whose token acts; acting on a mailed one proves that the mail was read."""
    participant, purpose = _who_sees_it(*participant_for(token, *MANAGING))
    if purpose is Purpose.MAILED:
        prove_address(participant.id, now=utcnow())
    return participant


def _who_sees_it(participant: Participant, purpose: Purpose) -> tuple[Participant, Purpose]:
    """Return the same, unless they only pay, or see no more than when it is."""
    if not sees_all(reading(), participant, now=utcnow()):
        raise NotFound("booking")
    return participant, purpose


def guest_of(client: schemas.NewClient, modality: Modality) -> Guest:
    """Return who is to come; raise `InvalidInput` naming each field that is wrong."""
    practice = the_practice(reading())
    typed = TypedGuest(
        name=client.name,
        email=client.email,
        phone=client.phone or "",
        time_zone=client.time_zone,
        state=client.state or "",
        country=client.country or "",
        language=client.language or "",
        payment=client.payment or "",
        sms_consent=client.sms_consent,
        born=client.born.isoformat() if client.born else "",
    )
    return read_guest(
        typed,
        modality=modality,
        country=practice.country,
        sees_abroad=practice.sees_abroad,
        texts=parts().sms is not None,
    )


def party_of(people: Iterable[schemas.NewPerson], modality: Modality) -> Party:
    """Return who else there is; raise `InvalidInput` naming each field that is wrong."""
    typed = [
        TypedCompanion(
            role=each.role,
            name=each.name,
            email=each.email or "",
            phone=each.phone or "",
            time_zone=each.time_zone or "",
            state=each.state or "",
            born=each.born.isoformat() if each.born else "",
        )
        for each in people
    ]
    return read_party(typed, modality=modality, country=the_practice(reading()).country)


def _shown(participant: Participant) -> Response:
    return jsonify(body_of(participant).model_dump(mode="json", exclude_none=True))


def body_of(participant: Participant) -> schemas.Appointment:
    """Return an appointment as whoever holds its token sees it."""
    appointment = participant.appointment
    agreed = policy_of(appointment)
    links = parts().links

    def token(purpose: Purpose) -> str:
        return links.token(purpose, participant.link_id, participant.link_version)

    manage = token(Purpose.MANAGE)
    left = leaving_of(reading(), participant.id) if not _is_here(participant) else None
    over, status = (left, Status.CANCELLED) if left else (appointment, appointment.status)
    cancelled = status is Status.CANCELLED
    return schemas.Appointment(
        token=manage,
        status=status,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        therapist=appointment.therapist.slug,
        session_type=appointment.session_type.slug,
        modality=appointment.modality,
        time_zone=participant.person.time_zone,
        manage_url=links.url(f"/b/{manage}"),
        join_url=links.url(f"/join/{token(Purpose.JOIN)}"),
        calendar_url=links.url(f"/c/{token(Purpose.CALENDAR)}.ics"),
        cancel_until=policy.cancel_until(agreed, appointment.starts_at),
        move_until=policy.move_until(agreed, appointment.starts_at),
        version=appointment.version,
        late=over.late if cancelled else None,
        fee_cents=over.fee_cents if cancelled else None,
    )


def _is_here(participant: Participant) -> bool:
    return participant.status is ParticipantStatus.ATTENDING
