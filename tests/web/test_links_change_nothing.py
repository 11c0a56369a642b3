"""Links: what looking does (nothing), and that every message and page leads to the same place."""

import re
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from booking.adapters.links import Purpose
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.mail import MailSpy
from tests.support.owed import plain, sweep
from tests.web.booking_flow import (
    TEN,
    about,
    booked,
    check,
    event_in,
    everything,
    only_participant,
    path_for,
)
from tests.web.browsing import Browser, Page

pytestmark = pytest.mark.usefixtures("then")

TIMES = 20
METHODS = ("GET", "HEAD", "OPTIONS")


def visit(browser: Browser, paths: list[str], times: int) -> None:
    for path in paths:
        for method in METHODS:
            for _ in range(times):
                answer = browser.client.open(path, method=method)
                assert answer.status_code < 400, f"{method} {path}"


def own_links(page: Page) -> list[str]:
    found = {href.split("#")[0] for _words, href in page.links if href.startswith("/")}
    return sorted(href for href in found if href.startswith(("/b", "/c/")))


def test_f19_scanners_that_follow_every_mailed_link_change_nothing(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    booked(browser)
    sweep(parts, NOW)
    letters = " ".join(plain(letter) for letter in mail.letters)
    found = {urlsplit(url).path for url in re.findall(r"http://127\.0\.0\.1:8000\S+", letters)}
    paths = sorted(path.rstrip(".,)") for path in found if path.startswith("/b/"))
    assert len(paths) == 1
    deeper = [f"{paths[0]}/move", f"{paths[0]}/cancel"]
    before = everything()

    visit(browser, paths + deeper, TIMES)

    assert everything() == before
    human = browser.press(browser.get(paths[0]), "Yes, this is my email")
    assert human.status == 200


def test_f19_every_link_of_every_page_may_be_followed_without_a_trace(
    browser: Browser, parts: Parts
) -> None:
    held = about(browser, slot=TEN)
    checked = check(browser, "consultation", "2030-03-05T14:00:00Z")
    page = booked(browser)
    participant = only_participant()
    paths = {held.path, checked.path, page.path}
    for each in (held, checked, page, browser.get(page.link("Change the time"))):
        paths.update(own_links(each))
    for purpose in (Purpose.MANAGE, Purpose.MAILED, Purpose.CALENDAR):
        paths.add(path_for(participant, purpose, parts))
    before = everything()

    visit(browser, sorted(paths), 1)

    assert everything() == before


def test_forms_are_not_followed_by_looking(browser: Browser) -> None:
    page = booked(browser)
    before = everything()

    for act in ("confirm", "address", "send-again", "undo"):
        assert browser.client.get(f"{page.path}/{act}").status_code == 405

    assert everything() == before


def test_g6_the_join_link_is_the_same_on_the_page_in_the_mail_and_in_the_calendar(
    browser: Browser, parts: Parts, mail: MailSpy
) -> None:
    page = booked(browser)
    sweep(parts, NOW)

    join = path_for(only_participant(), Purpose.JOIN, parts)
    assert page.link("join page") == join
    for said in (*invited(mail), file_of(browser, page), letter_of(mail)):
        assert parts.links.url(join) in said


def test_g2_a_move_keeps_the_join_link(browser: Browser, parts: Parts, mail: MailSpy) -> None:
    page = booked(browser)
    sweep(parts, NOW)
    before = page.link("join page")

    moved = browser.press(browser.get(page.link("Change the time")), "Move to this time", slot=TEN)
    sweep(parts, NOW)

    assert moved.link("join page") == before
    assert len(invited(mail)) == 2
    for said in (*invited(mail), file_of(browser, moved), letter_of(mail)):
        assert parts.links.url(before) in said


def invited(mail: MailSpy) -> list[str]:
    """Return the calendar objects mailed to the client, unfolded."""
    parts = [part for letter in to_sam(mail) for part in letter.walk()]
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    return [re.sub(r"\r?\n ", "", str(part.get_content())) for part in calendars]


def to_sam(mail: MailSpy) -> list[EmailMessage]:
    return [letter for letter in mail.letters if letter["To"].startswith("sam@")]


def letter_of(mail: MailSpy) -> str:
    """Return the newest letter to the client."""
    return plain(to_sam(mail)[-1])


def file_of(browser: Browser, page: Page) -> str:
    raw = browser.client.get(page.link("Calendar file")).data
    entry = event_in(raw)
    return f"{entry['LOCATION']} {entry['DESCRIPTION']}"


DEAD = ["nonsense", "0" * 32 + "A" * 22, "a" * 54, "../etc", "%00"]


@pytest.mark.parametrize("token", DEAD)
def test_every_link_that_is_none_gets_the_same_answer_and_a_way_on(
    browser: Browser, token: str
) -> None:
    page = booked(browser)
    tampered = page.path[:-1] + ("A" if page.path[-1] != "A" else "B")
    known = browser.get(tampered)

    dead = browser.get(f"/b/{token}")

    assert known.status == 404
    assert "This link is no longer active." in known.text
    assert known.link("Send me a new link") == "/lost-link"
    if token != "../etc":
        assert (dead.status, dead.text) == (known.status, known.text)


def test_pages_of_one_person_are_kept_by_nobody(browser: Browser) -> None:
    page = booked(browser)

    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
