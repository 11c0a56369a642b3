"""A therapist's own pages: a request answered, hours saved, the room; and the way in."""

from datetime import timedelta

import pytest

from booking.adapters import totp
from booking.clock import utcnow
from tests.browser.conftest import DESK, Visit
from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

PASSWORD = "lantern orbit velvet tuba"
SOON = timedelta(minutes=5)


def sign_in(visitor: Visitor, site: Demo, email: str) -> None:
    """Come in by the demo's own way."""
    visitor.go("/demo/sign-in")
    form = visitor.page.locator(f'form:has(input[value="{site.account_id(email)}"]) button')
    visitor.act(form)
    assert visitor.path == "/staff"


def letters_of(visitor: Visitor) -> str:
    return visitor.page.locator(".letters").inner_text().replace(" ", "").strip()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_somebody_sets_up_their_sign_in_and_comes_in_with_it(
    visit: Visit, site: Demo, *, script: bool
) -> None:
    email = "grace@alder.example" if script else "tom@alder.example"
    began, visitor = utcnow(), visit(script=script)
    visitor.go("/staff/hours")
    visitor.follow("First time here")
    visitor.fill("Work email", email)
    visitor.press("Mail me a link")
    visitor.go(site.link(email, "/staff/sign-in/", since=began))
    visitor.press("Sign in")
    assert visitor.path == "/staff/set-up"
    secret = letters_of(visitor)

    visitor.fill("New password", PASSWORD)
    visitor.fill("The code it shows now", totp.code_at(secret, utcnow()))
    visitor.press("Save")
    assert visitor.page.locator(".codes li").count() == 10
    recovery = visitor.page.locator(".codes li").first.inner_text()
    visitor.follow("I have kept them")
    assert visitor.path == "/staff"

    visitor.page.context.clear_cookies()
    visitor.go("/staff/hours")
    visitor.fill("Work email", email)
    visitor.fill("Password", PASSWORD)
    visitor.fill("Code", recovery)
    visitor.press("Sign in")
    assert visitor.path == "/staff/hours"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_therapist_accepts_a_request(visit: Visit, site: Demo, *, script: bool) -> None:
    slot = site.openings("daniel-reyes", "intake", "AZ")[-1]
    booked = site.book(slot, therapist="daniel-reyes", session_type="intake")
    assert booked["status"] == "requested"
    visitor = visit(DESK, script=script)
    sign_in(visitor, site, "daniel@alder.example")

    visitor.go("/staff/requests")
    form = f"/staff/requests/{site.appointment(booked['token']).hold_id}/accept"
    visitor.act(visitor.page.locator(f'form[action="{form}"] button'))

    visitor.page.get_by_role("status").wait_for()
    answer = site.call(f"/api/v1/appointments/{booked['token']}")
    assert answer[1]["status"] == "confirmed"


def test_weekly_hours_are_saved_on_a_phone(visit: Visit, site: Demo) -> None:
    visitor = visit()
    sign_in(visitor, site, "elliot@alder.example")
    visitor.go("/staff/hours")

    field = visitor.page.locator("input[type=time][name^=until-]").first
    name, before = field.get_attribute("name"), field.input_value()
    after = "18:30" if before != "18:30" else "18:00"
    field.fill(after)
    visitor.press("Save hours")

    assert visitor.reads("Saved. New bookings follow these hours from now on.")
    visitor.go("/staff/hours")
    assert visitor.page.locator(f"input[name={name}]").first.input_value() == after


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_client_and_therapist_meet_in_the_demo_room(
    visit: Visit, site: Demo, *, script: bool
) -> None:
    slot = site.openings("wren-begay", "consultation", "AZ")[-1 - script]
    booked = site.book(slot, therapist="wren-begay")
    form = f"/staff/appointments/{site.begin_in(booked['token'], SOON).hold_id}/join"
    client, host = visit(script=script), visit(DESK, script=script)

    client.go(booked["join_url"].removeprefix(site.url))
    client.press("Join now")
    client.follow("Go to the video room")
    assert client.path.startswith("/demo/")

    sign_in(host, site, "wren@alder.example")
    host.act(host.page.locator(f'form[action="{form}"] button').first)
    host.follow("Go to the video room")
    assert host.path.startswith("/demo/")
    assert host.path != client.path, "each has a link of their own"
