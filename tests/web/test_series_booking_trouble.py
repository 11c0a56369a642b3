"""What comes in the way of a standing hour: said in words, with nothing lost or half written."""

import pytest
import time_machine

from booking.models import Appointment, Series
from booking.services.parts import Parts
from booking.web.booking_pages.standing import fix_name
from booking.web.instants import parse_instant
from tests.factories import MINUTE
from tests.web.booking_flow import NINE, SAM, count, everything, picker
from tests.web.browsing import Browser, Page
from tests.web.standing_flow import (
    MONDAYS,
    anchored_to_client,
    away,
    booked_starts,
    check,
    fixed,
    fixes,
    held,
    ladder,
    taken,
)

pytestmark = pytest.mark.usefixtures("then")


BAD = {
    "no such rhythm": ({"every": "9"}, "Choose how often you would like to meet."),
    "a rhythm in words": ({"every": "often"}, "Choose how often you would like to meet."),
    "no sessions": ({"count": "0"}, "Choose how many sessions you would like."),
    "too many sessions": ({"count": "105"}, "Choose how many sessions you would like."),
    "a number in other digits": ({"count": "\u0668"}, "Choose how many sessions you would like."),
    "an end before the beginning": ({"until": "2030-03-03"}, "Choose a last day that comes after"),
    "an end that is no date": ({"until": "in June"}, "Enter a date like 2027-06-30"),
    "an end far away": ({"until": "2034-03-04"}, "That is too far ahead."),
    "an end at the end of time": ({"until": "9999-12-31"}, "That is too far ahead."),
    "no time": ({"slot": ""}, "Choose one of the times that are shown."),
}


@pytest.mark.one_database
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_answer_is_named_and_kept(browser: Browser, bad: tuple[dict[str, str], str]) -> None:
    typed, words = bad

    page = ladder(browser, **{"on": "2", "count": "12"} | typed)

    assert page.status == 422
    assert words in page.text
    assert page.title.startswith("Error: ")
    form, _button = page.form("Show every date")
    assert form.fields["until"] == typed.get("until", "")
    assert form.fields.getlist("on") == ["2"]
    if "slot" not in typed:
        assert form.fields["slot"] == NINE


@pytest.mark.one_database
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_answer_goes_no_further_by_any_button(
    browser: Browser, bad: tuple[dict[str, str], str]
) -> None:
    typed, words = bad
    before = everything()

    page = browser.press(ladder(browser), "Continue", **typed)

    assert page.status == 422
    assert words in page.text
    assert everything() == before


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("2030-06-03T13:00:00Z", "further ahead than can be booked yet"),
        ("2030-02-25T14:00:00Z", "has passed"),
        ("2030-03-01T20:00:00Z", "is too soon"),
        ("2030-03-04T14:07:00Z", "No session starts at that minute"),
    ],
)
def test_an_hour_that_may_not_begin_then_is_answered_with_others(
    browser: Browser, slot: str, words: str
) -> None:
    page = browser.get(f"/book/amara?type=standing&state=NY&slot={slot}&every=1&count=8")

    assert page.status == 422
    assert words in page.text
    assert "Here are the closest open times." in page.text


def test_a_date_taken_while_one_looks_comes_back_as_a_clash(browser: Browser, parts: Parts) -> None:
    dates = ladder(browser)
    taken(MONDAYS[3], parts)
    before = everything()

    page = browser.press(dates, "Continue", modality="phone")

    assert page.status == 409
    assert "Someone booked that time a moment ago. Nothing was booked for you." in page.text
    assert "Already taken" in page.text
    assert _focus(page) == "Mon, Mar 25"
    assert page.form("Continue")[0].fields["modality"] == "phone"
    assert everything() == before


def test_a_date_taken_before_the_last_press_books_nothing(browser: Browser, parts: Parts) -> None:
    page = check(browser, count="4")
    taken(MONDAYS[3], parts)
    before = everything()

    again = browser.press(page, "Book 4 sessions")

    assert again.status == 409
    assert _focus(again) == "Mon, Mar 25"
    assert "3 are open. 1 needs a choice." in again.text
    assert everything() == before
    assert held() == [MONDAYS[0]]


