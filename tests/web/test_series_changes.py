"""Changing, pausing, taking up again and ending: shown first, then done as shown or not at all."""

from datetime import timedelta

import pytest
import time_machine

from booking.adapters.links import Purpose
from booking.models import Series
from booking.services.changes import move
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.standing import MONDAYS, agreed, kinds_owed, live_dates, starts
from tests.web.booking_flow import everything
from tests.web.browsing import Browser, Page
from tests.web.series_flow import member_of, opened, series_path, taken

pytestmark = pytest.mark.usefixtures("then")

WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)


def look(browser: Browser, series: Series, parts: Parts, query: str) -> Page:
    return opened(browser, series.id, parts, f"/change/look?{query}")


def test_the_choice_of_dates_says_which_they_are(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)

    first = opened(browser, series.id, parts, "/change")
    third = opened(browser, series.id, parts, "/change?date=2030-03-18")

    assert first.offered("scope") == ["one", "all"]
    assert "All 8 ahead" in first.text
    assert third.offered("scope") == ["one", "following", "all"]
    assert "Only Mon, Mar 18" in third.text
    assert "This and the 5 after it Mar 18, Mar 25, Apr 1, Apr 8, Apr 15 and Apr 22" in third.text


def test_one_date_is_moved_on_its_own_page(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts, "/change?date=2030-03-18")

    moving = browser.press(page, "Continue", scope="one")

    assert moving.path.startswith("/b/")
    assert moving.path.endswith("/move")
    assert "You have Monday, March 18 at 9:00 AM" in moving.text
    assert "Only this date moves." in moving.text


def test_this_and_the_following_move_as_shown_by_one_message(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts, "/change?date=2030-03-18")
    form = browser.press(page, "Continue", scope="following")
    before = everything()

    shown = browser.press(form, "Show what changes", days="1", at="10:00")

    assert everything() == before
    assert "This touches 6 dates. Nothing is changed yet." in shown.text
    assert "Tuesdays at 10:00 AM, every week" in shown.text
    assert "Tue, Mar 19" in shown.text
    assert "Now it is on Mon, Mar 18, 9:00 AM" in shown.text
    assert "Mar 11" not in shown.text
    done = browser.press(shown, "Change these 6 dates")
    assert "Your dates are changed." in done.text
    moved = [start + A_DAY + HOUR for start in MONDAYS[2:]]
    assert starts(series.id) == [*MONDAYS[:2], *moved]
    assert kinds_owed().count("series_changed") <= 1


