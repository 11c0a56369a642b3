"""The way in, as a browser walks it."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from booking.clock import utcnow
from booking.models import StaffSession
from booking.services.parts import EXTENSION, Parts
from tests.factories import NOW
from tests.support.accounts import PASSWORD, code_at
from tests.support.mail import MailSpy
from tests.support.owed import plain, sweep
from tests.web.booking_flow import count, everything
from tests.web.browsing import Browser
from tests.web.staff_pages import AMARA, mailed_link, signed_in, the_account

pytestmark = pytest.mark.usefixtures("then")


CODE = {"code": code_at(NOW)}


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def typed(**other: str) -> dict[str, str]:
    """Return what Amara types to come in."""
    return {"email": AMARA, "password": PASSWORD, "code": code_at(NOW)} | other


def test_from_a_page_by_password_and_code_back_to_it(browser: Browser, parts: Parts) -> None:
    the_account(parts)
    form = browser.get("/staff/hours")
    assert form.path.startswith("/staff/sign-in")

    page = browser.press(form, "Sign in", **typed())

    assert page.path == "/staff/hours"
    assert page.status == 200


WRONG = [
    {"email": "nobody@alder.example"},
    {"email": "no address"},
    {"password": "lantern orbit velvet"},
    {"password": ""},
    {"code": "000000"},
    {"code": ""},
]


@pytest.mark.one_database
def test_the_answer_does_not_tell_what_did_not_match(browser: Browser, parts: Parts) -> None:
    the_account(parts)
    answers = []
    for wrong in WRONG:
        entered = typed(**wrong)
        page = browser.press(browser.get("/staff/sign-in"), "Sign in", **entered)
        answers.append((page.status, page.html.replace(entered["email"], "SOMEBODY")))

    assert len(set(answers)) == 1
    assert answers[0][0] == 422
    assert PASSWORD not in answers[0][1]
    assert count(StaffSession) == 0


def test_after_ten_tries_the_right_one_is_refused_as_well_for_a_while(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    the_account(parts)
    for _ in range(10):
        browser.client.post("/staff/sign-in", data=typed(password="guess after guess"))

    refused = browser.client.post("/staff/sign-in", data=typed())
    nobodys = [
        browser.client.post("/staff/sign-in", data=typed(email="x@y.example")) for _ in range(11)
    ]
    then.shift(15 * 60)

    assert refused.status_code == nobodys[-1].status_code == 429
    assert "Please wait 15 minutes, or come in another way." in refused.text
    entered = typed(code=code_at(utcnow()))
    assert browser.client.post("/staff/sign-in", data=entered).status_code == 303


def test_the_answer_is_the_same_for_a_stranger(browser: Browser, parts: Parts) -> None:
    the_account(parts)
    answers = []
    for address in (AMARA, "nobody@alder.example"):
        page = browser.press(browser.get("/staff/sign-in/link"), "Mail me a link", email=address)
        answers.append((page.status, page.html.replace(address.split("@")[0], "SOMEBODY")))

    assert answers[0] == answers[1]
    assert "Please check your email" in answers[0][1]


@pytest.mark.one_database
def test_what_is_no_address_is_said_at_the_field(browser: Browser) -> None:
    page = browser.press(browser.get("/staff/sign-in/link"), "Mail me a link", email="amara")

    assert page.status == 422
    assert "Please check how this is written." in page.text


def test_a_link_asks_whoever_is_set_up_for_a_code_as_well(browser: Browser, parts: Parts) -> None:
    page = browser.get(mailed_link(parts))

    wrong = browser.press(page, "Sign in", code="000000")
    assert wrong.status == 422
    assert "This code is not right" in wrong.text
    assert browser.press(wrong, "Sign in", code=code_at(NOW)).path == "/staff"


@pytest.mark.one_database
def test_the_code_of_a_link_cannot_be_guessed_for_long(browser: Browser, parts: Parts) -> None:
    page = browser.get(mailed_link(parts))
    for _ in range(10):
        browser.press(page, "Sign in", code="000000")

    refused = browser.press(page, "Sign in", code=code_at(NOW))

    assert refused.status == 429
    assert count(StaffSession) == 0


def test_looking_at_a_link_uses_nothing_up(browser: Browser, parts: Parts) -> None:
    link = mailed_link(parts)
    before = everything()

    for method in ("GET", "HEAD", "GET"):
        browser.client.open(link, method=method)

    assert everything() == before
    assert browser.press(browser.get(link), "Sign in", code=code_at(NOW)).path == "/staff"


def test_a_used_link_and_a_forged_one_get_the_same_page(browser: Browser, parts: Parts) -> None:
    link = mailed_link(parts)
    browser.press(browser.get(link), "Sign in", code=code_at(NOW))
    stranger = Browser(browser.client.application.test_client())

    pages = [stranger.get(path) for path in (link, f"{link[:-1]}_", "/staff/sign-in/x")]
    posts = [stranger.client.post(path) for path in (link, f"{link[:-1]}_", "/staff/sign-in/x")]

    assert {page.status for page in pages} | {post.status_code for post in posts} == {404}
    assert len({page.html for page in pages} | {post.text for post in posts}) == 1
    assert count(StaffSession) == 1


@pytest.mark.one_database
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    browser: Browser, parts: Parts
) -> None:
    answer = browser.client.post(mailed_link(parts), data=CODE)

    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("staff=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age" not in cookie


@pytest.mark.one_database
def test_over_tls_no_other_host_can_set_the_cookie(
    app: Flask, browser: Browser, parts: Parts
) -> None:
    link = mailed_link(parts)
    secure = replace(parts.settings, public_url="https://alder.example")
    app.extensions[EXTENSION] = replace(parts, settings=secure)

    answer = browser.client.post(link, data=CODE)

    cookies = answer.headers.getlist("Set-Cookie")
    [cookie] = [c for c in cookies if c.startswith("__Host-staff=")]
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.one_database
def test_a_forged_host_never_gets_into_a_link(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    the_account(parts)
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    browser.client.post("/staff/sign-in/link", data={"email": AMARA}, headers=forged)

    sweep(parts, NOW)

    assert "evil.example" not in mail.letters[0].as_string()
    assert f"{parts.settings.public_url}/staff/sign-in/" in plain(mail.letters[0])


@pytest.mark.one_database
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/staff",
        "//evil.example",
        "/\\evil.example",
        "/find",
        "/staffing",
        "/staff/sign-in/x",
        "/staff/\nSet-Cookie: a=b",
        "/staff/" + "x" * 5000,
    ],
)
def test_signing_in_leads_to_no_place_but_a_staff_page(
    browser: Browser, parts: Parts, elsewhere: str
) -> None:
    browser.client.post("/staff/sign-in/link", data={"email": AMARA, "next": elsewhere})

    answer = browser.client.post(mailed_link(parts), data=CODE)

    assert answer.headers["Location"] in {"/staff", "/staff/" + "x" * 193}


def test_signing_out_ends_the_session_here_and_on_our_side(app: Flask, parts: Parts) -> None:
    amara = signed_in(app, parts)
    key = amara.client.get_cookie("staff")
    assert key is not None

    page = amara.press(amara.get("/staff"), "Sign out")

    assert "You are signed out." in page.text
    assert amara.client.get_cookie("staff") is None
    amara.client.set_cookie("staff", key.value)
    assert amara.get("/staff").path.startswith("/staff/sign-in")


def test_whoever_is_signed_in_is_not_asked_again(app: Flask, parts: Parts) -> None:
    amara = signed_in(app, parts)

    assert amara.get("/staff/sign-in?next=/staff/hours").path == "/staff/hours"


def test_without_mail_the_page_says_that_no_link_will_come(
    app: Flask, browser: Browser, parts: Parts
) -> None:
    app.extensions[EXTENSION] = replace(parts, mail=None)

    assert "This site cannot send email yet" in browser.get("/staff/sign-in/link").text


def test_pages_before_the_door_show_no_menu(browser: Browser) -> None:
    page = browser.get("/staff/sign-in")

    assert page.hrefs("Weekly hours") == []
    assert "Sign out" not in page.text
