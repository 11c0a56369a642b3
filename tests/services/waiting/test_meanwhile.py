"""What was so when a sweep looked and is not any more when it has the locks: nothing is done."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus, Window
from booking.models import AuditEntry, Therapist, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.parts import Parts
from booking.services.waiting import ending, offering
from booking.services.waiting.answering import decline_offer
from booking.services.waiting.ending import PROVED_WITHIN, end_what_is_over
from booking.services.waiting.joining import stop_waiting
from booking.services.waiting.offering import pass_on
from tests.factories import HOUR, MINUTE, NOW
from tests.services.waiting.line import (
    ANSWER_BY,
    AT_TWO,
    TUESDAY_2PM,
    freed,
    place,
    taken,
    the_offer,
    waits,
)
from tests.support.meanwhile import before_it_writes
from tests.support.owed import DAY

pytestmark = pytest.mark.usefixtures("practice")
A_SECOND = timedelta(seconds=1)
ON_WEDNESDAY = Window(2, 14 * 60, 15 * 60)


def acts() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(AuditEntry.act).filter_by(subject="waiting")))


def time_off() -> None:
    amara = db.session.scalars(select(Therapist)).one()
    add_time_off(amara.id, Interval(TUESDAY_2PM, TUESDAY_2PM + HOUR), actor=SYSTEM, now=NOW)


def test_an_answer_that_came_just_before_the_end_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    sam = waits()
    pass_on(now=NOW)
    offer_id = the_offer(sam).id
    just_before = ANSWER_BY - A_SECOND
    before_it_writes(monkeypatch, ending, lambda: decline_offer(offer_id, now=just_before))

    end_what_is_over(now=ANSWER_BY)

    assert the_offer(sam).status is WaitingOfferStatus.DECLINED
    assert the_offer(sam).answered_at == just_before
    assert "offer lapsed" not in acts()


def test_an_offer_answered_meanwhile_is_not_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    sam = waits()
    pass_on(now=NOW)
    time_off()
    offer_id = the_offer(sam).id
    before_it_writes(monkeypatch, ending, lambda: decline_offer(offer_id, now=NOW))

    end_what_is_over(now=NOW)

    assert the_offer(sam).status is WaitingOfferStatus.DECLINED
    assert "offer withdrawn" not in acts()


def test_who_left_meanwhile_has_left_and_was_not_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sam = waits(proved=False, until_day=None)
    late = NOW + PROVED_WITHIN
    before_it_writes(monkeypatch, ending, lambda: stop_waiting(sam, now=late))

    end_what_is_over(now=late)

    assert (place(sam).status, place(sam).ended_how) == (WaitingStatus.ENDED, "stopped")


def test_what_comes_free_meanwhile_goes_to_the_first_in_line_who_was_not_next_before(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = taken(parts)
    sam = waits("sam")
    kit = waits("kit", now=NOW + MINUTE, windows=(*AT_TWO, ON_WEDNESDAY), until_day=None)
    before_it_writes(monkeypatch, offering, lambda: freed(kim, parts))

    assert pass_on(now=NOW + MINUTE) == 0
    assert pass_on(now=NOW + MINUTE) == 2

    assert the_offer(sam).starts_at == TUESDAY_2PM
    assert the_offer(kit).starts_at == TUESDAY_2PM + DAY
