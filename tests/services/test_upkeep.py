"""What is thrown away, and what is kept while it may still be wanted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Modality
from booking.models import Appointment, IdempotencyKey, Message, db
from booking.services import requests, upkeep
from booking.services.holds import Choice, hold
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import DAY, booked, change, sweep

pytestmark = pytest.mark.usefixtures("practice")


def drafts() -> list[bool]:
    db.session.rollback()
    return [draft is not None for draft in db.session.scalars(select(Appointment.draft))]


def test_what_was_typed_and_never_sent_is_erased(parts: Parts) -> None:
    choice = Choice("amara", "consultation", MONDAY_9AM, Modality.VIDEO, "NY")
    hold(choice, {"name": "Sam"}, parts=parts, now=NOW)

    assert upkeep.erase_drafts(now=NOW + HOUR) == 0
    assert drafts() == [True]
    requests.let_go_of_lapsed(now=NOW + HOUR)
    assert upkeep.erase_drafts(now=NOW + 10 * MINUTE + HOUR) == 1

    assert drafts() == [False]


def test_keys_are_forgotten_after_a_day(parts: Parts) -> None:
    booked(parts)

    assert upkeep.forget_keys(now=NOW + DAY - MINUTE) == 0
    assert upkeep.forget_keys(now=NOW + DAY) == 1

    assert db.session.scalars(select(IdempotencyKey)).all() == []


def test_an_address_somebody_typed_is_forgotten_once_the_mail_is_out(parts: Parts) -> None:
    booked(parts)
    for message_id in db.session.scalars(select(Message.id)).all():
        change(Message, message_id, address="typed@example.org")
    sweep(parts, NOW)

    assert upkeep.forget_typed_addresses(now=NOW + DAY - timedelta(seconds=1)) == 0
    assert upkeep.forget_typed_addresses(now=NOW + DAY) == 2

    addresses = db.session.scalars(select(Message.address)).all()
    assert sorted(map(str, addresses)) == [
        "",
        "",
        "typed@example.org",
    ]  # the reminder is still owed
