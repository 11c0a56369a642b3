"""Seats in a group: whoever books a time at which the group meets already joins it.

No second appointment is made and no time is taken: the first who booked has taken it. Whoever
joins gets the lowest number that is free, and may only leave again. While they fill in a form
their seat is held by a hold that claims no time.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.domain.joining import join_refusal
from booking.domain.lifecycle import Kind, Modality
from booking.errors import RuleBroken, SlotTaken
from booking.models import Appointment, SessionType
from booking.queries.diaries import diary_of, session_rules
from booking.queries.seats import Asking, GroupOffer, group_of, meetings
from booking.services.offers import Ask, check_time, open_near
from booking.services.owed import Subject
from booking.services.owing import subject_of

FIRST = 1


@dataclass(frozen=True, slots=True)
class InGroup(Subject):
    """The appointment of a group, and the seat in it that somebody is to have."""

    seat: int
    modality: Modality


def check_time_or_seat(session: Session, ask: Ask, *, now: datetime) -> InGroup | None:
    """Return a free seat of the group that meets at that time; None if the time itself is free.

    `ask.moving` may be a hold of theirs. Raises `SlotTaken` or `RuleBroken`, with the nearest
    times that can be had, as `check_time` does. Under the therapist's lock.
    """
    group = group_of(ask.session_type)
    met = _meeting(session, group, ask, now) if group is not None else None
    if group is None or met is None:
        check_time(session, ask, now=now)
        return None
    diary = diary_of(session, ask.therapist, ask.session)
    rule = join_refusal(diary, ask.rules, ask.starts_at, now=now, state=ask.state)
    if rule is not None:
        raise RuleBroken(rule, open_near(session, ask, now))
    if met.taken >= group.seats:
        raise SlotTaken(open_near(session, ask, now))
    appointment = session.get_one(Appointment, met.id, populate_existing=True)
    return in_group(subject_of(appointment), free_seat(appointment), appointment.modality)


def _meeting(session: Session, group: GroupOffer, ask: Ask, now: datetime) -> Any:
    """Return the group that meets at exactly that time, as `meetings` does; None if none does."""
    asking = Asking(ask.rules, ask.session, now, ask.state, ask.moving)
    found = meetings(session, group, asking)
    return next((each for each in found if each.starts_at == ask.starts_at), None)


def opened_group(session_type: SessionType, taken: Subject, modality: Modality) -> Subject:
    """Return an appointment just made: of a group with its first seat, else as it is."""
    if session_type.kind is not Kind.GROUP:
        return taken
    return in_group(taken, FIRST, modality)


def in_group(about: Subject, seat: int, modality: Modality) -> InGroup:
    known = {field.name: getattr(about, field.name) for field in fields(about)}
    return InGroup(**known, seat=seat, modality=modality)


def place_in(taken: Subject) -> dict[str, Any]:
    """Return which seat a first participant takes, and whether they speak for everybody."""
    if isinstance(taken, InGroup):
        return {"seat": taken.seat, "books": False}
    return {"seat": FIRST, "books": True}


def free_seat(appointment: Appointment) -> int:
    """Return the lowest number that nobody has: one more than there are at most."""
    had = {participant.seat for participant in appointment.participants}
    return next(seat for seat in range(FIRST, len(had) + 2) if seat not in had)


def has_room(session: Session, appointment: Appointment, *, now: datetime) -> bool:
    """Return whether somebody who left may come back: a group may be full again meanwhile."""
    if appointment.kind is not Kind.GROUP:
        return True
    kind = appointment.session_type
    group = GroupOffer(kind.therapist_id, kind.id, kind.seats)
    asking = Asking(session_rules(kind), appointment.session, now, None)
    found: dict[int, int] = {each.id: each.taken for each in meetings(session, group, asking)}
    return found.get(appointment.id, 0) < kind.seats
