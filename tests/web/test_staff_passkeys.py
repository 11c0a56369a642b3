"""Passkeys on the pages, with a device in software; the script itself is tested in a browser."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from booking.adapters.passkeys import Passkeys
from booking.services.parts import EXTENSION, Parts
from tests.support.accounts import an_account
from tests.support.authenticator import Device
from tests.web.browsing import Browser
from tests.web.staff_pages import AMARA, mailed_link, signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")

HOST = "alder.example"


@pytest.fixture
def device(app: Flask, parts: Parts) -> Device:
    """A device at a site that has a name, as browsers need it for passkeys."""
    app.extensions[EXTENSION] = replace(parts, passkeys=Passkeys(f"http://{HOST}"))
    return Device(f"http://{HOST}", HOST)


def asked(browser: Browser, path: str) -> str:
    return browser.client.post(f"{path}/question").text


def add(browser: Browser, device: Device, name: str = "") -> str:
    path = "/staff/account/passkeys"
    answer = device.make(asked(browser, path))
    sent = browser.client.post(path, data={"answer": answer, "name": name}, follow_redirects=True)
    return sent.text


def come_in(browser: Browser, device: Device, there: str = "/staff") -> str:
    path = "/staff/sign-in/passkey"
    answer = device.sign(asked(browser, path))
    sent = browser.client.post(path, data={"answer": answer, "next": there})
    return sent.headers["Location"]


def test_from_a_page_by_passkey_back_to_it(app: Flask, parts: Parts, device: Device) -> None:
    assert "A passkey" in add(signed_in(app, parts), device)
    browser = Browser(app.test_client())

    assert come_in(browser, device, "/staff/hours") == "/staff/hours"
    assert browser.get("/staff/hours").status == 200


def test_the_first_passkey_brings_recovery_codes(app: Flask, parts: Parts, device: Device) -> None:
    an_account(parts, set_up=False, email=AMARA, therapist_id=the_therapist().id)
    browser = Browser(app.test_client())
    page = browser.press(browser.get(mailed_link(parts)), "Sign in")
    assert page.path == "/staff/set-up"
    assert "Make a passkey" in page.text

    assert "Your recovery codes" in add(browser, device)
    assert browser.get("/staff").path == "/staff"


@pytest.mark.one_database
def test_what_proves_nothing_is_said_in_calm_words(
    app: Flask, parts: Parts, device: Device
) -> None:
    amara, stranger = signed_in(app, parts), Browser(app.test_client())
    said = "This passkey could not be taken."

    for browser, path in (
        (stranger, "/staff/sign-in/passkey"),
        (amara, "/staff/prove/passkey"),
        (amara, "/staff/account/passkeys"),
    ):
        answer = browser.client.post(path, data={"answer": "x"}, follow_redirects=True)
        assert said in answer.text

    an_account(parts, set_up=False, email="new@alder.example", is_desk=True)
    new = Browser(app.test_client())
    new.press(new.get(mailed_link(parts, "new@alder.example")), "Sign in")
    answer = new.client.post("/staff/account/passkeys", data={"answer": "x"}, follow_redirects=True)
    assert said in answer.text


def test_a_passkey_shows_who_one_is_where_a_change_asks_for_it(
    app: Flask, parts: Parts, device: Device, then: time_machine.Traveller
) -> None:
    amara = signed_in(app, parts)
    add(amara, device)
    then.shift(10 * 60)
    assert amara.client.post("/staff/account/passkeys/question").status_code == 403
    refused = amara.client.post("/staff/account/passkeys", data={"answer": "x"})
    assert refused.headers["Location"].startswith("/staff/prove")

    path = "/staff/prove/passkey"
    answer = device.sign(asked(amara, path))
    sent = amara.client.post(path, data={"answer": answer, "next": "/staff/account/password"})

    assert sent.headers["Location"] == "/staff/account/password"
    assert amara.get("/staff/account/password").path == "/staff/account/password"


def test_passkey_or_password_is_removed_and_never_both(
    app: Flask, parts: Parts, device: Device, then: time_machine.Traveller
) -> None:
    amara = signed_in(app, parts)
    add(amara, device, "My key")
    page = amara.get("/staff/account")
    assert "Passkey: My key" in page.text

    without = amara.press(page, "Remove password and app")
    assert "Not set up." in without.text
    again = amara.press(without, "Remove: My key")
    assert "Nothing would be left to sign in with." in again.text
    assert "Passkey: My key" in again.text
    then.shift(11 * 60)
    assert amara.press(again, "Remove: My key").path.startswith("/staff/prove")
    assert amara.press(page, "Remove password and app").path.startswith("/staff/prove")


@pytest.mark.one_database
def test_a_passkey_that_is_not_needed_can_go(app: Flask, parts: Parts, device: Device) -> None:
    amara = signed_in(app, parts)
    add(amara, device, "My key")

    page = amara.press(amara.get("/staff/account"), "Remove: My key")

    assert "My key" not in page.text
    last = amara.client.post("/staff/account/password/drop", follow_redirects=True)
    assert "Nothing would be left to sign in with." in last.text


@pytest.mark.one_database
def test_where_browsers_know_none_the_pages_offer_none(app: Flask, parts: Parts) -> None:
    amara = signed_in(app, parts)

    pages = [amara.get("/staff/account"), Browser(app.test_client()).get("/staff/sign-in")]

    assert not any("data-question" in page.html for page in pages)
