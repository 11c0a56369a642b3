"""Texts: sent to those who said yes and proved who they are, once, at a decent hour."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.neutral import telling
from booking.domain.texts import is_gsm7, segments
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable
from booking.models import (
    Participant,
    PhoneStop,
    Practice,
    SendAttempt,
    SmsConsent,
    db,
)
from booking.services import messages
from booking.services.changes import cancel
from booking.services.identity import prove_address
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import DAY, booked, change, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

SAM = "+12125550123"
SMS = Channel.SMS
REMINDER = MessageKind.REMINDER
DUE = MONDAY_9AM - DAY


def test_a_reminder_is_texted_the_day_before(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)

    sweep(parts, DUE - MINUTE)
    assert sms.sent == []
    sweep(parts, DUE)

    assert [text.to for text in sms.sent] == [SAM]
    assert "appointment Mon Mar 4, 9:00 AM New York time" in sms.sent[0].body
    assert states(REMINDER, SMS) == [("sent", "")]


def test_a_text_tells_nothing_even_of_a_practice_whose_name_does(
    parts: Parts, sms: FakeSms
) -> None:
    change(Practice, 1, name="Trauma Recovery Clinic")
    booked(parts, texts=True, guest={"name": "Anxiety Sufferer"})

    sweep(parts, DUE)

    assert telling(sms.sent[0].body) == []
    assert "Amara" not in sms.sent[0].body
    assert is_gsm7(sms.sent[0].body)
    assert segments(sms.sent[0].body) == 1


def test_nobody_is_texted_before_the_address_is_proved(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True, proved=False)

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "unproved")]
    assert sms.sent == []


def test_a_practice_may_do_without_the_proof(parts: Parts, sms: FakeSms) -> None:
    change(Practice, 1, sms_needs_proof=False)
    booked(parts, texts=True, proved=False)

    sweep(parts, DUE)

    assert len(sms.sent) == 1


def test_a_proof_given_later_counts(parts: Parts, sms: FakeSms) -> None:
    made = booked(parts, texts=True, proved=False)
    prove_address(made.participant_id, now=NOW + DAY)

    sweep(parts, DUE)

    assert len(sms.sent) == 1


def test_f17_a_stop_between_schedule_and_send_is_heeded(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    messages.inbound("SM" + "1" * 32, phone=SAM, body="STOP", now=DUE - MINUTE)

    sweep(parts, DUE)

    assert sms.sent == []
    assert states(REMINDER, SMS) == [("dropped", "stopped")]


def test_a_consent_taken_back_is_heeded(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    consent = db.session.scalars(select(SmsConsent.id)).one()
    change(SmsConsent, consent, revoked_at=NOW, revoked_how="staff")

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "no_consent")]


def test_a_number_abroad_is_not_texted(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True, guest={"phone": "+447700900123"})

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "abroad")]


def test_a_territory_counts_as_home(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True, guest={"phone": "+17875550123"})

    sweep(parts, DUE)

    assert len(sms.sent) == 1


def test_the_hourly_budget_is_kept_and_the_rest_waits(parts: Parts, sms: FakeSms) -> None:
    change(Practice, 1, sms_per_hour=1)
    booked(parts, texts=True)
    other = {"email": "kim@example.org", "phone": "+12125550124"}
    booked(parts, texts=True, guest=other, starts_at=MONDAY_9AM + HOUR / 2)

    sweep(parts, DUE + HOUR / 2)
    assert len(sms.sent) == 1
    sweep(parts, DUE + HOUR)
    assert len(sms.sent) == 1
    sweep(parts, DUE + 2 * HOUR)

    assert sorted(text.to for text in sms.sent) == [SAM, "+12125550124"]


def test_a_channel_that_is_off_drops_its_messages(parts: Parts) -> None:
    booked(parts, texts=True)

    sweep(replace(parts, sms=None), DUE)

    assert states(REMINDER, SMS) == [("dropped", "channel_off")]


def test_c9_a_day_before_is_24_hours_that_really_pass(parts: Parts, sms: FakeSms) -> None:
    # The clocks in New York go forward on Sunday 2030-03-10: the text comes at 8 by the wall.
    monday = datetime(2030, 3, 11, 14, 0, tzinfo=UTC)
    booked(parts, texts=True, starts_at=monday)

    assert the(REMINDER, SMS).due_at == datetime(2030, 3, 10, 14, 0, tzinfo=UTC)


def test_c10_a_reminder_held_up_overnight_waits_for_a_decent_hour(
    parts: Parts, sms: FakeSms
) -> None:
    # In Los Angeles the session is at 1 PM, so its text is due at 1 PM the day before.
    west = {"time_zone": "America/Los_Angeles"}
    booked(parts, texts=True, starts_at=MONDAY_9AM + 7 * HOUR, guest=west)
    three_at_night = datetime(2030, 3, 4, 11, 0, tzinfo=UTC)
    nine = datetime(2030, 3, 4, 17, 0, tzinfo=UTC)

    sweep(parts, three_at_night)
    assert sms.sent == []
    assert the(REMINDER, SMS).due_at == nine
    sweep(parts, nine)

    assert len(sms.sent) == 1


def test_c10_a_reminder_that_could_only_come_too_late_is_dropped(
    parts: Parts, sms: FakeSms
) -> None:
    booked(parts, texts=True)
    three_at_night = datetime(2030, 3, 4, 8, 0, tzinfo=UTC)

    sweep(parts, three_at_night)

    assert states(REMINDER, SMS) == [("dropped", "quiet_hours")]
    assert states(REMINDER) == [("dropped", "quiet_hours")]


def twice_on_monday(parts: Parts) -> tuple[int, int]:
    one = booked(parts, texts=True, session_type="intake")
    two = booked(parts, texts=True, starts_at=MONDAY_9AM + 5 * HOUR)
    return one.participant_id, two.participant_id


def test_two_sessions_in_a_day_make_one_text(parts: Parts, sms: FakeSms) -> None:
    twice_on_monday(parts)

    sweep(parts, DUE)
    sweep(parts, DUE + 5 * HOUR)

    assert len(sms.sent) == 1
    assert "Mon Mar 4, 9:00 AM and 2:00 PM New York time" in sms.sent[0].body
    assert states(REMINDER, SMS) == [("sent", ""), ("dropped", "together")]


def test_a_cancelled_session_is_not_in_the_text_of_the_other(parts: Parts, sms: FakeSms) -> None:
    _, second = twice_on_monday(parts)
    sms.fail_next(ProviderUnavailable("down"))
    sweep(parts, DUE)
    cancel(second, accept_late=True, reason="", parts=parts, now=DUE + MINUTE)

    sweep(parts, DUE + 2 * MINUTE)

    assert len(sms.sent) == 1
    assert "2:00 PM" not in sms.sent[0].body


def test_the_second_session_still_gets_its_text_when_the_first_is_cancelled(
    parts: Parts, sms: FakeSms
) -> None:
    first, _ = twice_on_monday(parts)
    sms.fail_next(ProviderUnavailable("down"))
    sweep(parts, DUE)
    cancel(first, accept_late=True, reason="", parts=parts, now=DUE + MINUTE)

    sweep(parts, DUE + 5 * HOUR)

    assert len(sms.sent) == 1
    assert "9:00 AM" not in sms.sent[0].body
    assert "2:00 PM" in sms.sent[0].body


def test_people_who_share_a_number_are_texted_each(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    booked(parts, texts=True, starts_at=MONDAY_9AM + HOUR, guest={"email": "kim@example.org"})

    sweep(parts, DUE + HOUR)

    assert len(sms.sent) == 2


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


def test_somebody_who_left_is_not_reminded(parts: Parts, sms: FakeSms) -> None:
    made = booked(parts, texts=True)
    change(Participant, made.participant_id, status="left")

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "left")]
