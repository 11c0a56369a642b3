"""The sessions that time off touches, and what becomes of each: one message for each client.

Nothing happens to a session by itself: the therapist says of each whether it stays, whether
the client is asked to choose another time, or whether it is off, at no cost to the client.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.adapters.links import random_id
from booking.domain.interval import Interval
from booking.domain.lifecycle import LIVE, Status
from booking.domain.messages import Channel, MessageKind
from booking.domain.participants import Role
from booking.models import Appointment, Participant, SeriesPart
from booking.queries.agenda import kept_within
from booking.queries.coming import is_written_to, may_arrange
from booking.services import owing
from booking.services.audit import Actor, record, therapist
from booking.services.availability import locked_therapist
from booking.services.changes import end
from booking.services.messages.touched import CANCELLED, TO_MOVE
from booking.services.owed import Owed, Subject, owe, owe_each
from booking.services.series.changing import said
from booking.services.series.telling import calendars_of, subject_of_series
from booking.services.unit_of_work import unit_of_work

_OFF_IN_A_SERIES = owing.News(MessageKind.CANCELLED, None)


class Choice(StrEnum):
    """What becomes of a session that is touched."""

    KEEP = "keep"
    OFFER = "offer"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen for a session, and which version of it whoever chose was looking at."""

    choice: Choice
    version: int


@dataclass(frozen=True, slots=True)
class _Seat:
    participant: Participant
    appointment: Appointment
    choice: Choice


@dataclass(frozen=True, slots=True)
class _Act:
    actor: Actor
    now: datetime


def touched_by(
    session: Session, therapist_id: int, span: Interval, *, now: datetime
) -> Sequence[Appointment]:
    """Return what is booked or asked for, has not begun and touches `span`, soonest first."""
    found = kept_within(session, therapist_id, span)
    return [each for each in found if _is_ahead(each, now)]


def settle_touched(therapist_id: int, choices: Mapping[int, Decision], *, now: datetime) -> int:
    """Do with each session, by its id, what was chosen; return how many that changed.

    A session that changed since it was looked at is left alone, as is another therapist's;
    so doing the same twice changes nothing.
    """

    def work(session: Session) -> int:
        locked_therapist(session, therapist_id)
        act = _Act(therapist(therapist_id), now)
        chosen = _still_so(session, therapist_id, choices, now)
        people = _by_person(chosen)
        told_apart = {seat.participant.id for seats in people if len(seats) > 1 for seat in seats}
        for appointment, choice in chosen:
            if choice is Choice.CANCEL:
                _cancel(session, appointment, told_apart, act)
            else:
                appointment.asked_to_move_at = now
                about = ("appointment", appointment.id)
                record(session, "asked to move", about, actor=act.actor, now=now)
        session.flush()
        for seats in people:
            _tell(session, seats, act)
        _bring_own_calendar(session, chosen, act)
        return len(chosen)

    return unit_of_work(work)


def _is_ahead(appointment: Appointment, now: datetime) -> bool:
    ran_out = appointment.status is Status.REQUESTED and (
        appointment.expires_at is not None and appointment.expires_at <= now
    )
    return appointment.starts_at > now and not ran_out


