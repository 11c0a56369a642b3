"""The gateway's callbacks: let in by the signature alone, and answered as it expects."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.config import TwilioSettings
from booking.domain.messages import Channel, MessageKind
from booking.models import InboundText, PhoneStop, SendAttempt, db
from booking.services.parts import EXTENSION, Parts
from tests.factories import MONDAY_9AM
from tests.support.owed import DAY, booked, states, sweep
from tests.support.twilio import ACCOUNT_SID, AUTH_TOKEN
from tests.support.twilio_forms import inbound_fields
from tests.support.twilio_hooks import signature_of

pytestmark = pytest.mark.usefixtures("practice", "on_twilio")

PUBLIC = "https://book.example.org"
SAM, OURS = "+12125550123", "+15005550006"
SID = "SM" + f"{1:032x}"
INBOUND = "/hooks/twilio/inbound"


@pytest.fixture
def on_twilio(app: Flask, parts: Parts) -> None:
    """The practice behind a proxy, under a public name, with an account of its own."""
    account = TwilioSettings(ACCOUNT_SID, AUTH_TOKEN, from_number=OURS)
    settings = replace(parts.settings, public_url=PUBLIC, twilio=account)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], settings=settings)


def post(
    client: FlaskClient,
    path: str,
    fields: Mapping[str, str],
    *,
    signed_for: str | None = None,
    signature: str | None = None,
) -> TestResponse:
    """Post a form to us under our inner name, signed for the public one."""
    signed = signature_of(AUTH_TOKEN, signed_for or PUBLIC + path, fields)
    headers = {"X-Twilio-Signature": signed if signature is None else signature}
    return client.post(path, data=dict(fields), headers=headers)


def texted(body: str, *, sid: str = SID, account: str = ACCOUNT_SID) -> dict[str, str]:
    return inbound_fields(sid, account, sender=SAM, number=OURS, body=body)


def received() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(InboundText.word)))


def test_a_signed_text_is_taken_in_behind_a_proxy(client: FlaskClient) -> None:
    answer = post(client, INBOUND, texted("what is this?"))

    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert "<Response><Message>Alder Street: no one reads texts here." in answer.text
    assert received() == ["other"]


def test_a_stop_the_gateway_answered_is_kept_and_not_answered_again(
    client: FlaskClient,
) -> None:
    answer = post(client, INBOUND, texted("STOP"))

    assert answer.text.endswith("<Response></Response>")
    assert db.session.get(PhoneStop, SAM) is not None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("signature", "signed_for"),
    [
        ("", None),
        ("bm90IGEgc2lnbmF0dXJl", None),
        (None, "http://127.0.0.1:8000" + INBOUND),
        (None, "https://elsewhere.example" + INBOUND),
        (None, PUBLIC + "/hooks/twilio/status/" + "0" * 32),
    ],
)
def test_h5_a_forged_or_wrong_signature_is_refused(
    client: FlaskClient, signature: str | None, signed_for: str | None
) -> None:
    answer = post(client, INBOUND, texted("STOP"), signature=signature, signed_for=signed_for)

    assert answer.status_code == 403
    assert received() == []
    assert db.session.get(PhoneStop, SAM) is None


@pytest.mark.one_database
def test_h5_a_missing_signature_is_refused(client: FlaskClient) -> None:
    assert client.post(INBOUND, data=texted("STOP")).status_code == 403
    assert received() == []


@pytest.mark.one_database
def test_a_changed_field_is_refused(client: FlaskClient) -> None:
    signature = signature_of(AUTH_TOKEN, PUBLIC + INBOUND, texted("hello"))

    answer = post(client, INBOUND, texted("STOP"), signature=signature)

    assert answer.status_code == 403
    assert received() == []


@pytest.mark.one_database
def test_fields_cut_in_another_place_are_refused(client: FlaskClient) -> None:
    fields = texted("STOP")
    signature = signature_of(AUTH_TOKEN, PUBLIC + INBOUND, fields)
    body = fields.pop("Body")

    answer = post(client, INBOUND, {**fields, f"Body{body}": ""}, signature=signature)

    assert answer.status_code == 403
    assert received() == []


@pytest.mark.one_database
def test_a_text_for_another_account_is_refused(client: FlaskClient) -> None:
    answer = post(client, INBOUND, texted("STOP", account="AC" + "0" * 32))

    assert answer.status_code == 403
    assert received() == []


@pytest.mark.one_database
def test_a_query_string_and_another_kind_of_body_are_refused(client: FlaskClient) -> None:
    fields = texted("STOP")
    signature = signature_of(AUTH_TOKEN, PUBLIC + INBOUND, fields)
    headers = {"X-Twilio-Signature": signature}

    with_query = client.post(INBOUND + "?x=1", data=fields, headers=headers)
    as_json = client.post(INBOUND, json=fields, headers=headers)
    as_parts = client.post(
        INBOUND, data=fields, headers=headers, content_type="multipart/form-data"
    )

    assert [each.status_code for each in (with_query, as_json, as_parts)] == [403] * 3


def test_new_fields_of_the_gateway_do_no_harm(client: FlaskClient) -> None:
    answer = post(client, INBOUND, {**texted("hi"), "SomethingNew": "1"})

    assert answer.status_code == 200
    assert received() == ["other"]


def test_h6_the_same_text_twice_is_answered_once(client: FlaskClient) -> None:
    first = post(client, INBOUND, texted("hello"))
    again = post(client, INBOUND, texted("hello"))

    assert "<Message>" in first.text
    assert "<Message>" not in again.text
    assert received() == ["other"]


def test_a_short_code_gets_no_answer(client: FlaskClient) -> None:
    answer = post(client, INBOUND, {**texted("hi"), "From": "72345"})

    assert answer.text.endswith("<Response></Response>")
    assert received() == []


def test_a_text_without_a_sound_reference_is_malformed(client: FlaskClient) -> None:
    assert post(client, INBOUND, texted("hi", sid="SM1")).status_code == 400


def receipt(status: str, **more: str) -> dict[str, str]:
    return {
        "MessageSid": SID,
        "MessageStatus": status,
        "AccountSid": ACCOUNT_SID,
        "From": OURS,
        "To": SAM,
        **more,
    }


def test_a_receipt_finds_its_text(parts: Parts, client: FlaskClient) -> None:
    booked(parts, texts=True)
    sweep(parts, MONDAY_9AM - DAY)
    token = db.session.scalars(select(SendAttempt.token)).one()

    answer = post(client, f"/hooks/twilio/status/{token}", receipt("delivered"))

    assert (answer.status_code, answer.data) == (204, b"")
    assert states(MessageKind.REMINDER, Channel.SMS) == [("delivered", "")]


def test_a_receipt_nobody_waits_for_is_answered_the_same(client: FlaskClient) -> None:
    answer = post(client, "/hooks/twilio/status/" + "0" * 32, receipt("delivered"))

    assert answer.status_code == 204


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("0" * 32, receipt(""), 400),
        ("0" * 32, {**receipt("sent"), "MessageSid": "x"}, 400),
        ("nonsense", receipt("sent"), 400),
        ("0" * 32, {**receipt("sent"), "AccountSid": "AC" + "0" * 32}, 403),
    ],
)
def test_a_receipt_that_makes_no_sense_is_refused(
    client: FlaskClient, path: str, fields: dict[str, str], status: int
) -> None:
    assert post(client, f"/hooks/twilio/status/{path}", fields).status_code == status


def test_a_forged_receipt_changes_nothing(parts: Parts, client: FlaskClient) -> None:
    booked(parts, texts=True)
    sweep(parts, MONDAY_9AM - DAY)
    token = db.session.scalars(select(SendAttempt.token)).one()

    answer = post(client, f"/hooks/twilio/status/{token}", receipt("failed"), signature="Zm9yZ2Vk")

    assert answer.status_code == 403
    assert states(MessageKind.REMINDER, Channel.SMS) == [("sent", "")]


@pytest.mark.one_database
def test_without_an_account_nothing_is_let_in(
    app: Flask, client: FlaskClient, parts: Parts
) -> None:
    app.extensions[EXTENSION] = replace(
        parts, settings=replace(parts.settings, twilio=None, public_url=PUBLIC)
    )

    assert post(client, INBOUND, texted("STOP")).status_code == 403


@pytest.mark.one_database
def test_a_hook_is_nothing_to_look_at(client: FlaskClient) -> None:
    assert client.get(INBOUND).status_code == 405
