"""Requests: granted or not, once, by the one they were made to."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.errors import IllegalTransition, NotFound, SlotTaken
from booking.models import Appointment, AuditEntry, Claim, Message, db
from booking.queries.agenda import told_at, waiting_requests
from booking.services import requests
from booking.services.booking import Booked, book
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import states
from tests.web.staff_pages import ASKED, another_therapist, takes_requests, the_therapist


@pytest.fixture(autouse=True)
def needs_a_yes(practice: None) -> None:
    takes_requests()


def asked(parts: Parts, **wish: object) -> Booked:
    wanted = factories.wish(**{"session_type": ASKED} | wish)
    return book(wanted, key=factories.key(), parts=parts, now=NOW)


def now_is(made: Booked) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, made.appointment_id).status


def amara_id() -> int:
    return the_therapist().id


def claims() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count(Claim.id))).one()


def test_a_request_holds_its_time_and_waits(parts: Parts) -> None:
    made = asked(parts)

    assert now_is(made) is Status.REQUESTED
    assert claims() == 1
    assert [r.id for r in waiting_requests(db.session(), amara_id(), now=NOW)] == [
        made.appointment_id
    ]


def test_a_yes_confirms_and_is_told_three_minutes_later(parts: Parts) -> None:
    made = asked(parts)

    requests.accept(made.appointment_id, amara_id(), now=NOW + HOUR)

    assert now_is(made) is Status.CONFIRMED
    appointment = db.session.get_one(Appointment, made.appointment_id)
    assert told_at(db.session(), appointment) == NOW + HOUR + 3 * MINUTE


def test_a_no_frees_the_time_and_is_told_three_minutes_later(parts: Parts) -> None:
    made = asked(parts)

    requests.decline(made.appointment_id, amara_id(), now=NOW + HOUR)

    assert now_is(made) is Status.DECLINED
    assert claims() == 0
    appointment = db.session.get_one(Appointment, made.appointment_id)
    assert told_at(db.session(), appointment) == NOW + HOUR + 3 * MINUTE
    assert asked(parts).appointment_id != made.appointment_id


def test_two_overlapping_requests_can_never_both_be_accepted(parts: Parts) -> None:
    """CASES A3: a pending request holds its time, so the second is never made."""
    first = asked(parts)

    with pytest.raises(SlotTaken):
        asked(parts)
    requests.accept(first.appointment_id, amara_id(), now=NOW)
    with pytest.raises(SlotTaken):
        asked(parts)


def test_a_request_that_ran_out_is_not_accepted_after_another_took_its_time(
    parts: Parts,
) -> None:
    """CASES A3, with the one way in which two for one time can both be in the table."""
    first = asked(parts)
    late = NOW + 49 * HOUR
    wanted = factories.wish(session_type=ASKED)
    second = book(wanted, key=factories.key(), parts=parts, now=late)

    with pytest.raises(IllegalTransition):
        requests.accept(first.appointment_id, amara_id(), now=late)
    requests.accept(second.appointment_id, amara_id(), now=late)

    assert (now_is(first), now_is(second)) == (Status.EXPIRED, Status.CONFIRMED)


def test_a_second_click_accepts_nothing_twice(parts: Parts) -> None:
    """CASES A3: one confirmation, one calendar entry."""
    made = asked(parts)

    for _ in range(3):
        requests.accept(made.appointment_id, amara_id(), now=NOW)

    assert len(states(MessageKind.CONFIRMATION)) == 1
    assert len(states(MessageKind.THERAPIST_BOOKED)) == 1


def test_many_clicks_at_once_confirm_once(app: Flask, parts: Parts) -> None:
    """CASES A3: a double click, as two requests that arrive together."""
    made, therapist_id = asked(parts), amara_id()

    _all_at_once(app, [lambda: requests.accept(made.appointment_id, therapist_id, now=NOW)] * 4)

    assert now_is(made) is Status.CONFIRMED
    assert len(states(MessageKind.CONFIRMATION)) == 1
    accepted = select(func.count(AuditEntry.id)).filter_by(act="accepted")
    assert db.session.scalars(accepted).one() == 1


def test_a_yes_and_a_no_at_once_leave_one_of_them(app: Flask, parts: Parts) -> None:
    made, therapist_id = asked(parts), amara_id()

    _all_at_once(
        app,
        [
            lambda: requests.accept(made.appointment_id, therapist_id, now=NOW),
            lambda: requests.decline(made.appointment_id, therapist_id, now=NOW),
        ],
    )

    status = now_is(made)
    assert status in {Status.CONFIRMED, Status.DECLINED}
    assert claims() == (1 if status is Status.CONFIRMED else 0)
    confirmed = len(states(MessageKind.CONFIRMATION))
    declined = len(states(MessageKind.REQUEST_DECLINED))
    assert confirmed + declined == 1


@pytest.mark.parametrize("answer", [requests.accept, requests.decline])
def test_nobody_answers_for_another_therapist(parts: Parts, answer: Callable[..., None]) -> None:
    made, bo = asked(parts), another_therapist().id

    with pytest.raises(NotFound):
        answer(made.appointment_id, bo, now=NOW)

    assert now_is(made) is Status.REQUESTED


def test_a_request_that_ran_out_cannot_be_accepted_even_before_the_sweep(parts: Parts) -> None:
    made = asked(parts)

    with pytest.raises(IllegalTransition):
        requests.accept(made.appointment_id, amara_id(), now=NOW + 48 * HOUR)

    assert now_is(made) is Status.REQUESTED
    assert waiting_requests(db.session(), amara_id(), now=NOW + 48 * HOUR) == []


def test_what_was_declined_cannot_be_accepted(parts: Parts) -> None:
    made = asked(parts)
    requests.decline(made.appointment_id, amara_id(), now=NOW)

    with pytest.raises(IllegalTransition):
        requests.accept(made.appointment_id, amara_id(), now=NOW)

    assert now_is(made) is Status.DECLINED


def test_what_runs_out_is_let_go_and_told(parts: Parts) -> None:
    made = asked(parts)

    assert requests.let_go_of_lapsed(now=NOW + 48 * HOUR) == 1

    assert now_is(made) is Status.EXPIRED
    assert claims() == 0
    assert states(MessageKind.REQUEST_EXPIRED) == [("due", "")]
    assert requests.let_go_of_lapsed(now=NOW + 48 * HOUR) == 0


def test_a_request_is_never_held_past_its_start(parts: Parts) -> None:
    wanted = factories.wish(session_type=ASKED)
    late = MONDAY_9AM - 20 * HOUR

    made = book(wanted, key=factories.key(), parts=parts, now=late)

    db.session.rollback()
    assert db.session.get_one(Appointment, made.appointment_id).expires_at == MONDAY_9AM


def test_an_unsent_notice_gives_way_to_the_answer(parts: Parts) -> None:
    made = asked(parts)
    requests.accept(made.appointment_id, amara_id(), now=NOW)

    db.session.rollback()
    due = select(Message.kind).filter_by(state="due").order_by(Message.kind)
    assert MessageKind.REQUEST_RECEIVED not in db.session.scalars(due).all()


def _all_at_once(app: Flask, acts: list[Callable[[], None]]) -> None:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                act()
            except IllegalTransition:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
