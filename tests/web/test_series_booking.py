"""Booking a standing hour on the web from the first page to the last, without a script."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from booking.models import (
    Appointment,
    IdempotencyKey,
    Series,
    SeriesMember,
    SeriesPart,
    SessionType,
    db,
)
from booking.web.booking_pages.standing import fix_name
from booking.web.instants import parse_instant
from tests import factories
from tests.factories import MINUTE, MONDAY_9AM
from tests.web.booking_flow import NINE, SAM, amara_offers, count, everything, picker
from tests.web.browsing import Browser
from tests.web.standing_flow import (
    MONDAYS,
    about,
    away,
    booked_starts,
    check,
    fixed,
    fixes,
    held,
    ladder,
)

pytestmark = pytest.mark.usefixtures("then")

DAY = timedelta(days=1)


def test_eight_mondays_are_shown_checked_and_booked(browser: Browser) -> None:
    dates = ladder(browser)
    you = browser.press(dates, "Continue")
    checked = browser.press(you, "Continue", **SAM)
    done = browser.press(checked, "Book 8 sessions")

    assert "8 are open. Nothing is booked yet." in dates.text
    assert "8 sessions: Mondays at 9:00 AM, every week" in you.text
    for day in ("Mon, Mar 4", "Mon, Mar 11", "Mon, Apr 22"):
        assert day in checked.text
    assert "$140 each session" in checked.text
    assert "free to cancel up to 24 hours before, then the fee is $50" in checked.text
    assert done.path.startswith("/s/")
    assert booked_starts() == MONDAYS[:8]
    member = db.session.scalars(select(SeriesMember)).one()
    assert (member.state, member.person.email) == ("NY", "sam@example.org")


def test_looking_at_every_date_writes_nothing(browser: Browser) -> None:
    page = picker(browser, "standing")
    before = everything()

    dates = browser.press(page, "Show every date", every="1", count="52", slot=NINE)

    assert "Your 52 sessions" in dates.text
    assert everything() == before


def test_the_dates_are_seen_before_any_is_held(browser: Browser) -> None:
    page = picker(browser, "standing")

    dates = browser.press(page, "Continue", slot=NINE, every="2", count="4")
    longer = browser.press(dates, "Continue", count="6")

    assert "Your 4 sessions" in dates.text
    assert "Your 6 sessions" in longer.text
    assert count(Appointment) == 0


def test_the_first_date_is_held_and_nothing_else(browser: Browser) -> None:
    page = about(browser)

    assert held() == [MONDAY_9AM]
    assert "until 10:10 AM" in page.text
    assert count(Series) == 0


def test_once_booked_nothing_of_the_hold_is_left(browser: Browser) -> None:
    browser.press(check(browser), "Book 8 sessions")

    assert held() == []
    assert set(db.session.scalars(select(Appointment.draft))) == {None}


def test_the_nearest_time_is_chosen_for_a_date_that_cannot_be_had(browser: Browser) -> None:
    away(MONDAYS[2])
    dates = ladder(browser)
    nearest = fixes(dates, MONDAYS[2])[0]
    assert fixed(dates, MONDAYS[2]) == nearest
    assert "7 are open. 1 needs a choice." in dates.text

    checked = browser.press(browser.press(dates, "Continue"), "Continue", **SAM)
    browser.press(checked, "Book 8 sessions")

    assert "Tue, Mar 19" in checked.text
    assert "In place of Mon, Mar 18" in checked.text
    assert parse_instant(nearest) in booked_starts()
    assert MONDAYS[2] not in booked_starts()


def test_another_of_the_times_that_week_may_be_chosen(browser: Browser) -> None:
    away(MONDAYS[2])
    dates = ladder(browser)
    nearest, next_best, skip, *others = fixes(dates, MONDAYS[2])
    another = others[-1]

    you = browser.press(dates, "Continue", **{fix_name(MONDAYS[2]): another})
    browser.press(browser.press(you, "Continue", **SAM), "Book 8 sessions")

    assert skip == "skip"
    assert len({nearest, next_best, *others}) == 5
    assert parse_instant(another) in booked_starts()


def test_a_date_may_be_skipped(browser: Browser) -> None:
    away(MONDAYS[2])

    you = browser.press(ladder(browser), "Continue", **{fix_name(MONDAYS[2]): "skip"})
    checked = browser.press(you, "Continue", **SAM)
    browser.press(checked, "Book 7 sessions")

    assert "Left out: Mon, Mar 18" in checked.text
    assert booked_starts() == [*MONDAYS[:2], *MONDAYS[3:8]]


def test_the_first_date_that_is_kept_is_the_one_held(browser: Browser) -> None:
    away(MONDAYS[0])
    browser.press(ladder(browser), "Continue", **{fix_name(MONDAYS[0]): "skip"})

    assert held() == [MONDAYS[1]]


def test_an_hour_without_an_end_shows_twelve_dates_and_says_so(browser: Browser) -> None:
    dates = ladder(browser, count="open")
    checked = browser.press(browser.press(dates, "Continue"), "Continue", **SAM)
    browser.press(checked, "Book these sessions")

    assert dates.html.count('<p class="rung">') == 12
    assert "Here are the first 12. More follow until you or Amara end it." in dates.text
    assert "Here are the first 12." in checked.text
    assert db.session.scalars(select(SeriesPart)).one().hour.repeat.is_open_ended
    assert booked_starts()[:12] == MONDAYS


def test_two_days_a_week_and_a_last_day(browser: Browser) -> None:
    dates = ladder(browser, on="3", until="2030-03-21")
    checked = browser.press(browser.press(dates, "Continue"), "Continue", **SAM)
    browser.press(checked, "Book 6 sessions")

    assert "Mondays and Thursdays at 9:00 AM, every week" in checked.text
    thursdays = [monday + 3 * DAY for monday in MONDAYS[:3]]
    assert booked_starts() == sorted([*MONDAYS[:3], *thursdays])


def test_a_fortnight_and_four_weeks_apart(browser: Browser) -> None:
    fortnightly = ladder(browser, every="2", count="4")
    monthly = ladder(browser, every="4", count="4")

    assert "Mon, Apr 15" in fortnightly.text
    assert "Mon, Mar 11" not in fortnightly.text
    assert "Mon, May 27" in monthly.text


def test_a_therapist_who_wants_to_be_asked_is_asked(browser: Browser) -> None:
    standing = db.session.scalars(select(SessionType).filter_by(slug="standing")).one()
    factories.changed(standing, needs_approval=True)

    page = check(browser)
    done = browser.press(page, "Send request for 8 sessions")

    assert "Amara says yes or no" in page.text
    assert done.path.startswith("/s/")
    assert db.session.scalars(select(Series)).one().granted_at is None


def test_sent_twice_or_gone_back_to_it_books_once(browser: Browser) -> None:
    dates = browser.get(ladder(browser).path)
    you = browser.press(dates, "Continue")
    page = browser.press(you, "Continue", **SAM)

    first = browser.press(page, "Book 8 sessions")
    again = browser.press(page, "Book 8 sessions")
    back = [browser.get(page.path), browser.get(you.path), browser.press(you, "Continue", **SAM)]
    anew = browser.press(dates, "Continue")

    assert {each.path for each in (again, anew, *back)} == {first.path}
    assert count(Series) == count(SeriesMember) == count(IdempotencyKey) == 1


def test_a_day_after_the_booking_its_forms_lead_nowhere(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = check(browser)
    done = browser.press(page, "Book 8 sessions")
    then.shift(25 * 60 * MINUTE)

    assert browser.get(page.path).status == 404
    assert browser.get(done.path).status == 200


def test_another_day_of_the_calendar_keeps_the_rhythm(browser: Browser) -> None:
    dates = ladder(browser, every="3", count="6", on="4")

    other_day = browser.get(dates.link("Tuesday, March 5"))

    form, _button = other_day.form("Show every date")
    assert (form.fields["every"], form.fields["count"]) == ("3", "6")
    assert form.fields.getlist("on") == ["4"]
    assert "Your 6 sessions" not in other_day.text


def test_the_dates_may_be_changed_from_the_check_page(browser: Browser) -> None:
    away(MONDAYS[2])
    you = browser.press(ladder(browser), "Continue", **{fix_name(MONDAYS[2]): "skip"})
    page = browser.press(you, "Continue", **SAM)

    dates = browser.get(page.link("Change the dates"))
    changed = browser.press(browser.press(dates, "Show every date", count="4"), "Continue")

    assert fixed(dates, MONDAYS[2]) == "skip"
    assert "7 are open. 1 needs a choice." in dates.text  # what is held does not stand in the way
    assert "Book 3 sessions" in changed.text
    assert "sam@example.org" in changed.text


def test_once_is_once_after_all(browser: Browser) -> None:
    page = check(browser)
    dates = browser.get(page.link("Change the dates"))

    single = browser.press(dates, "Continue", every="0")
    done = browser.press(single, "Book this session")

    assert done.path.startswith("/b/")
    assert count(Series) == 0


def test_what_is_booked_one_by_one_is_not_asked_how_often(browser: Browser) -> None:
    page = picker(browser, "session", slot=NINE, every="1", count="8")

    assert "How often would you like to meet?" not in page.text
    assert "Your 8 sessions" not in page.text


def test_a_standing_hour_that_is_closed_to_new_clients_stays_closed(browser: Browser) -> None:
    amara_offers("closed", allows_series=True, open_to_new=False)

    page = browser.get(f"/book/amara?type=closed&state=NY&slot={NINE}&every=1&count=8")

    assert page.status == 422
    assert "not open to new clients" in page.text
