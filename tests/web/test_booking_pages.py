"""Booking on the web from the first page to the last, without a script."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.domain.lifecycle import Modality, Status
from booking.models import (
    Appointment,
    Practice,
    SmsConsent,
    db,
)
from booking.services.parts import EXTENSION, Parts
from tests.factories import MINUTE, MONDAY_9AM, NOW
from tests.support.owed import change
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
    only_appointment,
    only_participant,
    picker,
)
from tests.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("then")


def test_a_call_is_four_pages_from_its_time_to_the_booking(browser: Browser) -> None:
    about_you = browser.get(f"/book/amara?type=consultation&slot={NINE}&state=NY&need=anxiety")
    checked = browser.press(about_you, "Continue", **SAM)
    done = browser.press(checked, "Book this call")

    assert "Monday, March 4" in about_you.text
    assert "sam@example.org" in checked.text
    assert "You are booked" in done.text
    assert done.path.startswith("/b/")
    appointment = only_appointment()
    assert (appointment.status, appointment.starts_at) == (Status.CONFIRMED, MONDAY_9AM)


def test_looking_at_a_time_holds_nothing(browser: Browser) -> None:
    browser.get(f"/book/amara?type=consultation&slot={NINE}&state=NY")
    picker(browser, slot=NINE)

    assert count(Appointment) == 0


def test_a_session_is_held_from_the_moment_its_time_is_chosen(browser: Browser) -> None:
    page = about(browser)

    held = only_appointment()
    assert (held.status, held.starts_at) == (Status.HELD, MONDAY_9AM)
    assert held.expires_at == NOW + 10 * MINUTE
    assert "until 10:10 AM" in page.text


def test_what_was_answered_on_the_way_is_kept_with_the_booking(
    browser: Browser, parts: Parts
) -> None:
    page = about(browser, need="anxiety", payment="aetna", modality="phone")
    checked = browser.press(
        page,
        "Continue",
        **SAM,
        phone="(212) 555-0123",
        pronouns="they/them",
        language="es",
        access_needs="Captions, please",
        note="First time",
        sms_consent="yes",
    )
    browser.press(checked, "Book this session", modality="phone")

    found = only_participant()
    assert (found.state, found.need, found.payment, found.language) == (
        "NY",
        "anxiety",
        "aetna",
        "es",
    )
    assert (found.phone, found.person.pronouns) == ("+12125550123", "they/them")
    assert parts.sealer.open(found.note) == "First time"
    assert parts.sealer.open(found.access_needs) == "Captions, please"
    consent = db.session.scalars(select(SmsConsent)).one()
    assert "Reply STOP to end" in consent.wording
    assert consent.ip == "127.0.0.1"


def test_the_booking_is_emptied_of_what_was_typed(browser: Browser) -> None:
    booked(browser)

    assert only_appointment().draft is None


def test_a_request_says_by_when_it_is_answered(browser: Browser) -> None:
    amara_offers("asked", needs_approval=True)

    page = check(browser, "asked")
    assert "Send request" in page.text
    done = browser.press(page, "Send request")

    assert "Your request is in" in done.text
    assert "Amara will answer by Sunday, March 3, 10:00 AM New York time" in done.text
    assert only_appointment().status is Status.REQUESTED
    assert done.hrefs("Calendar file") == []


def test_a_phone_session_says_who_calls_whom(browser: Browser) -> None:
    page = about(browser, modality="phone")
    form, _button = page.form("Continue")
    assert "Amara calls you on this number" in page.text

    checked = browser.press(page, "Continue", **SAM, phone="212-555-0123")
    done = browser.press(checked, "Book this session")

    assert form.fields["phone"] == ""
    assert "Amara will call you at 212-555-0123" in checked.text
    assert "Amara will call you at 212-555-0123" in done.text
    assert only_appointment().modality is Modality.PHONE


def test_a_call_may_change_from_video_to_phone_on_the_form(browser: Browser) -> None:
    page = about(browser, "consultation")

    without = browser.press(page, "Continue", **SAM, modality="phone")
    checked = browser.press(without, "Continue", phone="212-555-0123")
    browser.press(checked, "Book this call")

    assert "Enter a phone number" in without.text
    assert only_appointment().modality is Modality.PHONE


def test_where_texts_are_off_nobody_is_asked_for_them(client: FlaskClient, parts: Parts) -> None:
    client.application.extensions[EXTENSION] = replace(parts, sms=None)

    page = about(Browser(client, NEW_YORK))

    assert "text me" not in page.text


def test_the_state_is_asked_before_any_time_is_shown(browser: Browser) -> None:
    asked = browser.get("/book/amara?type=session")
    shown = browser.press(asked, "Show times", state="NY")

    assert asked.offered("slot") == []
    assert "Amara may only see people who are in New York." in asked.text
    assert len(shown.offered("slot")) == 8


def test_somebody_abroad_is_seen_where_the_practice_sees_people_abroad(browser: Browser) -> None:
    change(Practice, 1, sees_abroad=True)
    asked = browser.get("/book/amara?type=session")
    times = browser.press(asked, "Show times", country="FR")

    page = browser.press(times, "Continue", slot=NINE)
    checked = browser.press(page, "Continue", **SAM)
    browser.press(checked, "Book this session")

    assert "France" in times.text
    assert "France" in checked.text
    found = only_participant()
    assert (found.state, found.country) == (None, "FR")


def test_the_way_back_to_the_directory_keeps_the_answers(browser: Browser) -> None:
    page = picker(browser, need="anxiety", payment="aetna")

    assert page.link("Back to therapists") == "/find?state=NY&need=anxiety&payment=aetna"


def test_titles_say_nothing_of_what_is_booked(browser: Browser) -> None:
    page = check(browser)
    titles = [
        picker(browser).title,
        about(browser, slot=TEN).title,
        page.title,
        browser.press(page, "Book this session").title,
    ]

    for title in titles:
        assert title.endswith("Alder Street")
        assert not {"therap", "session", "amara", "anxiety"} & set(title.lower().split())
