"""What went other than asked: the answer, and what the log keeps of it."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from booking.errors import (
    BookingError,
    HoldExpired,
    IllegalTransition,
    InFlight,
    InvalidInput,
    KeyReused,
    LateCancel,
    NotFound,
    Problem,
    Rule,
    RuleBroken,
    SlotTaken,
)
from booking.web.errors import status_of
from booking.web.logs import JsonLines
from tests.factories import MONDAY_9AM
from tests.web.api import PROBLEM

SECRET = "Sam Reed, sam@example.org"
Raise = Callable[[Exception], None]

pytestmark = [pytest.mark.usefixtures("practice"), pytest.mark.one_database]


@pytest.fixture
def views(app: Flask) -> Iterator[Raise]:
    """Lets a test say what a page and a call of the API run into."""
    kept = dict(app.view_functions)

    def set_error(error: Exception) -> None:
        def view(**_: object) -> str:
            raise error

        app.view_functions["pages.urgent"] = view
        app.view_functions["api.show"] = view

    yield set_error
    app.view_functions.update(kept)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("booking"), 404),
        (SlotTaken([MONDAY_9AM]), 409),
        (InFlight(), 409),
        (HoldExpired(still_open=True), 409),
        (RuleBroken(Rule.NOTICE), 422),
        (LateCancel(5000), 422),
        (InvalidInput(Problem("name", "missing")), 422),
        (KeyReused(), 422),
        (IllegalTransition(current="declined", target="cancelled"), 422),
    ],
)
def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(
    client: FlaskClient, views: Raise, error: BookingError, status: int
) -> None:
    views(error)

    page = client.get("/urgent")
    problem = client.get("/api/v1/appointments/x")

    assert (page.status_code, problem.status_code, status_of(error)) == (status,) * 3
    assert "<h1>" in page.get_data(as_text=True)
    assert problem.content_type == PROBLEM
    assert problem.get_json()["code"] == error.code
    assert problem.get_json()["status"] == status


def test_a_dead_link_offers_a_new_one(client: FlaskClient, views: Raise) -> None:
    views(NotFound("booking"))

    html = client.get("/urgent").get_data(as_text=True)

    assert "This link is no longer active" in html
    assert 'href="/lost-link"' in html


def test_what_fails_inside_shows_and_logs_nothing_of_the_person(
    client: FlaskClient, views: Raise, caplog: pytest.LogCaptureFixture
) -> None:
    views(ValueError(SECRET))

    with caplog.at_level(logging.INFO, logger="stillhour.web"):
        page = client.get(f"/urgent?name={SECRET}")
        problem = client.get("/api/v1/appointments/0123456789abcdef")

    assert (page.status_code, problem.status_code) == (500, 500)
    assert "Nothing was booked or changed" in page.get_data(as_text=True)
    lines = [JsonLines().format(record) for record in caplog.records]
    said = page.get_data(as_text=True) + problem.get_data(as_text=True) + "".join(lines)
    for secret in ("Sam", "example.org", "ValueError", "Traceback", "0123456789abcdef"):
        assert secret not in (said.replace('"error": "ValueError"', ""))
    failed = [json.loads(line) for line in lines if json.loads(line)["event"] == "failed"]
    assert [line["error"] for line in failed] == ["ValueError", "ValueError"]
    assert failed[0]["incident"] in page.get_data(as_text=True)
    assert "test_errors.py" in failed[0]["where"]


def test_every_request_is_logged_by_its_route_alone(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="stillhour.web"):
        client.get("/api/v1/appointments/secret-token?email=sam@example.org")

    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert {name: line[name] for name in ("event", "method", "route", "status")} == {
        "event": "request",
        "method": "GET",
        "route": "/api/v1/appointments/<token>",
        "status": 404,
    }
    assert "secret-token" not in str(line)
    assert "sam" not in str(line)


def test_what_libraries_log_of_an_error_keeps_its_kind_alone() -> None:
    error = ValueError(SECRET)
    raised = (type(error), error, None)
    record = logging.LogRecord("celery", logging.ERROR, __file__, 1, "failed", None, raised)

    line = JsonLines().format(record)

    assert json.loads(line)["error"] == "ValueError"
    assert "Sam" not in line
    assert "Traceback" not in line


def test_a_database_that_is_away_is_said_with_when_to_come_back(
    client: FlaskClient, views: Raise
) -> None:
    views(OperationalError("SELECT 1", {}, Exception("gone")))

    page = client.get("/urgent")
    problem = client.get("/api/v1/appointments/x")

    assert (page.status_code, problem.status_code) == (503, 503)
    assert page.headers["Retry-After"] == problem.headers["Retry-After"] == "5"


def test_too_large_and_not_allowed_are_pages_too(client: FlaskClient) -> None:
    large = client.post("/lost-link", data={"email": "x" * 300_000})
    wrong = client.post("/urgent")

    assert (large.status_code, wrong.status_code) == (413, 405)
    assert "<h1>" in large.get_data(as_text=True)
    assert "GET" in wrong.headers["Allow"]
