"""What becomes of the sessions in time off, decided on one page."""

import pytest
from flask import Flask

from booking.domain.availability import WeeklyHours
from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.models import Appointment, db
from booking.services.audit import SYSTEM
from booking.services.availability import set_weekly_hours
from booking.services.closures import close_practice
from booking.services.parts import Parts
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import change
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import BO, another_therapist, booked, public_id, signed_in

pytestmark = pytest.mark.usefixtures("then")

KEEP = ["keep", "offer", "cancel"]


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def add(amara: Browser) -> Page:
    return amara.press(amara.get("/staff/time-off"), "Add time off", first_day="2030-03-04")


def status_of(appointment_id: int) -> Status:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment_id).status


def test_time_off_that_touches_sessions_leads_to_a_choice_for_each(
    amara: Browser, parts: Parts
) -> None:
    made = booked(parts)

    page = add(amara)

    assert page.path.endswith("/sessions")
    assert "Monday, March 4, all day" in page.text
    assert "S. R., Monday, March 4, 9:00 AM" in page.text
    assert page.offered(f"choice-{public_id(made)}") == KEEP
    assert page.form("Save")[0].fields[f"choice-{public_id(made)}"] == "keep"


def test_what_is_chosen_is_done_and_the_rest_stays(amara: Browser, parts: Parts) -> None:
    one, other = booked(parts), booked(parts, starts_at=MONDAY_9AM + HOUR)
    page = add(amara)

    page = amara.press(page, "Save", **{f"choice-{public_id(one)}": "cancel"})

    assert "Saved. Whoever it concerns is told." in page.text
    assert status_of(one.appointment_id) is Status.CANCELLED
    assert status_of(other.appointment_id) is Status.CONFIRMED


def test_hours_that_leave_sessions_outside_lead_to_a_choice_for_each(
    amara: Browser, parts: Parts
) -> None:
    gone, kept = booked(parts), booked(parts, starts_at=MONDAY_9AM + 24 * HOUR)
    therapist_id = db.session.get_one(Appointment, gone.appointment_id).therapist_id
    no_mondays = [WeeklyHours(weekday, 9 * 60, 17 * 60) for weekday in range(1, 5)]
    set_weekly_hours(therapist_id, no_mondays, actor=SYSTEM, now=NOW)

    page = amara.press(amara.get("/staff/hours"), "Save hours")
    done = amara.press(page, "Save", **{f"choice-{public_id(gone)}": "cancel"})

    assert "Outside your weekly hours" in page.text
    assert page.offered(f"choice-{public_id(gone)}") == KEEP
    assert page.offered(f"choice-{public_id(kept)}") == []
    assert done.path.startswith("/staff/time-off")
    assert [status_of(each.appointment_id) for each in (gone, kept)] == [
        Status.CANCELLED,
        Status.CONFIRMED,
    ]
    assert "Saved." in amara.press(amara.get("/staff/hours"), "Save hours").text


def test_one_button_chooses_for_all_and_saves_nothing_yet(amara: Browser, parts: Parts) -> None:
    one, other = booked(parts), booked(parts, starts_at=MONDAY_9AM + HOUR)
    page = amara.press(add(amara), "All: cancel")
    assert status_of(one.appointment_id) is Status.CONFIRMED

    amara.press(page, "Save")

    assert status_of(one.appointment_id) is Status.CANCELLED
    assert status_of(other.appointment_id) is Status.CANCELLED


def test_keeping_all_is_said_to_be_just_that(amara: Browser, parts: Parts) -> None:
    made = booked(parts)

    page = amara.press(add(amara), "Save")

    assert "Saved. Every session stays as it is." in page.text
    assert status_of(made.appointment_id) is Status.CONFIRMED


def test_a_date_that_differs_asks_too_and_the_list_leads_there_later(
    amara: Browser, parts: Parts
) -> None:
    made = booked(parts)
    amara.press(
        amara.get("/staff/time-off"),
        "Set these hours",
        day="2030-03-04",
        from_1="12:00",
        until_1="14:00",
    )
    page = amara.get(amara.get("/staff/time-off").link("Decide what becomes of them"))

    page = amara.press(page, "Save", **{f"choice-{public_id(made)}": "offer"})

    assert db.session.get_one(Appointment, made.appointment_id).asked_to_move_at is not None
    page = amara.get("/staff/time-off/2030-03-04/sessions")
    assert "Was asked to choose another time." in page.text


def test_what_changed_since_it_was_listed_is_left_alone(amara: Browser, parts: Parts) -> None:
    made = booked(parts)
    page = add(amara)
    change(Appointment, made.appointment_id, version=7)

    amara.press(page, "Save", **{f"choice-{public_id(made)}": "cancel"})

    assert status_of(made.appointment_id) is Status.CONFIRMED


def test_when_the_practice_closes_each_therapist_decides_of_their_own(
    amara: Browser, parts: Parts
) -> None:
    made = booked(parts)
    close_practice("Away day", Interval(MONDAY_9AM - HOUR, MONDAY_9AM + HOUR), now=NOW)

    page = amara.get("/staff/time-off")
    assert "Away day: Monday, March 4, 8:00 AM to 10:00 AM" in page.text
    assert "1 session of yours falls in this time." in page.text
    page = amara.get(page.link("Decide what becomes of them"))
    amara.press(page, "Save", **{f"choice-{public_id(made)}": "cancel"})

    assert status_of(made.appointment_id) is Status.CANCELLED


@pytest.mark.parametrize(
    "which", ["closure-7", "closure-x", "0", "x", "2030-03-04", "2030-13-04", "9" * 12, "-"]
)
def test_what_is_not_there_has_no_sessions(amara: Browser, which: str) -> None:
    assert amara.get(f"/staff/time-off/{which}/sessions").status == 404
    assert amara.client.post(f"/staff/time-off/{which}/sessions").status_code == 404


def test_anothers_time_off_is_not_found(amara: Browser, app: Flask, parts: Parts) -> None:
    booked(parts)
    path = add(amara).path
    another_therapist()

    assert signed_in(app, parts, BO).get(path).status == 404
