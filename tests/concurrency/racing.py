"""Racing: many processes, each with its own connections, asking for time at one moment."""

import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.openings import refusal
from booking.errors import BookingError
from booking.models import Therapist, db
from booking.queries.diaries import diary_of, session_rules
from booking.queries.practices import the_practice
from booking.services.booking import RequestKey, Wish, book
from booking.services.offers import Ask, bookable_type
from booking.services.parts import EXTENSION, Parts
from booking.services.taking import take_time
from booking.services.unit_of_work import unit_of_work
from tests.databases import settings_for
from tests.factories import NOW

# Forked, since loading the application anew in each would take longer than the race.
_FORK = multiprocessing.get_context("fork")
PATIENCE_S = 120
DAY = timedelta(days=1)
Act = Callable[[Parts], object]
Runner = Callable[[Barrier, "Connection[Any, Any]"], None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: what is wished for, and its idempotency key."""

    wish: Wish
    key: RequestKey


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: an appointment, or the code of a refusal."""

    appointment_id: int | None = None
    refusal: str = ""


def race(
    database_url: str, folder: Path, hands: Sequence[Sequence[Attempt]], *, naive: bool = False
) -> list[list[Outcome]]:
    """Give each hand of attempts to a process of its own, start all at once, return outcomes.

    Naive racers look first, all of them, and only then write: what every peer does.
    """

    def target(hand: Sequence[Attempt]) -> Runner:
        return partial(_attempt, database_url, folder, hand=hand, naive=naive)

    return _run([target(hand) for hand in hands])


def race_acts(database_url: str, folder: Path, acts: Sequence[Act]) -> list[str]:
    """Let a process each do one act, all at once; return the codes of the refusals, or ""."""
    return _run([partial(_do, database_url, folder, act=act) for act in acts])


def _run(runners: Sequence[Runner]) -> list[Any]:
    """Start all at once, each in a process of its own, and return what each sent."""
    db.session.remove()
    db.engine.dispose()  # a connection shared with a child would be closed by it
    gate = _FORK.Barrier(len(runners))
    pipes = [_FORK.Pipe(duplex=False) for _ in runners]
    workers = [
        _FORK.Process(
            target=runner,
            args=(gate, pipe[1]),
            daemon=True,  # or Python would wait for it at the end, however long
        )
        for runner, pipe in zip(runners, pipes, strict=True)
    ]
    try:
        for worker in workers:
            worker.start()
        outcomes = []
        for receiving, _ in pipes:
            assert receiving.poll(PATIENCE_S), "a racer died or never came back"
            outcomes.append(receiving.recv())
        return outcomes
    finally:
        for worker in workers:
            worker.join(5)
            worker.kill()
            worker.join(5)


def _attempt(
    database_url: str,
    folder: Path,
    gate: Barrier,
    results: "Connection[list[Outcome], list[Outcome]]",
    *,
    hand: Sequence[Attempt],
    naive: bool,
) -> None:
    app = create_app(settings_for(database_url, folder))
    parts: Parts = app.extensions[EXTENSION]
    with app.app_context():
        db.session.connection()  # connect before the gate, so that only the race is raced
        db.session.rollback()
        if naive:
            results.send([_look_then_write(attempt, gate) for attempt in hand])
        else:
            gate.wait(PATIENCE_S)
            results.send([_outcome(attempt, parts) for attempt in hand])
        db.engine.dispose()


def _do(
    database_url: str,
    folder: Path,
    gate: Barrier,
    results: "Connection[str, str]",
    *,
    act: Act,
) -> None:
    app = create_app(settings_for(database_url, folder))
    with app.app_context():
        db.session.connection()
        db.session.rollback()
        gate.wait(PATIENCE_S)
        try:
            act(app.extensions[EXTENSION])
        except BookingError as refused:
            results.send(refused.code)
        else:
            results.send("")
        db.engine.dispose()


def _outcome(attempt: Attempt, parts: Parts) -> Outcome:
    try:
        booked = book(attempt.wish, key=attempt.key, parts=parts, now=NOW)
    except BookingError as refused:
        return Outcome(refusal=refused.code)
    return Outcome(appointment_id=booked.appointment_id)


def _look_then_write(attempt: Attempt, gate: Barrier) -> Outcome:
    session, wish = db.session(), attempt.wish
    therapist = session.scalars(select(Therapist).filter_by(slug=wish.therapist)).one()
    kind = bookable_type(session, therapist, wish.session_type)
    window = Interval(wish.starts_at, wish.starts_at + DAY)
    diary = diary_of(session, therapist, window)
    looked = refusal(diary, session_rules(kind), wish.starts_at, now=NOW, state="NY")
    session.rollback()
    gate.wait(PATIENCE_S)  # everybody has looked, and seen the time open
    if looked is not None:
        return Outcome(refusal=looked)

    def write(session: Session) -> int:
        ask = Ask(session.merge(therapist), session.merge(kind), wish.starts_at, "NY")
        values = {"status": Status.CONFIRMED, "version": 1, "created_at": NOW, "booked_at": NOW}
        return take_time(session, ask, the_practice(session), wish.modality, values).id

    try:
        return Outcome(appointment_id=unit_of_work(write))
    except BookingError as refused:
        return Outcome(refusal=refused.code)
