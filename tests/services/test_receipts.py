"""Receipts: in any order, twice, early or late, the same ones leave the same state."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import select

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.receipts import StatusReport
from booking.errors import OutcomeUnknown, ProviderUnavailable
from booking.models import Message, PhoneStop, SendAttempt, db
from booking.services.messages import record_status
from booking.services.parts import Parts
from tests.factories import MINUTE, MONDAY_9AM
from tests.support.owed import DAY, booked, change, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

REMINDER, SMS = MessageKind.REMINDER, Channel.SMS
DUE = MONDAY_9AM - DAY
SID = "SM" + f"{1:032x}"


def token() -> str:
    db.session.rollback()
    query = select(SendAttempt.token).order_by(SendAttempt.id.desc()).limit(1)
    return db.session.scalars(query).one()


def report(status: str, error_code: str = "", sid: str = SID) -> StatusReport:
    return StatusReport(sid, status, error_code)


@pytest.fixture
def texted(practice: None, parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sweep(parts, DUE)
    assert sms.sent[0].reference == SID


@pytest.mark.usefixtures("texted")
def test_f9_the_order_of_receipts_does_not_matter() -> None:
    attempt = db.session.scalars(select(SendAttempt.id)).one()
    sending = the(REMINDER, SMS).id
    for order in permutations(["queued", "sending", "sent", "delivered"]):
        change(SendAttempt, attempt, status="", reference=None)
        change(Message, sending, state="sent")

        for status in order + order:
            record_status(token(), report(status), now=DUE)

        assert states(REMINDER, SMS) == [("delivered", "")]
        assert db.session.get_one(SendAttempt, attempt).status == "delivered"


@pytest.mark.usefixtures("texted")
@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        ("undelivered", "30003", ("failed", "30003")),
        ("failed", "", ("failed", "failed")),
        ("read", "", ("delivered", "")),
        ("teleported", "", ("sent", "")),
    ],
)
def test_what_the_carrier_says_is_what_staff_see(
    status: str, code: str, state: tuple[str, str]
) -> None:
    record_status(token(), report(status, code), now=DUE + MINUTE)

    assert states(REMINDER, SMS) == [state]


@pytest.mark.usefixtures("texted")
def test_a_final_word_stands() -> None:
    record_status(token(), report("undelivered", "30003"), now=DUE)

    record_status(token(), report("delivered"), now=DUE)

    assert states(REMINDER, SMS) == [("failed", "30003")]


@pytest.mark.usefixtures("texted")
def test_a_receipt_for_another_text_or_attempt_changes_nothing() -> None:
    record_status(token(), report("delivered", sid="SM" + "f" * 32), now=DUE)
    record_status("0" * 32, report("delivered"), now=DUE)

    assert states(REMINDER, SMS) == [("sent", "")]


def test_a_receipt_may_come_before_our_own_answer(parts: Parts) -> None:
    class Early(FakeSms):
        def send(self, *, to: str, body: str, callback_url: str | None) -> str:
            record_status(token(), report("delivered"), now=DUE)
            return SID

    booked(parts, texts=True)

    sweep(replace(parts, sms=Early()), DUE)

    assert states(REMINDER, SMS) == [("delivered", "")]


def test_c8_a_receipt_settles_what_no_answer_did(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"), accepted=True)
    sweep(parts, DUE)

    record_status(token(), report("sent"), now=DUE)
    sweep(parts, DUE + 2 * MINUTE)

    assert states(REMINDER, SMS) == [("sent", "")]
    assert sms.attempts == 1


def test_f5_a_late_receipt_settles_what_was_given_up_as_unknown(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(OutcomeUnknown("read timeout"))
    for minutes in range(0, 60, 2):
        sweep(parts, DUE + minutes * MINUTE)
    assert states(REMINDER, SMS) == [("unknown", "no_trace")]

    record_status(token(), report("delivered"), now=DUE + 60 * MINUTE)

    assert states(REMINDER, SMS) == [("delivered", "")]


def test_a_text_that_did_go_out_is_not_sent_again_after_all(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    sms.fail_next(ProviderUnavailable("so it said"), accepted=True)
    sweep(parts, DUE)
    assert states(REMINDER, SMS) == [("due", "")]

    record_status(token(), report("sent"), now=DUE)
    sweep(parts, DUE + 5 * MINUTE)

    assert sms.attempts == 1
    assert states(REMINDER, SMS) == [("sent", "")]


@pytest.mark.usefixtures("texted")
def test_h2_a_receipt_that_says_they_opted_out_is_kept_as_a_stop() -> None:
    record_status(token(), report("undelivered", "21610"), now=DUE)

    assert db.session.get(PhoneStop, "+12125550123") is not None
