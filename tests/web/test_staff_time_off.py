"""Time off and dates that differ, by the clock where the therapist is."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from booking.domain.availability import DayHours
from booking.domain.interval import Interval
from booking.models import Therapist, TimeOff, db
from booking.queries.hours import days_that_differ, time_off_ahead
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.owed import change
from tests.web.booking_flow import count
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import booked, public_id, signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")

MONDAY = date(2030, 3, 4)


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def off() -> list[Interval]:
    db.session.rollback()
    return [r.span for r in time_off_ahead(db.session(), the_therapist().id, now=NOW)]


def days() -> list[DayHours]:
    db.session.rollback()
    return days_that_differ(db.session(), the_therapist().id, since=MONDAY)


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2030, month, day, hour, minute, tzinfo=UTC)


def add(amara: Browser, **typed: str) -> Page:
    return amara.press(amara.get("/staff/time-off"), "Add time off", **typed)


def set_day(amara: Browser, **typed: str) -> Page:
    return amara.press(amara.get("/staff/time-off"), "Set these hours", **typed)


def test_a_day_without_times_is_the_whole_day(amara: Browser) -> None:
    page = add(amara, first_day="2030-03-04")

    assert off() == [Interval(utc(4, 5), utc(5, 5))]
    assert "Monday, March 4, all day" in page.text
    assert "Time off added." in page.text


def test_days_reach_to_the_end_of_the_last_over_a_clock_change(amara: Browser) -> None:
    page = add(amara, first_day="2030-03-08", last_day="2030-03-11")

    assert off() == [Interval(utc(8, 5), utc(12, 4))]
    assert "Friday, March 8 to Monday, March 11, all day" in page.text


def test_times_are_by_the_clock_where_the_therapist_is(amara: Browser) -> None:
    page = add(amara, first_day="2030-03-04", starts="13:00", ends="15:30")

    assert off() == [Interval(utc(4, 18), utc(4, 20, 30))]
    assert "Monday, March 4, 1:00 PM to 3:30 PM" in page.text


def test_an_end_in_an_hour_that_comes_twice_is_the_second(amara: Browser) -> None:
    add(amara, first_day="2030-11-03", ends="01:30")

    assert off() == [Interval(utc(3, 4, month=11), utc(3, 6, 30, month=11))]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "first_day"),
        ({"first_day": "soon"}, "first_day"),
        ({"first_day": "2030-02-30"}, "first_day"),
        ({"first_day": "9999-12-31"}, "first_day"),
        ({"first_day": "0001-01-01"}, "first_day"),
        ({"first_day": "2030-02-01"}, "first_day"),
        ({"first_day": "2030-03-04", "last_day": "2030-03-03"}, "last_day"),
        ({"first_day": "2030-03-04", "last_day": "2032-03-03"}, "last_day"),
        ({"first_day": "2030-03-04", "starts": "late"}, "starts"),
        ({"first_day": "2030-03-04", "starts": "12:00", "ends": "12:00"}, "ends"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    amara: Browser, typed: dict[str, str], field: str
) -> None:
    page = add(amara, **typed)

    assert page.status == 422
    assert f'<a href="#{field}">' in page.html
    assert page.title.startswith("Error: ")
    assert all(f'value="{value}"' in page.html for value in typed.values())
    assert count(TimeOff) == 0


def test_what_is_booked_in_it_is_listed_and_stays(amara: Browser, parts: Parts) -> None:
    made = booked(parts)

    add(amara, first_day="2030-03-04")
    page = amara.get("/staff/time-off")

    assert "1 session falls in this time. It stays booked" in page.text
    href = page.link("S. R., Monday, March 4, 9:00 AM")
    assert href == f"/staff/appointments/{public_id(made)}"


def test_time_off_is_removed_by_its_button(amara: Browser) -> None:
    page = add(amara, first_day="2030-03-04")

    page = amara.press(page, "Remove")

    assert off() == []
    assert "Time off removed." in page.text


@pytest.mark.parametrize("row", ["", "0", "-1", "x", "²", "1e3", "9" * 10, "9" * 60])
def test_an_id_that_is_none_removes_nothing(amara: Browser, row: str) -> None:
    add(amara, first_day="2030-03-04")

    answer = amara.client.post("/staff/time-off/remove", data={"id": row})

    assert answer.status_code == 404
    assert len(off()) == 1


def test_one_date_gets_hours_of_its_own_and_goes_back(amara: Browser) -> None:
    page = set_day(
        amara, day="2030-03-04", from_1="12:00", until_1="14:00", from_2="15:00", until_2="00:00"
    )
    assert days() == [DayHours(MONDAY, ((720, 840), (900, 1440)))]
    assert "Monday, March 4: 12:00 PM to 2:00 PM, 3:00 PM to 12:00 AM" in page.text

    page = amara.press(page, "Back to weekly hours")

    assert days() == []
    assert "That date follows your weekly hours again." in page.text


def test_what_is_booked_outside_those_hours_is_listed(amara: Browser, parts: Parts) -> None:
    made = booked(parts)

    inside = set_day(amara, day="2030-03-04", from_1="09:00", until_1="09:15")
    assert public_id(made) not in inside.html

    set_day(amara, day="2030-03-04", from_1="09:05", until_1="12:00")
    outside = amara.get("/staff/time-off")
    assert "1 session is outside these hours. It stays booked." in outside.text
    assert public_id(made) in outside.html


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_1": "09:00", "until_1": "12:00"}, "day"),
        ({"day": "2030-02-28", "from_1": "09:00", "until_1": "12:00"}, "day"),
        ({"day": "2030-03-04"}, "from_1"),
        ({"day": "2030-03-04", "from_1": "09:00"}, "until_1"),
        ({"day": "2030-03-04", "from_1": "09:00", "until_1": "08:00"}, "until_1"),
        (
            {
                "day": "2030-03-04",
                "from_1": "09:00",
                "until_1": "12:00",
                "from_2": "11:00",
                "until_2": "13:00",
            },
            "from_2",
        ),
    ],
)
def test_hours_that_cannot_be_are_said_at_their_field_and_kept(
    amara: Browser, typed: dict[str, str], field: str
) -> None:
    page = set_day(amara, **typed)

    assert page.status == 422
    assert f'<a href="#{field}">' in page.html
    assert all(f'value="{value}"' in page.html for value in typed.values())
    assert days() == []


@pytest.mark.one_database
def test_a_date_that_is_none_clears_nothing(amara: Browser) -> None:
    assert amara.client.post("/staff/time-off/day/clear", data={"day": "x"}).status_code == 404


def test_in_another_zone_the_day_is_another_day(amara: Browser) -> None:
    change(Therapist, the_therapist().id, time_zone="Asia/Tokyo")

    add(amara, first_day="2030-03-04")

    assert off() == [Interval(utc(3, 15), utc(4, 15))]
