"""The way in, as a browser walks it."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from booking.models import StaffSession, db
from booking.services.parts import EXTENSION, Parts
from tests.factories import NOW
from tests.support.mail import MailSpy
from tests.support.owed import plain, sweep
from tests.web.booking_flow import count, everything
from tests.web.browsing import Browser
from tests.web.staff_pages import AMARA, mailed_link, signed_in

pytestmark = pytest.mark.usefixtures("then")


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def link_in(mail: MailSpy, parts: Parts) -> str:
    words = plain(mail.letters[-1]).split()
    found = next(word for word in words if "/staff/sign-in/" in word)
    return found.removeprefix(parts.settings.public_url)


def test_from_a_page_asked_for_by_mail_and_button_back_to_it(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    form = browser.get("/staff/hours")
    assert form.path.startswith("/staff/sign-in")
    browser.press(form, "Mail me a link", email=AMARA)
    sweep(parts, NOW)

    page = browser.press(browser.get(link_in(mail, parts)), "Sign in")

    assert page.path == "/staff/hours"
    assert page.status == 200


def test_the_answer_is_the_same_for_a_stranger(browser: Browser) -> None:
    answers = []
    for address in (AMARA, "nobody@alder.example"):
        page = browser.press(browser.get("/staff/sign-in"), "Mail me a link", email=address)
        answers.append((page.status, page.html.replace(address.split("@")[0], "SOMEBODY")))

    assert answers[0] == answers[1]
    assert "Please check your email" in answers[0][1]


def test_what_is_no_address_is_asked_for_again_and_kept(browser: Browser) -> None:
    page = browser.press(browser.get("/staff/sign-in"), "Mail me a link", email="amara")

    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert 'value="amara"' in page.html


def test_a_program_that_follows_the_link_uses_nothing_up(browser: Browser, parts: Parts) -> None:
    link = mailed_link(parts)
    before = everything()

    for method in ("GET", "HEAD", "GET"):
        browser.client.open(link, method=method)

    assert everything() == before
    assert browser.press(browser.get(link), "Sign in").path == "/staff"


def test_a_used_link_and_a_forged_one_get_the_same_page(browser: Browser, parts: Parts) -> None:
    link = mailed_link(parts)
    browser.press(browser.get(link), "Sign in")
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
    answer = browser.client.post(mailed_link(parts))

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

    answer = browser.client.post(link)

    cookies = answer.headers.getlist("Set-Cookie")
    [cookie] = [c for c in cookies if c.startswith("__Host-staff=")]
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.one_database
def test_a_forged_host_never_gets_into_a_link(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    browser.client.post("/staff/sign-in", data={"email": AMARA}, headers=forged)

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
    browser.client.post("/staff/sign-in", data={"email": AMARA, "next": elsewhere})

    answer = browser.client.post(mailed_link(parts))

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


def test_signing_out_everywhere_ends_the_other_browser_too(app: Flask, parts: Parts) -> None:
    here, there = signed_in(app, parts), signed_in(app, parts)
    assert "Signed in as Amara Okafor in 2 browsers." in here.get("/staff").text

    here.press(here.get("/staff"), "Sign out everywhere")

    assert there.get("/staff").path.startswith("/staff/sign-in")
    db.session.rollback()
    assert db.session.scalars(select(StaffSession).filter_by(ended_at=None)).all() == []


def test_whoever_is_signed_in_is_not_asked_again(app: Flask, parts: Parts) -> None:
    amara = signed_in(app, parts)

    assert amara.get("/staff/sign-in?next=/staff/hours").path == "/staff/hours"


def test_without_mail_the_page_says_that_no_link_will_come(
    app: Flask, browser: Browser, parts: Parts
) -> None:
    app.extensions[EXTENSION] = replace(parts, mail=None)

    assert "This site cannot send email yet" in browser.get("/staff/sign-in").text


def test_pages_before_the_door_show_no_menu(browser: Browser) -> None:
    page = browser.get("/staff/sign-in")

    assert page.hrefs("Weekly hours") == []
    assert "Sign out" not in page.text
