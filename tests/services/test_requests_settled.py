"""Requests that were settled already: answered twice, or answered before the sweep came."""

import pytest
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.errors import IllegalTransition, NotFound
from booking.models import Appointment, Claim, Participant, db
from booking.services import availability, requests
from booking.services.audit import therapist
from booking.services.booking import book
from booking.services.changes import cancel
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import states
from tests.web.staff_pages import ASKED, takes_requests, the_therapist

pytestmark = pytest.mark.usefixtures("practice")


def asked(parts: Parts) -> int:
    takes_requests()
    wanted = factories.wish(session_type=ASKED)
    return book(wanted, key=factories.key(), parts=parts, now=NOW).appointment_id


def status_of(appointment_id: int) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment_id).status


def test_a_second_no_says_nothing_twice(parts: Parts) -> None:
    request, amara = asked(parts), the_therapist().id
    requests.decline(request, amara, now=NOW)

    requests.decline(request, amara, now=NOW + HOUR)

    assert status_of(request) is Status.DECLINED
    assert states(MessageKind.REQUEST_DECLINED) == [("due", "")]


def test_the_sweep_leaves_alone_what_was_answered_while_it_looked(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, amara = asked(parts), the_therapist().id
    lapsed, let_go = NOW + 48 * HOUR, requests._let_go

    def answered_first(appointment_id: int, now: object) -> None:
        requests.accept(appointment_id, amara, now=lapsed - HOUR)
        let_go(appointment_id, lapsed)

    monkeypatch.setattr(requests, "_let_go", answered_first)
    requests.let_go_of_lapsed(now=lapsed)

    assert status_of(request) is Status.CONFIRMED
    assert states(MessageKind.REQUEST_EXPIRED) == []


@pytest.mark.parametrize("how", ["let go of", "cancelled"])
def test_a_yes_that_waited_confirms_nothing_whose_time_is_gone(parts: Parts, how: str) -> None:
    request, amara = asked(parts), the_therapist().id
    lapsed = NOW + 48 * HOUR
    if how == "let go of":
        requests.let_go_of_lapsed(now=lapsed)
    else:
        seat = db.session.scalars(select(Participant.id)).one()
        cancel(seat, accept_late=False, reason="", parts=parts, now=NOW)
    before = status_of(request)

    with pytest.raises(IllegalTransition):
        requests.accept(request, amara, now=lapsed - HOUR)

    assert status_of(request) is before
    assert db.session.scalars(select(Claim)).all() == []


def test_a_therapist_who_is_not_there_has_no_time_off() -> None:
    span = Interval(MONDAY_9AM, MONDAY_9AM + HOUR)

    with pytest.raises(NotFound):
        availability.add_time_off(1_000_000, span, actor=therapist(1_000_000), now=NOW)
