"""Asked for what is so already, or of what is not there: nothing changes, or it is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Modality, Status
from booking.domain.messages import MessageKind
from booking.errors import NotFound, Rule, RuleBroken
from booking.models import Appointment, AuditEntry, Claim, Message, Person, db
from booking.services import changes, holds
from booking.services.audit import SYSTEM
from booking.services.booking import Booked, book
from booking.services.holds import HOLD_LASTS, Choice
from booking.services.identity import prove_address
from booking.services.owing import News, tell
from booking.services.parts import Parts
from booking.services.rows import add_rows
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import change, states, sweep
from tests.web.staff_pages import ASKED, another_therapist, takes_requests, the_therapist

pytestmark = pytest.mark.usefixtures("practice")

CHOICE = Choice("amara", "session", MONDAY_9AM, Modality.VIDEO, "NY")
NOBODY = 1_000_000


@pytest.fixture
def booked(parts: Parts) -> Booked:
    """A 50-minute session on Monday at 9."""
    return booked_as(parts, session_type="session")


def booked_as(parts: Parts, **wish: object) -> Booked:
    return book(factories.wish(**wish), key=factories.key(), parts=parts, now=NOW)


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def appointment(made: Booked) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, made.appointment_id)


def test_moving_to_the_time_it_has_tells_nobody_anything(booked: Booked) -> None:
    messages, version = count(Message), appointment(booked).version

    changes.move(booked.participant_id, MONDAY_9AM, now=NOW + HOUR)

    assert (count(Message), appointment(booked).version) == (messages, version)


def test_taking_back_a_cancel_that_never_was_changes_nothing(booked: Booked) -> None:
    entries = count(AuditEntry)

    changes.undo_cancel(booked.participant_id, now=NOW)

    assert appointment(booked).status is Status.CONFIRMED
    assert count(AuditEntry) == entries


def test_a_request_is_called_off_without_a_fee_at_any_hour(parts: Parts) -> None:
    takes_requests()
    asked = booked_as(parts, session_type=ASKED)

    cancelled = MONDAY_9AM - HOUR
    change(Appointment, asked.appointment_id, expires_at=MONDAY_9AM)
    changes.cancel(asked.participant_id, accept_late=False, reason="", parts=parts, now=cancelled)

    assert appointment(asked).status is Status.CANCELLED
    assert not appointment(asked).late


def test_a_late_cancel_is_taken_back_although_it_is_too_late_to_book(
    booked: Booked, parts: Parts
) -> None:
    late = MONDAY_9AM - HOUR
    changes.cancel(booked.participant_id, accept_late=True, reason="", parts=parts, now=late)

    changes.undo_cancel(booked.participant_id, now=late + MINUTE)

    assert appointment(booked).status is Status.CONFIRMED


def test_a_cancel_is_not_taken_back_into_what_is_not_allowed_any_more(
    booked: Booked, parts: Parts
) -> None:
    changes.cancel(booked.participant_id, accept_late=True, reason="", parts=parts, now=NOW)
    factories.changed(the_therapist().licences[0], valid_until=NOW.date())

    with pytest.raises(RuleBroken) as refused:
        changes.undo_cancel(booked.participant_id, now=NOW + MINUTE)

    assert refused.value.rule is Rule.LICENCE
    assert appointment(booked).status is Status.CANCELLED


@pytest.mark.parametrize(
    "act",
    [
        lambda _: changes.move(NOBODY, MONDAY_9AM, now=NOW),
        lambda _: prove_address(NOBODY, now=NOW),
        lambda parts: holds.keep_draft("nothing", {}, parts=parts),
        lambda parts: booked_as(parts, therapist="nobody"),
        lambda parts: booked_as(parts, session_type="nothing"),
    ],
    ids=["move", "prove", "draft", "therapist", "session type"],
)
def test_what_is_not_there_is_not_found(parts: Parts, act: Callable[[Parts], object]) -> None:
    before = count(AuditEntry)

    with pytest.raises(NotFound):
        act(parts)

    assert count(AuditEntry) == before


def test_a_proof_that_comes_after_the_session_holds_no_time(booked: Booked) -> None:
    claims = count(Claim)

    prove_address(booked.participant_id, now=MONDAY_9AM + HOUR)

    assert count(Claim) == claims
    assert db.session.scalars(select(Person.verified_at)).one() == MONDAY_9AM + HOUR


def test_a_key_too_old_to_stand_for_its_request_books_anew(parts: Parts) -> None:
    key = factories.key()
    first = book(factories.wish(), key=key, parts=parts, now=NOW)

    wish = factories.wish(starts_at=MONDAY_9AM + 2 * HOUR)
    second = book(wish, key=key, parts=parts, now=NOW + timedelta(hours=25))

    assert not second.again
    assert second.appointment_id != first.appointment_id
    assert count(Appointment) == 2


@pytest.fixture
def taken(parts: Parts) -> str:
    """A hold that was booked."""
    hold_id = holds.hold(CHOICE, {}, parts=parts, now=NOW)
    wish = factories.wish(session_type="session")
    holds.book_held(hold_id, wish, key=factories.key(), parts=parts, now=NOW)
    return hold_id


def held(hold_id: str) -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment).filter_by(hold_id=hold_id)).one()


def test_what_is_booked_is_not_held_again(parts: Parts, taken: str) -> None:
    other = replace(CHOICE, starts_at=MONDAY_9AM + HOUR)

    assert holds.hold(other, {}, parts=parts, now=NOW, hold_id=taken) == taken
    with pytest.raises(NotFound):
        holds.hold_on(taken, CHOICE, now=NOW + MINUTE)

    assert held(taken).status is Status.CONFIRMED
    assert held(taken).starts_at == MONDAY_9AM


def test_no_draft_is_kept_with_what_is_booked(parts: Parts, taken: str) -> None:
    holds.keep_draft(taken, {"note": "x"}, parts=parts)

    assert held(taken).draft is None


def test_a_hold_is_good_for_its_own_time_alone(parts: Parts) -> None:
    hold_id = holds.hold(CHOICE, {}, parts=parts, now=NOW)

    for other in (
        replace(CHOICE, starts_at=MONDAY_9AM + HOUR),
        replace(CHOICE, session_type="intake"),
    ):
        with pytest.raises(NotFound):
            holds.hold_on(hold_id, other, now=NOW)
    assert held(hold_id).starts_at == MONDAY_9AM


def test_a_hold_with_one_therapist_is_none_with_another(parts: Parts) -> None:
    hold_id = holds.hold(CHOICE, {}, parts=parts, now=NOW)
    bo = another_therapist()

    with pytest.raises(NotFound):
        holds.hold(replace(CHOICE, therapist=bo.slug), {}, parts=parts, now=NOW, hold_id=hold_id)

    assert held(hold_id).therapist_id == the_therapist().id


def test_who_let_a_hold_run_out_may_hold_another_time_under_its_name(parts: Parts) -> None:
    hold_id = holds.hold(CHOICE, {}, parts=parts, now=NOW)
    first = held(hold_id).id
    change(Appointment, first, status=Status.EXPIRED)
    other = replace(CHOICE, starts_at=MONDAY_9AM + HOUR)

    assert holds.hold(other, {}, parts=parts, now=NOW + HOLD_LASTS, hold_id=hold_id) == hold_id

    assert held(hold_id).starts_at == MONDAY_9AM + HOUR
    assert db.session.get_one(Appointment, first).status is Status.EXPIRED


def test_news_for_the_therapist_alone_is_not_told_to_the_client(
    booked: Booked, parts: Parts
) -> None:
    sweep(parts, NOW)

    def work(session: Session) -> None:
        about = session.get_one(Appointment, booked.appointment_id)
        about.version += 1
        tell(session, about, News(None, MessageKind.THERAPIST_MOVED), actor=SYSTEM, now=NOW)

    unit_of_work(work)

    assert states(MessageKind.MOVED) == []
    assert states(MessageKind.THERAPIST_MOVED) == [("due", "")]


def test_no_rows_are_no_statement() -> None:
    before = count(AuditEntry)

    unit_of_work(lambda session: add_rows(session, AuditEntry, []))

    assert count(AuditEntry) == before
