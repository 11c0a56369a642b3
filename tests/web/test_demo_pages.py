"""What only the demo has: everything it sends, and a page that stands for the room."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from booking.adapters.mail import Letter
from booking.adapters.mail.compose import compose
from booking.adapters.mailbox import DemoMail, Mailbox
from booking.adapters.video import Role
from booking.adapters.video.demo import DemoVideo
from booking.models import db
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.databases import migrated, settings_for
from tests.support.accounts import an_account
from tests.web.browsing import Browser

NOW = datetime(2030, 3, 1, 15, 0, tzinfo=UTC)
HTML = (
    "<!doctype html><html><head><title>x</title></head>"
    '<body><p>Hello</p><a href="http://127.0.0.1:8000/b/abc">Change it</a>'
    "<script>alert(1)</script></body></html>"
)


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder}/stillhour.sqlite3"
    app = migrated(settings_for(url, folder, DEMO="1", VIDEO_PROVIDER="demo"))
    with app.app_context():
        factories.practice(time_zone="America/Phoenix")
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture
def mailbox(demo_app: Flask, tmp_path: Path) -> Iterator[Mailbox]:
    """The demo's mailbox, empty."""
    original: Parts = demo_app.extensions[EXTENSION]
    box = Mailbox(tmp_path / "mailbox", now=lambda: NOW)
    demo_app.extensions[EXTENSION] = replace(original, mailbox=box)
    with time_machine.travel(NOW, tick=False), demo_app.app_context():
        yield box
        db.session.remove()
        db.engine.dispose()
    demo_app.extensions[EXTENSION] = original


@pytest.fixture
def browser(demo_app: Flask, mailbox: Mailbox) -> Browser:
    return Browser(demo_app.test_client())


def put_mail(mailbox: Mailbox, to: str = "sam@example.org", **values: str) -> str:
    defaults = {
        "subject": "Your appointment",
        "text": "See http://127.0.0.1:8000/b/abc",
        "html": HTML,
    }
    return mailbox.put_mail(to=to, **defaults | values)


def test_an_empty_mailbox_says_what_will_land_there(browser: Browser) -> None:
    page = browser.get("/demo/mailbox")

    assert "Nothing was sent yet" in page.text
    assert page.link("Find a time") == "/find"


def test_mails_and_texts_are_listed_newest_first(browser: Browser, mailbox: Mailbox) -> None:
    put_mail(mailbox, subject="First")
    mailbox.put_text(to="+16025550111", text="You have an appointment. http://127.0.0.1:8000/b/x")
    put_mail(mailbox, subject="Third", calendar="BEGIN:VCALENDAR")

    page = browser.get("/demo/mailbox")

    at = [page.text.index(words) for words in ("Third", "You have an appointment", "First")]
    assert at == sorted(at)
    assert "with an invitation" in page.text
    assert "Friday, March 1, 8:00 AM" in page.text
    assert page.link("http://127.0.0.1:8000/b/x") == "http://127.0.0.1:8000/b/x"


def test_one_persons_post_can_be_shown_alone(browser: Browser, mailbox: Mailbox) -> None:
    put_mail(mailbox, to="sam@example.org", subject="For Sam")
    put_mail(mailbox, to="amara@alder.example", subject="For Amara")

    page = browser.press(browser.get("/demo/mailbox"), "Show", to="amara@alder.example")

    assert "For Amara" in page.text
    assert "For Sam" not in page.text


