"""Finding out what became of a text whose outcome is unknown."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from booking.adapters.sms.twilio import TRIAL_PREFIX, TwilioSms
from booking.errors import OutcomeUnknown, ProviderUnavailable
from tests.support.texts import (
    BODY,
    NOON,
    OPEN_AND_MADE,
    OPEN_AND_NOT_MADE,
    impatient,
    send,
    sender,
)
from tests.support.twilio import FakeTwilio
from tests.support.twilio_numbers import NORMAL_NUMBER, Behaviour, number_for


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with FakeTwilio(clock=lambda: NOON) as fake:
        yield fake


@pytest.mark.parametrize("behaviour", OPEN_AND_MADE)
def test_a_text_whose_answer_was_lost_is_found(twilio: FakeTwilio, behaviour: Behaviour) -> None:
    to = number_for(behaviour)
    with pytest.raises(OutcomeUnknown):
        send(impatient(twilio), to)
    twilio.wait_for_sent(1)

    found = sender(twilio).find(to=to, body=BODY, since=NOON)

    assert found == twilio.sent[0].sid


@pytest.mark.parametrize("behaviour", OPEN_AND_NOT_MADE)
def test_a_text_that_never_was_is_not_found(twilio: FakeTwilio, behaviour: Behaviour) -> None:
    to = number_for(behaviour)
    with pytest.raises(OutcomeUnknown):
        send(impatient(twilio), to)

    assert sender(twilio).find(to=to, body=BODY, since=NOON) is None


def test_the_newest_of_several_equal_texts_is_found(twilio: FakeTwilio) -> None:
    sms = sender(twilio)
    send(sms)
    second = send(sms)

    assert sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON) == second


def test_only_the_same_words_to_the_same_number_are_found(twilio: FakeTwilio) -> None:
    sms = sender(twilio)
    send(sms)

    assert sms.find(to=NORMAL_NUMBER, body=BODY + "!", since=NOON) is None
    assert sms.find(to="+15005551999", body=BODY, since=NOON) is None


def test_an_older_text_with_the_same_words_is_not_taken_for_this_one(twilio: FakeTwilio) -> None:
    sms = sender(twilio)
    send(sms)

    assert sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON + timedelta(seconds=20)) is not None
    assert sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON + timedelta(minutes=2)) is None


def test_a_trial_account_finds_its_texts_under_their_heading(twilio: FakeTwilio) -> None:
    sms = sender(twilio)
    sms.send(to=NORMAL_NUMBER, body=TRIAL_PREFIX + BODY, callback_url=None)

    assert sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON) is not None


def test_a_list_that_lags_says_not_found(twilio: FakeTwilio) -> None:
    sms = sender(twilio)
    send(sms)
    twilio.list_lags = True

    assert sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON) is None


def test_a_look_up_that_is_turned_down_says_so_and_not_that_there_is_none(
    twilio: FakeTwilio,
) -> None:
    sms = TwilioSms(twilio.account_sid, "wrong", from_number=twilio.number, api_base_url=twilio.url)

    with pytest.raises(ProviderUnavailable):
        sms.find(to=NORMAL_NUMBER, body=BODY, since=NOON)
