"""Reading where a group meets that somebody may still join. Only groups ask for it.

A seat is somebody's while a participant has its number, or while it is held beside the group.
The dates of a standing group are its members' own: nobody joins a single one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.joining import join_refusal
from booking.domain.lifecycle import Kind, Status
from booking.domain.openings import Diary, SessionRules
from booking.models import Appointment, Participant, SessionType
from booking.models.base import UTCDateTime

_NO_HOLD = 0


@dataclass(frozen=True, slots=True)
class GroupOffer:
    """One session type of a therapist to which several may come, and how many."""

    therapist_id: int
    type_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for seats, when, in which window, and where they will be.

    The window includes its end. `own` is a hold of theirs, which takes no seat from them.
    """

    rules: SessionRules
    window: Interval
    now: datetime
    state: str | None
    own: int | None = None


_MEETS: Any = Appointment.__table__.c
_COMES: Any = Participant.__table__.c
_HOLDS: Any = Appointment.__table__.alias("held").c


def _taken() -> ScalarSelect[int]:
    return (
        select(func.count(_COMES.id))
        .where(_COMES.appointment_id == _MEETS.id, _COMES.seat.is_not(None))
        .scalar_subquery()
    )


def _held() -> ScalarSelect[int]:
    return (
        select(func.count(_HOLDS.id))
        .where(
            _HOLDS.therapist_id == _MEETS.therapist_id,
            _HOLDS.session_type_id == _MEETS.session_type_id,
            _HOLDS.starts_at == _MEETS.starts_at,
            _HOLDS.status == Status.HELD,
            _HOLDS.expires_at > bindparam("now", type_=UTCDateTime()),
            _HOLDS.id != bindparam("own"),
        )
        .scalar_subquery()
    )


_MEETINGS = select(
    _MEETS.id, _MEETS.starts_at, _MEETS.modality, (_taken() + _held()).label("taken")
).where(
    _MEETS.therapist_id == bindparam("therapist_id"),
    _MEETS.session_type_id == bindparam("type_id"),
    _MEETS.starts_at.between(
        bindparam("from_at", type_=UTCDateTime()), bindparam("until_at", type_=UTCDateTime())
    ),
    _MEETS.status == Status.CONFIRMED,
    _MEETS.series_part_id.is_(None),
)


def group_of(session_type: SessionType) -> GroupOffer | None:
    """Return what others may join, None for what they may not.

    Where the therapist wants to be asked about each, nobody just joins.
    """
    if session_type.kind is not Kind.GROUP or session_type.needs_approval:
        return None
    return GroupOffer(session_type.therapist_id, session_type.id, session_type.seats)


def meetings(session: Session, of: GroupOffer, asking: Asking) -> Sequence[Any]:
    """Return id, start, modality and how many seats are taken of each group that meets."""
    values = {
        "therapist_id": of.therapist_id,
        "type_id": of.type_id,
        "from_at": asking.window.start,
        "until_at": asking.window.end,
        "now": asking.now,
        "own": asking.own or _NO_HOLD,
    }
    return session.execute(_MEETINGS, values).all()


def joinable(session: Session, of: GroupOffer, diary: Diary, asking: Asking) -> Sequence[datetime]:
    """Return when a group meets that has a seat left and may still be joined."""
    rules, now, state = asking.rules, asking.now, asking.state
    return [
        each.starts_at
        for each in meetings(session, of, asking)
        if each.taken < of.seats
        and join_refusal(diary, rules, each.starts_at, now=now, state=state) is None
    ]


def with_joinable(
    session: Session,
    of: GroupOffer | None,
    free: Sequence[datetime],
    diary: Diary,
    asking: Asking,
) -> Sequence[datetime]:
    """Return the `free` times with those at which a group may be joined, ascending.

    For what nobody joins they are returned as they are, and nothing is read.
    """
    met = joinable(session, of, diary, asking) if of is not None else ()
    return sorted({*free, *met}) if met else free
