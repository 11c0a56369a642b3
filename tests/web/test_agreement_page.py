"""The agreement: read, agreed to by name, kept as it was shown, and asked again when it changes."""

from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.agreements import DEFAULT
from booking.domain.lifecycle import Status
from booking.domain.standing import SeriesStatus
from booking.models import Acceptance, Series, db
from booking.services.parts import Parts
from booking.services.series.agreeing import write_agreement
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import agreed, asked_for, live_dates
from tests.web.browsing import Browser
from tests.web.series_flow import member_of, opened, series_path

pytestmark = pytest.mark.usefixtures("then")


def acceptances() -> list[Acceptance]:
    db.session.rollback()
    return list(db.session.scalars(select(Acceptance).order_by(Acceptance.id)))


def status_of(series: Series) -> SeriesStatus:
    db.session.rollback()
    return db.session.get_one(Series, series.id).status


def rewritten(series: Series, goals: str = "We meet and talk.") -> None:
    write_agreement(series.therapist_id, "amara", replace(DEFAULT, goals=goals), now=NOW)


def test_the_page_says_everything_that_is_agreed(browser: Browser, parts: Parts) -> None:
    page = opened(browser, asked_for(parts).id, parts, "/agreement")

    for words in (
        "Version 1, from Friday, March 1.",
        "Mondays at 9:00 AM, every week, New York time",
        "Monday, March 4, 9:00 AM New York time",
        "50 minutes",
        "Video",
        "$140",
        "Free until 24 hours before the start. After that the late fee is $50.",
        "You agree to meet in this way.",
        "What you say stays between us.",
        "Type your name to agree",
    ):
        assert words in page.text


def test_agreeing_confirms_the_dates_and_keeps_name_time_and_particulars(
    browser: Browser, parts: Parts
) -> None:
    series = asked_for(parts)
    page = opened(browser, series.id, parts, "/agreement")

    done = browser.press(page, "I agree", name="Samuel Reed")

    assert "You are booked" in done.text
    assert "Thank you. We have your yes" in done.text
    assert status_of(series) is SeriesStatus.CONFIRMED
    assert {date.status for date in live_dates(series.id)} == {Status.CONFIRMED}
    [kept] = acceptances()
    assert (kept.name, kept.accepted_at) == ("Samuel Reed", NOW)
    assert kept.particulars["time"] == "Mondays at 9:00 AM, every week, New York time"
    again = opened(browser, series.id, parts, "/agreement")
    assert "Samuel Reed agreed on Friday, March 1, 10:00 AM New York time." in again.text
    assert "Type your name" not in again.text


@pytest.mark.one_database
def test_without_a_name_it_is_asked_again_and_nothing_is_kept(
    browser: Browser, parts: Parts
) -> None:
    series = asked_for(parts)
    page = opened(browser, series.id, parts, "/agreement")

    again = browser.press(page, "I agree", name="  ")

    assert again.status == 422
    assert "Type your name to agree." in again.text
    assert again.title.startswith("Error:")
    assert status_of(series) is SeriesStatus.REQUESTED


def test_what_changed_while_it_was_read_is_not_agreed_to(browser: Browser, parts: Parts) -> None:
    series = asked_for(parts)
    page = opened(browser, series.id, parts, "/agreement")
    rewritten(series)

    again = browser.press(page, "I agree", name="Sam Reed")

    assert again.status == 409
    assert "This has changed since you opened it." in again.text
    assert "We meet and talk." in again.text
    assert again.form("I agree")[0].fields["name"] == "Sam Reed"
    assert acceptances() == []
    assert "You are booked" in browser.press(again, "I agree").text


def test_a_new_version_asks_again_and_the_old_one_can_still_be_read(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    rewritten(series)

    page = opened(browser, series.id, parts)
    new = browser.get(page.link("Read and agree"))
    done = browser.press(new, "I agree", name="Sam Reed")

    assert "You are booked" in page.text
    assert "There is a new version." in page.text
    assert "We meet and talk." in new.text
    assert "This is version 2." in done.text
    old = browser.get(f"{new.path}?version=1")
    assert "We meet and talk." not in old.text
    assert "This is version 1." in old.text


@pytest.mark.one_database
def test_a_version_nobody_agreed_to_is_not_shown(browser: Browser, parts: Parts) -> None:
    series = asked_for(parts)
    rewritten(series)

    page = opened(browser, series.id, parts, "/agreement?version=1")

    assert "Version 2" in page.text


def test_what_ran_out_cannot_be_agreed_to(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = asked_for(parts)
    page = opened(browser, series.id, parts, "/agreement")
    then.move_to(MONDAY_9AM + HOUR)

    late = browser.press(page, "I agree", name="Sam Reed")

    assert "We let the times go" in late.text
    assert acceptances() == []


def test_agreeing_by_a_mailed_link_proves_the_address(browser: Browser, parts: Parts) -> None:
    series = asked_for(parts)
    path = series_path(series.id, parts, Purpose.SERIES_MAILED)

    browser.press(browser.get(f"{path}/agreement"), "I agree", name="Sam Reed")

    assert member_of(series.id).person.verified_at == NOW
