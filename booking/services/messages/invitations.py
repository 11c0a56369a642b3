"""The calendar object a mail brings along, and the number of its edition."""

from dataclasses import dataclass
from datetime import datetime

from booking.adapters.calendar import Invitation, Method, render
from booking.adapters.links import Links
from booking.adapters.wording.facts import House
from booking.adapters.wording.languages import translations
from booking.adapters.wording.names import people
from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.messages import MessageKind
from booking.models import Appointment, Message, Participant
from booking.queries.coming import who_come
from booking.services.messages.urls import join_url

METHODS = {
    MessageKind.CONFIRMATION: Method.REQUEST,
    MessageKind.MOVED: Method.REQUEST,
    MessageKind.CANCELLED: Method.CANCEL,
    MessageKind.CALENDAR: Method.CANCEL,
    MessageKind.THERAPIST_BOOKED: Method.REQUEST,
    MessageKind.THERAPIST_MOVED: Method.REQUEST,
    MessageKind.THERAPIST_CANCELLED: Method.CANCEL,
}
BEFORE_THE_FIRST = -1


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A calendar object as bytes, and its method."""

    calendar: bytes
    method: Method


@dataclass(frozen=True, slots=True)
class Envelope:
    """Between whom a mail goes, and when it was written."""

    house: House
    mailbox: str
    to: str
    written_at: datetime


def enclosure(
    message: Message, envelope: Envelope, *, links: Links, language: str
) -> Enclosure | None:
    """Return what the mail encloses, taking the next SEQUENCE for its reader.

    None for kinds that carry none, for what is not agreed yet, and for a cancel of what the
    reader's calendar was never sent.
    """
    appointment, method = message.appointment, METHODS.get(message.kind)
    if appointment is None or method is None or not _applies(message, appointment, method):
        return None
    sequence = _take_sequence(message, appointment)
    if message.participant is None:
        said = _for_therapist(appointment, links, language)
    else:
        said = _for_client(message.participant, envelope.house, links, language)
    return Enclosure(render(invitation_of(appointment, sequence, said, envelope), method), method)


def own_copy(
    participant: Participant, house: House, *, links: Links, language: str, now: datetime
) -> Invitation:
    """Return the appointment for a calendar that clients fill in themselves.

    It says what the mailed one says, and names nobody: neither who asks nor who is asked.
    """
    said = _for_client(participant, house, links, language)
    nobody = Envelope(House(name="", phone=""), mailbox="", to="", written_at=now)
    sequence = max(participant.calendar_sequence, 0)
    return invitation_of(participant.appointment, sequence, said, nobody)


def _applies(message: Message, appointment: Appointment, method: Method) -> bool:
    if method is Method.REQUEST:
        return appointment.status is Status.CONFIRMED
    last = (
        appointment.therapist_sequence
        if message.participant is None
        else message.participant.calendar_sequence
    )
    return last > BEFORE_THE_FIRST


def _take_sequence(message: Message, appointment: Appointment) -> int:
    if message.sequence is None:
        if message.participant is None:
            appointment.therapist_sequence += 1
            message.sequence = appointment.therapist_sequence
        else:
            message.participant.calendar_sequence += 1
            message.sequence = message.participant.calendar_sequence
    return message.sequence


@dataclass(frozen=True, slots=True)
class Said:
    """All that a calendar says of an appointment, to whoever reads it."""

    summary: str
    description: str
    location: str
    url: str | None


def _for_client(participant: Participant, house: House, links: Links, language: str) -> Said:
    _ = translations(language).gettext
    desk = _("Front desk: %(phone)s") % {"phone": house.phone}
    location = place(participant.appointment.modality, language)
    return Said(_("Appointment"), desk, location, join_url(participant, links))


def _for_therapist(appointment: Appointment, links: Links, language: str) -> Said:
    _ = translations(language).gettext
    client = people([e.person.name for e in who_come(appointment.participants)], language)
    summary = _("Appointment: %(client)s") % {"client": client}
    if appointment.kind is Kind.GROUP:
        summary = _("Appointment")  # people come and go, and the entry stays as it is
    return Said(summary, links.url("/staff"), place(appointment.modality, language), None)


def place(modality: Modality, language: str) -> str:
    """Return what a calendar says of where: nothing, or that it is by phone."""
    return translations(language).gettext("Phone") if modality is Modality.PHONE else ""


def invitation_of(
    appointment: Appointment, sequence: int, said: Said, envelope: Envelope
) -> Invitation:
    """Return the appointment as `said`, between whom the envelope names."""
    return Invitation(
        uid=appointment.uid,
        sequence=sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=said.summary,
        description=said.description,
        location=said.location,
        organizer_name=envelope.house.name,
        organizer_email=envelope.mailbox,
        attendee_email=envelope.to,
        written_at=envelope.written_at,
        url=said.url,
    )
