"""How a text ends: sent, refused, put off, or nobody knows; never repeated blindly."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from booking.models import (
    PhoneStop,
    SendAttempt,
    SmsConsent,
    db,
)
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM
from tests.support.owed import DAY, booked, states, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM = "+12125550123"
SMS = Channel.SMS
REMINDER = MessageKind.REMINDER
DUE = MONDAY_9AM - DAY


def test_an_outage_of_texts_is_waited_out(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(ProviderUnavailable("429"), times=2)

    for minutes in range(10):
        sweep(parts, DUE + minutes * MINUTE)

    assert len(sms.sent) == 1
    assert sms.attempts == 3


def test_c7_a_bad_number_is_not_tried_again(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(ProviderRejected("not a number", code="21614"))

    sweep(parts, DUE)
    sweep(parts, DUE + HOUR)

    assert sms.attempts == 1
    assert states(REMINDER, SMS) == [("failed", "21614")]


def test_h2_a_refusal_for_having_said_stop_is_kept_as_a_stop(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(ProviderRejected("opted out", code="21610"))

    sweep(parts, DUE)
    sweep(parts, DUE + HOUR)

    assert sms.attempts == 1
    assert states(REMINDER, SMS) == [("failed", "21610")]
    stop = db.session.get(PhoneStop, SAM)
    assert stop is not None
    assert stop.how == "21610"
    assert db.session.scalars(select(SmsConsent.revoked_how)).one() == "21610"


def test_c8_a_text_nobody_answered_for_is_looked_up_and_not_sent_again(
    parts: Parts, sms: FakeSms
) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"), accepted=True)
    sweep(parts, DUE)
    assert states(REMINDER, SMS) == [("sending", "")]

    sweep(parts, DUE + MINUTE / 2)
    assert states(REMINDER, SMS) == [("sending", "")]
    sweep(parts, DUE + 2 * MINUTE)

    assert states(REMINDER, SMS) == [("sent", "")]
    assert len(sms.sent) == sms.attempts == 1
    attempt = db.session.scalars(select(SendAttempt)).one()
    assert attempt.reference == sms.sent[0].reference


def test_a_text_that_left_no_trace_is_unknown_and_never_repeated(
    parts: Parts, sms: FakeSms
) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"))

    for minutes in range(0, 120, 2):
        sweep(parts, DUE + minutes * MINUTE)

    assert sms.attempts == 1
    assert states(REMINDER, SMS) == [("unknown", "no_trace")]


def test_while_the_list_cannot_be_had_nothing_is_concluded(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"), accepted=True)
    sweep(parts, DUE)
    sms.down = True
    for minutes in range(2, 120, 2):
        sweep(parts, DUE + minutes * MINUTE)
    assert states(REMINDER, SMS) == [("sending", "")]

    sms.down = False
    sweep(parts, DUE + 2 * HOUR)

    assert states(REMINDER, SMS) == [("sent", "")]


def test_a_text_whose_worker_died_before_the_call_is_not_sent_blindly(
    parts: Parts, sms: FakeSms
) -> None:
    class Dying(FakeSms):
        def send(self, *, to: str, body: str, callback_url: str | None) -> str:
            raise KeyboardInterrupt

    booked(parts, texts=True)
    with pytest.raises(KeyboardInterrupt):
        sweep(replace(parts, sms=Dying()), DUE)

    sweep(parts, DUE + 2 * MINUTE)
    sweep(parts, DUE + 30 * MINUTE)

    assert sms.sent == []
    assert states(REMINDER, SMS) == [("unknown", "no_trace")]


def test_every_call_is_written_down_before_it_is_made(parts: Parts) -> None:
    seen: list[tuple[str, int]] = []

    class Watching(FakeSms):
        def send(self, *, to: str, body: str, callback_url: str | None) -> str:
            session = db.session()
            attempt = session.scalars(select(SendAttempt)).one()
            seen.append((attempt.vendor, attempt.number))
            session.rollback()
            return "SM" + "0" * 32

    booked(parts, texts=True)

    sweep(replace(parts, sms=Watching()), DUE)

    assert seen == [("fake", 1)]


def test_receipts_are_asked_for_only_where_they_can_reach_us(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    public = replace(parts.settings, public_url="https://book.example.org")

    sweep(replace(parts, settings=public), DUE)

    token = db.session.scalars(select(SendAttempt.token)).one()
    assert sms.sent[0].callback_url == parts.links.url(f"/hooks/twilio/status/{token}")


def test_no_receipts_are_asked_for_on_loopback(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)

    sweep(parts, DUE)

    assert sms.sent[0].callback_url is None
