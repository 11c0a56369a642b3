"""A group on the web: a seat is held and booked like a time, and given up without the others."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.groups import SEATS, join, participant, seats, the_group, with_group
from tests.web import api
from tests.web.booking_flow import NINE, booked, check, picker
from tests.web.browsing import Browser

LATE = MONDAY_9AM - HOUR


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[time_machine.Traveller]:
    with_group(modalities=["video"])
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_seat_is_held_from_the_first_step_and_booked_once(browser: Browser, parts: Parts) -> None:
    for number in range(SEATS - 1):
        join(parts, number)
    page = check(browser, "group")
    refused = api.book(browser.client, session_type="group")

    done = browser.press(page, "Book this session")
    again = browser.press(page, "Book this session")

    assert refused.status_code == 409
    assert "You are booked" in done.text
    assert again.path == done.path
    assert seats() == [1, 2, 3]


def test_a_full_group_is_not_offered(browser: Browser, parts: Parts) -> None:
    for number in range(SEATS):
        join(parts, number)

    assert NINE not in picker(browser, "group").offered("slot")
    assert api.book(browser.client, session_type="group").status_code == 409


def test_who_cannot_come_says_so_and_the_others_stay(browser: Browser, parts: Parts) -> None:
    join(parts, 0)
    page = booked(browser, "group")
    asked = browser.get(page.link("I cannot come"))

    done = browser.press(asked, "I cannot come")

    assert page.hrefs("Change the time") == page.hrefs("Cancel") == []
    assert "It costs nothing until Sunday, March 3, 9:00 AM New York time." in asked.text
    assert "You are not coming to this session" in done.text
    assert seats() == [1]
    assert the_group().status is Status.CONFIRMED


def test_it_can_be_taken_back(browser: Browser, parts: Parts) -> None:
    page = booked(browser, "group")
    left = browser.press(browser.get(page.link("I cannot come")), "I cannot come")

    done = browser.press(left, "Undo: I will come")

    assert "You are booked as before." in done.text
    assert seats() == [1]


def test_taking_it_back_is_offered_for_three_minutes(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser, "group")
    left = browser.press(browser.get(page.link("I cannot come")), "I cannot come")
    then.move_to(NOW + 4 * MINUTE)

    late = browser.press(left, "Undo: I will come")

    assert late.status == 422
    assert "Undo" not in browser.get(page.path).text
    assert seats() == []


def test_a_seat_given_away_is_not_had_back(browser: Browser, parts: Parts) -> None:
    for number in range(SEATS - 1):
        join(parts, number)
    page = booked(browser, "group")
    left = browser.press(browser.get(page.link("I cannot come")), "I cannot come")
    join(parts, SEATS)

    late = browser.press(left, "Undo: I will come")

    assert late.status == 409
    assert "Somebody took that place a moment ago." in late.text


def test_the_late_fee_is_said_before_it_is_owed(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser, "group")
    then.move_to(LATE)
    asked = browser.get(f"{page.path}/leave")

    unticked = browser.press(asked, "I cannot come")
    done = browser.press(unticked, "I cannot come", accept_late="yes")

    assert "so the late fee is $50." in asked.text
    assert unticked.status == 422
    assert "Tick this if you still cannot come." in unticked.text
    assert "so the fee is $50." in done.text
    assert seats() == []


def test_nobody_moves_or_cancels_a_group_for_the_others(browser: Browser, parts: Parts) -> None:
    join(parts, 0)
    page = booked(browser, "group")

    browser.client.post(f"{page.path}/move", data={"slot": "2030-03-04T16:00:00Z"})
    browser.client.post(f"{page.path}/cancel")

    assert the_group().starts_at == MONDAY_9AM
    assert the_group().status is Status.CONFIRMED


def test_who_is_no_group_has_nothing_to_leave(browser: Browser) -> None:
    page = booked(browser)

    back = browser.get(f"{page.path}/leave")
    browser.client.post(f"{page.path}/leave")

    assert "You are booked" in back.text
    assert the_group().status is Status.CONFIRMED


def test_the_api_joins_and_leaves_with_the_same_shape(client: FlaskClient, parts: Parts) -> None:
    join(parts, 0)
    answer = api.book(client, session_type="group")
    token = api.token_of(answer)

    left = client.post(f"/api/v1/appointments/{token}/cancel", json={})
    again = client.post(f"/api/v1/appointments/{token}/cancel", json={})

    assert answer.get_json()["status"] == "confirmed"
    assert left.get_json()["status"] == "cancelled"
    assert (left.get_json()["late"], left.get_json()["fee_cents"]) == (False, 0)
    assert again.get_json() == left.get_json()
    assert left.get_json().keys() - answer.get_json().keys() == {"late", "fee_cents"}
    assert seats() == [1]


def test_the_api_asks_for_a_yes_to_the_fee(
    client: FlaskClient, parts: Parts, then: time_machine.Traveller
) -> None:
    token = api.token_of(api.book(client, session_type="group"))
    then.move_to(LATE)

    refused = client.post(f"/api/v1/appointments/{token}/cancel", json={})
    left = client.post(f"/api/v1/appointments/{token}/cancel", json={"accept_late": True})

    assert refused.status_code == 422
    assert (left.get_json()["late"], left.get_json()["fee_cents"]) == (True, 5000)


def test_the_api_offers_a_seat_as_a_time(client: FlaskClient, parts: Parts) -> None:
    join(parts, 0)

    found = api.openings(client, session_type="group").get_json()["openings"]

    assert found[0]["starts_at"] == NINE


def test_who_left_has_no_calendar_file(browser: Browser, parts: Parts) -> None:
    made = join(parts, 0)
    page = booked(browser, "group", email="kim@example.org")
    file = page.link("Calendar file")

    browser.press(browser.get(page.link("I cannot come")), "I cannot come")

    assert browser.get(file).status == 404
    assert participant(made).status is ParticipantStatus.ATTENDING
