"""Who may be offered a time, where more than one thing speaks for or against it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Kind
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus, Window
from booking.models import SessionType, Therapist, db
from booking.services.booking import book
from booking.services.identity import prove_address
from booking.services.parts import Parts
from booking.services.waiting import offering
from booking.services.waiting.ending import PROVED_WITHIN
from booking.services.waiting.line import LOOK_AGAIN
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.waiting.line import TUESDAY, offers, place, the_offer, waits
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("practice")
OPEN = WaitingOfferStatus.OPEN
A_DAY = timedelta(days=1)
CALL: dict[str, Any] = {"kind": Kind.CONSULTATION, "windows": (Window(1, 14 * 60, 14 * 60 + 15),)}


def amara() -> Therapist:
    return db.session.scalars(select(Therapist).filter_by(slug="amara")).one()


def test_whoever_was_offered_something_meanwhile_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sam = waits(windows=(), until_day=None)
    pass_on(now=NOW)
    factories.changed(amara(), diary_version=100)
    # As it looked a moment ago to a sweep that is about to lock the line.
    monkeypatch.setattr(offering, "therapists_to_look_at", lambda *_, **__: [amara().id])
    monkeypatch.setattr(offering, "line_of", lambda *_: [sam])

    assert pass_on(now=NOW) == 0
    assert len(offers(sam)) == 1


def test_nobody_is_offered_a_second_first_call(parts: Parts) -> None:
    call = book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    prove_address(call.participant_id, now=NOW)
    sam = waits(now=NOW + MINUTE, **CALL)
    kit = waits("kit", now=NOW + HOUR, **CALL)

    pass_on(now=NOW + HOUR)

    assert [each.waiting_id for each in offers()] == [kit]
    # Once it is over there may be another.
    after = MONDAY_9AM + HOUR
    factories.changed(place(sam), until_day=None)
    pass_on(now=after)
    assert [each.status for each in offers(sam)] == [OPEN]


def test_a_person_is_not_offered_a_time_at_which_they_are_elsewhere(parts: Parts) -> None:
    factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@alder.example")
    at_two = MONDAY_9AM + A_DAY + 5 * HOUR
    elsewhere = factories.wish(therapist="bo", starts_at=at_two)
    made = book(elsewhere, key=factories.key(), parts=parts, now=NOW)
    prove_address(made.participant_id, now=NOW)
    sam = waits(now=NOW + MINUTE)

    assert pass_on(now=NOW + MINUTE) == 0
    assert offers(sam) == []


@pytest.mark.parametrize("what", ["closed", "other_way", "group"])
def test_what_nobody_new_may_book_is_not_offered(what: str) -> None:
    sam = waits()
    values: dict[str, dict[str, object]] = {
        "closed": {"open_to_new": False},
        "other_way": {"modalities": ["phone"]},
        "group": {"seats": 8},
    }
    for each in db.session.scalars(select(SessionType)).all():
        factories.changed(each, **values[what])

    assert pass_on(now=NOW) == 0
    assert offers(sam) == []


def test_a_place_that_is_not_licensed_is_offered_nothing() -> None:
    waits(guest=factories.guest(state="CA"))

    assert pass_on(now=NOW) == 0


def test_the_last_day_ends_the_waiting_everywhere() -> None:
    sam = waits(windows=(Window(6, 0, 60),))
    midnight = NOW.replace(day=TUESDAY.day, hour=0)

    pass_on(now=midnight + A_DAY)
    assert place(sam).status is WaitingStatus.WAITING  # it is still that day in the west
    pass_on(now=midnight + A_DAY + 12 * HOUR)

    assert (place(sam).status, place(sam).ended_how) == (WaitingStatus.ENDED, "over")


def test_whoever_never_opens_the_mail_does_not_stay() -> None:
    sam = waits(proved=False, until_day=None)

    pass_on(now=NOW + PROVED_WITHIN - MINUTE)
    assert place(sam).status is WaitingStatus.WAITING
    pass_on(now=NOW + PROVED_WITHIN)

    assert place(sam).ended_how == "unproved"


def test_where_nothing_changed_nothing_is_looked_at() -> None:
    waits(windows=(Window(6, 0, 60),))
    pass_on(now=NOW)

    with statements() as quiet:
        pass_on(now=NOW + MINUTE)
    assert not [each for each in quiet if "FROM waiting_window" in each]

    with statements() as again:
        pass_on(now=NOW + LOOK_AGAIN)
    assert [each for each in again if "FROM waiting_window" in each]


def test_looking_alone_changes_no_diary() -> None:
    waits(windows=(Window(6, 0, 60),))
    waits("kit")
    pass_on(now=NOW)
    before = amara().diary_version

    for n in range(3):
        db.session.rollback()
        pass_on(now=NOW + n * LOOK_AGAIN)

    db.session.rollback()
    assert amara().diary_version == before
    assert the_offer().status is OPEN
