"""The sender of texts against a Twilio on loopback, over real HTTP."""

import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from booking.adapters.sms.twilio import TwilioSms
from booking.adapters.sms.twilio_errors import MEANINGS, Action, meaning_of
from booking.errors import OutcomeUnknown, ProviderError, ProviderRejected, ProviderUnavailable
from tests.support.texts import (
    BODY,
    NOON,
    OPEN_AND_MADE,
    OPEN_AND_NOT_MADE,
    SERVICE,
    impatient,
    send,
    sender,
)
from tests.support.twilio import FakeTwilio
from tests.support.twilio_numbers import NORMAL_NUMBER, Behaviour, number_for

REFUSED = {
    Behaviour.INVALID: "21211",
    Behaviour.NO_ROUTE: "21612",
    Behaviour.COUNTRY_OFF: "21408",
    Behaviour.OPTED_OUT: "21610",
    Behaviour.NO_TEXTS: "21614",
    Behaviour.PROBLEM_JSON: "21211",
}
NOTHING_HAPPENED = [Behaviour.THROTTLED, Behaviour.QUEUE_FULL]


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(clock=lambda: NOON) as fake:
        yield fake


def test_a_text_is_handed_over_once_with_what_it_needs(twilio: FakeTwilio) -> None:
    reference = send(sender(twilio), callback_url="https://book.example.org/hooks/1")

    [text] = twilio.sent
    assert text.sid == reference
    assert text.form == {
        "To": NORMAL_NUMBER,
        "Body": BODY,
        "MessagingServiceSid": SERVICE,
        "ValidityPeriod": "900",
        "StatusCallback": "https://book.example.org/hooks/1",
    }


def test_every_text_has_a_connection_of_its_own(twilio: FakeTwilio) -> None:
    """A connection used again may be closed under the text, and its outcome is then unknown."""
    twilio.keeps_open = True
    sms = sender(twilio)

    send(sms)
    send(sms)

    assert len(set(twilio.ports)) == 2


def test_without_a_service_a_text_comes_from_the_number(twilio: FakeTwilio) -> None:
    sms = sender(twilio, messaging_service_sid=None, from_number=twilio.number)

    send(sms)

    assert twilio.sent[0].form["From"] == twilio.number
    assert "StatusCallback" not in twilio.sent[0].form


@pytest.mark.parametrize(("behaviour", "code"), REFUSED.items(), ids=list(REFUSED))
def test_a_refusal_carries_twilios_code(
    twilio: FakeTwilio, behaviour: Behaviour, code: str
) -> None:
    with pytest.raises(ProviderRejected) as refusal:
        send(sender(twilio), number_for(behaviour))

    assert refusal.value.code == code
    assert twilio.sent == []


@pytest.mark.parametrize("behaviour", NOTHING_HAPPENED)
def test_a_queue_that_is_full_leaves_another_try_open(
    twilio: FakeTwilio, behaviour: Behaviour
) -> None:
    twilio.behave(NORMAL_NUMBER, behaviour)

    with pytest.raises(ProviderUnavailable):
        send(sender(twilio))

    assert twilio.sent == []
    assert len(twilio.attempts) == 1


def test_after_two_429_the_third_try_goes_through(twilio: FakeTwilio) -> None:
    sms, to = sender(twilio), number_for(Behaviour.THROTTLED_TWICE)

    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            send(sms, to)
    send(sms, to)

    assert len(twilio.sent) == 1


@pytest.mark.parametrize("behaviour", [*OPEN_AND_NOT_MADE, *OPEN_AND_MADE])
def test_without_a_clear_answer_the_outcome_is_unknown(
    twilio: FakeTwilio, behaviour: Behaviour
) -> None:
    started = time.monotonic()

    with pytest.raises(OutcomeUnknown):
        send(impatient(twilio), number_for(behaviour))

    assert time.monotonic() - started < 5
    twilio.wait_for(lambda fake: len(fake.sent) == (behaviour in OPEN_AND_MADE))
    assert len(twilio.attempts) == 1


