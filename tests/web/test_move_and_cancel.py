"""Moving and cancelling from the page of an appointment, and taking a cancel back."""

import pytest
import time_machine
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.models import Appointment, Claim, Message, db
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import change
from tests.web.booking_flow import (
    NINE,
    TEN,
    amara_offers,
    booked,
    count,
    only_appointment,
    somebody_books,
)
from tests.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("then")

SOON = MONDAY_9AM - 2 * HOUR


def test_a10_a_move_keeps_the_old_time_until_the_new_is_had(browser: Browser, parts: Parts) -> None:
    page = booked(browser)
    times = browser.get(page.link("Change the time"))
    somebody_books(TEN, parts)

    taken = browser.press(times, "Move to this time", slot=TEN)
    done = browser.press(taken, "Move to this time", slot="2030-03-04T16:00:00Z")

    assert "You have Monday, March 4 at 9:00 AM New York time until you pick" in times.text
    assert taken.status == 409
    assert "You have Monday, March 4 at 9:00 AM" in taken.text
    assert "Your time is changed." in done.text
    assert "Monday, March 4 at 11:00 AM" in done.text


def test_a10_a_move_into_its_own_old_time_is_allowed(browser: Browser) -> None:
    amara_offers("quarterly", step=15)
    page = booked(browser, "quarterly")
    times = browser.get(page.link("Change the time"))

    done = browser.press(times, "Move to this time", slot="2030-03-04T14:15:00Z")

    assert "Monday, March 4 at 9:15 AM" in done.text
    [claim] = db.session.scalars(select(Claim)).all()
    assert claim.from_at == MONDAY_9AM + 15 * MINUTE


def test_past_its_cut_off_a_move_is_refused_in_words(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser)
    then.move_to(SOON)
    late = browser.get(page.path)

    shown = browser.get(f"{page.path}/move")
    forced = browser.client.post(f"{page.path}/move", data={"slot": TEN})

    assert late.hrefs("Change the time") == []
    assert "It starts in less than 24 hours." in shown.text
    assert "602-555-0142" in shown.text
    assert forced.status_code == 422
    assert "It is too late to move this here" in forced.text
    assert only_appointment().starts_at == MONDAY_9AM


def test_whoever_is_asked_for_another_time_may_move_past_the_cut_off(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser)
    change(Appointment, only_appointment().id, asked_to_move_at=NOW)
    then.move_to(SOON, tick=False)

    times = browser.get(page.link("Change the time"))
    done = browser.press(times, "Move to this time", slot="2030-03-05T14:00:00Z")

    assert "Your time is changed." in done.text
    assert "Tuesday, March 5 at 9:00 AM" in done.text


def test_cancelling_in_time_is_free_and_can_be_taken_back(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser)
    then.shift(HOUR)
    asked = browser.get(page.link("Cancel"))

    gone = browser.press(asked, "Cancel this session", reason="A cold")
    freed = count(Claim)
    back = browser.press(gone, "Undo")

    assert "You can cancel at no cost until Sunday, March 3, 9:00 AM" in asked.text
    assert "That session is cancelled" in gone.text
    assert freed == 0
    assert "You are booked as before." in back.text
    assert only_appointment().status is Status.CONFIRMED


def test_undo_ends_after_three_minutes_or_when_the_time_is_taken(
    browser: Browser, then: time_machine.Traveller, parts: Parts
) -> None:
    page = booked(browser)
    gone = browser.press(browser.get(page.link("Cancel")), "Cancel this session")
    somebody_books(NINE, parts)

    taken = browser.press(gone, "Undo")
    then.shift(4 * MINUTE)
    late = browser.press(gone, "Undo")

    assert taken.status == 409
    assert "Someone booked that time a moment ago." in taken.text
    assert late.status == 422
    assert "Undo" not in late.text


def test_a_late_cancel_needs_a_yes_to_the_fee(
    browser: Browser, then: time_machine.Traveller, parts: Parts
) -> None:
    page = booked(browser)
    then.move_to(SOON)
    asked = browser.get(page.link("Cancel"))

    unsure = browser.press(asked, "Cancel this session", reason="My train is late")
    still = only_appointment().status
    gone = browser.press(unsure, "Cancel this session", accept_late="yes")

    assert "less than 24 hours, so the late fee is $50." in asked.text
    assert "Amara can waive it." in asked.text
    assert unsure.status == 422
    assert "My train is late" in unsure.form("Cancel this")[0].fields["reason"]
    assert still is Status.CONFIRMED
    assert "the fee is $50" in gone.text
    appointment = only_appointment()
    assert (appointment.late, appointment.fee_cents) == (True, 5000)
    assert parts.sealer.open(appointment.cancel_reason) == "My train is late"


@pytest.mark.parametrize("reason", ["x" * 301, "a\x00b"])
def test_a_bad_reason_is_named_and_cancels_nothing(browser: Browser, reason: str) -> None:
    page = booked(browser)

    again = browser.press(browser.get(page.link("Cancel")), "Cancel this session", reason=reason)

    assert again.status == 422
    assert "Keep your reason to 300 plain characters." in again.text
    assert again.form("Cancel this")[0].fields["reason"] == reason
    assert only_appointment().status is Status.CONFIRMED


def test_cancelling_twice_and_after_the_start_is_answered_calmly(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser)
    asked = browser.get(page.link("Cancel"))
    browser.press(asked, "Cancel this session")

    twice = browser.press(asked, "Cancel this session")
    looked = browser.get(f"{page.path}/cancel")

    assert "That session is cancelled" in twice.text
    assert looked.path == page.path
    told = db.session.scalars(select(Message).filter_by(kind=MessageKind.CANCELLED)).all()
    assert len(told) == 1


def test_once_it_has_begun_it_cannot_be_cancelled_here(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = booked(browser)
    asked = browser.get(page.link("Cancel"))
    then.move_to(MONDAY_9AM + MINUTE)

    late = browser.press(asked, "Cancel this session", accept_late="yes")

    assert late.status == 422
    assert "It has begun" in late.text
    assert only_appointment().status is Status.CONFIRMED
