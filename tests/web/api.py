"""Calling the API in tests: bodies that are right but for what a test names."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import MONDAY_9AM

NINE = "2030-03-04T14:00:00Z"
HALF_PAST_NINE = "2030-03-04T14:30:00Z"
PROBLEM = "application/problem+json"

assert MONDAY_9AM.strftime("%Y-%m-%dT%H:%M:%SZ") == NINE


def wish(**values: object) -> dict[str, Any]:
    """A wish for Monday at nine; a value for `client` is laid over Sam's."""
    client = {
        "name": "Sam Reed",
        "email": "sam@example.org",
        "phone": None,
        "time_zone": "America/New_York",
        "state": "NY",
        "sms_consent": False,
    }
    given = values.pop("client", {})
    assert isinstance(given, dict)
    return {
        "therapist": "amara",
        "session_type": "consultation",
        "starts_at": NINE,
        "modality": "video",
        "client": client | given,
        **values,
    }


def book(browser: FlaskClient, key: str = "", **values: object) -> TestResponse:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return browser.post("/api/v1/appointments", json=wish(**values), headers=headers)


def openings(client: FlaskClient, slug: str = "amara", **values: str) -> TestResponse:
    asked = {
        "session_type": "consultation",
        "from": "2030-03-04",
        "until": "2030-03-05",
        "time_zone": "America/New_York",
        "state": "NY",
    }
    return client.get(f"/api/v1/therapists/{slug}/openings", query_string=asked | values)


def token_of(answer: TestResponse) -> str:
    body = answer.get_json()
    assert answer.status_code == 201, body
    return str(body["token"])
