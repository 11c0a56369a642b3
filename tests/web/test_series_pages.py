"""The page of a standing hour: what it says, to whom, and what looking at it does (nothing)."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.messages import MessageKind
from booking.models import Message, Participant, Series, SeriesMember, db
from booking.services.changes import cancel, move
from booking.services.parts import Parts
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.leaving import end_series
from booking.services.series.pausing import Pause, pause
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, agreed, asked_for, client_of, live_dates
from tests.web.booking_flow import booked, event_in, everything
from tests.web.browsing import Browser
from tests.web.series_flow import member_of, opened, series_path, somebody_joins

pytestmark = pytest.mark.usefixtures("then")

WEEK = timedelta(days=7)


def seat_on(series: Series, number: int) -> Participant:
    return live_dates(series.id)[number].participants[0]


def test_a_series_that_waits_says_for_what_and_until_when(browser: Browser, parts: Parts) -> None:
    page = opened(browser, asked_for(parts).id, parts)

    for words in (
        "One more step: read and agree",
        "We hold these times for you until",
        "Mondays at 9:00 AM, every week",
        "8 dates are ahead.",
        "Amara Okafor, PsyD",
    ):
        assert words in page.text
    assert page.link("Read and agree").endswith("/agreement")
    assert page.hrefs("Calendar file") == []


def test_a_booked_series_shows_the_next_date_big_and_every_other(
    browser: Browser, parts: Parts
) -> None:
    page = opened(browser, agreed(parts).id, parts)

    for words in (
        "You are booked",
        "We will see you on Monday, March 4 at 9:00 AM New York time.",
        "The last one is on Mon, Apr 22, 9:00 AM.",
        "Clocks change in New York on Sunday, March 10.",
        "Free to cancel until Sunday, March 3, 9:00 AM New York time.",
        "Sam Reed agreed on",
    ):
        assert words in page.text
    for start in MONDAYS:
        assert f"{start:%b} {start.day}" in page.text
    assert page.link("join page").startswith("/join/")


def test_each_date_leads_to_a_page_of_its_own_and_back(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    page = opened(browser, series.id, parts)

    third = browser.get(page.link("Mon, Mar 18"))

    assert "We will see you on Monday, March 18 at 9:00 AM" in third.text
    assert "This is one of your Mondays." in third.text
    assert third.link("See all dates") == series_path(series.id, parts)
    assert third.link("Change only this date").endswith("/move")
    cancelling = browser.get(third.link("Cancel only this date"))
    assert "This cancels only this date. Your other dates stay." in cancelling.text


def test_a_single_appointment_says_nothing_of_a_series(browser: Browser, parts: Parts) -> None:
    page = booked(browser)

    assert page.hrefs("See all dates") == []
    assert "only this date" not in page.text


def test_what_became_of_single_dates_is_said(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    move(seat_on(series, 1).id, MONDAYS[1] + timedelta(days=1), now=NOW)
    cancel(seat_on(series, 2).id, accept_late=False, reason="", parts=parts, now=NOW)

    page = opened(browser, series.id, parts)

    assert "Moved from Mon, Mar 11, 9:00 AM" in page.text
    assert "Tue, Mar 12" in page.text
    assert "You cancelled" in page.text
    assert "7 dates are ahead." in page.text
    gone = browser.get(page.link("Mon, Mar 18"))
    assert "Your other 7 sessions are still booked." in gone.text


def test_past_dates_are_folded_and_the_next_one_is_next(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = agreed(parts)
    then.move_to(MONDAYS[2] + HOUR)

    page = opened(browser, series.id, parts)

    assert "3 past dates" in page.text
    assert "We will see you on Monday, March 25" in page.text
    assert "5 dates are ahead." in page.text


def test_a_pause_is_said_with_its_days(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    wanted = Pause(series.id, MONDAYS[2].date(), MONDAYS[3].date())
    pause(wanted, accept_late=False, actor=client_of(series), now=NOW)

    page = opened(browser, series.id, parts)

    assert "Paused from Monday, March 18 to Monday, March 25." in page.text
    assert page.text.count("Paused") >= 3


def test_what_is_over_says_so_and_leads_on(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    end_series(series.id, MONDAYS[2].date(), accept_late=False, actor=client_of(series), now=NOW)

    page = opened(browser, series.id, parts)

    assert "These sessions will end" in page.text
    assert "The last one is on Monday, March 11, 9:00 AM New York time." in page.text
    assert page.hrefs("Pause") == page.hrefs("Calendar file") == []
    assert page.link("Find another time").startswith("/book/amara?type=standing")


def test_what_ran_out_says_so(browser: Browser, parts: Parts, then: time_machine.Traveller) -> None:
    series = asked_for(parts)
    then.move_to(MONDAY_9AM)
    before_the_sweep = opened(browser, series.id, parts)
    let_go_of_lapsed_series(now=MONDAY_9AM)

    swept = opened(browser, series.id, parts)

    for page in (before_the_sweep, swept):
        assert "We let the times go" in page.text
        assert "Nothing is booked." in page.text


def test_f19_looking_at_any_page_of_a_series_changes_nothing(
    browser: Browser, parts: Parts
) -> None:
    series = agreed(parts)
    path = series_path(series.id, parts, Purpose.SERIES_MAILED)
    before = everything()

    for more in (
        "",
        "/agreement",
        "/change",
        "/change?scope=all",
        "/change?scope=one&date=2030-03-11",
        "/change/look?scope=all&every=2&days=0&at=10:00",
        "/pause?first=2030-03-11&last=2030-03-20",
        "/resume",
        "/end?date=2030-03-18",
        "/leave",
    ):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert browser.client.open(path + more, method=method).status_code < 400, more

    assert everything() == before


@pytest.mark.one_database
@pytest.mark.parametrize("act", ["confirm"])
def test_forms_are_not_followed_by_looking(browser: Browser, parts: Parts, act: str) -> None:
    path = series_path(agreed(parts).id, parts)

    assert browser.client.get(f"{path}/{act}").status_code == 405


def test_every_link_that_is_none_gets_the_same_answer(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    path = series_path(series.id, parts)
    forged = browser.get(path[:-1] + ("A" if path[-1] != "A" else "B"))
    for_a_date = seat_on(series, 0)
    other_kind = parts.links.token(Purpose.MANAGE, for_a_date.link_id, for_a_date.link_version)
    factories.changed(db.session.get_one(SeriesMember, member_of(series.id).id), link_version=2)

    answers = [
        browser.get(address)
        for address in (path, "/s/nonsense", f"/s/{'a' * 54}", f"/s/{other_kind}")
    ]

    assert forged.status == 404
    assert forged.link("Send me a new link") == "/lost-link"
    for each in answers:
        assert (each.status, each.text) == (forged.status, forged.text)


@pytest.mark.one_database
def test_pages_of_a_series_are_kept_by_nobody_and_name_nothing(
    browser: Browser, parts: Parts
) -> None:
    page = opened(browser, agreed(parts).id, parts)

    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "amara" not in page.title.lower()


def test_acting_by_a_mailed_link_proves_the_address(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    shown = opened(browser, series.id, parts)
    browser.client.post(f"{shown.path}/confirm")
    assert member_of(series.id).person.verified_at is None

    page = browser.get(series_path(series.id, parts, Purpose.SERIES_MAILED))
    done = browser.press(page, "Yes, this is my email")

    assert "Yes, this is my email" not in shown.text
    assert "We know now that this is your email." in done.text
    assert member_of(series.id).person.verified_at == NOW
    person = member_of(series.id).person
    for date in live_dates(series.id):
        assert person.resource_id in {claim.resource_id for claim in date.claims}


def test_the_date_pages_of_a_mailed_link_prove_as_much(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    page = browser.get(series_path(series.id, parts, Purpose.SERIES_MAILED))

    date = browser.get(page.link("Mon, Mar 18"))

    assert "Yes, this is my email" in date.text
    assert date.link("See all dates") == page.path


def test_the_calendar_file_has_every_date_and_names_nobody(browser: Browser, parts: Parts) -> None:
    page = opened(browser, agreed(parts).id, parts)

    file = browser.client.get(page.link("Calendar file"))

    assert file.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    event = event_in(file.data)
    assert event["rrule"]["FREQ"] == ["WEEKLY"]
    assert "amara" not in file.text.lower()


def test_who_else_comes_is_never_shown(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    somebody_joins(series)

    page = opened(browser, series.id, parts)

    assert "Robin" not in page.html
    assert "robin@" not in page.html
    assert page.link("Leave").endswith("/leave")


def test_only_one_mail_asks_about_dates_that_clash_with_others_of_ones_own(
    browser: Browser, parts: Parts
) -> None:
    factories.amara(slug="bea", email="bea@alder.example")
    first, second = agreed(parts), agreed(parts, therapist="bea")
    for series in (first, second):
        page = browser.get(series_path(series.id, parts, Purpose.SERIES_MAILED))
        browser.press(page, "Yes, this is my email")

    clashes = select(Message).filter_by(kind=MessageKind.CLASH)

    assert len(db.session.scalars(clashes).all()) == 1
