"""A government changes its clocks after people have booked, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.messages import Channel, MessageKind, MessageState
from booking.domain.zones import TZDATA_VERSION
from booking.models import Appointment, Claim, Message, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.zone_changes import follow_zone_data
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW

pytestmark = pytest.mark.usefixtures("practice")


def booked_under_older_data(parts: Parts, *, off_by: timedelta, **wish: object) -> int:
    """Book, then let the row look as older zone data, wrong by `off_by`, would have made it."""
    made = book(factories.wish(**wish), key=factories.key(), parts=parts, now=NOW)
    appointment = db.session.get_one(Appointment, made.appointment_id)
    for claim in db.session.scalars(select(Claim).filter_by(appointment_id=appointment.id)).all():
        factories.changed(claim, from_at=claim.from_at + off_by, until_at=claim.until_at + off_by)
    factories.changed(
        appointment,
        tzdata="2019a",
        starts_at=appointment.starts_at + off_by,
        ends_at=appointment.ends_at + off_by,
    )
    for message in db.session.scalars(select(Message)).all():
        factories.changed(message, state=MessageState.SENT, attempts=1)
    return made.appointment_id


def test_b11_an_appointment_keeps_its_time_on_the_wall(parts: Parts) -> None:
    appointment_id = booked_under_older_data(parts, off_by=HOUR)

    followed = follow_zone_data(now=NOW)

    db.session.rollback()
    appointment = db.session.get_one(Appointment, appointment_id)
    assert (followed.moved, appointment.starts_at) == (1, MONDAY_9AM)
    assert [claim.from_at for claim in appointment.claims] == [MONDAY_9AM]
    told = select(Message.kind).where(
        Message.state == MessageState.DUE, Message.kind != MessageKind.REMINDER
    )
    assert set(db.session.scalars(told)) == {MessageKind.MOVED, MessageKind.THERAPIST_MOVED}


def test_a_change_nobody_asked_for_is_texted_too_where_texts_were_wanted(parts: Parts) -> None:
    guest = factories.guest(sms_consent=True)
    booked_under_older_data(parts, off_by=HOUR, guest=guest)

    follow_zone_data(now=NOW)

    db.session.rollback()
    told = select(Message.channel).where(
        Message.state == MessageState.DUE, Message.kind == MessageKind.MOVED
    )
    assert set(db.session.scalars(told)) == {Channel.EMAIL, Channel.SMS}


def test_b11_most_appointments_only_note_the_new_edition(parts: Parts) -> None:
    appointment_id = booked_under_older_data(parts, off_by=timedelta(0))

    first, second = follow_zone_data(now=NOW), follow_zone_data(now=NOW)

    db.session.rollback()
    assert (first.kept, second.kept) == (1, 0)
    assert db.session.get_one(Appointment, appointment_id).tzdata == TZDATA_VERSION
    due = select(Message.id).where(Message.state == MessageState.DUE)
    assert db.session.scalars(due).all() == []


def test_b11_one_that_cannot_follow_stays_and_is_named(parts: Parts) -> None:
    stuck = booked_under_older_data(parts, off_by=HOUR)
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    followed = follow_zone_data(now=NOW)

    db.session.rollback()
    assert followed.clashes == (stuck,)
    kept = db.session.get_one(Appointment, stuck)
    assert (kept.starts_at, len(kept.claims)) == (MONDAY_9AM + HOUR, 1)