def test_a_mail_stands_in_a_frame_with_its_words_and_its_invitation(
    browser: Browser, mailbox: Mailbox
) -> None:
    item = put_mail(mailbox, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

    page = browser.get(f"/demo/mailbox/{item}")

    assert f'src="/demo/mailbox/{item}/sheet"' in page.html
    sandbox = page.html.partition('sandbox="')[2].partition('"')[0]
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.link("http://127.0.0.1:8000/b/abc") == "http://127.0.0.1:8000/b/abc"
    file = browser.client.get(page.link("invite.ics"))
    assert file.data == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'


def test_the_sheet_of_a_mail_may_do_nothing_but_be_read(browser: Browser, mailbox: Mailbox) -> None:
    answer = browser.client.get(f"/demo/mailbox/{put_mail(mailbox)}/sheet")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy
    assert '<head><base target="_top">' in answer.text


def test_a_real_letter_is_shown_as_it_was_sent(browser: Browser, mailbox: Mailbox) -> None:
    letter = Letter(
        to="sam@example.org",
        subject="Your appointment",
        text="Zwölf Uhr",
        html="<html><head></head><body>Zwölf Uhr</body></html>",
        message_id="a@alder.example",
        written_at=NOW,
    )
    DemoMail(mailbox).send(to=letter.to, message=compose(letter, sender="A <a@alder.example>"))
    (item,) = mailbox.items(1)

    assert "Zwölf Uhr" in browser.get(f"/demo/mailbox/{item.id}").text
    assert "Zwölf Uhr" in browser.client.get(f"/demo/mailbox/{item.id}/sheet").text


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "20300301T150000000000-00000000-00000000",
        "..%2f..%2fstillhour.sqlite3",
        "nothing/sheet",
        "nothing/invite.ics",
    ],
)
def test_a_mail_that_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(f"/demo/mailbox/{path}").status == 404


def test_a_text_has_no_sheet_and_a_mail_without_an_invitation_no_file(
    browser: Browser, mailbox: Mailbox
) -> None:
    text = mailbox.put_text(to="+16025550111", text="Hello")

    assert "Hello" in browser.get(f"/demo/mailbox/{text}").text
    assert browser.get(f"/demo/mailbox/{text}/sheet").status == 404
    assert browser.get(f"/demo/mailbox/{put_mail(mailbox)}/invite.ics").status == 404


def room_path(app: Flask, role: Role, *, lasts: timedelta = timedelta(hours=1)) -> str:
    provider = app.extensions[EXTENSION].video["demo"]
    assert isinstance(provider, DemoVideo)
    room = provider.open_room(key="7", opens_at=NOW, closes_at=NOW + lasts)
    link = provider.join_link(room, role=role, name="Sam", until=NOW + lasts, now=NOW)
    return link.removeprefix("http://127.0.0.1:8000")


def test_the_room_says_that_it_only_stands_for_one(demo_app: Flask, browser: Browser) -> None:
    guest = browser.get(room_path(demo_app, Role.GUEST))
    host = browser.get(room_path(demo_app, Role.HOST))

    assert "This page only stands for the room." in guest.text
    assert "You came in as the client." in guest.text
    assert "You came in as the therapist." in host.text


def test_a_room_opens_to_no_forged_and_no_old_link(demo_app: Flask, browser: Browser) -> None:
    path = room_path(demo_app, Role.GUEST)

    assert browser.get(path.replace(".guest.", ".host.")).status == 404
    assert browser.get("/demo/room/nothing").status == 404
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert browser.get(path).status == 404


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(
    "path", ["/demo/mailbox", "/demo/mailbox/x", "/demo/room/x", "/demo/sign-in"]
)
def test_a_real_practice_has_none_of_these_pages(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_page_is_kept_out_of_search_engines(browser: Browser, mailbox: Mailbox) -> None:
    for path in ("/demo/mailbox", f"/demo/mailbox/{put_mail(mailbox)}"):
        assert browser.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_in_the_demo_one_comes_in_as_anybody_who_works_there(
    demo_app: Flask, browser: Browser
) -> None:
    factories.therapist(slug="amara")
    for part in ("is_desk", "is_admin"):
        an_account(demo_app.extensions[EXTENSION], name=part, **{part: True})
    page = browser.get("/demo/sign-in")

    landed = browser.press(page, "Sign in: is_admin")

    assert landed.path == "/staff/working-for?next=/staff"
    assert browser.client.post("/demo/sign-in", data={"account": "999"}).status_code == 404
