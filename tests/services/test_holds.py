"""Holding a time while a form is filled in, on both databases."""

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Modality, Status
from booking.errors import HoldExpired, SlotTaken
from booking.models import Appointment, Message, db
from booking.services.booking import book
from booking.services.holds import HOLD_LASTS, Choice, book_held, hold, hold_on, keep_draft
from booking.services.parts import Parts
from booking.services.requests import let_go_of_lapsed
from booking.services.series.booking import book_series
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.groups import join, with_group
from tests.services.series.standing import starts

pytestmark = pytest.mark.usefixtures("practice")

CHOICE = Choice("amara", "session", MONDAY_9AM, Modality.VIDEO, "NY")
WISH = {"session_type": "session"}


def held(hold_id: str) -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment).filter_by(hold_id=hold_id)).one()


def test_a4_a_held_time_is_nobody_elses(parts: Parts) -> None:
    hold(CHOICE, {}, parts=parts, now=NOW)

    with pytest.raises(SlotTaken):
        book(factories.wish(**WISH), key=factories.key(), parts=parts, now=NOW + MINUTE)


def test_a4_a_hold_that_ran_out_stands_in_nobodys_way(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    book(factories.wish(**WISH), key=factories.key(), parts=parts, now=NOW + HOLD_LASTS)

    assert held(hold_id).status is Status.EXPIRED


def test_a4_a_hold_is_used_once(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    wish, key = factories.wish(**WISH), factories.key()

    first = book_held(hold_id, wish, key=key, parts=parts, now=NOW + MINUTE)
    again = book_held(hold_id, wish, key=factories.key(), parts=parts, now=NOW + MINUTE)

    assert again.appointment_id == first.appointment_id
    assert again.again


def test_a_hold_that_ran_out_is_not_booked_unasked(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    with pytest.raises(HoldExpired) as refused:
        book_held(
            hold_id,
            factories.wish(**WISH),
            key=factories.key(),
            parts=parts,
            now=NOW + HOLD_LASTS,
        )

    assert refused.value.still_open
    assert db.session.scalars(select(Message)).all() == []


def test_a_hold_can_be_kept_and_taken_again(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    longer = hold_on(hold_id, CHOICE, now=NOW + 8 * MINUTE)
    anew = hold_on(hold_id, CHOICE, now=NOW + 40 * MINUTE)

    assert longer == NOW + 18 * MINUTE
    assert anew == NOW + 50 * MINUTE
    assert held(hold_id).status is Status.HELD


def test_a_hold_lasts_half_an_hour_at_most(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    for minutes in (9, 18, 27):
        until = hold_on(hold_id, CHOICE, now=NOW + minutes * MINUTE)

    assert until == NOW + 30 * MINUTE


def test_a_hold_cannot_be_taken_again_once_the_time_is_gone(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    later = NOW + HOLD_LASTS
    book(factories.wish(**WISH), key=factories.key(), parts=parts, now=later)

    with pytest.raises(SlotTaken):
        hold_on(hold_id, CHOICE, now=later)


def test_what_was_typed_is_kept_sealed_with_the_hold(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    keep_draft(hold_id, {"name": "Sam Reed"}, parts=parts)

    draft = held(hold_id).draft
    assert parts.sealer.open_document(draft) == {"name": "Sam Reed"}
    assert b"Sam Reed" not in (draft or b"")


def test_a_hold_has_no_person_and_owes_nothing(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    assert held(hold_id).participants == []
    assert db.session.scalars(select(Message)).all() == []


def test_the_sweep_lets_go_of_what_ran_out_and_nothing_else(parts: Parts) -> None:
    gone = hold(CHOICE, {}, parts=parts, now=NOW)
    other = Choice("amara", "consultation", MONDAY_9AM + 60 * MINUTE, Modality.VIDEO, "NY")
    kept = hold(other, {}, parts=parts, now=NOW + 5 * MINUTE)

    assert let_go_of_lapsed(now=NOW + HOLD_LASTS) == 1

    assert held(gone).status is Status.EXPIRED
    assert held(gone).claims == []
    assert held(kept).status is Status.HELD


def test_a_held_seat_is_taken_again_beside_the_group_that_has_the_time(parts: Parts) -> None:
    with_group()
    join(parts, 0)
    seat = Choice("amara", "group", MONDAY_9AM, Modality.VIDEO, "NY")
    hold_id = hold(seat, {}, parts=parts, now=NOW)

    until = hold_on(hold_id, seat, now=NOW + HOUR)

    assert until == NOW + HOUR + HOLD_LASTS
    assert (held(hold_id).status, held(hold_id).claims) == (Status.HELD, [])


def test_a_standing_hour_lets_go_of_no_hold_that_is_booked(parts: Parts) -> None:
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    book_held(hold_id, factories.wish(**WISH), key=factories.key(), parts=parts, now=NOW)
    wish = factories.series_wish(starts_at=MONDAY_9AM + HOUR, hold_id=hold_id)

    book_series(wish, key=factories.key(), parts=parts, now=NOW)

    assert held(hold_id).status is Status.CONFIRMED
    assert len(held(hold_id).claims) == 1


def test_a_standing_hour_is_booked_though_the_hold_it_names_is_gone(parts: Parts) -> None:
    wish = factories.series_wish(hold_id="forgotten")

    booked = book_series(wish, key=factories.key(), parts=parts, now=NOW)

    assert starts(booked.series_id)[0] == MONDAY_9AM
