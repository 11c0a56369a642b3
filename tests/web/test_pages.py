"""The pages that are the same for everybody, and the forms that stand by themselves."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.domain.messages import MessageKind
from booking.models import Message, db
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, NOW

STILL = ["/urgent", "/safety", "/privacy", "/accessibility", "/how-it-works", "/lost-link"]


@pytest.fixture
def now(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def owed() -> list[str | None]:
    db.session.rollback()
    query = select(Message.address).filter_by(kind=MessageKind.LINKS).order_by(Message.id)
    return list(db.session.scalars(query))


def ask(client: FlaskClient, address: str) -> tuple[int, str]:
    answer = client.post("/lost-link", data={"email": address})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("path", STILL)
def test_a_page_stands_in_the_frame_of_the_practice(
    client: FlaskClient, practice: None, path: str
) -> None:
    page = client.get(path)

    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Alder Street Therapy" in html
    assert "602-555-0142" in html
    title = html.split("<title>")[1].split("</title>")[0]
    assert title.endswith(" Alder Street")
    assert "herap" not in title.removesuffix("Alder Street")


@pytest.mark.one_database
@pytest.mark.parametrize("path", STILL)
def test_before_there_is_a_practice_every_page_says_so_kindly(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert "not set up yet" in answer.get_data(as_text=True)


def test_before_there_is_a_practice_the_service_is_healthy_all_the_same(app: Flask) -> None:
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.one_database
def test_the_front_door_leads_to_the_directory(client: FlaskClient, practice: None) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.location) == (302, "/find")


@pytest.mark.one_database
def test_an_address_nobody_knows_gets_a_page_and_no_echo(
    client: FlaskClient, practice: None
) -> None:
    answer = client.get("/<script>alert(1)</script>")

    assert answer.status_code == 404
    assert "alert(1)" not in answer.get_data(as_text=True)


def test_leaving_clears_what_is_kept_and_lands_on_the_weather(
    client: FlaskClient, practice: None
) -> None:
    answer = client.post("/leave")

    assert answer.status_code == 200
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    html = answer.get_data(as_text=True)
    assert 'content="0;url=https://www.weather.gov/"' in html
    assert "Alder" not in html
    assert client.get("/leave").status_code == 405


def test_the_service_worker_is_served_from_the_top(client: FlaskClient, practice: None) -> None:
    answer = client.get("/sw.js", buffered=True)

    assert answer.status_code == 200
    assert "javascript" in answer.content_type
    assert "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.one_database
def test_the_icon_browsers_ask_for_is_the_one_we_have(client: FlaskClient, practice: None) -> None:
    answer = client.get("/favicon.ico", follow_redirects=True, buffered=True)

    assert answer.content_type.startswith("image/svg")


def test_asking_for_links_owes_a_mail_to_that_address(client: FlaskClient, now: None) -> None:
    status, html = ask(client, "Sam@Example.org")

    assert status == 200
    assert "check your email" in html
    assert owed() == ["sam@example.org"]


def test_the_answer_is_the_same_for_a_known_address_and_any_other(
    client: FlaskClient, now: None, parts: Parts
) -> None:
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    _, known = ask(client, "sam@example.org")
    _, unknown = ask(client, "xxx@example.org")

    assert known.replace("sam", "xxx") == unknown


def test_one_address_gets_at_most_three_mails_an_hour(client: FlaskClient, now: None) -> None:
    answers = [ask(client, spelling) for spelling in ["a@b.org", "A@b.org", "a@B.ORG", "a@b.org"]]

    assert {status for status, _ in answers} == {200}
    assert len(owed()) == 3
    with time_machine.travel(NOW + HOUR, tick=False):
        ask(client, "a@b.org")
    assert len(owed()) == 4


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b.org\nBcc: c@d.org", "<script>@x", "x" * 300, "a\x00@b.org"]
)
def test_an_address_that_is_none_is_given_back_with_words(
    client: FlaskClient, now: None, address: str
) -> None:
    status, html = ask(client, address)

    assert status == 422
    assert "<title>Error: " in html
    assert 'aria-invalid="true"' in html
    assert "<script>@x" not in html
    assert owed() == []
