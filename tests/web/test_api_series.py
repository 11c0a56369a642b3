"""Standing hours over the API: previewed, booked whole or not at all, and changed later."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import NOW
from tests.web.api import NINE, PROBLEM, book, wish

pytestmark = pytest.mark.usefixtures("practice")
SECOND, THIRD = "2030-03-11T13:00:00Z", "2030-03-18T13:00:00Z"


def asked(**values: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "therapist": "amara",
        "session_type": "standing",
        "starts_at": NINE,
        "time_zone": "America/Phoenix",
        "state": "NY",
        "repeat": {"every_weeks": 1, "count": 4},
    }
    return defaults | values


def preview(client: FlaskClient, **values: Any) -> TestResponse:
    return client.post("/api/v1/series/preview", json=asked(**values))


def booked(client: FlaskClient, key: str = "", **values: Any) -> TestResponse:
    who = wish()["client"]
    body = asked(**{"modality": "video", "client": who} | values)
    return client.post("/api/v1/series", json=body, headers={"Idempotency-Key": key or uuid4().hex})


def act(client: FlaskClient, token: str, what: str, **values: Any) -> TestResponse:
    return client.post(f"/api/v1/series/{token}/{what}", json=values)


def starts(answer: TestResponse, *statuses: str) -> list[str]:
    wanted = statuses or ("requested", "confirmed")
    body = answer.get_json()
    assert answer.status_code in {200, 201}, body
    return [each["starts_at"] for each in body["appointments"] if each["status"] in wanted]


@time_machine.travel(NOW, tick=False)
def test_a_preview_shows_every_date_and_where_clocks_change(client: FlaskClient) -> None:
    book(client, session_type="session", starts_at=THIRD)

    body = preview(client).get_json()

    assert [each["status"] for each in body["occurrences"]] == ["open", "open", "taken", "open"]
    assert body["occurrences"][0]["local"] == "2030-03-04T07:00:00-07:00"
    assert body["occurrences"][2]["alternatives"][0] == "2030-03-18T14:00:00Z"
    assert body["occurrences"][0]["alternatives"] == []
    assert body["clock_changes"] == [{"after": NINE, "zone": "America/New_York", "minutes": 60}]


@time_machine.travel(NOW, tick=False)
def test_an_open_ended_preview_shows_twelve_dates(client: FlaskClient) -> None:
    body = preview(client, repeat={"open_ended": True}).get_json()

    assert len(body["occurrences"]) == 12


@time_machine.travel(NOW, tick=False)
def test_a_series_is_booked_once_and_waits_for_its_agreement(client: FlaskClient) -> None:
    first = booked(client, "same")
    again = booked(client, "same")

    body = first.get_json()
    assert first.status_code == 201
    assert body["status"] == "requested"
    assert starts(first) == [NINE, SECOND, THIRD, "2030-03-25T13:00:00Z"]
    assert body["pattern"] == {
        "every_weeks": 1,
        "weekdays": ["mon"],
        "local_time": "09:00",
        "zone": "America/New_York",
        "count": 4,
        "until": None,
        "open_ended": False,
    }
    assert again.get_json()["token"] == body["token"]
    assert client.get(f"/api/v1/series/{body['token']}").get_json() == body


@time_machine.travel(NOW, tick=False)
def test_dates_are_skipped_and_moved_as_chosen(client: FlaskClient) -> None:
    found = booked(client, skip=[SECOND], move={THIRD: "2030-03-18T14:00:00Z"})

    assert starts(found) == [NINE, "2030-03-18T14:00:00Z", "2030-03-25T13:00:00Z"]


@time_machine.travel(NOW, tick=False)
def test_a_date_that_is_taken_books_nothing(client: FlaskClient) -> None:
    book(client, session_type="session", starts_at=THIRD)

    refused = booked(client)

    assert refused.status_code == 409
    assert refused.get_json()["code"] == "slot_taken"
    assert preview(client).get_json()["occurrences"][0]["status"] == "open"


@pytest.mark.one_database
@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("values", "status", "code"),
    [
        ({"repeat": {"count": 4, "open_ended": True}}, 422, "validation"),
        ({"repeat": {}}, 422, "validation"),
        ({"repeat": {"count": 4, "every_weeks": 5}}, 422, "validation"),
        ({"repeat": {"count": 4, "weekdays": ["tue"]}}, 422, "validation"),
        ({"repeat": {"until": "2033-01-01"}}, 422, "validation"),
        ({"repeat": {"until": "2030-01-01"}}, 422, "validation"),
        ({"starts_at": "2030-03-04T14:20:00Z"}, 422, "off_grid"),
        ({"starts_at": "2030-08-05T13:00:00Z"}, 422, "horizon"),
        ({"starts_at": "2030-03-01T16:00:00Z"}, 422, "notice"),
        ({"session_type": "session"}, 422, "session_type"),
        ({"session_type": "none"}, 404, "not_found"),
        ({"surprise": 1}, 422, "validation"),
    ],
)
def test_what_cannot_be_a_standing_hour_is_refused(
    client: FlaskClient, values: dict[str, Any], status: int, code: str
) -> None:
    answer = preview(client, **values)

    assert answer.mimetype == PROBLEM
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


@time_machine.travel(NOW, tick=False)
def test_one_date_moves_and_the_others_stay(client: FlaskClient) -> None:
    token = booked(client).get_json()["token"]

    one = act(
        client, token, "change", scope="one", date="2030-03-18", starts_at="2030-03-19T13:00:00Z"
    )

    assert starts(one) == [NINE, SECOND, "2030-03-19T13:00:00Z", "2030-03-25T13:00:00Z"]
    gone = act(client, token, "change", scope="one", date="2030-03-20", starts_at=THIRD)
    assert gone.status_code == 404
    lacking = act(client, token, "change", scope="one", date="2030-03-18")
    assert lacking.get_json()["errors"][0]["pointer"] == "/starts_at"


@time_machine.travel(NOW, tick=False)
def test_the_following_move_as_the_plan_said(client: FlaskClient) -> None:
    token = booked(client).get_json()["token"]
    change = {"scope": "following", "date": "2030-03-18", "local_time": "10:00"}

    plan = act(client, token, "preview", **change).get_json()
    changed = act(client, token, "change", **change)

    assert [each["to"] for each in plan["dates"]] == [
        "2030-03-18T14:00:00Z",
        "2030-03-25T14:00:00Z",
    ]
    assert [each["was"] for each in plan["dates"]] == [THIRD, "2030-03-25T13:00:00Z"]
    assert starts(changed) == [NINE, SECOND, "2030-03-18T14:00:00Z", "2030-03-25T14:00:00Z"]


@time_machine.travel(NOW, tick=False)
def test_all_of_it_goes_to_another_day_every_other_week(client: FlaskClient) -> None:
    token = booked(client).get_json()["token"]

    changed = act(client, token, "change", scope="all", weekdays=["tue"], every_weeks=2)

    assert starts(changed) == [
        "2030-03-05T14:00:00Z",
        "2030-03-19T13:00:00Z",
        "2030-04-02T13:00:00Z",
        "2030-04-16T13:00:00Z",
    ]


@time_machine.travel(NOW, tick=False)
def test_a_pause_and_an_end(client: FlaskClient) -> None:
    token = booked(client).get_json()["token"]

    paused = act(client, token, "pause", first="2030-03-09", last="2030-03-20")
    resumed = act(client, token, "resume", on="2030-03-15")
    ended = client.post(f"/api/v1/series/{token}/end")

    assert starts(paused) == [NINE, "2030-03-25T13:00:00Z"]
    assert starts(resumed) == [NINE, THIRD, "2030-03-25T13:00:00Z"]
    assert starts(ended) == []
    assert ended.get_json()["status"] == "ended"
    assert client.post(f"/api/v1/series/{token}/end").status_code == 200
    assert act(client, token, "pause", first="2030-03-09", last="2030-03-20").status_code == 422


@pytest.mark.one_database
@time_machine.travel(NOW, tick=False)
def test_a_token_for_something_else_opens_no_series(client: FlaskClient) -> None:
    single = book(client).get_json()["token"]
    token = booked(client, starts_at=SECOND).get_json()["token"]

    for wrong in (single, token[:-1] + ("A" if token[-1] != "A" else "B"), "x"):
        assert client.get(f"/api/v1/series/{wrong}").status_code == 404
    assert client.get(f"/api/v1/appointments/{token}").status_code == 404