def test_a_sid_and_a_status_are_answer_enough(twilio: FakeTwilio) -> None:
    reference = send(sender(twilio), number_for(Behaviour.ONLY_SID))

    assert reference == twilio.sent[0].sid


def test_nobody_listening_means_nothing_happened(twilio: FakeTwilio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    sms = sender(twilio, api_base_url=address)

    with pytest.raises(ProviderUnavailable):
        send(sms)
    with pytest.raises(ProviderUnavailable):
        sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON)


def test_a_listener_that_never_reads_leaves_the_outcome_open(twilio: FakeTwilio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        sms = impatient(twilio, api_base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}")

        with pytest.raises(OutcomeUnknown):
            send(sms)


def test_a_connection_that_never_comes_about_means_nothing_happened(twilio: FakeTwilio) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        # With its one place in the queue taken, the system leaves the next caller waiting.
        first.connect(full.getsockname())
        address = f"http://127.0.0.1:{full.getsockname()[1]}"
        sms = sender(twilio, api_base_url=address, timeout=timedelta(seconds=1.5))

        with pytest.raises(ProviderUnavailable):
            send(sms)


def test_a_wrong_token_is_a_matter_of_configuration(twilio: FakeTwilio) -> None:
    sms = TwilioSms(twilio.account_sid, "wrong", from_number=twilio.number, api_base_url=twilio.url)

    with pytest.raises(ProviderRejected) as refusal:
        send(sms)

    assert refusal.value.code == "20003"
    assert meaning_of(refusal.value.code).action is Action.CONFIGURATION


@pytest.mark.parametrize(
    ("from_number", "code"), [("+15005550001", "21212"), ("+15005550007", "21606")]
)
def test_a_sender_that_is_not_ours_is_refused(
    twilio: FakeTwilio, from_number: str, code: str
) -> None:
    sms = sender(twilio, messaging_service_sid=None, from_number=from_number)

    with pytest.raises(ProviderRejected) as refusal:
        send(sms)

    assert refusal.value.code == code


def test_a_text_too_long_for_twilio_is_our_bug(twilio: FakeTwilio) -> None:
    with pytest.raises(ProviderRejected) as refusal:
        sender(twilio).send(to=NORMAL_NUMBER, body="x" * 1601, callback_url=None)

    assert meaning_of(refusal.value.code).action is Action.BUG


@pytest.mark.parametrize(
    "behaviour", [Behaviour.NORMAL, Behaviour.INVALID, Behaviour.RESET, Behaviour.GARBLED]
)
def test_no_log_and_no_error_holds_the_number_the_words_or_the_token(
    twilio: FakeTwilio, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sms, to = sender(twilio), number_for(behaviour)
    told = [repr(sms)]

    try:
        send(sms, to)
    except ProviderError as error:
        told += [repr(error), repr(error.__cause__), repr(error.__context__)]
    sms.find(to=to, body=BODY, since=NOON)

    told += [record.getMessage() for record in caplog.records]
    assert [
        line for line in told for secret in (to[1:], "Elm", sms.auth_token) if secret in line
    ] == []


def test_a_region_in_the_environment_does_not_change_the_address(
    twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")

    send(sender(twilio))

    assert len(twilio.sent) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"messaging_service_sid": None},
        {"api_base_url": "ftp://example.org"},
        {"api_base_url": "api.twilio.com"},
        {"validity": timedelta(0)},
        {"validity": timedelta(hours=11)},
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(
    twilio: FakeTwilio, wrong: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"texts need|not an http|out of bounds"):
        sender(twilio, **wrong)


def test_a_code_nobody_listed_is_not_tried_again() -> None:
    assert meaning_of("99999").action is Action.PERMANENT


def test_only_an_opt_out_is_recorded_as_one() -> None:
    assert [code for code, m in MEANINGS.items() if m.action is Action.OPTED_OUT] == ["21610"]
