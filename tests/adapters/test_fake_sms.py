"""The sender that services are tested with must fail in the ways the real one does."""

from datetime import UTC, datetime

import pytest

from booking.adapters.sms import SmsSender
from booking.adapters.sms.fake import FakeSms
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable

NOON = datetime(2027, 3, 12, 12, 0, tzinfo=UTC)
TO = "+12025550123"


def send(sms: SmsSender, body: str = "Hello") -> str:
    return sms.send(to=TO, body=body, callback_url=None)


def test_what_is_sent_is_kept_and_found() -> None:
    sms = FakeSms()

    reference = send(sms)

    assert [(text.to, text.body, text.reference) for text in sms.sent] == [(TO, "Hello", reference)]
    assert sms.find(to=TO, body="Hello", since=NOON) == reference
    assert sms.find(to=TO, body="Bye", since=NOON) is None


def test_a_failure_comes_as_often_as_asked_and_then_no_more() -> None:
    sms = FakeSms()
    sms.fail_next(ProviderRejected("no", code="21610"), times=2)

    for _ in range(2):
        with pytest.raises(ProviderRejected):
            send(sms)
    send(sms)

    assert len(sms.sent) == 1
    assert sms.attempts == 3


@pytest.mark.parametrize("accepted", [True, False])
def test_an_unknown_outcome_may_have_happened_or_not(accepted: bool) -> None:
    sms = FakeSms()
    sms.fail_next(OutcomeUnknown("silence"), accepted=accepted)

    with pytest.raises(OutcomeUnknown):
        send(sms)

    assert (sms.find(to=TO, body="Hello", since=NOON) is not None) == accepted


def test_while_down_nothing_is_sent_or_looked_up() -> None:
    sms = FakeSms()
    sms.down = True

    with pytest.raises(ProviderUnavailable):
        send(sms)
    with pytest.raises(ProviderUnavailable):
        sms.find(to=TO, body="Hello", since=NOON)

    assert sms.sent == []
