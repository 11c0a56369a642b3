"""Messages owed to people. The row is the job; the broker only makes haste."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.messages import Channel, MessageKind, MessageState
from booking.models.appointments import Appointment, Participant
from booking.models.base import Base, Key, RandomId
from booking.models.people import Person, Therapist
from booking.models.series import Series, SeriesMember
from booking.models.waiting import Waiting

_OPEN = text("state IN ('due', 'sending')")


class Message(Base):
    """One mail or text, to be sent at or after `due_at` and not at or after `stale_at`.

    Written in the transaction that made it owed. `version` is the appointment's, or the
    series', at that moment: if it has moved on when the turn comes, the message is dropped.
    `rendered` holds the bytes as they were at the first claim, so that a repeat is the same
    to the letter.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("due_at < stale_at", name="in_order"),
        CheckConstraint(
            "participant_id IS NOT NULL OR therapist_id IS NOT NULL OR address IS NOT NULL "
            "OR member_id IS NOT NULL OR waiting_id IS NOT NULL",
            name="has_a_recipient",
        ),
        Index("ix_message_due_at", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index("ix_message_appointment_id", "appointment_id"),
        Index("ix_message_series_id", "series_id"),
        Index("ix_message_address", "address"),
    )

    id: Mapped[Key]
    public_id: Mapped[RandomId]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    action: Mapped[str]
    kind: Mapped[MessageKind]
    channel: Mapped[Channel]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    # For those who are not known yet: a link asked for by an address somebody typed.
    address: Mapped[str | None]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("series_member.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    # For somebody who waits for a time, and takes part in nothing yet.
    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("waiting.id"), index=True)
    version: Mapped[int | None]
    facts: Mapped[dict[str, object]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    stale_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(default=MessageState.DUE)
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sequence: Mapped[int | None]
    rendered: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_to: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    participant: Mapped[Participant | None] = relationship()
    person: Mapped[Person | None] = relationship()
    therapist: Mapped[Therapist | None] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    member: Mapped[SeriesMember | None] = relationship()
    series: Mapped[Series | None] = relationship()
    waiting: Mapped[Waiting | None] = relationship()


class SendAttempt(Base):
    """One handing-over of a text. Its `token` is in the status URL given to the vendor, so
    a callback finds its way back even if we died before reading the answer."""

    __tablename__ = "send_attempt"

    id: Mapped[Key]
    token: Mapped[RandomId]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime]
    vendor: Mapped[str]
    reference: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="")
    error_code: Mapped[str] = mapped_column(default="")


class InboundText(Base):
    """A text that came in: once per vendor reference. What it said is not kept."""

    __tablename__ = "inbound_text"

    reference: Mapped[str] = mapped_column(primary_key=True)
    phone: Mapped[str]
    word: Mapped[str]
    received_at: Mapped[datetime]
