"""What the database says once the dust has settled."""

from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import ColumnElement, func, select, text, true, update

from booking.clock import utcnow
from booking.domain.lifecycle import Status
from booking.domain.messages import Channel, MessageKind, MessageState
from booking.models import (
    Appointment,
    AuditEntry,
    Base,
    Claim,
    IdempotencyKey,
    Message,
    Participant,
    SendAttempt,
    db,
)
from booking.models.dialects import begin_writing

SECOND = timedelta(seconds=1)
HALF_AN_HOUR = timedelta(minutes=30)


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def overlaps() -> int:
    """Return how many pairs of claims on one resource overlap."""
    db.session.rollback()
    query = text(
        "SELECT count(*) FROM claim AS one JOIN claim AS other"
        " ON one.resource_id = other.resource_id AND one.id < other.id"
        " AND one.from_at < other.until_at AND other.from_at < one.until_at"
    )
    return int(db.session.execute(query).scalar_one())


def assert_whole(app: Flask) -> None:
    """Hold every booking to its parts: one transaction wrote them all, or none."""
    with app.app_context():
        db.session.rollback()
        booked = set(db.session.scalars(select(Appointment.id)))
        for query in (
            select(Claim.appointment_id),
            select(Participant.appointment_id),
            select(IdempotencyKey.appointment_id),
            select(AuditEntry.subject_id).where(AuditEntry.act == "booked"),
        ):
            assert Counter(db.session.scalars(query)) == Counter(booked), str(query)
        kinds = (MessageKind.CONFIRMATION, MessageKind.THERAPIST_BOOKED)
        for kind in kinds:
            owed = select(Message.appointment_id).where(
                Message.kind == kind, Message.channel == Channel.EMAIL
            )
            assert Counter(db.session.scalars(owed)) == Counter(booked), kind
        assert overlaps() == 0
        db.session.rollback()


def confirmed(app: Flask) -> int:
    """Return how many appointments stand."""
    with app.app_context():
        db.session.rollback()
        query = select(func.count()).where(Appointment.status == Status.CONFIRMED)
        return db.session.scalars(query).one()


def states(app: Flask, kind: MessageKind, channel: Channel = Channel.EMAIL) -> Counter[str]:
    """Return how many messages of that kind there are in each state."""
    with app.app_context():
        db.session.rollback()
        query = select(Message.state).filter_by(kind=kind, channel=channel)
        return Counter(state.value for state in db.session.scalars(query))


def nothing_due(app: Flask) -> bool:
    """Return whether everything that should have gone out by now has."""
    with app.app_context():
        db.session.rollback()
        open_states = (MessageState.DUE, MessageState.SENDING)
        query = select(func.count()).where(
            Message.state.in_(open_states), Message.due_at <= utcnow()
        )
        return db.session.scalars(query).one() == 0


def text_to(app: Flask, phone: str) -> str:
    """Return how far the one text to that number has come."""
    with app.app_context():
        db.session.rollback()
        query = select(Message.state).filter_by(sent_to=phone, channel=Channel.SMS)
        return db.session.scalars(query).one().value


def let_leases_lapse(app: Flask) -> None:
    """Put what is being sent, and the end of its lease, long behind us, as waiting would."""
    _set(app, Message, Message.state == MessageState.SENDING, lease_until=utcnow() - SECOND)
    _set(app, SendAttempt, true(), started_at=utcnow() - HALF_AN_HOUR)


def bring_forward(app: Flask, kind: MessageKind) -> None:
    """Make every message of that kind due, as waiting for it would."""
    _set(app, Message, Message.kind == kind, due_at=utcnow() - SECOND)


def _set(app: Flask, table: type[Base], condition: ColumnElement[bool], **values: object) -> None:
    with app.app_context():
        session = db.session()
        session.rollback()
        begin_writing(session)
        session.execute(update(table).where(condition).values(values))
        session.commit()
