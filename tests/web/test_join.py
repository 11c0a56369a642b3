"""The join page: what it says before, during and after, and when video does not work."""

from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from flask import Flask

from booking.adapters.links import Purpose
from booking.adapters.video.fake import FakeVideo
from booking.domain.lifecycle import Modality, Status
from booking.models import Appointment, Participant, Practice, Therapist, db
from booking.services.booking import Booked
from booking.services.changes import move
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.mail import MailSpy
from tests.support.owed import change, plain, sweep
from tests.web.booking_flow import everything
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import booked, public_id, signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")

OPENS, CLOSES = MONDAY_9AM - 10 * MINUTE, MONDAY_9AM + 45 * MINUTE


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def video(app: Flask, parts: Parts, practice: None) -> FakeVideo:
    """Amara's rooms are made by a vendor in memory."""
    fake = FakeVideo()
    app.extensions[EXTENSION] = replace(parts, video={**parts.video, "fake": fake})
    change(Therapist, the_therapist().id, video_provider="fake")
    return fake


def path(made: Booked, parts: Parts, purpose: Purpose = Purpose.JOIN) -> str:
    db.session.rollback()
    participant = db.session.get_one(Participant, made.participant_id)
    return f"/join/{parts.links.token(purpose, participant.link_id, participant.link_version)}"


def page_at(then: time_machine.Traveller, when: datetime, browser: Browser, address: str) -> Page:
    then.move_to(when, tick=False)
    return browser.get(address)


