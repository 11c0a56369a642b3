"""Whatever comes in, the API answers with a clear 4xx and writes nothing."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.adapters.links import Purpose
from booking.models import AuditEntry, Base, Claim, Message, Participant, Person, Practice, db
from booking.models.dialects import begin_writing
from booking.services.parts import Parts
from tests.factories import NOW
from tests.web.api import NINE, PROBLEM, book, token_of, wish

URL = "/api/v1/appointments"
JSON = "application/json"
FIELDS = ["therapist", "session_type", "starts_at", "modality", "client"]
TEN_MB = 10 * 1024 * 1024
WRITTEN: tuple[type[Base], ...] = (AuditEntry, Claim, Message, Participant, Person)


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def post(
    client: FlaskClient, data: bytes | str, content_type: str = "application/json"
) -> TestResponse:
    headers = {"Idempotency-Key": "k"}
    return client.post(URL, data=data, content_type=content_type, headers=headers)


def nothing_is_written() -> bool:
    db.session.rollback()
    return all(
        db.session.scalars(select(func.count()).select_from(table)).one() == 0 for table in WRITTEN
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"a": NaN}',
        b"\xff\xfe",
        b'{"therapist": "\\ud800"}',
        b"[" * 100_000,
        b'{"therapist": 1' + b"0" * 5000 + b"}",
        json.dumps(wish()).encode() + b"x",
    ],
)
def test_what_is_not_json_is_malformed(client: FlaskClient, body: bytes) -> None:
    answer = post(client, body)

    assert answer.status_code in {400, 422}
    assert answer.content_type == PROBLEM
    assert answer.get_json()["code"] in {"malformed", "validation"}
    assert nothing_is_written()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_is_not_called_json_is_not_read(client: FlaskClient, content_type: str) -> None:
    answer = post(client, json.dumps(wish()), content_type)

    assert (answer.status_code, answer.get_json()["code"]) == (415, "media_type")
    assert nothing_is_written()


def test_ten_megabytes_are_too_many(client: FlaskClient) -> None:
    answer = post(client, json.dumps(wish(session_type="x" * TEN_MB)))

    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")
    assert nothing_is_written()


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "true"])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, body: str) -> None:
    assert post(client, body).status_code == 422


@pytest.mark.one_database
@pytest.mark.parametrize("left_out", FIELDS)
def test_every_field_must_be_there(client: FlaskClient, left_out: str) -> None:
    body = wish()
    del body[left_out]

    answer = post(client, json.dumps(body))

    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [
        {"pointer": f"/{left_out}", "detail": "Please fill this in."}
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "left_out", ["name", "email", "phone", "time_zone", "state", "sms_consent"]
)
def test_everything_asked_of_a_client_must_be_there(client: FlaskClient, left_out: str) -> None:
    body = wish()
    del body["client"][left_out]

    answer = post(client, json.dumps(body))

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == f"/client/{left_out}"


def test_a_field_nobody_knows_is_refused_where_it_stands(client: FlaskClient) -> None:
    answer = book(client, price=0, client={"is/admin~": True})

    assert answer.status_code == 422
    pointers = {each["pointer"] for each in answer.get_json()["errors"]}
    assert pointers == {"/price", "/client/is~1admin~0"}


@pytest.mark.one_database
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["amara"]])
@pytest.mark.parametrize("field", FIELDS)
def test_a_value_of_another_type_is_refused(client: FlaskClient, field: str, value: object) -> None:
    answer = post(client, json.dumps(wish() | {field: value}))

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"].startswith(f"/{field}")


@pytest.mark.one_database
@pytest.mark.parametrize("value", ["no", "true", 1, 0, None])
def test_consent_is_yes_or_no_and_nothing_like_it(client: FlaskClient, value: object) -> None:
    assert book(client, client={"sms_consent": value}).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 81),
        ("name", "x" * 100_000),
        ("name", "Sam\r\nBcc: all@example.org"),
        ("name", "Sam\x00"),
        ("name", "Sam\u202eReed"),
        ("name", "=?utf-8?q?=0ABcc:_a@b.org?="),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a@b.org\nBcc: c@d.org"),
        ("email", "a b@example.org"),
        ("email", "x" * 250 + "@example.org"),
        ("phone", "call me"),
        ("phone", "1"),
        ("phone", "9" * 41),
        ("time_zone", ""),
        ("time_zone", "America/"),
        ("time_zone", "New York"),
        ("time_zone", "UTC+5"),
        ("time_zone", "../../etc/localtime"),
        ("time_zone", "America/New_York\x00"),
        ("state", None),
        ("state", ""),
        ("state", "New York"),
        ("state", "ZZ"),
        ("language", "klingon"),
        ("payment", "gold"),
        ("country", "XX"),
    ],
)
def test_what_cannot_be_used_of_a_client_is_named(
    client: FlaskClient, field: str, value: object
) -> None:
    if field == "country":
        _see_people_abroad()
    given = {field: value} | ({"state": None} if field == "country" else {})

    answer = book(client, client=given)

    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["code"] == "validation"
    assert [each["pointer"] for each in problem["errors"]] == [f"/client/{field}"]
    assert nothing_is_written()


def test_a_call_needs_a_number_and_so_do_texts(client: FlaskClient) -> None:
    asked: list[dict[str, object]] = [{"modality": "phone"}, {"client": {"sms_consent": True}}]
    for wanted in asked:
        answer = book(client, **wanted)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == "/client/phone"


def test_a_way_to_meet_that_is_not_offered_is_named(client: FlaskClient) -> None:
    answer = book(client, modality="in_person")

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/modality"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "starts_at",
    [
        "2030-03-04T14:00:00",
        "2030-03-04 14:00:00Z",
        "2030-03-04T14:00Z",
        "2030-13-04T14:00:00Z",
        "2030-03-04T25:00:00Z",
        "2030-03-04T14:00:00+99:00",
        "٢٠٣٠-03-04T14:00:00Z",
        "tomorrow",
        "",
    ],
)
def test_a_time_must_be_an_instant(client: FlaskClient, starts_at: str) -> None:
    answer = book(client, starts_at=starts_at)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/starts_at"


def test_a_hostile_but_lawful_name_is_kept_as_it_is(client: FlaskClient) -> None:
    name = "Robert'); DROP TABLE person;--<script>BEGIN:VEVENT"

    assert book(client, client={"name": name}).status_code == 201
    assert db.session.scalars(select(Person.name)).one() == name


def test_unknown_slugs_are_one_and_the_same(client: FlaskClient) -> None:
    nobody = book(client, therapist="nobody")
    nothing = book(client, session_type="nothing")

    assert (nobody.status_code, nothing.status_code) == (404, 404)
    assert nobody.get_json() == nothing.get_json()


def test_every_wrong_token_gets_the_same_answer(client: FlaskClient, parts: Parts) -> None:
    token = token_of(book(client))
    link_id = token[:32]
    wrong = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        ("0" if token[0] != "0" else "1") + token[1:],
        token[:-1],
        token + "A",
        token.upper(),
        "0" * 54,
        "%00",
        "x" * 5000,
        parts.links.token(Purpose.JOIN, link_id),
        parts.links.token(Purpose.CALENDAR, link_id),
        parts.links.token(Purpose.MANAGE, link_id, 2),
    ]

    answers = [client.get(f"{URL}/{each}") for each in wrong]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.get_data() for answer in answers}) == 1
    for each in wrong:
        assert client.post(f"{URL}/{each}/cancel", json={}).status_code == 404
        body = {"starts_at": NINE}
        assert client.post(f"{URL}/{each}/reschedule", json=body).status_code == 404
    assert client.get(f"{URL}/{token}").get_json()["status"] == "confirmed"


@pytest.mark.parametrize("reason", ["x" * 301, "a\x00b", "a\u202eb", 5, None])
def test_a_reason_that_cannot_be_kept_is_refused(client: FlaskClient, reason: object) -> None:
    token = token_of(book(client))

    answer = client.post(f"{URL}/{token}/cancel", json={"reason": reason})

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/reason"
    assert client.get(f"{URL}/{token}").get_json()["status"] == "confirmed"


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_no_other_method_does_anything(client: FlaskClient, method: str) -> None:
    answer = client.open(URL, method=method, json=wish())

    assert (answer.status_code, answer.get_json()["code"]) == (405, "method")
    assert "POST" in answer.headers["Allow"]


def _see_people_abroad() -> None:
    session = db.session()
    session.rollback()
    begin_writing(session)
    session.get_one(Practice, 1).sees_abroad = True
    session.commit()
