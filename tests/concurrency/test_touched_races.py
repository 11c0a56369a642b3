"""What time off touches, settled at one moment: twice over, and against the client's own move."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind, MessageState
from booking.models import Appointment, Claim, Message, Therapist, db
from booking.services.changes import move
from booking.services.parts import Parts
from booking.services.touched import Choice, Decision, settle_touched, touched_by
from booking.services.unit_of_work import unit_of_work
from tests.concurrency.racing import Act, race_acts
from tests.concurrency.test_double_booking import overlapping
from tests.concurrency.test_series_races import url_of
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import DAY, booked

pytestmark = pytest.mark.usefixtures("practice")
AWAY = Interval(MONDAY_9AM - HOUR, MONDAY_9AM + 4 * DAY)
LATER = NOW + HOUR
SESSIONS = 4


def amara() -> int:
    db.session.rollback()
    return db.session.scalars(select(Therapist.id)).one()


def on_four_days(parts: Parts) -> list[int]:
    """Return the seats of four people who have heard of it, each with a day of their own."""
    seats = [
        booked(
            parts,
            guest={"email": f"client{day}@example.org"},
            session_type="session",
            starts_at=MONDAY_9AM + day * DAY,
        ).participant_id
        for day in range(SESSIONS)
    ]
    heard = update(Message).values(state=MessageState.SENT, attempts=1)
    unit_of_work(lambda session: session.execute(heard))
    return seats


def decided(choice: Choice) -> dict[int, Decision]:
    found = touched_by(db.session(), amara(), AWAY, now=LATER)
    return {each.id: Decision(choice, each.version) for each in found}


def settling(choices: Mapping[int, Decision]) -> Act:
    therapist_id = amara()
    return lambda _parts: settle_touched(therapist_id, choices, now=LATER)


def moving(seat: int) -> Act:
    return lambda _parts: move(seat, MONDAY_9AM + 7 * DAY, now=LATER)


def count(status: Status) -> int:
    db.session.rollback()
    query = select(func.count(Appointment.id)).where(Appointment.status == status)
    return db.session.scalar(query) or 0


def owed(kind: MessageKind) -> int:
    query = select(func.count(Message.id)).where(
        Message.kind == kind, Message.state == MessageState.DUE
    )
    return db.session.scalar(query) or 0


def claims_of_what_is_off() -> int:
    query = (
        select(func.count(Claim.id)).join(Appointment).where(Appointment.status != Status.CONFIRMED)
    )
    return db.session.scalar(query) or 0


def test_settled_at_once_by_several_each_session_is_settled_once(
    app: Flask, parts: Parts, tmp_path: Path
) -> None:
    on_four_days(parts)
    choices = decided(Choice.CANCEL)

    found = race_acts(url_of(app), tmp_path, [settling(choices) for _ in range(4)])

    assert found == [""] * 4
    assert (count(Status.CANCELLED), count(Status.CONFIRMED)) == (SESSIONS, 0)
    assert owed(MessageKind.CANCELLED) == owed(MessageKind.THERAPIST_CANCELLED) == SESSIONS
    assert {each.version for each in db.session.scalars(select(Appointment))} == {2}
    assert claims_of_what_is_off() == 0


def test_called_off_and_asked_to_move_at_once_it_is_off(
    app: Flask, parts: Parts, tmp_path: Path
) -> None:
    on_four_days(parts)
    acts = [settling(decided(choice)) for choice in (Choice.CANCEL, Choice.OFFER)]

    race_acts(url_of(app), tmp_path, [*acts, *acts])

    assert (count(Status.CANCELLED), count(Status.CONFIRMED)) == (SESSIONS, 0)
    assert owed(MessageKind.CANCELLED) == SESSIONS
    assert owed(MessageKind.TIME_OFF) <= SESSIONS
    assert claims_of_what_is_off() == 0


def test_a_session_moved_at_that_moment_is_moved_or_off_and_never_both(
    app: Flask, parts: Parts, tmp_path: Path
) -> None:
    seats = on_four_days(parts)
    choices = decided(Choice.CANCEL)

    off, moved = race_acts(url_of(app), tmp_path, [settling(choices), moving(seats[0])])

    kept = 1 if moved == "" else 0
    assert (off, moved) in {("", ""), ("", "policy")}
    assert (count(Status.CANCELLED), count(Status.CONFIRMED)) == (SESSIONS - kept, kept)
    assert owed(MessageKind.CANCELLED) == SESSIONS - kept
    assert owed(MessageKind.MOVED) == kept
    assert (overlapping(), claims_of_what_is_off()) == (0, 0)
    starts = select(Claim.from_at).join(Appointment)
    assert set(db.session.scalars(starts)) <= {MONDAY_9AM + 7 * DAY}
