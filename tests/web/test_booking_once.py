"""One attempt is one hold and one booking, however often and from wherever it is sent."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.models import (
    Appointment,
    Claim,
    IdempotencyKey,
    Message,
    Participant,
    db,
)
from booking.services.parts import Parts
from tests.factories import MINUTE, MONDAY_9AM
from tests.web.booking_flow import (
    NEW_YORK,
    NINE,
    SAM,
    TEN,
    about,
    amara_offers,
    booked,
    check,
    count,
    picker,
    somebody_books,
)
from tests.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("then")


def test_a12_a_double_click_on_the_time_holds_once(browser: Browser) -> None:
    page = picker(browser)

    first = browser.press(page, "Continue", slot=NINE)
    second = browser.press(page, "Continue", slot=NINE)

    assert first.status == second.status == 200
    assert first.path == second.path
    assert count(Appointment) == 1


def test_a12_a_double_click_on_the_form_of_a_call_holds_once(browser: Browser) -> None:
    page = about(browser, "consultation")

    first = browser.press(page, "Continue", **SAM)
    second = browser.press(page, "Continue", **SAM)

    assert first.path == second.path
    assert "Book this call" in second.text
    assert count(Appointment) == 1


def test_a12_sent_twice_or_gone_back_to_it_books_once_and_mails_once(browser: Browser) -> None:
    page = check(browser)

    first = browser.press(page, "Book this session")
    again = browser.press(page, "Book this session")
    back = browser.get(page.path)

    assert first.path == again.path == back.path
    assert count(Appointment) == count(Participant) == count(IdempotencyKey) == 1
    told = db.session.scalars(select(Message.kind)).all()
    assert len(told) == len(set(told)) == 3


def test_a_day_after_the_booking_its_forms_lead_nowhere(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = check(browser)
    done = browser.press(page, "Book this session")
    then.shift(25 * 60 * MINUTE)

    assert browser.get(page.path).status == 404
    assert browser.get(done.path).status == 200


def test_a4_only_the_one_who_holds_a_time_may_book_it(client: FlaskClient) -> None:
    mine, other = Browser(client, NEW_YORK), Browser(client.application.test_client(), NEW_YORK)
    check(mine)

    page = other.press(picker(other, day="2030-03-04"), "Continue", slot=NINE)

    assert page.status == 409
    assert "Someone booked that time a moment ago. Nothing was booked for you." in page.text
    assert NINE not in page.offered("slot")
    assert count(Appointment) == 1


def test_a4_a_hold_that_ran_out_is_free_for_others(
    client: FlaskClient, then: time_machine.Traveller
) -> None:
    mine, other = Browser(client, NEW_YORK), Browser(client.application.test_client(), NEW_YORK)
    page = check(mine)
    then.shift(10 * MINUTE)

    booked(other)
    late = mine.press(page, "Book this session")

    assert late.status == 409
    assert "Someone booked that time a moment ago" in late.text
    assert count(Participant) == 1


def test_another_time_may_be_chosen_from_the_check_page(browser: Browser) -> None:
    amara_offers("quarterly", step=15)
    page = check(browser, "quarterly", NINE)

    times = browser.get(page.link("Change the time"))
    quarter_past = "2030-03-04T14:15:00Z"  # within the hour that is held
    changed = browser.press(times, "Continue", slot=quarter_past)

    assert quarter_past in times.offered("slot")
    assert "9:15 AM" in changed.text
    assert "Book this session" in changed.text
    assert "sam@example.org" in changed.text
    live = db.session.scalars(select(Appointment).filter_by(status=Status.HELD)).all()
    assert [each.starts_at for each in live] == [MONDAY_9AM + 15 * MINUTE]
    assert count(Claim) == 1


def test_another_time_that_is_gone_leaves_the_first_one_held(
    browser: Browser, parts: Parts
) -> None:
    page = check(browser)
    times = browser.get(page.link("Change the time"))
    somebody_books(TEN, parts)

    gone = browser.press(times, "Continue", slot=TEN)

    assert gone.status == 409
    [held] = db.session.scalars(select(Appointment).filter_by(status=Status.HELD)).all()
    assert held.starts_at == MONDAY_9AM
