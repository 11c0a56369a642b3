"""What is kept in memory for those who look never differs from what the database holds."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Modality
from booking.domain.zones import zone
from booking.models import Therapist, TimeOff, db
from booking.queries import kept_diaries
from booking.services.audit import SYSTEM
from booking.services.availability import (
    add_time_off,
    clear_day,
    remove_time_off,
    set_day,
    set_weekly_hours,
)
from booking.services.booking import book
from booking.services.changes import cancel, move, undo_cancel
from booking.services.holds import Choice, hold
from booking.services.openings import Days, find_look, offered
from booking.services.parts import Parts
from booking.services.requests import let_go_of_lapsed
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.statements import statements

NEW_YORK = zone("America/New_York")
FIRST = MONDAY_9AM.date()
WEEK = Days(FIRST, FIRST + timedelta(days=7), NEW_YORK)
AN_HOUR = Interval(MONDAY_9AM, MONDAY_9AM + HOUR)

pytestmark = pytest.mark.usefixtures("practice")


def look(days: Days = WEEK, now: datetime = NOW, slug: str = "amara") -> Sequence[datetime]:
    """Return what is offered, as a request of its own would see it."""
    db.session.remove()
    of = find_look(db.session(), slug, "consultation")
    return offered(db.session(), of, days=days, now=now, state="NY").starts


def fresh(days: Days = WEEK, now: datetime = NOW) -> Sequence[datetime]:
    """Return the same with nothing kept."""
    kept_diaries.forget()
    return look(days, now)


def the_therapist() -> int:
    return db.session.scalars(select(Therapist.id)).one()


def book_it(parts: Parts) -> int:
    return book(factories.wish(), key=factories.key(), parts=parts, now=NOW).participant_id


def cancel_it(participant_id: int, parts: Parts) -> None:
    cancel(participant_id, accept_late=True, reason="", parts=parts, now=NOW)


def book_and_cancel(parts: Parts) -> int:
    participant_id = book_it(parts)
    cancel_it(participant_id, parts)
    return participant_id


def hold_it(parts: Parts) -> str:
    choice = Choice("amara", "consultation", MONDAY_9AM, Modality.VIDEO, "NY")
    return hold(choice, {}, parts=parts, now=NOW)


def be_away(_: Parts) -> int:
    add_time_off(the_therapist(), AN_HOUR, actor=SYSTEM, now=NOW)
    return db.session.scalars(select(TimeOff.id)).one()


def have_the_day_off(_: Parts) -> None:
    set_day(the_therapist(), FIRST, [], actor=SYSTEM, now=NOW)


def nothing(_: Parts) -> None: ...


# What was done before somebody looked, and what is done after they did.
ACTS: dict[str, tuple[Callable[[Parts], Any], Callable[[Any, Parts], object]]] = {
    "book": (nothing, lambda _, parts: book_it(parts)),
    "move": (book_it, lambda who, _: move(who, MONDAY_9AM + HOUR, now=NOW)),
    "cancel": (book_it, cancel_it),
    "undo": (book_and_cancel, lambda who, _: undo_cancel(who, now=NOW)),
    "hold": (nothing, lambda _, parts: hold_it(parts)),
    "let go": (hold_it, lambda _, __: let_go_of_lapsed(now=NOW + HOUR)),
    "hours": (nothing, lambda _, __: set_weekly_hours(the_therapist(), [], actor=SYSTEM, now=NOW)),
    "away": (nothing, lambda _, parts: be_away(parts)),
    "back": (be_away, lambda off, _: remove_time_off(the_therapist(), off, actor=SYSTEM, now=NOW)),
    "a day": (nothing, lambda _, parts: have_the_day_off(parts)),
    "the day again": (
        have_the_day_off,
        lambda _, __: clear_day(the_therapist(), FIRST, actor=SYSTEM, now=NOW),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_is_kept_is_read_again_after_every_change(name: str, parts: Parts) -> None:
    prepare, act = ACTS[name]
    prepared = prepare(parts)
    before = look()

    act(prepared, parts)

    after = look()
    assert after != before
    assert after == fresh()


def test_looking_again_asks_the_database_for_the_version_alone(app: Flask) -> None:
    look()

    with statements() as asked:
        look()

    assert len(asked) == 1


def test_a_longer_look_is_not_answered_from_a_shorter_one() -> None:
    look()
    later = Days(FIRST + timedelta(days=50), FIRST + timedelta(days=57), NEW_YORK)

    seen = look(later, NOW + timedelta(days=25))

    assert seen == fresh(later, NOW + timedelta(days=25)) != []


def test_looking_on_through_the_weeks_stays_true(parts: Parts) -> None:
    look()
    book_it(parts)
    for day in range(0, 60, 5):
        now = NOW + timedelta(days=day)
        days = Days(FIRST, FIRST + timedelta(days=120), NEW_YORK)
        seen = look(days, now)
        assert seen == fresh(days, now) != []


def test_those_kept_longest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_diaries, "MOST", 2)
    for slug in ("ben", "carla", "dev"):
        factories.amara(slug=slug)
    for slug in ("ben", "carla", "dev", "amara"):
        assert look(slug=slug)

    with statements() as asked:
        look(slug="dev")
        look(slug="amara")
        look(slug="ben")

    assert len(asked) == 1 + 1 + 3
