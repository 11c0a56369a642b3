"""Opening the door: a room for a session, and a link into it for one person, at the click."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.video import Role, Room, VideoProvider
from booking.domain.lifecycle import Modality, Status
from booking.domain.participants import ParticipantStatus
from booking.errors import NotFound, ProviderRejected, Rule, RuleBroken
from booking.models import Appointment, Participant, Practice, VideoRoom
from booking.queries.practices import the_practice
from booking.services.audit import Actor, client, record, therapist
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from booking.services.video import provider_name

# People run over and come back; the door stays open this long after the end.
STAYS_OPEN = timedelta(minutes=30)
NAMES = {Role.HOST: "Host", Role.GUEST: "Guest"}


@dataclass(frozen=True, slots=True)
class Door:
    """When the join page lets people through."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class Entry:
    """A link for one click. `shared` says that the room is not this session's alone."""

    link: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Call:
    """Who rings whom, on which number (E.164)."""

    client_calls: bool
    number: str


def call(participant: Participant, practice: Practice) -> Call:
    """Return how the two speak by phone: a phone session, or when video does not work.

    Both sides are told the same. Without a number of the client's they ring, if only the
    front desk: a therapist's own number is given out only where it is there to be called.
    """
    therapist = participant.appointment.therapist
    if participant.phone and not therapist.client_calls:
        return Call(client_calls=False, number=participant.phone)
    own = therapist.phone if therapist.client_calls else None
    return Call(client_calls=True, number=own or practice.phone)


def door(appointment: Appointment, practice: Practice) -> Door:
    """Return when the door of a session is open: some minutes before, and a while after."""
    early = timedelta(minutes=practice.room_opens_minutes)
    return Door(appointment.starts_at - early, appointment.ends_at + STAYS_OPEN)


def enter_as_client(participant_id: int, *, parts: Parts, now: datetime) -> Entry:
    """Return the client's link into the room of their session.

    Raises `RuleBroken` unless the session is confirmed, by video, and its door open, and
    `ProviderUnavailable` or `ProviderRejected` if there is no room to be had.
    """

    def find(session: Session) -> Appointment | None:
        participant = session.get(Participant, participant_id)
        if participant is None or participant.status is not ParticipantStatus.ATTENDING:
            return None
        participant.last_seen_at = now
        return participant.appointment

    return _enter(find, Role.GUEST, client(participant_id), parts=parts, now=now)


def enter_as_host(appointment_id: int, therapist_id: int, *, parts: Parts, now: datetime) -> Entry:
    """Return the therapist's link into the room of a session of theirs; raises as above."""

    def find(session: Session) -> Appointment | None:
        query = select(Appointment).filter_by(id=appointment_id, therapist_id=therapist_id)
        return session.scalars(query).one_or_none()

    return _enter(find, Role.HOST, therapist(therapist_id), parts=parts, now=now)


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is needed to speak to the provider, as plain data: no transaction stays open."""

    appointment_id: int
    vendor: str
    key: str
    room: Room | None
    door: Door


def _enter(
    find: Callable[[Session], Appointment | None],
    role: Role,
    actor: Actor,
    *,
    parts: Parts,
    now: datetime,
) -> Entry:
    visit = unit_of_work(lambda session: _visit(session, find(session), actor, parts, now))
    provider = _provider(parts, visit.vendor)
    room = visit.room or _open_room(provider, visit, now)
    link = provider.join_link(
        room, role=role, name=NAMES[role], until=visit.door.closes_at, now=now
    )
    return Entry(link, provider.shared_room)


def _visit(
    session: Session, appointment: Appointment | None, actor: Actor, parts: Parts, now: datetime
) -> _Visit:
    if appointment is None:
        raise NotFound("session")
    when = door(appointment, the_practice(session))
    confirmed = appointment.status is Status.CONFIRMED
    if not (confirmed and appointment.modality is Modality.VIDEO and when.is_open(now)):
        raise RuleBroken(Rule.POLICY)
    record(session, "entered", ("appointment", appointment.id), actor=actor, now=now)
    vendor = provider_name(appointment.therapist, parts.settings)
    known = session.scalars(
        select(VideoRoom).filter_by(appointment_id=appointment.id, vendor=vendor)
    ).one_or_none()
    standing = None
    if vendor == "link":
        # The standing room is wherever the therapist says now, not where it was last time.
        known, standing = None, appointment.therapist.standing_room_url or ""
    return _Visit(
        appointment_id=appointment.id,
        vendor=vendor,
        key=appointment.hold_id if standing is None else standing,
        room=Room(known.vendor, known.ref) if known else None,
        door=when,
    )


def _provider(parts: Parts, vendor: str) -> VideoProvider:
    provider = parts.video.get(vendor)
    if provider is None:
        raise ProviderRejected(f"{vendor} is not configured", code="not_configured")
    return provider


def _open_room(provider: VideoProvider, visit: _Visit, now: datetime) -> Room:
    """Open the room outside any transaction, and keep it. The same key gives the same room,
    so two who come at once come to the same."""
    room = provider.open_room(
        key=visit.key, opens_at=visit.door.opens_at, closes_at=visit.door.closes_at
    )

    def keep(session: Session) -> None:
        query = select(VideoRoom).filter_by(appointment_id=visit.appointment_id)
        kept = session.scalars(query).one_or_none()
        if kept is None:
            kept = VideoRoom(appointment_id=visit.appointment_id)
            session.add(kept)
        kept.vendor, kept.ref, kept.opened_at = room.vendor, room.ref, now

    unit_of_work(keep)
    return room
