"""Who has just said that they cannot come may take that back, while their place is free."""

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Kind
from booking.domain.participants import Role
from booking.errors import RuleBroken, SlotTaken
from booking.models import Appointment, Claim, Participant, db
from booking.services.audit import client
from booking.services.booking import Booked, book
from booking.services.companions import Companion
from booking.services.identity import prove_address
from booking.services.leaving import leave_appointment, undo_leaving
from booking.services.parts import Parts
from tests import factories
from tests.factories import MINUTE, MONDAY_9AM, NOW
from tests.services.groups import (
    SEATS,
    join,
    owed_to,
    participant,
    seats,
    wish_of,
    with_group,
)
from tests.support.owed import sweep

pytestmark = pytest.mark.usefixtures("group")


@pytest.fixture
def group(practice: None) -> None:
    with_group()


def leave(who: Booked, *, late: bool = False, now: datetime = NOW) -> None:
    actor = client(who.participant_id)
    leave_appointment(who.participant_id, accept_late=late, actor=actor, now=now)


def kinds(who: Booked) -> list[str]:
    return [message.kind.value for message in owed_to(who.participant_id)]


def appointment() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def test_leaving_can_be_taken_back_for_three_minutes(parts: Parts) -> None:
    one, _other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    leave(one)

    undo_leaving(one.participant_id, now=NOW + 3 * MINUTE)

    assert seats() == [1, 2]
    assert kinds(one) == ["reminder", "confirmation"]


def test_leaving_cannot_be_taken_back_later(parts: Parts) -> None:
    one = join(parts, 0)
    leave(one)

    with pytest.raises(RuleBroken):
        undo_leaving(one.participant_id, now=NOW + 4 * MINUTE)


def test_a_seat_that_was_given_away_is_not_taken_back(parts: Parts) -> None:
    one = join(parts, 0)
    for number in range(1, SEATS):
        join(parts, number)
    leave(one)
    join(parts, SEATS)

    with pytest.raises(SlotTaken):
        undo_leaving(one.participant_id, now=NOW + MINUTE)


def test_there_is_nothing_to_take_back_for_who_is_there(parts: Parts) -> None:
    one = join(parts, 0)

    undo_leaving(one.participant_id, now=NOW)

    assert kinds(one) == ["confirmation", "reminder"]


@pytest.mark.parametrize("asked", [False, True], ids=["booked", "asked for"])
def test_one_of_a_couple_comes_back(parts: Parts, *, asked: bool) -> None:
    with_group(slug="couples", kind=Kind.COUPLES, seats=2, needs_approval=asked)
    partner = Companion(role=Role.CLIENT, name="Kim Lee", email="kim@example.org")
    wish = wish_of(0, session_type="couples", party=(partner,))
    booked = book(wish, key=factories.key(), parts=parts, now=NOW)
    query = select(Participant.id).filter_by(appointment_id=booked.appointment_id, books=False)
    kim = Booked(db.session.scalars(query).one(), booked.appointment_id)
    leave(kim)
    assert appointment().status.is_live
    assert kinds(kim) == ["cancelled"]

    undo_leaving(kim.participant_id, now=NOW + MINUTE)

    news = ["request_received"] if asked else ["reminder", "confirmation"]
    assert kinds(kim) == news
    assert sorted(p.seat or 0 for p in appointment().participants) == [1, 2]


def test_who_comes_back_is_nowhere_else_at_that_time(parts: Parts) -> None:
    one = join(parts, 0)
    prove_address(one.participant_id, now=NOW)
    theirs = select(Claim.from_at).filter_by(resource_id=participant(one).person.resource_id)
    leave(one)
    assert db.session.scalars(theirs).all() == []

    undo_leaving(one.participant_id, now=NOW + MINUTE)

    assert db.session.scalars(theirs).all() == [MONDAY_9AM]
