"""Setting up what one signs in with, from the link to the codes, and setting it anew."""

import re

import pytest
import time_machine
from flask import Flask

from booking.clock import utcnow
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.accounts import PASSWORD, an_account, code_at
from tests.support.mail import MailSpy
from tests.support.owed import sweep
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import AMARA, link_in, mailed_link, signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def test_the_link_leads_a_new_account_to_setting_up_and_then_to_the_page(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    an_account(parts, set_up=False, email=AMARA, therapist_id=the_therapist().id)
    form = browser.get(browser.get("/staff/hours").link("Have a link mailed"))
    browser.press(form, "Mail me a link", email=AMARA)
    sweep(parts, NOW)

    setting_up = browser.press(browser.get(link_in(mail, parts)), "Sign in")
    assert setting_up.path == "/staff/set-up"
    key = browser.client.get_cookie("staff")
    secret = letters(setting_up)
    entered = {"password": PASSWORD, "code": code_at(NOW, secret)}
    codes = browser.press(setting_up, "Save", **entered)

    assert len(set(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", codes.text))) == 10
    assert browser.get("/staff/hours").status == 200
    assert browser.client.get_cookie("staff") != key


def letters(page: Page) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.html)
    assert found is not None
    return found[1].replace(" ", "")


@pytest.mark.one_database
def test_what_cannot_be_taken_is_said_at_the_field_and_the_picture_stays(
    browser: Browser, parts: Parts
) -> None:
    an_account(parts, set_up=False, email=AMARA, therapist_id=the_therapist().id)
    page = browser.press(browser.get(mailed_link(parts)), "Sign in")

    again = browser.press(page, "Save", password="password1234", code="12")

    assert again.status == 422
    assert "This is easy to guess." in again.text
    assert "This code is not right" in again.text
    assert letters(again) == letters(page)


@pytest.mark.one_database
@pytest.mark.parametrize("sealed", ["", "x", "other"])
def test_a_secret_we_did_not_show_is_not_taken(browser: Browser, parts: Parts, sealed: str) -> None:
    account_id = an_account(parts, set_up=False, email=AMARA, therapist_id=the_therapist().id)
    page = browser.press(browser.get(mailed_link(parts)), "Sign in")
    if sealed == "other":
        document: dict[str, object] = {"purpose": "app secret", "account": account_id + 1}
        sealed = parts.sealer.seal_document(document).decode()

    again = browser.press(page, "Save", password=PASSWORD, code=code_at(NOW), app=sealed)

    assert again.status == 422


@pytest.mark.one_database
def test_a_picture_left_on_the_screen_is_not_taken_for_ever(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    an_account(parts, set_up=False, email=AMARA, therapist_id=the_therapist().id)
    page = browser.press(browser.get(mailed_link(parts)), "Sign in")
    secret = letters(page)
    for _ in range(3):
        then.shift(10 * 60)
        browser.get("/staff/set-up")

    again = browser.press(page, "Save", password=PASSWORD, code=code_at(utcnow(), secret))

    assert again.status == 422


def test_to_set_it_anew_one_shows_again_that_it_is_oneself(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    amara = signed_in(app, parts)
    then.shift(10 * 60)

    asked = amara.get("/staff/account/password")
    assert asked.path == "/staff/prove?next=/staff/account/password"
    again = amara.press(asked, "Go on", code="000000")
    assert again.status == 422
    page = amara.press(again, "Go on", code=code_at(utcnow()))

    assert page.path == "/staff/account/password"
    then.shift(60)
    entered = {"password": "another lantern tuba", "code": code_at(utcnow(), letters(page))}
    codes = amara.press(page, "Save", **entered)
    assert "Your recovery codes" in codes.text


def test_new_codes_are_made_for_whoever_has_just_shown_who_they_are(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    amara = signed_in(app, parts)
    page = amara.get("/staff/account")
    assert "0 of 10 are left." in page.text

    assert "Your recovery codes" in amara.press(page, "Make new ones").text
    assert "10 of 10 are left." in amara.get("/staff/account").text
    then.shift(11 * 60)
    assert amara.press(page, "Make new ones").path == "/staff/prove?next=/staff/account"
    sent = amara.client.post("/staff/account/password", data={"password": PASSWORD})
    assert sent.headers["Location"] == "/staff/prove?next=/staff/account"


@pytest.mark.one_database
def test_who_one_is_cannot_be_guessed_for_long(app: Flask, parts: Parts) -> None:
    amara = signed_in(app, parts)
    page = amara.get("/staff/prove")
    for _ in range(10):
        amara.press(page, "Go on", code="000000")

    refused = amara.press(page, "Go on", code=code_at(NOW))

    assert refused.status == 429
    assert "Please wait 15 minutes" in refused.text


def test_another_browser_is_signed_out_from_the_list(app: Flask, parts: Parts) -> None:
    here, there, third = (signed_in(app, parts) for _ in range(3))
    page = here.get("/staff/account")
    assert page.text.count("Firefox, Windows") >= 3
    assert "this browser" in page.text

    after = here.press(page, "Sign out: Firefox")
    assert "Signed out there." in after.text
    left = [each for each in (there, third) if each.get("/staff").path == "/staff"]
    assert len(left) == 1
    here.press(after, "Sign out everywhere else")

    assert left[0].get("/staff").path.startswith("/staff/sign-in")
    assert here.get("/staff").path == "/staff"
