"""Booking, moving and cancelling through the API."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.models import (
    Appointment,
    Base,
    Claim,
    Message,
    Participant,
    Person,
    SessionType,
    Therapist,
    db,
)
from booking.models.dialects import begin_writing
from booking.services.parts import Parts
from tests import factories
from tests.factories import NOW
from tests.web.api import HALF_PAST_NINE, NINE, PROBLEM, book, wish


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def count(table: type[Base]) -> int:
    return db.session.scalars(select(func.count()).select_from(table)).one()


def test_a_booking_says_all_there_is_to_know(client: FlaskClient, parts: Parts) -> None:
    answer = book(client)

    body = answer.get_json()
    assert answer.status_code == 201
    participant = db.session.scalars(select(Participant)).one()
    token, join, calendar = (
        parts.links.token(purpose, participant.link_id)
        for purpose in (Purpose.MANAGE, Purpose.JOIN, Purpose.CALENDAR)
    )
    assert body == {
        "token": token,
        "status": "confirmed",
        "starts_at": NINE,
        "ends_at": "2030-03-04T14:15:00Z",
        "therapist": "amara",
        "session_type": "consultation",
        "modality": "video",
        "time_zone": "America/New_York",
        "manage_url": f"http://127.0.0.1:8000/b/{token}",
        "join_url": f"http://127.0.0.1:8000/join/{join}",
        "calendar_url": f"http://127.0.0.1:8000/c/{calendar}.ics",
        "cancel_until": "2030-03-03T14:00:00Z",
        "move_until": "2030-03-03T14:00:00Z",
        "version": 1,
    }
    assert client.get(f"/api/v1/appointments/{token}").get_json() == body


def test_a6_the_api_has_the_same_guard_as_every_other_way_in(client: FlaskClient) -> None:
    book(client)

    again = book(client)

    assert again.status_code == 409
    assert again.content_type == PROBLEM
    problem = again.get_json()
    assert problem["code"] == "slot_taken"
    assert problem["alternatives"][0] == HALF_PAST_NINE
    assert 1 <= len(problem["alternatives"]) <= 5
    assert count(Appointment) == count(Claim) == 1


def test_what_is_offered_instead_can_be_booked(client: FlaskClient) -> None:
    book(client)
    alternatives = book(client).get_json()["alternatives"]

    assert [book(client, starts_at=start).status_code for start in alternatives] == [201] * 5


@pytest.mark.parametrize(
    ("starts_at", "rule"),
    [
        ("2030-03-04T14:07:00Z", "off_grid"),
        ("2030-03-04T14:00:30Z", "outside_hours"),
        ("2030-03-04T13:30:00Z", "outside_hours"),
        ("2030-03-04T22:00:00Z", "outside_hours"),
        ("2030-03-02T15:00:00Z", "outside_hours"),
        ("2030-03-01T20:00:00Z", "notice"),
        ("2030-02-25T15:00:00Z", "past"),
        ("2030-06-03T14:00:00Z", "horizon"),
        ("2500-12-31T23:59:59Z", "horizon"),
        ("9999-12-31T23:59:59-14:00", "horizon"),
        ("1970-01-01T00:00:00Z", "past"),
        ("0001-01-01T00:00:00+14:00", "past"),
    ],
)
def test_a9_a_time_nobody_offered_is_refused_by_its_rule(
    client: FlaskClient, starts_at: str, rule: str
) -> None:
    answer = book(client, starts_at=starts_at)

    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["code"] == rule
    assert problem["type"] == f"http://127.0.0.1:8000/problems/{rule}"
    assert problem["errors"][0]["pointer"] == "/starts_at"
    assert count(Appointment) == count(Message) == count(Person) == 0


def test_a9_a_time_inside_a_buffer_is_refused(client: FlaskClient) -> None:
    _set_type("consultation", buffer_before=20)
    book(client)

    answer = book(client, starts_at=HALF_PAST_NINE)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "buffer")


def test_a9_an_hour_the_clocks_skip_is_refused(client: FlaskClient) -> None:
    # Clocks in New York go from two to three on this Sunday: no minute is between them.
    amara = db.session.scalars(select(Therapist)).one()
    factories.weekly(amara, weekday=6, from_minute=120, until_minute=180)

    answer = book(client, starts_at="2030-03-10T07:00:00Z")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "outside_hours")


def test_a9_a_state_without_a_licence_is_refused(client: FlaskClient) -> None:
    answer = book(client, client={"state": "CA"})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "licence")
    assert answer.get_json()["errors"][0]["pointer"] == "/client/state"


def test_a12_the_same_key_is_the_same_booking_and_no_second_message(client: FlaskClient) -> None:
    first = book(client, "key-1")
    messages = count(Message)

    again = book(client, "key-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert count(Appointment) == 1
    assert count(Message) == messages


def test_a12_how_a_body_is_written_makes_no_other_request_of_it(client: FlaskClient) -> None:
    first = book(client, "key-1")

    again = book(client, "key-1", starts_at="2030-03-04T09:00:00-05:00")

    assert again.get_json() == first.get_json()


def test_a_key_that_comes_back_with_another_body_is_refused(client: FlaskClient) -> None:
    book(client, "key-1")

    answer = book(client, "key-1", starts_at=HALF_PAST_NINE)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "key_reused")
    assert count(Appointment) == 1


def test_a_refused_request_does_not_use_up_its_key(client: FlaskClient) -> None:
    assert book(client, "key-1", starts_at="2030-03-04T14:07:00Z").status_code == 422

    assert book(client, "key-1").status_code == 201


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["", " ", "k" * 201, "smörgås", "two words"])
def test_a_request_without_a_key_that_can_be_used_is_refused(client: FlaskClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")} if key else {}
    answer = client.post("/api/v1/appointments", json=wish(), headers=headers)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


def test_where_the_therapist_wants_to_be_asked_a_booking_is_a_request(
    client: FlaskClient,
) -> None:
    _set_type("intake", needs_approval=True)

    answer = book(client, session_type="intake")

    assert (answer.status_code, answer.get_json()["status"]) == (201, "requested")


def _set_type(slug: str, **values: object) -> None:
    session = db.session()
    session.rollback()
    begin_writing(session)
    found = session.scalars(select(SessionType).filter_by(slug=slug)).one()
    for name, value in values.items():
        setattr(found, name, value)
    session.commit()
