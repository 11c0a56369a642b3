"""Why a time is not offered: the page names each rule, and where it is set."""

import pytest
from flask import Flask
from sqlalchemy import update

from booking.domain.interval import Interval
from booking.models import Closure, SessionType, Therapist
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import another_therapist, signed_in, the_therapist

pytestmark = [pytest.mark.usefixtures("then"), pytest.mark.one_database]


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def asked(amara: Browser, **answers: str) -> Page:
    given = {"type": "session", "day": "2030-03-04", "at": "09:00", "state": ""} | answers
    return amara.press(amara.get("/staff/why"), "Look", **given)


def change(**values: object) -> None:
    """Set what the kind of session asks of the calendar."""
    wanted = update(SessionType).filter_by(slug="session").values(**values)
    unit_of_work(lambda session: session.execute(wanted))


def test_the_hours_page_leads_there(amara: Browser) -> None:
    assert amara.get("/staff/hours").link("Why is this time not offered?") == "/staff/why"


def test_an_open_time_is_said_to_be_offered(amara: Browser) -> None:
    page = asked(amara, state="NY")

    assert "Monday, March 4, 9:00 AM" in page.text
    assert "This time is offered." in page.text
    assert "Not offered" not in page.text


def test_each_rule_is_named_with_its_setting(amara: Browser, parts: Parts) -> None:
    book(factories.wish(session_type="session"), key=factories.key(), parts=parts, now=NOW)
    hour = Interval(MONDAY_9AM, MONDAY_9AM + HOUR)
    add_time_off(the_therapist().id, hour, actor=SYSTEM, now=NOW)
    factories.saved(
        Closure(name="Holiday", from_at=hour.start - 9 * HOUR, until_at=hour.end + 14 * HOUR)
    )

    page = asked(amara, state="CA")

    assert "Not offered: 4 things hold it back." in page.text
    assert "You may not see people in California on that day." in page.text
    assert "You are away: Monday, March 4, 9:00 AM to 10:00 AM." in page.text
    assert "The practice is closed: Monday, March 4, all day." in page.text
    assert "Something is booked or held: Monday, March 4, 9:00 AM to 10:00 AM" in page.text
    assert page.link("Time off") == "/staff/time-off"


def test_no_client_is_named(amara: Browser, parts: Parts) -> None:
    book(factories.wish(session_type="session"), key=factories.key(), parts=parts, now=NOW)

    assert "Sam" not in asked(amara).text


def test_outside_the_hours_and_between_two_starts_are_told_apart(amara: Browser) -> None:
    assert "is not within your hours" in asked(amara, at="7:00 AM").text
    assert asked(amara, at="7:00 AM").link("Hours on Monday, March 4") == "/staff/hours"
    between = asked(amara, at="9:20 AM")
    assert "It is between two starts." in between.text
    assert "Starts: every 60 minutes from where your hours begin." in between.text


def test_too_soon_too_far_and_over(amara: Browser) -> None:
    change(notice_hours=1000, horizon_days=60)

    assert "booked 1000 hours ahead at least" in asked(amara).text
    assert "booked up to 60 days ahead" in asked(amara, day="2030-12-02").text
    assert "This time is over." in asked(amara, day="2030-01-07").text


def test_full_days_and_weeks_and_breaks(amara: Browser, parts: Parts) -> None:
    book(factories.wish(session_type="session"), key=factories.key(), parts=parts, now=NOW)
    limits = update(Therapist).values(daily_limit=1, weekly_limit=1)
    unit_of_work(lambda session: session.execute(limits))
    change(buffer_before=15)

    page = asked(amara, at="10:00 AM")

    assert "Limit: 1 sessions a day." in page.text
    assert "Limit: 1 sessions a week." in page.text
    assert "Breaks: 15 minutes before and 10 after each session." in page.text


def test_what_no_time_can_put_right_is_said_too(amara: Browser) -> None:
    change(active=False, open_to_new=False)

    page = asked(amara)

    assert "This kind of session is switched off" in page.text
    assert "This kind of session is not open to new clients." in page.text


def test_what_is_missing_is_asked_for_and_the_rest_stays(amara: Browser) -> None:
    page = asked(amara, day="", at="soon", state="NY")

    assert "Choose a date." in page.text
    assert "Enter a time, like 9:00 AM." in page.text
    assert page.form("Look")[0].fields["state"] == "NY"


def test_a_time_that_clocks_skip_is_said_to_be_none(amara: Browser) -> None:
    page = asked(amara, day="2030-03-10", at="2:30 AM")

    assert "Clocks skip that time on this date." in page.text


def test_another_therapists_kinds_of_session_are_not_asked_about(amara: Browser) -> None:
    factories.session_type(another_therapist(), slug="theirs", minutes=30)

    assert (
        "Choose what kind of session."
        in amara.get("/staff/why?type=theirs&day=2030-03-04&at=09:00").text
    )
