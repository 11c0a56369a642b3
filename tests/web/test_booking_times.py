"""Times on the booking pages: whose clock, which day, and across every change of clocks."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from booking.adapters.links import Purpose
from booking.domain.interval import Interval
from booking.domain.openings import refusal
from booking.domain.zones import zone
from booking.models import Participant, SessionType, Therapist, TimeOff, db
from booking.queries.diaries import diary_of, session_rules
from booking.services.booking import book
from booking.services.parts import Parts
from booking.web.instants import parse_instant
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import sweep
from tests.web.booking_flow import (
    NEW_YORK,
    SAM,
    booked,
    event_in,
    only_participant,
    path_for,
    picker,
)
from tests.web.browsing import Browser

AUCKLAND, LOS_ANGELES, PHOENIX = "Pacific/Auckland", "America/Los_Angeles", "America/Phoenix"
DAY = timedelta(days=1)

Visit = Callable[[str], Browser]


@pytest.fixture
def visit(client: FlaskClient, practice: None) -> Visit:
    def from_zone(name: str) -> Browser:
        return Browser(client.application.test_client(), name)

    return from_zone


def the_type(slug: str) -> SessionType:
    return db.session.scalars(select(SessionType).filter_by(slug=slug)).one()


def amara() -> Therapist:
    return db.session.scalars(select(Therapist).filter_by(slug="amara")).one()


def all_offered(browser: Browser, zone_name: str, kind: str) -> list[datetime]:
    """Return every time of every open day, as instants; each must stand under its own day."""
    found: list[datetime] = []
    page = picker(browser, kind)
    while True:
        for href in (href for href in page.hrefs("open") if "day=" in href):
            shown = browser.get(href)
            starts = [parse_instant(slot) for slot in shown.offered("slot")]
            days = {f"{start.astimezone(zone(zone_name)):%Y-%m-%d}" for start in starts}
            assert days == {href.partition("day=")[2][:10]}
            found += starts
        later = page.hrefs("Later days")
        if not later:
            return found
        page = browser.get(later[0])


CHANGES = {
    "the clocks go forward": datetime(2030, 3, 10, 12, tzinfo=UTC),
    "the clocks go back": datetime(2030, 11, 3, 12, tzinfo=UTC),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_b2_hours_begin_at_nine_around_a_change_and_what_is_shown_can_be_booked(
    visit: Visit, change: datetime, parts: Parts
) -> None:
    for weekday in (5, 6):
        factories.weekly(amara(), weekday=weekday)
    now = change - 2 * DAY
    with time_machine.travel(now, tick=False):
        for days in (-1, 0, 1):
            day = (change + days * DAY).date().isoformat()
            page = picker(visit(NEW_YORK), day=day)
            first = page.offered("slot")[0]
            assert "9:00 AM" in page.text
            assert f"{parse_instant(first).astimezone(zone(NEW_YORK)):%H:%M}" == "09:00"
            wish = factories.wish(session_type="session", starts_at=parse_instant(first))
            book(wish, key=factories.key(), parts=parts, now=now)


def test_b2_what_is_shown_is_what_booking_takes_to_the_last_minute(visit: Visit) -> None:
    factories.session_type(amara(), slug="soon", horizon_days=12, buffer_after=10)
    with time_machine.travel(NOW, tick=False):
        shown = all_offered(visit(NEW_YORK), NEW_YORK, "soon")
        session_type = the_type("soon")
        diary = diary_of(
            db.session(),
            session_type.therapist,
            Interval(NOW, NOW + 13 * DAY),
        )
    rules = session_rules(session_type)
    assert len(shown) == len(set(shown)) == 7 * 16 + 5
    for starts_at in shown:
        assert refusal(diary, rules, starts_at, now=NOW, state="NY") is None
    assert refusal(diary, rules, max(shown) + 30 * MINUTE, now=NOW, state="NY") is not None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_b3_the_same_time_everywhere_across_a_change_of_clocks(
    visit: Visit, change: datetime, parts: Parts, mail: MailSpy
) -> None:
    browser, after = visit(PHOENIX), (change + 2 * DAY).date()
    now = change - 5 * DAY
    with time_machine.travel(now, tick=False):
        page = picker(browser, day=after.isoformat())
        slot = page.offered("slot")[2]
        about = browser.press(page, "Continue", slot=slot)
        check = browser.press(about, "Continue", **SAM)
        done = browser.press(check, "Book this session")
        file = browser.client.get(path_for(only_participant(), Purpose.CALENDAR, parts))
        sweep(parts, now)

    starts_at = parse_instant(slot)
    yours = f"{starts_at.astimezone(zone(PHOENIX)):%-I:%M %p}"
    theirs = f"{starts_at.astimezone(zone(NEW_YORK)):%-I:%M %p}"
    assert theirs == "11:00 AM"
    for shown in (page, about, check, done):
        assert yours in shown.text
        assert theirs in shown.text
    assert f"at {yours} Phoenix time" in done.text
    assert event_in(file.data)["dtstart"].dt == starts_at
    letter = next(letter for letter in mail.letters if letter["To"].startswith("sam@"))
    body = letter.get_body(("plain",))
    assert body is not None
    assert yours in body.get_content()
    assert "11:00 AM in New York" in body.get_content()


def test_b7_the_same_times_stand_on_the_right_day_on_both_sides_of_the_date_line(
    visit: Visit,
) -> None:
    factories.session_type(amara(), slug="soon", horizon_days=10)
    with time_machine.travel(NOW, tick=False):
        here = all_offered(visit(LOS_ANGELES), LOS_ANGELES, "soon")
        there = all_offered(visit(AUCKLAND), AUCKLAND, "soon")
        back = all_offered(visit(LOS_ANGELES), LOS_ANGELES, "soon")
        page = picker(visit(AUCKLAND))

    assert here == there == back
    # Five whole days, and from nine to eleven on the day the horizon ends.
    assert len(here) == 5 * 16 + 5
    # Nine on Monday morning in New York is three on Tuesday morning in Auckland.
    assert "Tuesday, March 5" in page.text
    assert "3:00 AM your time, which is Monday 9:00 AM for Amara" in page.text


def test_b7_the_zone_can_be_changed_on_the_page(client: FlaskClient, practice: None) -> None:
    with time_machine.travel(NOW, tick=False):
        browser = Browser(client)
        unknown = picker(browser)
        changed = browser.press(unknown, "Use this time zone", zone=AUCKLAND)

    assert "We do not know your time zone yet." in unknown.text
    assert "You: Auckland" in changed.text
    assert changed.path.startswith("/book/amara")


def test_b12_the_date_is_the_one_on_the_clients_calendar(visit: Visit) -> None:
    factories.weekly(amara(), weekday=0, from_minute=21 * 60, until_minute=22 * 60)
    evening = "2030-03-05T02:00:00Z"  # 18:00 in Los Angeles, and tomorrow in UTC

    with time_machine.travel(NOW, tick=False):
        page = booked(visit(LOS_ANGELES), slot=evening)

    assert "We will see you on Monday, March 4 at 6:00 PM Los Angeles time." in page.text
    assert "9:00 PM for Amara, New York" in page.text


def test_an_hour_that_comes_twice_is_shown_twice_and_told_apart(visit: Visit) -> None:
    factories.weekly(amara(), weekday=6, from_minute=60, until_minute=180)
    fall_back = datetime(2030, 11, 3, 12, tzinfo=UTC)

    with time_machine.travel(fall_back - 3 * DAY, tick=False):
        page = picker(visit(NEW_YORK), day="2030-11-03")

    assert "1:00 AM (before the clocks go back)" in page.text
    assert "1:00 AM (after the clocks go back)" in page.text


def test_clocks_that_agree_are_shown_once(visit: Visit) -> None:
    with time_machine.travel(NOW, tick=False):
        same, other = picker(visit(NEW_YORK)), picker(visit(PHOENIX))

    assert "Amara: New York" not in same.text
    assert "which is" not in same.text
    assert "Amara: New York, 10:00 AM now" in other.text


def test_weeks_without_times_lead_to_the_next_that_have_some(visit: Visit) -> None:
    factories.saved(
        TimeOff(therapist_id=amara().id, from_at=NOW, until_at=datetime(2030, 4, 8, 4, tzinfo=UTC))
    )

    with time_machine.travel(NOW, tick=False):
        browser = visit(NEW_YORK)
        page = picker(browser)
        later = browser.get(page.link("Monday, April 8, 9:00 AM"))

    assert "The next open time is Monday, April 8, 9:00 AM" in page.text
    assert "March 24 to April 20" in later.text
    assert len(later.offered("slot")) == 8


def test_the_pages_reach_to_the_horizon_and_no_further(visit: Visit) -> None:
    factories.session_type(amara(), slug="later", step=240, horizon_days=40)
    with time_machine.travel(NOW, tick=False):
        shown = all_offered(visit(NEW_YORK), NEW_YORK, "later")

    assert NOW + timedelta(hours=12) <= min(shown)
    assert NOW + 39 * DAY < max(shown) <= NOW + 40 * DAY


def test_the_picker_asks_the_database_no_more_with_more_bookings(
    app: Flask, visit: Visit, parts: Parts
) -> None:
    few = statements(app, visit(NEW_YORK))
    for hours in (0, 1, 2, 24, 25, 26, 48, 49):
        wish = factories.wish(session_type="session", starts_at=MONDAY_9AM + hours * HOUR)
        book(wish, key=factories.key(), parts=parts, now=NOW)

    assert statements(app, visit(NEW_YORK)) == few <= 4


def statements(app: Flask, browser: Browser) -> int:
    """Return how many SELECTs one look at the picker costs."""
    said: list[str] = []

    def note(*given: object) -> None:
        said.append(str(given[2]))

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with time_machine.travel(NOW, tick=False):
            assert picker(browser).status == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([each for each in said if re.match(r"\s*SELECT", each)])


def test_a_moment_before_the_notice_a_time_is_gone(visit: Visit) -> None:
    with time_machine.travel(MONDAY_9AM - 12 * HOUR, tick=False):
        on_time = picker(visit(NEW_YORK)).offered("slot")
    with time_machine.travel(MONDAY_9AM - 12 * HOUR + MINUTE, tick=False):
        late = picker(visit(NEW_YORK)).offered("slot")

    assert on_time[0] == "2030-03-04T14:00:00Z"
    assert late[0] == "2030-03-04T15:00:00Z"
    assert db.session.scalars(select(Participant)).all() == []
