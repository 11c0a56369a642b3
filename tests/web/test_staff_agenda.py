"""Today and the coming days, and the page of one appointment."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.domain.lifecycle import Modality, Status
from booking.models import Appointment, AuditEntry, Participant, Therapist, db
from booking.services.changes import cancel
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import change
from tests.web.browsing import Browser
from tests.web.staff_pages import (
    ASKED,
    another_therapist,
    booked,
    public_id,
    signed_in,
    takes_requests,
    the_therapist,
)

pytestmark = pytest.mark.usefixtures("then")


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def test_an_empty_diary_says_what_will_be_here_and_what_to_do(amara: Browser) -> None:
    page = amara.get("/staff")

    assert "Nothing is booked in the next 14 days" in page.text
    assert page.link("Check your weekly hours") == "/staff/hours"


def test_a_session_stands_under_its_day_by_initials_and_on_both_clocks(
    amara: Browser, parts: Parts
) -> None:
    booked(parts, guest=factories.guest(time_zone="America/Phoenix"))

    page = amara.get("/staff")

    assert "Today, Friday, March 1 Nothing today." in page.text
    assert "Monday, March 4 9:00 AM to 9:15 AM 7:00 AM in Phoenix S. R." in page.text
    assert "15-minute call By video Confirmed" in page.text
    assert "Sam Reed" not in page.html


def test_a_day_is_one_on_the_therapists_calendar(
    then: time_machine.Traveller, amara: Browser, parts: Parts
) -> None:
    therapist = the_therapist().id
    booked(parts, starts_at=MONDAY_9AM)
    change(Therapist, therapist, time_zone="Asia/Tokyo")

    assert "Monday, March 4 11:00 PM to 11:15 PM" in amara.get("/staff").text


def test_the_list_reaches_from_this_morning_to_fourteen_days_ahead(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    past = booked(parts)
    last = booked(parts, starts_at=MONDAY_9AM + 14 * 24 * HOUR - HOUR)
    beyond = booked(parts, starts_at=MONDAY_9AM + 15 * 24 * HOUR - HOUR)
    then.move_to(MONDAY_9AM + 5 * HOUR, tick=False)
    amara = signed_in(app, parts)

    page = amara.get("/staff")

    assert public_id(past) in page.html
    assert public_id(last) in page.html
    assert public_id(beyond) not in page.html
    then.move_to(MONDAY_9AM + 25 * HOUR, tick=False)
    assert public_id(past) not in signed_in(app, parts).get("/staff").html


def test_by_phone_the_line_says_who_calls_on_which_number(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    booked(parts, modality=Modality.PHONE)
    then.move_to(MONDAY_9AM - HOUR, tick=False)
    amara = signed_in(app, parts)
    page = amara.get("/staff")
    assert "You call S. R. at 212-555-0123." in page.text
    assert "tel:+12125550123" in page.html

    change(Therapist, the_therapist().id, client_calls=True)

    page = amara.get("/staff")
    assert "S. R. calls you at 602-555-0199." in page.text
    assert "tel:+12125550123" not in page.html


def test_the_way_in_is_there_from_ten_minutes_before(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    booked(parts)
    then.move_to(MONDAY_9AM - 11 * MINUTE, tick=False)
    amara = signed_in(app, parts)
    early = amara.get("/staff")
    assert "Room opens at 8:50 AM." in early.text
    with pytest.raises(LookupError):
        early.form("Join")

    then.move_to(MONDAY_9AM - 10 * MINUTE, tick=False)
    room = amara.press(amara.get("/staff"), "Join")

    assert room.link("Go to the video room") == "https://rooms.example/standing"
    assert "This is your standing room, the same for every session." in room.text


def test_what_was_cancelled_is_struck_out_and_offers_nothing(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    made = booked(parts, modality=Modality.PHONE)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW)
    then.move_to(MONDAY_9AM - HOUR, tick=False)

    page = signed_in(app, parts).get("/staff")

    assert "Cancelled" in page.text
    assert page.hrefs("Call S. R.") == []


@pytest.mark.parametrize("status", [Status.HELD, Status.DECLINED, Status.EXPIRED])
def test_what_never_came_about_is_not_on_the_list(
    amara: Browser, parts: Parts, status: Status
) -> None:
    made = booked(parts)
    change(Appointment, made.appointment_id, status=status, expires_at=MONDAY_9AM)

    assert public_id(made) not in amara.get("/staff").html


def test_requests_stand_at_the_top_with_their_number(amara: Browser, parts: Parts) -> None:
    takes_requests()
    for hour in range(2):
        booked(parts, session_type=ASKED, starts_at=MONDAY_9AM + hour * HOUR)

    page = amara.get("/staff")

    assert "2 requests wait for your answer" in page.text
    assert "The first is held until Sunday, March 3, 10:00 AM." in page.text
    assert page.link("Requests") == "/staff/requests"


def test_channels_that_are_off_are_said_to_be(app: Flask, amara: Browser, parts: Parts) -> None:
    assert "Email is off" not in amara.get("/staff").text

    app.extensions[EXTENSION] = replace(parts, mail=None, sms=None)

    page = amara.get("/staff")
    assert "Email is off" in page.text
    assert "Texts are off" in page.text


def test_the_page_of_one_appointment_has_all_that_was_answered(
    amara: Browser, parts: Parts
) -> None:
    guest = factories.guest(
        pronouns="they/them",
        payment="aetna",
        language="es",
        access_needs="Live captions, please.",
        note="Mornings are easiest.\nThank you.",
    )
    made = booked(parts, guest=guest)

    page = amara.get(f"/staff/appointments/{public_id(made)}")

    for said in (
        "Sam Reed",
        "they/them",
        "Monday, March 4, 9:00 AM to 9:15 AM",
        "Where they will be New York",
        "How they pay Aetna",
        "Language Spanish",
        "Live captions, please.",
        "Mornings are easiest.",
        "You call Sam Reed at 212-555-0123.",
    ):
        assert said in page.text
    assert "sam@example.org" not in page.html


def test_each_look_at_an_appointment_is_written_down(amara: Browser, parts: Parts) -> None:
    made = booked(parts)

    for _ in range(2):
        amara.get(f"/staff/appointments/{public_id(made)}")

    db.session.rollback()
    views = db.session.scalars(select(AuditEntry).filter_by(act="viewed")).all()
    seen = [(v.actor, v.actor_id, v.subject, v.subject_id, v.detail) for v in views]
    therapist = the_therapist().id
    assert seen == [("therapist", therapist, "appointment", made.appointment_id, {})] * 2


def test_what_another_may_not_see_is_not_written_down_as_seen(app: Flask, parts: Parts) -> None:
    made = booked(parts)
    another_therapist()
    bo = signed_in(app, parts, "bo@alder.example")

    page = bo.get(f"/staff/appointments/{public_id(made)}")

    assert page.status == 404
    assert "There is nothing of yours at this address." in page.text
    assert db.session.scalars(select(AuditEntry).filter_by(act="viewed")).all() == []


def test_what_a_client_wrote_is_shown_as_they_wrote_it(amara: Browser, parts: Parts) -> None:
    made = booked(parts, guest=factories.guest(note="<script>alert(1)</script> & more"))

    page = amara.get(f"/staff/appointments/{public_id(made)}")

    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert" not in page.html


def test_a_hold_has_no_page(amara: Browser, parts: Parts) -> None:
    made = booked(parts)
    change(Appointment, made.appointment_id, status=Status.HELD, expires_at=MONDAY_9AM)

    assert amara.get(f"/staff/appointments/{public_id(made)}").status == 404


def test_joining_too_early_says_so_and_makes_no_link(amara: Browser, parts: Parts) -> None:
    made = booked(parts)

    answer = amara.client.post(f"/staff/appointments/{public_id(made)}/join")

    assert answer.status_code == 422
    assert "The room is not open now." in answer.text
    assert "rooms.example" not in answer.text


def test_a_client_without_a_number_rings_the_desk_when_video_fails(
    amara: Browser, parts: Parts
) -> None:
    made = booked(parts)
    change(Participant, made.participant_id, phone=None)

    page = amara.get(f"/staff/appointments/{public_id(made)}")

    assert "Sam Reed calls the front desk at 602-555-0142." in page.text
