"""Texts: sent to those who said yes and proved who they are, once, at a decent hour."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.neutral import telling
from booking.domain.texts import is_gsm7, segments
from booking.errors import ProviderUnavailable
from booking.models import (
    Participant,
    Practice,
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


def test_somebody_who_left_is_not_reminded(parts: Parts, sms: FakeSms) -> None:
    made = booked(parts, texts=True)
    change(Participant, made.participant_id, status="left")

    sweep(parts, DUE)

    assert states(REMINDER, SMS) == [("dropped", "left")]
