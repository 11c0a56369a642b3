"""How often one caller may ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from booking.models import db
from tests import factories
from tests.databases import migrated, settings_for
from tests.support.servers import free_port, redis


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """An application that counts, on a database of its own."""
    yield from _with(tmp_path)


def _with(folder: Path, **settings: str) -> Iterator[Flask]:
    url = f"sqlite:///{folder}/limits.sqlite3"
    app = migrated(settings_for(url, folder, RATE_LIMITS="on", **settings))
    with app.app_context():
        factories.practice()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def ask(client: FlaskClient, address: str = "192.0.2.1", **headers: str) -> int:
    answer = client.post(
        "/lost-link",
        data={"email": "a@b.org"},
        environ_base={"REMOTE_ADDR": address},
        headers=headers,
    )
    return answer.status_code


def test_past_the_limit_one_is_told_when_to_come_back(limited: Flask) -> None:
    client = limited.test_client()
    assert [ask(client) for _ in range(5)] == [200] * 5

    answer = client.post(
        "/lost-link", data={"email": "a@b.org"}, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )

    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert "That was a lot in a short time" in answer.get_data(as_text=True)


def test_programs_past_the_limit_get_a_problem(limited: Flask) -> None:
    client = limited.test_client()
    answers = [client.post("/api/v1/appointments", json={}) for _ in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {422}
    assert answers[20].status_code == 429
    assert answers[20].get_json()["code"] == "too_many"
    assert int(answers[20].headers["Retry-After"]) >= 1


def test_the_limit_is_each_callers_own_and_binds_posts_alone(limited: Flask) -> None:
    client = limited.test_client()
    for _ in range(5):
        ask(client)

    assert ask(client) == 429
    assert ask(client, "192.0.2.2") == 200
    assert client.get("/lost-link", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_a_household_with_ipv6_is_one_caller(limited: Flask) -> None:
    client = limited.test_client()
    for number in range(5):
        ask(client, f"2001:db8:1:2::{number}")

    assert ask(client, "2001:db8:1:2:ffff::1") == 429
    assert ask(client, "2001:db8:1:3::1") == 200


def test_who_claims_another_address_is_not_believed(limited: Flask) -> None:
    client = limited.test_client()
    for number in range(5):
        ask(client, **{"X-Forwarded-For": f"198.51.100.{number}"})

    assert ask(client, **{"X-Forwarded-For": "198.51.100.9"}) == 429


def test_behind_a_trusted_proxy_the_caller_is_whom_it_names(tmp_path: Path) -> None:
    for app in _with(tmp_path, TRUSTED_PROXIES="1"):
        client = app.test_client()
        for _ in range(5):
            ask(client, **{"X-Forwarded-For": "198.51.100.1"})

        assert ask(client, **{"X-Forwarded-For": "198.51.100.1"}) == 429
        assert ask(client, **{"X-Forwarded-For": "198.51.100.2"}) == 200


def test_limits_can_be_switched_off(client: FlaskClient, practice: None) -> None:
    assert {ask(client) for _ in range(12)} == {200}


def test_health_and_files_are_never_limited_as_forms_are(limited: Flask) -> None:
    client = limited.test_client()

    assert {client.get("/healthz").status_code for _ in range(50)} == {200}


def test_two_processes_count_together_in_redis(tmp_path: Path) -> None:
    with redis() as server:
        for app in _with(tmp_path, REDIS_URL=server.url):
            one = app.test_client()
            other_settings = settings_for(
                f"sqlite:///{tmp_path}/limits.sqlite3",
                tmp_path,
                RATE_LIMITS="on",
                REDIS_URL=server.url,
            )
            other = create_app(other_settings).test_client()
            for _ in range(3):
                ask(one)

            assert [ask(other) for _ in range(3)] == [200, 200, 429]


def test_without_an_answer_from_redis_this_process_counts_by_itself(tmp_path: Path) -> None:
    for app in _with(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        client = app.test_client()

        assert [ask(client) for _ in range(6)] == [200] * 5 + [429]
