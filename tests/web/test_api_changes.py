"""Moving and cancelling through the API."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.models import Claim, Participant, Person, db
from booking.services.parts import Parts
from tests.factories import MONDAY_9AM, NOW
from tests.web.api import HALF_PAST_NINE, NINE, book, openings, token_of

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def cancel(client: FlaskClient, token: str, **body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/v1/appointments/{token}/cancel", json=body)
    return answer.status_code, answer.get_json()


def move(client: FlaskClient, token: str, to: str) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/api/v1/appointments/{token}/reschedule", json={"starts_at": to})
    return answer.status_code, answer.get_json()


def test_moving_takes_the_new_time_and_frees_the_old(client: FlaskClient) -> None:
    token = token_of(book(client))

    status, body = move(client, token, HALF_PAST_NINE)

    assert status == 200
    assert (body["starts_at"], body["version"], body["token"]) == (HALF_PAST_NINE, 2, token)
    listed = [each["starts_at"] for each in openings(client).get_json()["openings"]]
    assert NINE in listed
    assert HALF_PAST_NINE not in listed


def test_moving_onto_a_taken_time_changes_nothing(client: FlaskClient) -> None:
    token = token_of(book(client))
    book(client, starts_at=HALF_PAST_NINE)

    status, problem = move(client, token, HALF_PAST_NINE)

    assert (status, problem["code"]) == (409, "slot_taken")
    assert client.get(f"/api/v1/appointments/{token}").get_json()["starts_at"] == NINE


def test_past_its_cut_off_a_session_cannot_be_moved(client: FlaskClient) -> None:
    token = token_of(book(client))

    with time_machine.travel(MONDAY_9AM - A_DAY / 2, tick=False):
        status, problem = move(client, token, "2030-03-06T14:00:00Z")

    assert (status, problem["code"], problem["errors"]) == (422, "policy", [])


def test_cancelling_twice_answers_the_same(client: FlaskClient) -> None:
    token = token_of(book(client))

    first = cancel(client, token, reason="A cold.")
    second = cancel(client, token)

    assert first == second
    assert (first[0], first[1]["status"]) == (200, "cancelled")
    assert (first[1]["late"], first[1]["fee_cents"]) == (False, 0)
    assert db.session.scalars(select(func.count(Claim.id))).one() == 0


def test_cancelling_needs_no_body_at_all(client: FlaskClient) -> None:
    token = token_of(book(client))

    answer = client.post(f"/api/v1/appointments/{token}/cancel")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")


def test_a_late_cancel_must_be_accepted_with_its_fee(client: FlaskClient) -> None:
    token = token_of(book(client, session_type="session"))

    with time_machine.travel(MONDAY_9AM - A_DAY / 2, tick=False):
        refused = cancel(client, token)
        accepted = cancel(client, token, accept_late=True)

    assert (refused[0], refused[1]["code"]) == (422, "policy")
    assert (refused[1]["late"], refused[1]["fee_cents"]) == (True, 5000)
    assert accepted[0] == 200
    assert (accepted[1]["late"], accepted[1]["fee_cents"]) == (True, 5000)


def test_after_the_start_nothing_can_be_cancelled_or_moved(client: FlaskClient) -> None:
    token = token_of(book(client))

    with time_machine.travel(MONDAY_9AM, tick=False):
        assert cancel(client, token, accept_late=True)[0] == 422
        assert move(client, token, "2030-03-06T14:00:00Z")[0] == 422


def test_acting_on_a_mailed_token_proves_the_address_and_reading_does_not(
    client: FlaskClient, parts: Parts
) -> None:
    book(client)
    participant = db.session.scalars(select(Participant)).one()
    mailed = parts.links.token(Purpose.MAILED, participant.link_id)

    client.get(f"/api/v1/appointments/{mailed}")
    assert db.session.scalars(select(Person.verified_at)).one() is None
    move(client, mailed, HALF_PAST_NINE)

    db.session.rollback()
    assert db.session.scalars(select(Person.verified_at)).one() == NOW
