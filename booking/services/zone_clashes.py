"""Appointments that cannot follow their clock, since the time is taken: staff say what becomes.

A government moved the clocks after people had booked. Each stays where it is until somebody
keeps it there, has the client choose another time, calls it off, or frees the hour it waits for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy.orm import Session

from booking.domain.lifecycle import Modality
from booking.domain.zones import TZDATA_VERSION, differ_at, zone
from booking.errors import SlotTaken
from booking.models import Appointment, Series
from booking.queries.clocks import behind, in_the_way
from booking.services import touched
from booking.services.audit import Actor, record, therapist
from booking.services.availability import locked_therapist
from booking.services.owing import MOVED, tell
from booking.services.series.clocks import Moved, follow_series, instant_of, tell_of_clocks
from booking.services.unit_of_work import unit_of_work
from booking.services.zone_changes import follow


class Choice(StrEnum):
    """What becomes of an appointment that could not follow its clock."""

    LATER = "later"
    MOVE = "move"
    KEEP = "keep"
    OFFER = "offer"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen for an appointment, and which version of it whoever chose was looking at."""

    choice: Choice
    version: int


@dataclass(frozen=True, slots=True)
class Clash:
    """`to` is when the clock will show what was agreed; `others` have that time, if any do."""

    appointment: Appointment
    to: datetime
    others: Sequence[Appointment]

    @property
    def is_stuck(self) -> bool:
        return bool(self.others)


def clashes_of(session: Session, therapist_id: int, *, now: datetime) -> list[Clash]:
    """Return what has not followed its clock, soonest first; most of it will within the hour."""
    return [
        Clash(each, to, in_the_way(session, each, to - each.starts_at))
        for each in behind(session, therapist_id, now=now)
        if (to := instant_of(each)) != each.starts_at
    ]


def settle_clashes(therapist_id: int, choices: Mapping[int, Decision], *, now: datetime) -> int:
    """Do with each appointment, by its id, what was chosen; return how many that changed.

    One that changed since it was looked at is left alone, as is another therapist's, and one
    whose time is still taken stays; so doing the same twice changes nothing.
    """
    kept = unit_of_work(partial(_keep, therapist_id=therapist_id, choices=choices, now=now))
    off = {
        key: touched.Decision(touched.Choice(each.choice.value), each.version)
        for key, each in choices.items()
        if each.choice in {Choice.OFFER, Choice.CANCEL}
    }
    settled = touched.settle_touched(therapist_id, off, now=now) if off else 0
    # Last of all: what was called off may have freed the hour.
    return kept + settled + _move(therapist_id, choices, now)


def _keep(
    session: Session, *, therapist_id: int, choices: Mapping[int, Decision], now: datetime
) -> int:
    """Let those stay at the instant they have: from now on that is what was agreed."""
    locked_therapist(session, therapist_id)
    actor = therapist(therapist_id)
    kept = _chosen(session, therapist_id, choices, Choice.KEEP, now)
    moved = {each.id: Moved(each, instant_of(each), each.starts_at) for each in kept}
    for each in kept:
        each.wall_starts = each.starts_at.astimezone(zone(each.time_zone)).replace(tzinfo=None)
        each.tzdata = TZDATA_VERSION
        each.asked_to_move_at = None
        if each.series_part is None:
            _tell_alone(session, each, actor, now)
        else:
            each.version += 1
    for series in _series_of(kept):
        dates = [m for m in moved.values() if _series_in(m.appointment) is series]
        tell_of_clocks(session, series, dates, actor=actor, now=now)
    return len(kept)


def _tell_alone(session: Session, kept: Appointment, actor: Actor, now: datetime) -> None:
    """Tell of the new time on the clock, unless those who come go by clocks that did not move."""
    there = zone(kept.time_zone)
    for each in kept.participants:
        here = zone(each.person.time_zone)
        if kept.modality is Modality.IN_PERSON or not differ_at(kept.starts_at, here, there):
            kept.version += 1
            tell(session, kept, MOVED, actor=actor, now=now)
            break
    record(session, "old hour kept", ("appointment", kept.id), actor=actor, now=now)


def _move(therapist_id: int, choices: Mapping[int, Decision], now: datetime) -> int:
    moving = unit_of_work(
        lambda session: [
            (each.id, None if (series := _series_in(each)) is None else series.id)
            for each in _chosen(session, therapist_id, choices, Choice.MOVE, now)
        ]
    )
    moved = 0
    for appointment_id in [key for key, series_id in moving if series_id is None]:
        try:
            moved += unit_of_work(partial(follow, appointment_id=appointment_id, now=now))
        except SlotTaken:
            continue  # it was taken again meanwhile, and is still listed
    for series_id in {series_id for _, series_id in moving if series_id is not None}:
        moved += unit_of_work(partial(follow_series, series_id=series_id, now=now)).moved
    return moved


def _chosen(
    session: Session,
    therapist_id: int,
    choices: Mapping[int, Decision],
    choice: Choice,
    now: datetime,
) -> list[Appointment]:
    nothing = Decision(Choice.LATER, 0)
    return [
        each
        for each in behind(session, therapist_id, now=now)
        if choices.get(each.id, nothing) == Decision(choice, each.version)
        and instant_of(each) != each.starts_at
    ]


def _series_in(appointment: Appointment) -> Series | None:
    return appointment.series_part.series if appointment.series_part is not None else None


def _series_of(appointments: Sequence[Appointment]) -> list[Series]:
    found = {s.id: s for each in appointments if (s := _series_in(each)) is not None}
    return list(found.values())