def test_another_time_may_be_typed_where_none_of_those_shown_suits(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    form = opened(browser, series.id, parts, "/change?scope=all")

    shown = browser.press(form, "Show what changes", other_at="15:00")
    browser.press(shown, "Change these 8 dates")

    assert "Mondays at 3:00 PM" in shown.text
    assert starts(series.id) == [start + 6 * HOUR for start in MONDAYS]


@pytest.mark.one_database
def test_times_that_are_open_on_the_days_are_offered(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)

    form = opened(browser, series.id, parts, "/change?scope=all&every=1&days=1")

    assert form.offered("at")[:3] == ["09:00", "10:00", "11:00"]
    assert "9:00 AM, as it is now" in form.text


@pytest.mark.one_database
def test_answers_that_make_no_sense_are_kept_and_asked_again(
    browser: Browser, parts: Parts
) -> None:
    form = opened(browser, agreed(parts).id, parts, "/change?scope=all")

    again = browser.press(form, "Show what changes", days=None, other_at="noonish")

    assert again.status == 422
    assert "Choose at least one day." in again.text
    assert "Enter a time like 4:30 PM." in again.text
    assert again.form("Show what changes")[0].fields["other_at"] == "noonish"


def test_every_second_week_drops_every_second_date(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    form = opened(browser, series.id, parts, "/change?scope=all")

    shown = browser.press(form, "Show what changes", every="2")
    browser.press(shown, "Change these")

    assert "Mondays at 9:00 AM, every 2 weeks" in shown.text
    assert starts(series.id)[:2] == [MONDAYS[0], MONDAYS[2]]


def test_a_clash_is_shown_with_what_else_is_open_and_done_as_chosen(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    taken(MONDAYS[3] + HOUR, parts)

    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")
    field = f"date-{(MONDAYS[3] + HOUR).isoformat().replace('+00:00', 'Z')}"

    assert "This touches 8 dates. 1 needs a choice." in shown.text
    assert "Already taken" in shown.text
    assert shown.offered(field)[-1] == "skip"
    browser.press(shown, "Change these 8 dates", **{field: "skip"})
    assert starts(series.id) == [s + HOUR for s in MONDAYS if s != MONDAYS[3]]


def test_a_time_that_went_meanwhile_changes_nothing_and_is_shown(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")
    taken(MONDAYS[5] + HOUR, parts)

    again = browser.press(shown, "Change these 8 dates")

    assert again.status == 409
    assert "One of these times went a moment ago. Nothing is changed." in again.text
    assert "Already taken" in again.text
    assert starts(series.id) == MONDAYS
    browser.press(again, "Change these 8 dates")
    assert len(starts(series.id)) == 8
    assert starts(series.id)[0] == MONDAYS[0] + HOUR


def test_a_clash_settled_by_what_there_was_changes_nothing(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    for start in MONDAYS[7:]:
        taken(start + HOUR, parts)
    shown = look(browser, series, parts, "scope=following&date=2030-04-22&every=1&days=0&at=10:00")

    done = browser.press(shown, "Change this date")

    assert "Keep Mon, Apr 22, 9:00 AM" in shown.text
    assert "This time clashes often." not in shown.text
    assert "Nothing is changed. Your dates are as they were." in done.text
    assert starts(series.id) == MONDAYS


def test_what_was_not_shown_is_not_done(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")
    move(live_dates(series.id)[4].participants[0].id, MONDAYS[4] + A_DAY, now=NOW)

    again = browser.press(shown, "Change these 8 dates")

    assert again.status == 409
    assert "Your dates changed since you opened this." in again.text
    assert starts(series.id)[0] == MONDAYS[0]
    assert "Stays on Tue, Apr 2, 9:00 AM: you moved it" in again.text


def test_a_moved_date_stays_unless_it_is_to_move_too(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    move(live_dates(series.id)[4].participants[0].id, MONDAYS[4] + A_DAY, now=NOW)
    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")

    both = browser.press(shown, "Show again", move_kept="yes")
    browser.press(both, "Change these 8 dates")

    assert "Stays on Tue, Apr 2, 9:00 AM: you moved it" in shown.text
    assert "This touches 7 dates." in shown.text
    assert "This touches 8 dates." in both.text
    assert starts(series.id) == [start + HOUR for start in MONDAYS]


def test_all_means_all_even_if_a_later_date_was_moved_to_the_front(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts, starts_at=MONDAYS[1])
    move(live_dates(series.id)[5].participants[0].id, MONDAYS[0], now=NOW)

    page = opened(browser, series.id, parts, "/change")
    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")

    assert "All 8 ahead" in page.text
    assert "This touches 7 dates." in shown.text


@pytest.mark.one_database
def test_a_time_that_clashes_often_leads_back_to_others(browser: Browser, parts: Parts) -> None:
    shown = look(browser, agreed(parts), parts, "scope=all&every=1&days=0&at=20:00")

    assert "This time clashes often." in shown.text
    assert "How should it go on?" in browser.get(shown.link("Choose another time")).text


@pytest.mark.one_database
def test_a_change_of_nothing_says_so(browser: Browser, parts: Parts) -> None:
    form = opened(browser, agreed(parts).id, parts, "/change?scope=all")

    shown = browser.press(form, "Show what changes")

    assert "This changes no date." in shown.text


def test_another_place_touches_every_date_and_moves_none(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    form = opened(browser, series.id, parts, "/change?scope=all")

    shown = browser.press(form, "Show what changes", place="phone")
    browser.press(shown, "Change these 8 dates")

    assert "Video Phone" in shown.text
    assert {date.modality.value for date in live_dates(series.id)} == {"phone"}
    assert starts(series.id) == MONDAYS


def test_dates_too_close_to_move_are_left_alone(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = agreed(parts)
    then.move_to(MONDAYS[0] - 2 * HOUR)

    shown = look(browser, series, parts, "scope=all&every=1&days=0&at=10:00")
    browser.press(shown, "Change these 7 dates")

    assert "This touches 7 dates." in shown.text
    assert starts(series.id) == [MONDAYS[0], *(start + HOUR for start in MONDAYS[1:])]


def test_the_clock_of_a_client_elsewhere_is_put_back_on_the_rules(
    browser: Browser, parts: Parts
) -> None:
    guest = factories.guest(time_zone="America/Los_Angeles")
    series = agreed(parts, guest=guest)
    form = opened(browser, series.id, parts, "/change?scope=all")

    shown = browser.press(form, "Show what changes", other_at="08:00")
    browser.press(shown, "Change these 8 dates")

    assert "6:00 AM, as it is now" in form.text
    assert "Mondays at 8:00 AM" in shown.text
    assert starts(series.id) == [start + 2 * HOUR for start in MONDAYS]


def test_changing_by_a_mailed_link_proves_the_address(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    path = series_path(series.id, parts, Purpose.SERIES_MAILED)
    shown = browser.get(f"{path}/change/look?scope=all&every=1&days=0&at=10:00")
    assert member_of(series.id).person.verified_at is None

    browser.press(shown, "Change these 8 dates")

    assert member_of(series.id).person.verified_at == NOW
    person = member_of(series.id).person
    for date in live_dates(series.id):
        assert person.resource_id in {claim.resource_id for claim in date.claims}
