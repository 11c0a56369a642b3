"""The fake Twilio's calls to us, checked with what the web will check them with."""

from collections.abc import Iterator

import pytest

from booking.adapters.sms.signature import (
    is_for_account,
    read_status,
    unexpected_fields,
    valid_signature,
)
from booking.adapters.sms.twilio import TwilioSms
from booking.domain.receipts import supersedes
from booking.errors import ProviderRejected
from tests.support.hooks import Hooks, hooks
from tests.support.twilio import FakeTwilio
from tests.support.twilio_hooks import Signature
from tests.support.twilio_numbers import NORMAL_NUMBER, Behaviour, Receipt, number_for

PUBLIC = "https://book.example.org"
STATUS = PUBLIC + "/hooks/twilio/status/a1"
INBOUND = PUBLIC + "/hooks/twilio/inbound"


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def ours() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


@pytest.fixture
def twilio(ours: Hooks) -> Iterator[FakeTwilio]:
    with FakeTwilio(reaches={PUBLIC: ours.url}) as fake:
        yield fake


def text(twilio: FakeTwilio, behaviour: Behaviour) -> str:
    sms = TwilioSms(
        twilio.account_sid,
        twilio.auth_token,
        messaging_service_sid="MG" + "0" * 32,
        api_base_url=twilio.url,
    )
    return sms.send(to=number_for(behaviour), body="Reminder", callback_url=STATUS)


def accepted(twilio: FakeTwilio, ours: Hooks, url: str) -> list[bool]:
    return [
        valid_signature(twilio.auth_token, url, post.fields, post.signature)
        and is_for_account(post.fields, twilio.account_sid)
        and unexpected_fields(post.fields) == ()
        for post in ours.posted
    ]


@pytest.mark.parametrize(
    ("behaviour", "heard", "end"),
    [
        (Behaviour.NORMAL, ["queued", "sent", "delivered"], "delivered"),
        (Behaviour.SENT_ONLY, ["queued", "sent"], "sent"),
        (Behaviour.UNREACHABLE, ["queued", "sent", "undelivered"], "undelivered"),
        (Behaviour.OUT_OF_ORDER, ["delivered", "sent", "queued"], "delivered"),
        (
            Behaviour.DUPLICATED,
            ["queued", "queued", "sent", "sent", *["delivered"] * 2],
            "delivered",
        ),
        (Behaviour.UNKNOWN_STATUS, ["queued", "sent", "teleported"], "sent"),
        (Behaviour.EXTRA_FIELDS, ["queued", "sent", "delivered"], "delivered"),
    ],
)
def test_receipts_are_ours_and_end_in_the_right_status(
    twilio: FakeTwilio, ours: Hooks, behaviour: Behaviour, heard: list[str], end: str
) -> None:
    reference = text(twilio, behaviour)
    twilio.wait_for_callbacks(len(heard))

    reports = [read_status(post.fields) for post in ours.posted]
    status = ""
    for report in reports:
        status = report.status if supersedes(status, report.status) else status

    assert accepted(twilio, ours, STATUS) == [True] * len(heard)
    assert {report.reference for report in reports} == {reference}
    assert [report.status for report in reports] == heard
    assert status == end


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Behaviour.UNREACHABLE, "30003"),
        (Behaviour.LANDLINE, "30006"),
        (Behaviour.FILTERED, "30007"),
    ],
)
def test_an_undelivered_text_says_why(
    twilio: FakeTwilio, ours: Hooks, behaviour: Behaviour, code: str
) -> None:
    text(twilio, behaviour)
    twilio.wait_for_status("undelivered")

    assert read_status(ours.posted[-1].fields).error_code == code


def test_receipts_may_come_before_the_answer(twilio: FakeTwilio, ours: Hooks) -> None:
    text(twilio, Behaviour.EARLY)

    assert [post.fields["MessageStatus"] for post in ours.posted] == ["queued", "sent", "delivered"]


def test_receipts_signed_with_another_token_are_refused(twilio: FakeTwilio, ours: Hooks) -> None:
    text(twilio, Behaviour.WRONG_SIGNATURE)
    twilio.wait_for_callbacks(3)

    assert accepted(twilio, ours, STATUS) == [False] * 3


def test_a_receipt_for_a_text_we_never_sent_still_bears_a_valid_signature(
    twilio: FakeTwilio, ours: Hooks
) -> None:
    reference = text(twilio, Behaviour.UNKNOWN_SID)
    twilio.wait_for_callbacks(3)

    assert accepted(twilio, ours, STATUS) == [True] * 3
    assert reference not in {post.fields["MessageSid"] for post in ours.posted}


def test_a_late_receipt_can_be_posted_by_hand(twilio: FakeTwilio, ours: Hooks) -> None:
    text(twilio, Behaviour.NO_RECEIPTS)

    call = twilio.report(twilio.sent[0], Receipt("failed", "30008"))

    assert call.status == 204
    assert read_status(ours.posted[0].fields).error_code == "30008"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("STOP", "STOP"),
        (" stop ", "STOP"),
        ("Cancel", "STOP"),
        ("START", "START"),
        ("help", "HELP"),
        ("C", None),
        ("Please cancel", None),
    ],
)
def test_inbound_texts_carry_twilios_reading_of_keywords(
    twilio: FakeTwilio, ours: Hooks, body: str, kind: str | None
) -> None:
    call = twilio.inbound(INBOUND, sender=NORMAL_NUMBER, body=body)

    assert call.status == 204
    assert accepted(twilio, ours, INBOUND) == [True]
    assert ours.posted[0].fields["Body"] == body
    assert ours.posted[0].fields.get("OptOutType") == kind


@pytest.mark.parametrize("signature", [Signature.WRONG, Signature.MISSING])
def test_a_forged_inbound_text_is_refused(
    twilio: FakeTwilio, ours: Hooks, signature: Signature
) -> None:
    twilio.inbound(INBOUND, sender=NORMAL_NUMBER, body="STOP", signature=signature)

    assert accepted(twilio, ours, INBOUND) == [False]


def test_a_signature_for_the_local_address_is_refused(twilio: FakeTwilio, ours: Hooks) -> None:
    twilio.inbound(ours.url + "/hooks/twilio/inbound", sender=NORMAL_NUMBER, body="STOP")

    assert accepted(twilio, ours, INBOUND) == [False]


def test_after_stop_nothing_can_be_sent_until_start(twilio: FakeTwilio) -> None:
    twilio.inbound(INBOUND, sender=NORMAL_NUMBER, body="STOP")
    with pytest.raises(ProviderRejected) as refusal:
        text(twilio, Behaviour.NORMAL)
    twilio.inbound(INBOUND, sender=NORMAL_NUMBER, body="START")
    text(twilio, Behaviour.NORMAL)

    assert refusal.value.code == "21610"
    assert len(twilio.sent) == 1
