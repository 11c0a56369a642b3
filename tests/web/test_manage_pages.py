"""The page of an appointment: what it says, and putting the address right."""

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.messages import MessageKind
from booking.models import Message, db
from booking.services.parts import Parts
from booking.services.requests import decline, let_go_of_lapsed
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import sweep
from tests.web.booking_flow import (
    NINE,
    TEN,
    amara_offers,
    booked,
    event_in,
    only_appointment,
    only_participant,
    path_for,
)
from tests.web.browsing import Browser, Page

pytestmark = pytest.mark.usefixtures("then")

SOON = MONDAY_9AM - 2 * HOUR


def mailed(browser: Browser, parts: Parts) -> Page:
    """Come again by the link that was mailed."""
    return browser.get(path_for(only_participant(), Purpose.MAILED, parts))


def kinds() -> list[MessageKind]:
    db.session.rollback()
    return list(db.session.scalars(select(Message.kind).order_by(Message.id)))


def test_the_confirmation_says_what_when_how_and_what_next(browser: Browser) -> None:
    page = booked(browser)

    for words in (
        "We will see you on Monday, March 4 at 9:00 AM New York time.",
        "Amara Okafor, PsyD",
        "50-minute session",
        "By video, in your browser.",
        "Free to cancel until Sunday, March 3, 9:00 AM New York time.",
        "After that the late fee is $50.",
        "sam@example.org",
        "What happens next",
    ):
        assert words in page.text


def test_the_calendar_file_is_neutral_and_its_links_too(browser: Browser, parts: Parts) -> None:
    page = booked(browser, note="Panic")
    file = browser.client.get(page.link("Calendar file"))

    read = Calendar.from_ical(file.data)
    entry = event_in(file.data)
    assert read["METHOD"] == "PUBLISH"
    assert (entry["UID"], entry["SUMMARY"]) == (only_appointment().uid, "Appointment")
    assert entry["dtstart"].dt == MONDAY_9AM
    assert "attendee" not in entry
    assert "organizer" not in entry
    assert file.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    for leaves in (file.text, page.link("Google Calendar"), page.link("Outlook")):
        assert "amara" not in leaves.lower()
        assert "session" not in leaves.lower()
        assert "therap" not in leaves.lower()


def test_a_mailed_link_offers_to_say_that_the_address_is_right(
    browser: Browser, parts: Parts
) -> None:
    own = booked(browser)
    page = mailed(browser, parts)
    assert only_participant().person.verified_at is None

    done = browser.press(page, "Yes, this is my email")

    assert "Yes, this is my email" not in own.text
    assert "Yes, this is my email" not in done.text
    assert only_participant().person.verified_at == NOW


def test_a_link_shown_in_the_browser_proves_nothing(browser: Browser) -> None:
    page = booked(browser)

    browser.client.post(f"{page.path}/confirm")
    browser.press(page, "Send it again")

    assert only_participant().person.verified_at is None


def test_any_act_through_a_mailed_link_proves_the_address(browser: Browser, parts: Parts) -> None:
    booked(browser)

    browser.press(mailed(browser, parts), "Send it again")

    assert only_participant().person.verified_at == NOW


def test_a_mistyped_address_is_put_right_and_the_old_links_end(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    page = booked(browser, email="sam@exmaple.org")
    old = path_for(only_participant(), Purpose.MAILED, parts)

    done = browser.press(page, "Correct it and send again", email="sam@example.org")
    sweep(parts, NOW)

    assert "We are sending everything to your new address." in done.text
    assert "sam@example.org" in done.text
    assert browser.get(page.path).status == 404
    assert browser.get(old).status == 404
    assert [to for to, _raw in mail.sent if "sam" in to] == ["sam@example.org"]


def test_a_correction_that_is_none_is_kept_and_changes_nothing(browser: Browser) -> None:
    page = booked(browser)

    again = browser.press(page, "Correct it and send again", email="sam at example")

    assert again.status == 422
    assert "Enter an email like name@example.com." in again.text
    assert again.form("Correct it")[0].fields["email"] == "sam at example"
    assert only_participant().person.email == "sam@example.org"


def test_sending_again_has_an_end(browser: Browser) -> None:
    page = booked(browser)

    answers = [browser.press(page, "Send it again") for _ in range(5)]

    assert [each.status for each in answers] == [200] * 4 + [422]
    assert "call the front desk" in answers[-1].text


def test_what_is_over_says_so(browser: Browser, then: time_machine.Traveller) -> None:
    page = booked(browser)
    then.move_to(MONDAY_9AM + 2 * HOUR)

    over = browser.get(page.path)

    assert "This session is over" in over.text
    assert over.hrefs("Change the time") == over.hrefs("Calendar file") == []
    assert over.link("Find another time").startswith("/book/amara?type=session")


def test_a_declined_and_an_unanswered_request_lead_on_to_other_times(
    browser: Browser, then: time_machine.Traveller
) -> None:
    amara_offers("asked", needs_approval=True)
    first = booked(browser, "asked", NINE)
    declined = only_appointment()
    decline(declined.id, declined.therapist_id, now=NOW)
    second = booked(browser, "asked", TEN)
    then.move_to(NOW + 48 * HOUR)
    let_go_of_lapsed(now=NOW + 48 * HOUR)

    assert "Amara could not take your request." in browser.get(first.path).text
    unanswered = browser.get(second.path)
    assert "Amara did not answer in time. Nothing is booked." in unanswered.text
    assert unanswered.hrefs("Find another time") != []
