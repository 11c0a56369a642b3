"""Moving, cancelling, taking back, and putting an address right, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind, MessageState
from booking.errors import (
    IllegalTransition,
    InvalidInput,
    LateCancel,
    Rule,
    RuleBroken,
    SlotTaken,
)
from booking.models import Appointment, Message, Participant, db
from booking.services import addresses, changes
from booking.services.booking import book
from booking.services.identity import prove_address
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW

pytestmark = pytest.mark.usefixtures("practice")

TUESDAY_9AM = MONDAY_9AM + timedelta(days=1)
LATER = NOW + HOUR


@pytest.fixture
def booked(parts: Parts) -> int:
    """A 50-minute session on Monday at 9, with 10 minutes kept free after it."""
    wish = factories.wish(session_type="session")
    return book(wish, key=factories.key(), parts=parts, now=NOW).participant_id


def appointment_of(participant_id: int) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Participant, participant_id).appointment


def owed() -> list[MessageKind]:
    """Return what is still to be sent, but for reminders, in the order it was written."""
    query = select(Message.kind).where(
        Message.state == MessageState.DUE, Message.kind != MessageKind.REMINDER
    )
    db.session.rollback()
    return list(db.session.scalars(query.order_by(Message.id)))


def all_sent() -> None:
    """Take everything owed so far as sent."""
    session = db.session()
    session.rollback()
    for message in session.scalars(select(Message)):
        factories.changed(message, state=MessageState.SENT, attempts=1)


def test_a10_the_old_time_is_free_and_the_new_one_held(booked: int, parts: Parts) -> None:
    changes.move(booked, TUESDAY_9AM, now=LATER)

    moved = appointment_of(booked)
    assert (moved.starts_at, moved.status) == (TUESDAY_9AM, Status.CONFIRMED)
    assert [(c.from_at, c.until_at) for c in moved.claims] == [(TUESDAY_9AM, TUESDAY_9AM + HOUR)]
    again = factories.wish(session_type="session")
    assert not book(again, key=factories.key(), parts=parts, now=LATER).again


def test_a10_a_session_may_move_into_its_own_old_time(parts: Parts) -> None:
    wish = factories.wish(session_type="consultation", starts_at=MONDAY_9AM)
    factories.session_type(
        db.session.get_one(Appointment, _book(wish, parts)[0]).therapist,
        slug="long",
        minutes=60,
        step=15,
    )
    appointment_id, participant_id = _book(
        factories.wish(session_type="long", starts_at=MONDAY_9AM + 2 * HOUR), parts
    )

    changes.move(participant_id, MONDAY_9AM + 2 * HOUR + 15 * MINUTE, now=LATER)

    moved = db.session.get_one(Appointment, appointment_id, populate_existing=True)
    assert moved.starts_at == MONDAY_9AM + 2 * HOUR + 15 * MINUTE


def test_a_move_to_a_taken_time_changes_nothing(booked: int, parts: Parts) -> None:
    _book(factories.wish(session_type="session", starts_at=TUESDAY_9AM), parts)
    before = appointment_of(booked).version

    with pytest.raises(SlotTaken):
        changes.move(booked, TUESDAY_9AM, now=LATER)

    kept = appointment_of(booked)
    assert (kept.starts_at, kept.version, len(kept.claims)) == (MONDAY_9AM, before, 1)


def test_past_its_cut_off_a_session_cannot_be_moved(booked: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        changes.move(booked, TUESDAY_9AM, now=MONDAY_9AM - 23 * HOUR)

    assert refused.value.rule is Rule.POLICY


def test_a_move_is_told_once_and_old_reminders_die(booked: int) -> None:
    all_sent()

    changes.move(booked, TUESDAY_9AM, now=LATER)

    assert owed() == [MessageKind.MOVED, MessageKind.THERAPIST_MOVED]
    version = appointment_of(booked).version
    waiting = select(Message.version).where(
        Message.kind == MessageKind.REMINDER, Message.state == MessageState.DUE
    )
    assert set(db.session.scalars(waiting)) == {version}


def test_who_never_heard_of_the_first_time_is_told_of_the_second_as_the_first(
    booked: int,
) -> None:
    changes.move(booked, TUESDAY_9AM, now=NOW)

    assert owed() == [MessageKind.CONFIRMATION, MessageKind.THERAPIST_BOOKED]


def test_cancelling_in_time_is_free_and_frees_the_time(booked: int, parts: Parts) -> None:
    all_sent()

    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)

    ended = appointment_of(booked)
    assert (ended.status, ended.late, ended.fee_cents) == (Status.CANCELLED, False, 0)
    assert ended.claims == []
    assert owed() == [MessageKind.CANCELLED, MessageKind.THERAPIST_CANCELLED]


def test_cancelling_twice_is_cancelling_once(booked: int, parts: Parts) -> None:
    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)
    told = owed()

    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER + MINUTE)

    assert owed() == told


def test_a_late_cancel_needs_the_fee_accepted(booked: int, parts: Parts) -> None:
    late = MONDAY_9AM - HOUR

    with pytest.raises(LateCancel) as refused:
        changes.cancel(booked, accept_late=False, reason="", parts=parts, now=late)
    assert refused.value.fee_cents == 5000
    assert appointment_of(booked).status is Status.CONFIRMED

    changes.cancel(booked, accept_late=True, reason="ill", parts=parts, now=late)
    ended = appointment_of(booked)
    assert (ended.status, ended.late, ended.fee_cents) == (Status.CANCELLED, True, 5000)
    assert parts.sealer.open(ended.cancel_reason) == "ill"
    assert b"ill" not in (ended.cancel_reason or b"")


def test_within_minutes_of_booking_cancelling_is_free_however_late(parts: Parts) -> None:
    therapist = db.session.scalars(select(Appointment.therapist_id)).first()
    assert therapist is None
    booked_at = MONDAY_9AM - 13 * HOUR
    wish = factories.wish(session_type="session")
    participant_id = book(wish, key=factories.key(), parts=parts, now=booked_at).participant_id

    changes.cancel(
        participant_id, accept_late=False, reason="", parts=parts, now=booked_at + 2 * MINUTE
    )

    assert not appointment_of(participant_id).late


def test_nobody_cancels_a_session_that_has_begun(booked: int, parts: Parts) -> None:
    with pytest.raises(RuleBroken) as refused:
        changes.cancel(booked, accept_late=True, reason="", parts=parts, now=MONDAY_9AM)

    assert refused.value.rule is Rule.PAST


def test_a_cancel_can_be_taken_back_while_the_time_is_open(booked: int, parts: Parts) -> None:
    uid = appointment_of(booked).uid
    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)

    changes.undo_cancel(booked, now=LATER + 2 * MINUTE)

    again = appointment_of(booked)
    assert (again.status, again.uid, len(again.claims)) == (Status.CONFIRMED, uid, 1)


def test_a_cancel_cannot_be_taken_back_once_the_time_is_gone(booked: int, parts: Parts) -> None:
    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)
    _book(factories.wish(session_type="session"), parts, now=LATER)

    with pytest.raises(SlotTaken):
        changes.undo_cancel(booked, now=LATER + MINUTE)

    assert appointment_of(booked).status is Status.CANCELLED


def test_a_cancel_cannot_be_taken_back_after_three_minutes(booked: int, parts: Parts) -> None:
    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)

    with pytest.raises(RuleBroken):
        changes.undo_cancel(booked, now=LATER + 4 * MINUTE)


def test_a_cancelled_session_cannot_be_moved(booked: int, parts: Parts) -> None:
    changes.cancel(booked, accept_late=False, reason="", parts=parts, now=LATER)

    with pytest.raises(IllegalTransition):
        changes.move(booked, TUESDAY_9AM, now=LATER)


def test_a_corrected_address_ends_every_link_mailed_before(booked: int) -> None:
    all_sent()
    before = db.session.get_one(Participant, booked).link_version

    addresses.correct_address(booked, "sam.reed@example.org", now=LATER)

    db.session.rollback()
    participant = db.session.get_one(Participant, booked)
    assert participant.link_version == before + 1
    assert participant.person.email == "sam.reed@example.org"
    assert owed() == [MessageKind.CONFIRMATION]


def test_an_address_that_is_none_is_not_taken(booked: int) -> None:
    with pytest.raises(InvalidInput):
        addresses.correct_address(booked, "sam@", now=LATER)


def test_a_proved_address_cannot_be_changed_by_a_link(booked: int) -> None:
    prove_address(booked, now=LATER)

    with pytest.raises(RuleBroken):
        addresses.correct_address(booked, "thief@example.org", now=LATER)


def test_a_confirmation_is_sent_again_a_few_times_and_no_more(booked: int) -> None:
    for _ in range(addresses.MOST_RESENDS - 1):
        addresses.send_again(booked, now=LATER)

    with pytest.raises(RuleBroken) as refused:
        addresses.send_again(booked, now=LATER)

    assert refused.value.rule is Rule.LIMIT


def _book(wish: object, parts: Parts, now: object = NOW) -> tuple[int, int]:
    booked = book(wish, key=factories.key(), parts=parts, now=now)  # type: ignore[arg-type]
    return booked.appointment_id, booked.participant_id
