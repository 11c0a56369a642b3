"""The list of those who wait for a therapist's time."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.domain.messages import MessageKind
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.models import db
from booking.services.parts import Parts
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import MINUTE, NOW
from tests.services.waiting.line import claims, offers, place, waits
from tests.support.owed import states
from tests.web.browsing import Browser
from tests.web.staff_pages import BO, another_therapist, signed_in


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def test_it_shows_who_waits_in_the_order_of_the_line_and_nothing_more(amara: Browser) -> None:
    waits("kit", now=NOW + MINUTE, guest=factories.guest(name="Kit Vale", email="kit@x.example"))
    waits("sam")
    waits("new", proved=False, guest=factories.guest(name="Ned Oak", email="ned@x.example"))
    pass_on(now=NOW + MINUTE)

    page = amara.get("/staff/waiting")

    assert page.text.index("S. R.") < page.text.index("K. V.")
    assert "A session, once, video, NY" in page.text
    assert "Tuesdays, 2:00 PM to 3:00 PM; From March 1, 2030 to March 5, 2030" in page.text
    assert "Tue, Mar 5, 2:00 PM is held for them until Saturday, March 2, 10:00 AM." in page.text
    assert "N. O." not in page.text
    for secret in ("Sam", "Kit", "x.example", "+1212", "anxiety"):
        assert secret not in page.html


def test_nobody_waiting_says_what_will_be_here(amara: Browser) -> None:
    assert "Nobody waits right now" in amara.get("/staff/waiting").text


def test_taking_somebody_off_frees_what_was_held_and_tells_them(amara: Browser) -> None:
    sam = waits()
    pass_on(now=NOW)

    page = amara.press(amara.get("/staff/waiting"), "Take off the line")

    assert "They wait for you no longer." in page.text
    assert place(sam).status is WaitingStatus.ENDED
    assert [each.status for each in offers(sam)] == [WaitingOfferStatus.WITHDRAWN]
    assert claims() == 0
    assert states(MessageKind.WAITING_ENDED) == [("due", "")]
    assert amara.client.post(f"/staff/waiting/{sam}/end").status_code == 303
    assert states(MessageKind.WAITING_ENDED) == [("due", "")]


def test_whoever_waits_for_another_too_goes_on_waiting_there(amara: Browser) -> None:
    bo = another_therapist()
    sam = waits(therapists=("amara", "bo"))
    pass_on(now=NOW)

    amara.press(amara.get("/staff/waiting"), "Take off the line")

    assert [each.status for each in offers(sam)] == [WaitingOfferStatus.WITHDRAWN]
    assert claims() == 0
    assert place(sam).status is WaitingStatus.WAITING
    assert [each.therapist_id for each in place(sam).therapists] == [bo.id]
    assert states(MessageKind.WAITING_ENDED) == []
    pass_on(now=NOW)
    assert [each.therapist_id for each in offers(sam)][1:] == [bo.id]


def test_another_therapist_sees_and_ends_nothing(app: Flask, parts: Parts) -> None:
    another_therapist()
    sam = waits()
    bo = signed_in(app, parts, BO)

    assert "S. R." not in bo.get("/staff/waiting").text
    assert bo.client.post(f"/staff/waiting/{sam}/end").status_code == 404
    assert bo.client.post("/staff/waiting/99999/end").status_code == 404
    assert place(sam).status is WaitingStatus.WAITING


def test_what_a_colleague_holds_for_them_is_not_told_in_detail(amara: Browser) -> None:
    bo = another_therapist()
    sam = waits(therapists=("amara", "bo"))
    pass_on(now=NOW)
    offer = offers(sam)[0]
    factories.changed(offer, therapist_id=bo.id)
    db.session.rollback()

    page = amara.get("/staff/waiting")

    assert "Somebody else's time is held for them until Saturday, March 2, 10:00 AM." in page.text
    assert "Tue, Mar 5, 2:00 PM" not in page.text