def test_before_it_opens_the_page_says_when_on_both_clocks(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    made = booked(parts, guest=factories.guest(time_zone="America/Phoenix"))

    page = page_at(then, OPENS - 25 * MINUTE, browser, path(made, parts))

    assert "Your room opens at 6:50 AM" in page.text
    assert "Monday, March 4, 7:00 AM Your time, Phoenix" in page.text
    assert "9:00 AM for Amara, New York" in page.text
    assert "Opens in 25 minutes" in page.text
    assert page.link("Look again") == ""
    with pytest.raises(LookupError):
        page.form("Join now")


def test_days_ahead_the_page_says_the_day(browser: Browser, parts: Parts) -> None:
    page = browser.get(path(booked(parts), parts))

    assert "Your room opens on Monday, March 4 at 8:50 AM" in page.text
    assert "Opens in 2 days" in page.text


def test_from_ten_minutes_before_one_button_leads_to_the_room(
    then: time_machine.Traveller, browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    page = page_at(then, OPENS, browser, path(booked(parts), parts))
    assert "Your room is open" in page.text

    room = browser.press(page, "Join now")

    assert room.status == 200
    assert room.link("Go to the video room") == video.links[-1]
    assert 'rel="noreferrer noopener"' in room.html
    assert "This link is for you alone." in room.text


def test_a_room_that_others_use_too_is_called_one(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    page = page_at(then, MONDAY_9AM, browser, path(booked(parts), parts))

    room = browser.press(page, "Join now")

    assert room.link("Go to the video room") == "https://rooms.example/standing"
    assert "Amara uses this room for other people too." in room.text


def test_pressing_too_early_shows_when_it_opens(
    browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    answer = browser.client.post(path(booked(parts), parts))

    assert answer.status_code == 422
    assert "Your room opens" in answer.text
    assert video.links == []


def test_looking_changes_nothing(
    then: time_machine.Traveller, browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    address = path(booked(parts), parts)
    before = everything()

    for when in (NOW, OPENS, MONDAY_9AM, CLOSES):
        assert page_at(then, when, browser, address).status == 200

    assert everything() == before
    assert video.rooms == {}


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.JOIN])
def test_a_link_for_anything_else_opens_no_door(
    browser: Browser, parts: Parts, purpose: Purpose
) -> None:
    page = browser.get(path(booked(parts), parts, purpose))

    assert page.status == 404
    assert "This link is no longer active." in page.text


def test_a_revoked_link_opens_no_door(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    made = booked(parts)
    address = path(made, parts)
    change(Participant, made.participant_id, link_version=2)
    then.move_to(MONDAY_9AM, tick=False)

    assert browser.get(address).status == 404
    assert browser.client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.REQUESTED, "Your request is in"),
        (Status.DECLINED, "That time did not work out"),
        (Status.EXPIRED, "Your request has ended"),
        (Status.CANCELLED, "That call is cancelled"),
        (Status.COMPLETED, "This call is over"),
    ],
)
def test_where_there_is_no_session_the_page_says_why(
    then: time_machine.Traveller, browser: Browser, parts: Parts, status: Status, said: str
) -> None:
    made = booked(parts)
    change(Appointment, made.appointment_id, status=status, expires_at=MONDAY_9AM)

    page = page_at(then, OPENS, browser, path(made, parts))

    assert page.status == 200
    assert said in page.text
    assert "There is no room to join here." in page.text
    assert browser.client.post(path(made, parts)).status_code == 422


def test_when_it_is_over_the_page_says_so(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    made = booked(parts)

    assert "room is open" in page_at(then, CLOSES - MINUTE, browser, path(made, parts)).text
    assert "This call is over" in page_at(then, CLOSES, browser, path(made, parts)).text


def test_by_phone_the_page_says_who_calls_on_which_number(browser: Browser, parts: Parts) -> None:
    address = path(booked(parts, modality=Modality.PHONE), parts)
    page = browser.get(address)
    assert "Amara will call you at 212-555-0123." in page.text
    assert page.hrefs("Call") == ["tel:988"]

    change(Therapist, the_therapist().id, client_calls=True)

    page = browser.get(address)
    assert "Please call Amara at 602-555-0199." in page.text
    assert page.link("Call 602-555-0199") == "tel:+16025550199"


def test_help_is_on_the_page_and_nothing_is_named_in_its_title(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    address = path(booked(parts), parts)
    for when in (NOW, OPENS, CLOSES):
        page = page_at(then, when, browser, address)
        assert page.title == "Your appointment \N{EN DASH} Alder Street"
        assert page.html.count("tel:988") > 1
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"


def test_the_link_is_the_same_after_a_move(
    then: time_machine.Traveller, browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    """CASES G2: kept when it is moved, and leading to the room at the new time."""
    made = booked(parts)
    before = path(made, parts)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW)
    assert path(made, parts) == before

    then.move_to(MONDAY_9AM, tick=False)
    assert "Your room opens at 9:50 AM" in browser.get(before).text
    page = page_at(then, MONDAY_9AM + HOUR, browser, before)

    assert browser.press(page, "Join now").link("Go to the video room") == video.links[-1]


def test_with_the_vendor_down_both_are_told_the_same_way_to_talk(
    then: time_machine.Traveller, app: Flask, browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    """CASES G4: the booking stands; video comes back without a second room."""
    made = booked(parts)
    then.move_to(MONDAY_9AM, tick=False)
    video.down = True
    host = signed_in(app, parts)

    theirs = browser.press(browser.get(path(made, parts)), "Join now")
    ours = host.press(host.get(f"/staff/appointments/{public_id(made)}"), "Join")

    assert (theirs.status, ours.status) == (503, 503)
    assert "Your booking stands." in theirs.text
    assert "Amara will call you at 212-555-0123." in theirs.text
    assert "You call S. R. at 212-555-0123." in ours.text
    assert ours.link("Call 212-555-0123") == "tel:+12125550123"
    video.down = False
    assert browser.press(browser.get(path(made, parts)), "Join now").status == 200
    assert len(video.rooms) == 1


def test_without_a_number_of_theirs_both_are_told_to_ring_the_desk(
    then: time_machine.Traveller, app: Flask, browser: Browser, parts: Parts, video: FakeVideo
) -> None:
    made = booked(parts, guest=factories.guest(phone=None))
    then.move_to(MONDAY_9AM, tick=False)
    video.down = True
    host = signed_in(app, parts)

    theirs = browser.press(browser.get(path(made, parts)), "Join now")
    ours = host.press(host.get(f"/staff/appointments/{public_id(made)}"), "Join")

    assert "Please call our front desk at 602-555-0142." in theirs.text
    assert "S. R. calls the front desk at 602-555-0142." in ours.text


def test_the_link_in_the_mail_is_the_one_on_the_page(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    """CASES G6, before a move and after."""
    made = booked(parts)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + HOUR, now=NOW)
    sweep(parts, NOW + 10 * MINUTE)

    mine = [letter for letter in mail.letters if letter["To"] == "sam@example.org"]
    expected = parts.settings.public_url + path(made, parts)
    assert len(mine) == 2
    assert all(expected in plain(letter) for letter in mine)
    token = parts.links.token(
        Purpose.MANAGE, db.session.get_one(Participant, made.participant_id).link_id
    )
    assert path(made, parts) in browser.get(f"/b/{token}").html


def test_a_practice_may_open_its_rooms_earlier(
    then: time_machine.Traveller, browser: Browser, parts: Parts
) -> None:
    address = path(booked(parts), parts)
    change(Practice, 1, room_opens_minutes=30)

    page = page_at(then, MONDAY_9AM - 30 * MINUTE, browser, address)

    assert "Your room is open" in page.text
