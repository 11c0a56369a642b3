"""Pausing, going on earlier and ending: what falls away or comes back is shown first."""

import pytest
import time_machine

from booking.domain.standing import SeriesStatus
from booking.services.parts import Parts
from tests.factories import HOUR
from tests.services.series.standing import MONDAYS, agreed, starts
from tests.web.browsing import Browser
from tests.web.series_flow import opened, status_of, taken

pytestmark = pytest.mark.usefixtures("then")


def test_a_pause_shows_its_dates_and_leaves_out_exactly_those(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    form = opened(browser, series.id, parts, "/pause")

    shown = browser.press(form, "Show the dates", first="2030-03-10", last="2030-03-20")
    done = browser.press(shown, "Pause and leave out these 2 dates")

    assert "2 dates fall away" in shown.text
    assert "The first one after it: Mon, Mar 25, 9:00 AM." in shown.text
    assert "Your pause is in." in done.text
    assert starts(series.id) == [MONDAYS[0], *MONDAYS[3:]]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "2030-03-20", "Choose a day."),
        ("2030-03-20", "2030-03-10", "The last day must not be before the first."),
        ("2030-01-01", "2030-01-02", "That day has passed already."),
    ],
)
def test_a_pause_that_makes_no_sense_is_asked_again(
    browser: Browser, parts: Parts, first: str, last: str, words: str
) -> None:
    form = opened(browser, agreed(parts).id, parts, "/pause")

    again = browser.press(form, "Show the dates", first=first, last=last)

    assert again.status == 422
    assert words in again.text
    assert again.form("Show the dates")[0].fields["last"] == last


def test_a_late_pause_asks_for_a_yes_to_the_fee(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = agreed(parts)
    then.move_to(MONDAYS[0] - 2 * HOUR)
    form = opened(browser, series.id, parts, "/pause")
    shown = browser.press(form, "Show the dates", first="2030-03-04", last="2030-03-11")

    refused = browser.press(shown, "Pause and leave out these 2 dates")

    assert "so the late fee is $50." in shown.text
    assert refused.status == 422
    assert starts(series.id) == MONDAYS
    browser.press(refused, "Pause and leave out", accept_late="yes")
    assert starts(series.id) == MONDAYS[2:]


def test_going_on_earlier_brings_back_what_is_shown(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    form = opened(browser, series.id, parts, "/pause?first=2030-03-10&last=2030-03-26")
    paused = browser.press(form, "Pause and leave out these 3 dates")
    taken(MONDAYS[2], parts)
    page = browser.get(paused.link("Go on earlier"))

    shown = browser.press(page, "Show the dates", on="2030-03-18")
    done = browser.press(shown, "Go on from then")

    assert "2 dates can come back. 1 needs a choice." in shown.text
    assert "Already taken" in shown.text
    assert "Your dates are back." in done.text
    assert len(starts(series.id)) == 7
    assert MONDAYS[3] in starts(series.id)
    assert MONDAYS[2] not in starts(series.id)


def test_ending_shows_what_falls_away_and_keeps_what_is_before(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts, "/end")

    shown = browser.press(page, "Show the dates", date="2030-04-01")
    done = browser.press(shown, "End with these 4 left out")

    assert "8 dates fall away" in page.text
    assert "4 dates fall away" in shown.text
    assert "You keep the 4 before it." in shown.text
    assert "These sessions will end" in done.text
    assert starts(series.id) == MONDAYS[:4]
    assert status_of(series) is SeriesStatus.ENDED


def test_ending_late_asks_for_a_yes_to_the_fee(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = agreed(parts)
    then.move_to(MONDAYS[0] - 2 * HOUR)
    page = opened(browser, series.id, parts, "/end")

    refused = browser.press(page, "End with these 8 left out")

    assert refused.status == 422
    assert "Tick this if you still want to do it." in refused.text
    assert status_of(series) is SeriesStatus.CONFIRMED
    done = browser.press(refused, "End with these 8 left out", accept_late="yes")
    assert "These sessions are over" in done.text
    assert starts(series.id) == []
