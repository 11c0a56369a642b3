"""Texts that come in: STOP, START, HELP, and everything else."""

import pytest
from sqlalchemy import select

from booking.adapters.sms.fake import FakeSms
from booking.domain.messages import Channel, MessageKind
from booking.domain.neutral import telling
from booking.models import AuditEntry, InboundText, PhoneStop, SmsConsent, db
from booking.services.messages import inbound
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.support.owed import DAY, booked, states, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM = "+12125550123"


def sid(number: int) -> str:
    return f"SM{number:032x}"


def is_stopped(phone: str = SAM) -> bool:
    db.session.rollback()
    stop = db.session.get(PhoneStop, phone)
    return stop is not None and stop.started_at is None


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop ", "Stop.", "please stop texting me"])
def test_h1_stop_is_honoured_however_it_is_said(parts: Parts, body: str) -> None:
    booked(parts, texts=True)

    said = inbound(sid(1), phone=SAM, body=body, now=NOW)

    assert is_stopped()
    consent = db.session.scalars(select(SmsConsent)).one()
    assert (consent.revoked_at, consent.revoked_how) == (NOW, "text")
    assert said is not None
    assert said.startswith("Alder Street: you will get no more texts")


def test_h1_please_cancel_is_not_a_stop(parts: Parts) -> None:
    booked(parts, texts=True)

    said = inbound(sid(1), phone=SAM, body="Please cancel", now=NOW)

    assert not is_stopped()
    assert said is not None
    assert "no one reads texts here" in said
    assert "988" in said


def test_h3_start_gives_the_consent_back(parts: Parts, sms: FakeSms) -> None:
    booked(parts, texts=True)
    inbound(sid(1), phone=SAM, body="STOP", now=NOW)
    inbound(sid(2), phone=SAM, body="stop", now=NOW + MINUTE)

    inbound(sid(3), phone=SAM, body="UNSTOP", now=NOW + HOUR)
    sweep(parts, MONDAY_9AM - DAY)

    assert not is_stopped()
    assert [text.to for text in sms.sent] == [SAM]
    consents = db.session.scalars(select(SmsConsent).order_by(SmsConsent.id)).all()
    assert [(c.method, c.revoked_at) for c in consents] == [("form", NOW), ("text", None)]
    assert consents[0].wording_version == consents[1].wording_version


def test_start_gives_no_consent_that_was_never_given(parts: Parts, sms: FakeSms) -> None:
    booked(parts)

    inbound(sid(1), phone=SAM, body="START", now=NOW)
    sweep(parts, MONDAY_9AM - DAY)

    assert sms.sent == []
    assert db.session.scalars(select(SmsConsent)).all() == []


def test_start_does_not_give_back_what_staff_or_the_page_took(parts: Parts) -> None:
    booked(parts, texts=True)
    inbound(sid(1), phone=SAM, body="STOP", now=NOW)
    inbound(sid(2), phone=SAM, body="START", now=NOW + MINUTE)
    inbound(sid(3), phone=SAM, body="START", now=NOW + 2 * MINUTE)

    consents = db.session.scalars(select(SmsConsent).filter_by(revoked_at=None)).all()
    assert len(consents) == 1


def test_h6_the_same_text_twice_has_one_effect(parts: Parts) -> None:
    booked(parts, texts=True)
    inbound(sid(1), phone=SAM, body="STOP", now=NOW)
    inbound(sid(2), phone=SAM, body="START", now=NOW + MINUTE)

    again = inbound(sid(1), phone=SAM, body="STOP", now=NOW + HOUR)

    assert again is None
    assert not is_stopped()


@pytest.mark.parametrize("body", ["HELP", "STOP", "START", "hello?"])
def test_no_answer_tells_whether_a_number_is_known(parts: Parts, body: str) -> None:
    booked(parts, texts=True)

    known = inbound(sid(1), phone=SAM, body=body, now=NOW)
    unknown = inbound(sid(2), phone="+12125550199", body=body, now=NOW)

    assert known == unknown
    assert known is not None
    assert telling(known) == []


def test_help_says_who_we_are_and_whom_to_call() -> None:
    said = inbound(sid(1), phone=SAM, body="help", now=NOW)

    assert said == ("Alder Street: texts about appointments. Call 602-555-0142. Reply STOP to end.")


def test_two_machines_that_answer_each_other_come_to_an_end() -> None:
    replies = [
        inbound(sid(number), phone=SAM, body="I am away", now=NOW + number * MINUTE)
        for number in range(20)
    ]

    assert len([each for each in replies if each]) == 1


def test_a_number_that_said_stop_is_answered_no_more() -> None:
    inbound(sid(1), phone=SAM, body="STOP", now=NOW)

    assert inbound(sid(2), phone=SAM, body="and by the way", now=NOW) is None


def test_what_was_written_is_not_kept(parts: Parts) -> None:
    booked(parts, texts=True)
    inbound(sid(1), phone=SAM, body="my secret", now=NOW)

    kept = db.session.scalars(select(InboundText)).one()
    assert "secret" not in repr(vars(kept))
    details = [entry.detail for entry in db.session.scalars(select(AuditEntry))]
    assert "secret" not in repr(details)


def test_h9_a_stop_mails_nobody(parts: Parts) -> None:
    booked(parts, texts=True)
    before = states(MessageKind.CANCELLED) + states(MessageKind.THERAPIST_CANCELLED)

    inbound(sid(1), phone=SAM, body="STOP", now=NOW)

    after = states(MessageKind.CANCELLED) + states(MessageKind.THERAPIST_CANCELLED)
    assert after == before == []
    assert states(MessageKind.REMINDER, Channel.SMS) == [("due", "")]
