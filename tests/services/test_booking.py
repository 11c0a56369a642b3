"""Booking, as the services do it, on both databases."""

import pytest
from sqlalchemy import func, select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.errors import KeyReused, RuleBroken, SlotTaken
from booking.models import Appointment, Base, Claim, Message, db
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW


def count(table: type[Base]) -> int | None:
    return db.session.scalar(select(func.count()).select_from(table))


pytestmark = pytest.mark.usefixtures("practice")


def test_a_booking_holds_the_time_and_owes_the_mails(parts: Parts) -> None:
    booked = book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    appointment = db.session.get_one(Appointment, booked.appointment_id)
    assert appointment.status is Status.CONFIRMED
    assert [(c.from_at, c.until_at) for c in appointment.claims] == [
        (MONDAY_9AM, MONDAY_9AM + 15 * MINUTE)
    ]
    kinds = db.session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == [
        MessageKind.CONFIRMATION,
        MessageKind.REMINDER,
        MessageKind.THERAPIST_BOOKED,
    ]


def test_a_taken_time_is_refused_with_the_nearest_open_ones(parts: Parts) -> None:
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    with pytest.raises(SlotTaken) as refused:
        book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    assert MONDAY_9AM + HOUR / 2 in refused.value.alternatives
    assert MONDAY_9AM not in refused.value.alternatives
    assert count(Appointment) == 1


def test_the_same_key_books_once(parts: Parts) -> None:
    key = factories.key()

    first = book(factories.wish(), key=key, parts=parts, now=NOW)
    again = book(factories.wish(), key=key, parts=parts, now=NOW)

    assert again.appointment_id == first.appointment_id
    assert again.again
    assert count(Claim) == 1


def test_a_key_used_for_something_else_is_refused(parts: Parts) -> None:
    key = factories.key()
    book(factories.wish(), key=key, parts=parts, now=NOW)

    with pytest.raises(KeyReused):
        book(
            factories.wish(starts_at=MONDAY_9AM + HOUR),
            key=factories.key(key=key.key, body_hash="other"),
            parts=parts,
            now=NOW,
        )


def test_a_refusal_names_its_rule(parts: Parts) -> None:
    with pytest.raises(RuleBroken) as refused:
        book(
            factories.wish(starts_at=MONDAY_9AM + 7 * MINUTE),
            key=factories.key(),
            parts=parts,
            now=NOW,
        )

    assert refused.value.code == "off_grid"
