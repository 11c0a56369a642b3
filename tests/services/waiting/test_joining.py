"""Joining the line, staying in it, and what is nobody's place in it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from booking.adapters.links import random_id
from booking.domain.waiting import WaitingStatus
from booking.errors import IllegalTransition, InvalidInput, NotFound, Problem
from booking.models import Therapist, db
from booking.services.booking import KEY_LIVES
from booking.services.waiting.answering import decline_offer, take_offer
from booking.services.waiting.joining import FARTHEST, join_line, keep_waiting, stop_waiting
from booking.services.waiting.staffing import take_off
from tests import factories
from tests.factories import MINUTE, NOW
from tests.services.waiting.line import new_waiting, place, waits

pytestmark = pytest.mark.usefixtures("practice")
A_DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("from_day", "until_day", "problem"),
    [
        (TODAY + FARTHEST + A_DAY, None, Problem("from_day", "too_long")),
        (TODAY + A_DAY, TODAY, Problem("until_day", "order")),
        (TODAY - 2 * A_DAY, TODAY - A_DAY, Problem("until_day", "order")),
    ],
)
@pytest.mark.one_database
def test_days_on_which_nobody_could_come_are_refused(
    from_day: date, until_day: date | None, problem: Problem
) -> None:
    with pytest.raises(InvalidInput) as refused:
        join_line(new_waiting(from_day=from_day, until_day=until_day), now=NOW)

    assert refused.value.problems == (problem,)


def test_nobody_waits_for_what_no_therapist_offers() -> None:
    with pytest.raises(InvalidInput) as refused:
        join_line(new_waiting(therapists=("nobody",)), now=NOW)

    assert refused.value.problems == (Problem("therapists", "missing"),)


def test_the_same_request_is_one_place_for_a_day_and_leads_nowhere_after() -> None:
    link_id = random_id()
    first = join_line(new_waiting(link_id=link_id), now=NOW)

    assert join_line(new_waiting(link_id=link_id), now=NOW + KEY_LIVES - MINUTE) == first
    with pytest.raises(NotFound):
        join_line(new_waiting(link_id=link_id), now=NOW + KEY_LIVES)


def test_who_left_the_line_does_not_wait_on() -> None:
    sam = waits()
    stop_waiting(sam, now=NOW)

    with pytest.raises(IllegalTransition):
        keep_waiting(sam, proves=False, now=NOW)

    assert place(sam).status is WaitingStatus.ENDED


@pytest.mark.one_database
def test_what_never_was_cannot_be_acted_on() -> None:
    with pytest.raises(NotFound):
        keep_waiting(1, proves=False, now=NOW)
    with pytest.raises(NotFound):
        take_offer(1, now=NOW)
    with pytest.raises(NotFound):
        decline_offer(1, now=NOW)


def test_nobody_is_taken_off_the_line_of_another_therapist() -> None:
    bo = factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@alder.example")
    sam = waits()

    with pytest.raises(NotFound):
        take_off(sam, bo.id, now=NOW)

    assert place(sam).status is WaitingStatus.WAITING
    assert [each.therapist_id for each in place(sam).therapists] == [amara_id()]


def amara_id() -> int:
    return db.session.scalars(select(Therapist.id).filter_by(slug="amara")).one()