def test_after_another_choice_it_is_booked_with_what_was_typed(
    browser: Browser, parts: Parts
) -> None:
    page = check(browser, count="4")
    taken(MONDAYS[3], parts)
    again = browser.press(page, "Book 4 sessions")

    checked = browser.press(again, "Continue", **{fix_name(MONDAYS[3]): "skip"})
    done = browser.press(checked, "Book 3 sessions")

    assert "sam@example.org" in checked.text
    assert done.path.startswith("/s/")
    assert booked_starts() == MONDAYS[:3]


def test_a_time_taken_that_was_chosen_instead_is_asked_for_again(
    browser: Browser, parts: Parts
) -> None:
    away(MONDAYS[2])
    dates = ladder(browser)
    instead = fixed(dates, MONDAYS[2])
    taken(parse_instant(instead), parts)

    page = browser.press(dates, "Continue")

    assert page.status == 409
    assert _focus(page) == "Mon, Mar 18"
    assert instead not in fixes(page, MONDAYS[2])


def test_the_first_date_taken_meanwhile_is_a_clash_like_any_other(
    browser: Browser, parts: Parts
) -> None:
    dates = ladder(browser)
    taken(MONDAYS[0], parts)

    page = browser.press(dates, "Continue")
    chosen = browser.press(page, "Continue")

    assert page.status == 409
    assert _focus(page) == "Mon, Mar 4"
    assert chosen.status == 200
    assert "About you" in chosen.text


def test_leaving_out_every_date_is_no_standing_hour(browser: Browser) -> None:
    away(*MONDAYS[:4])
    skipped: dict[str, str | None] = {fix_name(monday): "skip" for monday in MONDAYS[:4]}

    page = browser.press(ladder(browser, count="4"), "Continue", **skipped)

    assert page.status == 422
    assert "Keep at least one of the dates." in page.text
    assert count(Appointment) == 0


def test_a_hold_that_ran_out_books_nothing_until_it_is_held_again(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = check(browser)
    then.shift(11 * MINUTE)

    late = browser.press(page, "Book 8 sessions")
    again = browser.press(late, "Hold it again")
    done = browser.press(again, "Book 8 sessions")

    assert late.status == 409
    assert done.path.startswith("/s/")


def test_another_zone_that_moves_the_dates_shows_them_again(browser: Browser) -> None:
    anchored_to_client()
    away(MONDAYS[2])
    you = browser.press(ladder(browser), "Continue")

    page = browser.press(you, "Continue", **SAM, time_zone="America/Phoenix")

    assert page.status == 422
    assert "Your dates have changed. Please look at them again." in page.text
    assert count(Series) == 0


@pytest.mark.one_database
@pytest.mark.parametrize("value", ["", "x" * 5000, "2030-03-18T14:00:00", "0", "2030-03-19"])
def test_a_choice_that_is_none_is_no_choice(browser: Browser, value: str) -> None:
    away(MONDAYS[2])
    dates = ladder(browser)

    page = browser.press(dates, "Continue", **{fix_name(MONDAYS[2]): value})

    assert page.status == 409
    assert _focus(page) == "Mon, Mar 18"


@pytest.mark.one_database
def test_a_time_that_was_never_offered_is_refused(browser: Browser) -> None:
    away(MONDAYS[2])
    dates = ladder(browser)

    page = browser.press(dates, "Continue", **{fix_name(MONDAYS[2]): "2030-03-19T07:00:00Z"})

    assert page.status == 409
    assert count(Appointment) == 0


def _focus(page: Page) -> str:
    """Return the date that has the focus."""
    return page.html.partition('id="gone" tabindex="-1" autofocus><del>')[2].partition("<")[0]


def test_the_question_is_there_before_a_time_is_picked(browser: Browser) -> None:
    page = picker(browser, "standing")

    assert "How often would you like to meet?" in page.text
    assert page.offered("every") == ["0", "1", "2", "3", "4"]
    assert page.offered("on") == list("0123456")
