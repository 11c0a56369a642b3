"""Joining a standing group on the web: which there are, every date of one, and a place in it."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.models import Appointment, SeriesMember, db
from booking.services.audit import therapist
from booking.services.parts import Parts
from booking.services.series.leaving import end_series
from booking.services.series.skipping import skip_date
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.groups import MONDAYS, join, places, started
from tests.services.series.standing import live_dates, sign
from tests.web import api
from tests.web.booking_flow import SAM
from tests.web.browsing import Browser, Page

pytestmark = pytest.mark.usefixtures("then")

LIST = "/book/amara?type=group"
ME = {**SAM, "state": "NY"}


def group_page(browser: Browser) -> Page:
    return browser.get(browser.get(LIST).link("See all dates"))


def test_each_group_says_when_it_meets_and_how_many_places_are_left(
    browser: Browser, parts: Parts
) -> None:
    series = started()
    join(parts, series, 0)

    page = browser.get(LIST)

    assert "Mondays at 9:00 AM, every week" in page.text
    assert "2 places left" in page.text
    assert "Kim" not in page.text
    assert "Monday, March 4" in page.text


def test_a_full_group_is_shown_and_cannot_be_joined(browser: Browser, parts: Parts) -> None:
    series = started()
    for number in range(3):
        join(parts, series, number)

    page = browser.get(LIST)

    assert "Full right now" in page.text
    assert page.hrefs("See all dates") == []


def test_without_a_group_the_page_says_so(browser: Browser, parts: Parts) -> None:
    series = started()
    db.session.rollback()
    series_id = series.id
    first = live_dates(series_id)[0].occurrence
    assert first is not None
    end_series(series_id, first, accept_late=True, actor=therapist(series.therapist_id), now=NOW)

    assert "No group has begun yet" in browser.get(LIST).text


def test_every_date_is_shown_before_anything_is_held(browser: Browser) -> None:
    series = started()
    day = live_dates(series.id)[1].occurrence
    assert day is not None
    skip_date(series.id, series.therapist_id, day, now=NOW)

    page = group_page(browser)

    assert "7 dates are ahead. 1 date is off." in page.text
    assert "Clocks change in New York on Sunday, March 10." in page.text
    assert "Amara cancelled" in page.text
    assert db.session.scalars(select(SeriesMember)).all() == []


def test_times_are_on_the_clock_of_who_looks(client: FlaskClient) -> None:
    started()
    page = Browser(client, zone="America/Phoenix").get(LIST)

    assert "Mondays at 7:00 AM, every week" in page.text
    assert "For Amara: Mondays at 9:00 AM, every week" in page.text


def test_joining_leads_to_the_agreement_and_that_makes_the_place_theirs(browser: Browser) -> None:
    series = started()

    mine = browser.press(group_page(browser), "Take a place", **ME)
    agreement = browser.get(mine.link("Read and agree"))
    done = browser.press(agreement, "I agree", name="Sam Reed")

    assert "One more step: read and agree" in mine.text
    assert "We hold these times for you until" in mine.text
    assert "You are booked" in done.text
    assert places(series.id) == [1]
    assert db.session.scalars(select(SeriesMember)).one().expires_at is None


def test_who_joins_a_group_that_goes_on_agrees_from_their_own_first_date(
    browser: Browser, then: time_machine.Traveller
) -> None:
    started()
    then.move_to(MONDAY_9AM + HOUR)

    mine = browser.press(group_page(browser), "Take a place", **ME)
    agreement = browser.get(mine.link("Read and agree"))

    assert "First session Monday, March 11" in agreement.text
    assert "Open one to see it, or to say that you cannot come." in mine.text


def test_a_double_click_takes_one_place(browser: Browser) -> None:
    series = started()
    page = group_page(browser)

    first = browser.press(page, "Take a place", **ME)
    again = browser.press(page, "Take a place", **ME)

    assert again.path == first.path
    assert places(series.id) == [1]


def test_what_was_typed_stays_where_something_is_missing(browser: Browser) -> None:
    series = started()

    page = browser.press(group_page(browser), "Take a place", **(ME | {"email": "sam"}))

    assert page.status == 422
    assert "Enter an email like name@example.com." in page.text
    assert page.form("Take a place")[0].fields["name"] == "Sam Reed"
    assert places(series.id) == []


def test_the_last_place_may_go_meanwhile(browser: Browser, parts: Parts) -> None:
    series = started(seats=1)
    page = group_page(browser)
    join(parts, series, 0)

    late = browser.press(page, "Take a place", **ME)

    assert late.status == 409
    assert "The last place went a moment ago. Nothing was booked for you." in late.text


def test_the_therapist_must_be_licensed_there(browser: Browser) -> None:
    started()

    page = browser.press(group_page(browser), "Take a place", **(ME | {"state": "CA"}))

    assert page.status == 422
    assert "Amara may not see people in that state on that date." in page.text


def test_another_group_is_not_found(browser: Browser) -> None:
    started()

    assert browser.get("/book/amara/group/nowhere?type=group").status == 404
    assert browser.get("/book/amara/group/nowhere?type=session").status == 404


def test_no_single_time_of_a_standing_group_is_booked(client: FlaskClient) -> None:
    started()

    refused = api.book(client, session_type="group", starts_at="2030-03-04T16:00:00Z")
    found = api.openings(client, session_type="group")

    assert (refused.status_code, refused.get_json()["code"]) == (422, "session_type")
    assert (found.status_code, found.get_json()["code"]) == (422, "session_type")


def test_a_member_leaves_and_the_group_goes_on(browser: Browser, parts: Parts) -> None:
    series = started()
    join(parts, series, 0)
    mine = browser.press(group_page(browser), "Take a place", **ME)
    asked = browser.get(f"{mine.path}/leave")

    done = browser.press(asked, "Leave for good")

    assert mine.hrefs("Leave") != []
    assert mine.hrefs("Change") == mine.hrefs("Pause") == mine.hrefs("End") == []
    assert "8 dates without you" in asked.text
    assert "You have left these sessions" in done.text
    assert places(series.id) == [1]
    assert len(live_dates(series.id)) == MONDAYS


def test_leaving_late_says_what_it_costs(browser: Browser, then: time_machine.Traveller) -> None:
    started()
    mine = browser.press(group_page(browser), "Take a place", **ME)
    sign(db.session.scalars(select(SeriesMember.id)).one())
    then.move_to(MONDAY_9AM - HOUR)
    asked = browser.get(f"{mine.path}/leave")

    unticked = browser.press(asked, "Leave for good")
    done = browser.press(unticked, "Leave for good", accept_late="yes")

    assert "so close that the late fee is $50." in asked.text
    assert unticked.status == 422
    assert "Tick this if you still want to leave." in unticked.text
    assert "You have left these sessions" in done.text


def test_one_date_is_left_out_by_its_own_page(browser: Browser) -> None:
    series = started()
    mine = browser.press(group_page(browser), "Take a place", **ME)
    date = browser.get(mine.link("See this date"))
    asked = browser.get(date.link("I cannot come"))

    browser.press(asked, "I cannot come")

    assert "You keep your place on all others." in asked.text
    assert "7 dates are ahead." in browser.get(mine.path).text
    assert places(series.id) == [1]


def test_a_place_that_ran_out_says_so(browser: Browser, then: time_machine.Traveller) -> None:
    started()
    mine = browser.press(group_page(browser), "Take a place", **ME)
    then.move_to(MONDAY_9AM)

    late = browser.get(mine.path)

    assert "We let the times go" in late.text
    assert late.hrefs("Read and agree") == []


def test_nobody_says_of_a_group_who_is_in_it(browser: Browser, parts: Parts) -> None:
    series = started()
    join(parts, series, 1)
    mine = browser.press(group_page(browser), "Take a place", **ME)

    assert "Kim" not in mine.text
    assert "kim1" not in mine.html
    rows = db.session.scalars(select(Appointment)).all()
    assert len(rows) == MONDAYS