def _still_so(
    session: Session, therapist_id: int, choices: Mapping[int, Decision], now: datetime
) -> list[tuple[Appointment, Choice]]:
    """Return what there is to do, soonest first, read afresh under the lock."""
    query = (
        select(Appointment)
        .where(
            Appointment.id.in_(choices),
            Appointment.therapist_id == therapist_id,
            Appointment.status.in_(LIVE),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .options(
            selectinload(Appointment.participants).joinedload(Participant.person),
            selectinload(Appointment.claims),
            joinedload(Appointment.series_part).joinedload(SeriesPart.series),
        )
        .execution_options(populate_existing=True)
    )
    return [
        (each, choices[each.id].choice)
        for each in session.scalars(query)
        if _is_ahead(each, now) and _is_to_change(each, choices[each.id])
    ]


def _is_to_change(appointment: Appointment, decision: Decision) -> bool:
    if decision.choice is Choice.KEEP or appointment.version != decision.version:
        return False
    return decision.choice is Choice.CANCEL or appointment.asked_to_move_at is None


def _by_person(chosen: Iterable[tuple[Appointment, Choice]]) -> list[list[_Seat]]:
    """Return the seats of each person who comes; whoever only pays is told nothing."""
    found: dict[int, list[_Seat]] = {}
    for appointment, choice in chosen:
        for each in appointment.participants:
            if is_written_to(each) and not (choice is Choice.OFFER and _others_choose(each)):
                found.setdefault(each.person_id, []).append(_Seat(each, appointment, choice))
    return list(found.values())


def _others_choose(seat: Participant) -> bool:
    """Return whether it is others, and not they, who choose another time for everybody."""
    everybody = seat.appointment.participants
    return not may_arrange(seat) and any(map(may_arrange, everybody))


def _cancel(session: Session, appointment: Appointment, told_apart: set[int], act: _Act) -> None:
    news = owing.CANCELLED if appointment.series_part is None else _OFF_IN_A_SERIES
    payers = {each.id for each in appointment.participants if each.role is Role.PAYER}
    appointment.late, appointment.fee_cents = False, 0
    but_not = told_apart | payers
    end(session, appointment, act.actor, now=act.now, news=news, but_not=but_not)


def _tell(session: Session, seats: Sequence[_Seat], act: _Act) -> None:
    """Owe one person one message to read, unless the only thing is told of as any cancelling."""
    if len(seats) == 1 and seats[0].choice is Choice.CANCEL:
        return
    due_at = owing.due_at(seats[0].appointment.starts_at, act.actor, act.now)
    if len(seats) > 1:
        _bring_calendars(session, seats, due_at, act)
    reader = owing.reader_of(session, seats[0].participant)
    facts = {
        CANCELLED: _pairs(seats, Choice.CANCEL),
        TO_MOVE: _pairs(seats, Choice.OFFER),
        "changes": [[said(seat.appointment.starts_at), None] for seat in seats],
    }
    kind, action = MessageKind.TIME_OFF, random_id()
    owed = [
        Owed(kind=kind, channel=on, reader=reader, action=action, due_at=due_at, facts=facts)
        for on in owing.channels(reader, kind, act.actor)
    ]
    owe(session, *owed, now=act.now)


def _pairs(seats: Sequence[_Seat], choice: Choice) -> list[list[int]]:
    return [[s.participant.id, s.appointment.version] for s in seats if s.choice is choice]


def _bring_calendars(session: Session, seats: Sequence[_Seat], due_at: datetime, act: _Act) -> None:
    """Owe what takes the cancelled sessions out of one person's calendar: one mail a UID."""
    off = [seat for seat in seats if seat.choice is Choice.CANCEL]
    owe_each(session, list(_singly(session, off, due_at)), now=act.now)
    for part in _parts(seat.appointment for seat in off):
        about = subject_of_series(part.series, act.now)
        members = {s.participant.member for s in off if s.appointment.series_part is part}
        for member in members - {None}:
            owe(session, *calendars_of(part.series, part, due_at, member), about=about, now=act.now)


def _singly(
    session: Session, seats: Iterable[_Seat], due_at: datetime
) -> Iterator[tuple[Owed, Subject]]:
    for seat in seats:
        if seat.appointment.series_part is None:
            reader = owing.reader_of(session, seat.participant)
            kind, channel = MessageKind.CALENDAR, Channel.EMAIL
            about = owing.subject_of(seat.appointment)
            yield Owed(kind=kind, channel=channel, reader=reader, due_at=due_at), about


def _bring_own_calendar(
    session: Session, chosen: Iterable[tuple[Appointment, Choice]], act: _Act
) -> None:
    """Owe the therapist one mail for each part of a series that lost dates."""
    for part in _parts(each for each, choice in chosen if choice is Choice.CANCEL):
        owed = Owed(
            kind=MessageKind.THERAPIST_SERIES_CALENDAR,
            channel=Channel.EMAIL,
            therapist_id=part.series.therapist_id,
            due_at=act.now,
            facts={"part": part.id},
        )
        owe(session, owed, about=subject_of_series(part.series, act.now), now=act.now)


def _parts(appointments: Iterable[Appointment]) -> Sequence[SeriesPart]:
    found = {each.series_part.id: each.series_part for each in appointments if each.series_part}
    return list(found.values())
