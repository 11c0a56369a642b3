"""Answering requests in the browser: what is shown, and what happens next in words."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.domain.lifecycle import Modality, Status
from booking.models import Appointment, db
from booking.services import requests
from booking.services.booking import Booked
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.web.booking_flow import everything
from tests.web.browsing import Browser
from tests.web.staff_pages import ASKED, booked, public_id, signed_in, takes_requests, the_therapist


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[time_machine.Traveller]:
    takes_requests()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def asked(parts: Parts, **wish: object) -> Booked:
    return booked(parts, **{"session_type": ASKED} | wish)


def status(made: Booked) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, made.appointment_id).status


def test_a_card_says_when_on_both_clocks_what_for_and_until_when(
    amara: Browser, parts: Parts
) -> None:
    guest = factories.guest(time_zone="America/Denver", payment="aetna", note="No rush.")
    asked(parts, guest=guest, modality=Modality.VIDEO)

    page = amara.get("/staff/requests")

    assert "Monday, March 4, 9:00 AM to 10:00 AM Your time 7:00 AM in Denver for S. R." in page.text
    assert "60-minute first session, by video" in page.text
    assert "Worry and anxiety · Aetna · New York" in page.text
    assert "No rush." in page.text
    assert "Held for them until Sunday, March 3, 10:00 AM." in page.text
    assert "Sam Reed" not in page.html


def test_without_requests_the_page_says_what_will_be_here(amara: Browser) -> None:
    assert "When someone asks for a time that needs your yes" in amara.get("/staff/requests").text


def test_what_runs_out_first_stands_first(
    then: time_machine.Traveller, amara: Browser, parts: Parts
) -> None:
    first = asked(parts, starts_at=MONDAY_9AM + 2 * HOUR)
    then.shift(600)
    second = asked(parts)

    html = amara.get("/staff/requests").html

    assert html.index(public_id(first)) < html.index(public_id(second))


def test_accepting_says_when_the_client_is_told(amara: Browser, parts: Parts) -> None:
    made = asked(parts)

    page = amara.press(amara.get("/staff/requests"), "Accept")

    assert status(made) is Status.CONFIRMED
    assert "Accepted: S. R., Monday, March 4, 9:00 AM" in page.text
    assert "They are told by mail at 10:03 AM." in page.text
    assert "No requests" in page.text


def test_declining_takes_a_second_press_and_says_what_follows(amara: Browser, parts: Parts) -> None:
    made = asked(parts)
    page = amara.get("/staff/requests")
    assert "This cannot be taken back." in page.text

    page = amara.press(page, "Decline this request")

    assert status(made) is Status.DECLINED
    assert "Declined: S. R." in page.text
    assert "The time is open again. They are told by mail at 10:03 AM." in page.text


def test_once_they_were_told_the_page_no_longer_says_when(
    then: time_machine.Traveller, amara: Browser, parts: Parts
) -> None:
    asked(parts)
    page = amara.press(amara.get("/staff/requests"), "Accept")
    then.shift(240)

    assert "They are being told by mail." in amara.get(page.path).text


def test_a_double_click_is_answered_as_one(amara: Browser, parts: Parts) -> None:
    """CASES A3, in the browser."""
    made = asked(parts)
    page = amara.get("/staff/requests")
    amara.press(page, "Accept")
    before = _kept()

    again = amara.press(page, "Accept")

    assert again.status == 200
    assert "Accepted: S. R." in again.text
    assert _kept() == before
    assert status(made) is Status.CONFIRMED


def test_a_no_after_a_yes_says_how_it_stands_and_changes_nothing(
    amara: Browser, parts: Parts
) -> None:
    made = asked(parts)
    page = amara.get("/staff/requests")
    requests.accept(made.appointment_id, the_therapist().id, now=NOW)
    before = everything()

    answer = amara.press(page, "Decline this request")

    assert answer.status == 409
    assert "this was accepted before" in answer.text
    assert "Nothing was changed." in answer.text
    assert everything() == before


def test_a_yes_to_what_ran_out_says_so(
    then: time_machine.Traveller, app: Flask, amara: Browser, parts: Parts
) -> None:
    made = asked(parts)
    page = amara.get("/staff/requests")
    then.move_to(NOW + 48 * HOUR, tick=False)

    answer = signed_in(app, parts).press(page, "Accept")

    assert answer.status == 409
    assert "this ran out" in answer.text
    assert status(made) is Status.REQUESTED


def test_asking_what_became_of_nothing_says_nothing(amara: Browser, parts: Parts) -> None:
    made = asked(parts)

    for answered in ("", "x", "0" * 32, public_id(made)):
        page = amara.get(f"/staff/requests?answered={answered}")
        assert page.status == 200
        assert "Accepted:" not in page.text
        assert "Declined:" not in page.text


def _kept() -> dict[str, object]:
    """Return every row but the therapists': each lock raises the version of the diary."""
    return {table: rows for table, rows in everything().items() if table != "therapist"}
