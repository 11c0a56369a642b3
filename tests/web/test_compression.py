"""What is compressed on its way out, and what must not be."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.models import Participant, db
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories
from tests.web.booking_flow import path_for

pytestmark = pytest.mark.usefixtures("practice")
TAKES = {"Accept-Encoding": "br;q=0.5, gzip"}


def without_comments(content: bytes) -> bytes:
    """Read as a browser does: a comment may stand between any two words, never in a string."""
    words = re.findall(rb"""/\*.*?\*/|"[^"]*"|'[^']*'|\s+|[^\s"'/]+|.""", content, re.DOTALL)
    return b"".join(word for word in words if not word.startswith(b"/*") and word.strip())


def test_a_stylesheet_is_sent_without_its_comments(client: FlaskClient) -> None:
    sent = client.get("/static/css/stillhour.css", headers=TAKES, buffered=True)

    assert b"/*" not in gzip.decompress(sent.data)


@pytest.mark.parametrize("path", ["/find", "/urgent", "/sw.js", "/static/css/stillhour.css"])
def test_what_is_the_same_for_everybody_is_compressed(client: FlaskClient, path: str) -> None:
    plain, small = client.get(path, buffered=True), client.get(path, headers=TAKES, buffered=True)

    assert small.headers["Content-Encoding"] == "gzip"
    assert without_comments(gzip.decompress(small.data)) == without_comments(plain.data)
    assert len(small.data) < len(plain.data) * 0.6
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_a_static_file_known_by_its_tag_is_not_sent_again(client: FlaskClient) -> None:
    path = "/static/css/stillhour.css"
    tag = client.get(path, headers=TAKES, buffered=True).headers["ETag"]

    again = client.get(path, headers=TAKES | {"If-None-Match": tag}, buffered=True)

    assert (again.status_code, again.data) == (304, b"")


def test_a_page_with_links_of_somebodys_is_never_compressed(
    app: Flask, client: FlaskClient, parts: Parts
) -> None:
    now = factories.NOW
    booked = book(factories.wish(), key=factories.key(), parts=parts, now=now)
    url = path_for(db.session.get_one(Participant, booked.participant_id), Purpose.MANAGE, parts)

    page = client.get(url, headers=TAKES)

    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
