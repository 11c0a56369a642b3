"""A demo that was broken off on the way is not taken for a whole one at the next start."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.demo import seed as making
from booking.demo.people import THERAPISTS
from booking.domain.messages import MessageState
from booking.models import Appointment, Message, Practice, Therapist, db
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import NOW

A_FEW = THERAPISTS[:2]
LATER = NOW + timedelta(minutes=5)
# Where it is broken off: the function, and at which of its calls.
PLACES = [("_hire", 2), ("happen", 5), ("_mark_as_sent", 1)]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "THERAPISTS", A_FEW)


def made() -> dict[str, object]:
    """Return what can be counted on in a demo, whatever its random ids."""
    db.session.rollback()
    starts = db.session.scalars(select(Appointment.starts_at).order_by(Appointment.starts_at))
    due = select(func.min(Message.due_at)).filter_by(state=MessageState.DUE)
    return {
        "therapists": sorted(db.session.scalars(select(Therapist.slug))),
        "starts": list(starts),
        "first due": db.session.scalar(due),
    }


def broken_at(call: int, act: Callable[..., object]) -> Callable[..., object]:
    """Return `act`, whose `call`th call is the moment of Ctrl-C."""
    calls = 0

    def broken(*args: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise KeyboardInterrupt
        return act(*args, **named)

    return broken


def break_off(parts: Parts, place: str, call: int, now: datetime = NOW) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, place, broken_at(call, getattr(making, place)))
        with pytest.raises(KeyboardInterrupt):
            making.seed(parts, now=now)
    db.session.remove()


@pytest.mark.parametrize(("place", "call"), PLACES)
def test_the_next_start_makes_all_of_it(app: Flask, parts: Parts, place: str, call: int) -> None:
    break_off(parts, place, call)

    assert making.seed(parts, now=LATER)

    after_a_break = made()
    assert after_a_break["therapists"] == sorted(person.slug for person in A_FEW)
    assert after_a_break["starts"]
    assert not making.seed(parts, now=LATER)
    assert made() == after_a_break


def test_what_is_made_after_a_break_is_what_would_have_been(app: Flask, parts: Parts) -> None:
    assert making.seed(parts, now=LATER)
    untroubled = made()
    unit_of_work(lambda session: making._begin(session, LATER))

    break_off(parts, "happen", 5)
    break_off(parts, "_hire", 2)
    assert making.seed(parts, now=LATER)

    assert made() == untroubled


def test_a_practice_that_grew_on_what_was_left_is_not_thrown_away(app: Flask, parts: Parts) -> None:
    break_off(parts, "_hire", 2)
    factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@practice.example")
    before = made()

    assert not making.seed(parts, now=LATER)

    assert made() == before
    assert db.session.get(Practice, 1) is not None
