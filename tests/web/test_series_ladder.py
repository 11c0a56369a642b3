"""Every date in words: why one cannot be had, what clocks do between two, whose clock it is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.models import Closure, Therapist, TherapistLicence, WeeklyRule, db
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR
from tests.web.booking_flow import NEW_YORK, SAM
from tests.web.browsing import Browser
from tests.web.standing_flow import (
    MONDAYS,
    anchored_to_client,
    away,
    booked_starts,
    ladder,
    taken,
)

pytestmark = pytest.mark.usefixtures("then")

WEEK = timedelta(days=7)
PHOENIX, BERLIN = "America/Phoenix", "Europe/Berlin"

Visit = Callable[[str], Browser]


@pytest.fixture
def visit(client: FlaskClient) -> Visit:
    return lambda zone: Browser(client, zone=zone)


def close_the_practice(parts: Parts) -> None:
    start = MONDAYS[2] - 9 * HOUR
    factories.saved(Closure(name="A holiday", from_at=start, until_at=start + 24 * HOUR))


def end_the_licence(parts: Parts) -> None:
    row = db.session.scalars(select(TherapistLicence)).one()
    factories.changed(row, valid_until=date(2030, 3, 12))
    factories.licence(_amara(), number="2", valid_from=date(2030, 3, 20))


def open_every_other_monday(parts: Parts) -> None:
    row = db.session.scalars(select(WeeklyRule).filter_by(weekday=0)).one()
    factories.changed(row, every_weeks=2, anchor=date(2030, 3, 11))


WHY: dict[str, tuple[Callable[[Parts], None], str]] = {
    "away": (lambda _: away(MONDAYS[2]), "Amara is away"),
    "taken": (lambda parts: taken(MONDAYS[2], parts), "Already taken"),
    "closed": (close_the_practice, "The practice is closed"),
    "licence": (end_the_licence, "Not licensed there on that date"),
    "outside hours": (open_every_other_monday, "Outside Amara\u2019s hours"),
}


@pytest.mark.parametrize("why", WHY.values(), ids=WHY)
def test_each_clash_says_why(
    visit: Visit, parts: Parts, why: tuple[Callable[[Parts], None], str]
) -> None:
    happen, words = why
    happen(parts)

    page = ladder(visit(NEW_YORK))

    assert f"Mon, Mar 18 {words}" in page.text
    assert "<del>Mon, Mar 18</del>" in page.html
    assert "What should we do for this week? Mon, Mar 18" in page.text


def test_a_week_without_any_other_time_can_only_be_skipped(visit: Visit) -> None:
    away(*(MONDAYS[2] + day * timedelta(days=1) for day in range(-1, 6)))

    page = ladder(visit(NEW_YORK))

    assert "No other time is open that week." in page.text
    assert page.offered("fix-20300318T130000Z") == ["skip"]


def test_of_several_days_a_week_one_is_settled_by_itself(visit: Visit) -> None:
    away(MONDAYS[2])

    page = ladder(visit(NEW_YORK), on="3", count="8")

    assert "What should we do that day? Mon, Mar 18" in page.text
    assert "Skip this day" in page.text
    assert "this week?" not in page.text


def test_an_hour_that_clashes_often_is_answered_with_a_clearer_one(visit: Visit) -> None:
    away(*MONDAYS[1:4])
    browser = visit(NEW_YORK)

    page = ladder(browser)
    clearer = browser.get(page.link("Switch to Tuesdays at 9:00 AM"))

    assert "This time clashes often. Tuesdays at 9:00 AM is free all 8 weeks." in page.text
    assert "8 are open. Nothing is booked yet." in clearer.text
    assert "Tue, Mar 5" in clearer.text


def test_twice_is_not_often(visit: Visit) -> None:
    away(*MONDAYS[1:3])

    assert "clashes often" not in ladder(visit(NEW_YORK)).text


def test_clocks_that_change_for_one_are_marked_between_two_dates(visit: Visit) -> None:
    page = ladder(visit(PHOENIX))

    marker = (
        "Mon, Mar 4 7:00 AM your time, which is 9:00 AM for Amara "
        "Clocks change in New York on Sunday, March 10. Phoenix does not change. "
        "Amara's time stays the same, so yours moves one hour earlier. "
        "Mon, Mar 11 6:00 AM your time, which is 9:00 AM for Amara "
        "Was 7:00 AM your time. Still 9:00 AM for Amara. Mon, Mar 18 6:00 AM"
    )
    assert marker in page.text
    assert page.text.count("Clocks change") == page.text.count("Was 7:00 AM") == 1
    assert "It stays at 9:00 AM for Amara. When clocks change, your time may move." in page.text
    assert "Mondays, mostly 6:00 AM your time" in page.text


def test_in_the_gap_weeks_each_change_has_its_marker(visit: Visit) -> None:
    page = ladder(visit(BERLIN))

    assert "Clocks change in New York on Sunday, March 10. Berlin does not change." in page.text
    assert "Was 3:00 PM your time. Still 9:00 AM for Amara." in page.text
    assert "Clocks change in Berlin on Sunday, March 31. New York does not change." in page.text
    assert "so yours moves one hour later." in page.text
    assert "Was 2:00 PM your time. Still 9:00 AM for Amara." in page.text


def test_changes_between_two_dates_that_undo_each_other_move_nothing(visit: Visit) -> None:
    page = ladder(visit(BERLIN), every="4", count="2")

    assert "New York on Sunday, March 10. Clocks change in Berlin on Sunday, March 31." in page.text
    assert "Your time of day stays the same." in page.text
    assert "Was " not in page.text


def test_those_who_share_a_clock_see_one_clock(visit: Visit) -> None:
    page = ladder(visit(NEW_YORK))

    assert "Clocks change in New York on Sunday, March 10." in page.text
    assert "Your time of day stays the same." in page.text
    assert "which is" not in page.text
    assert "It stays at" not in page.text
    assert "Mondays, 9:00 AM your time" in page.text


def test_a_practice_may_keep_the_clients_clock(visit: Visit) -> None:
    anchored_to_client()
    browser = visit(PHOENIX)

    page = ladder(browser, slot="2030-03-04T15:00:00Z")
    you = browser.press(page, "Continue")
    checked = browser.press(you, "Continue", **SAM)
    browser.press(checked, "Book 8 sessions")

    assert "It stays at 8:00 AM for you when clocks change." in page.text
    assert "Your time stays the same, so Amara's moves one hour later." in page.text
    assert "Still 8:00 AM your time. Now 11:00 AM for Amara." in page.text
    assert "It stays at 8:00 AM for you when clocks change." in checked.text
    assert booked_starts() == [MONDAYS[0] + HOUR + week * WEEK for week in range(8)]


def test_days_are_the_clients_where_the_dates_differ(visit: Visit) -> None:
    browser = visit("Pacific/Auckland")

    # Monday 4 PM in New York is Tuesday morning in Auckland; so is Thursday its Wednesday.
    page = ladder(browser, slot="2030-03-04T21:00:00Z", on="3", count="4")

    assert "Tue, Mar 5" in page.text
    assert "Thu, Mar 7" in page.text
    assert "Tuesdays and Thursdays" in page.text
    assert "Monday 4:00 PM" in page.text


def test_a_year_is_said_where_it_changes(visit: Visit) -> None:
    page = ladder(visit(NEW_YORK), count="52")

    assert "Mon, Jan 6, 2031" in page.text
    assert page.text.count("2031") == 1


def _amara() -> Therapist:
    return db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
