"""Appointments, who takes part in them, and the time they hold."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind, Modality, Status, check_move
from booking.domain.participants import ParticipantStatus, Role
from booking.models.availability import SessionType
from booking.models.base import Base, Key, RandomId, WallTime
from booking.models.people import Person, Therapist
from booking.models.series import SeriesMember, SeriesPart

ONE_AT_A_TIME = "ex_claim_one_at_a_time"
ONE_SEAT_EACH = "uq_participant_appointment_id_seat"
ONE_PER_KEY = "uq_idempotency_key_route_key"
ONE_PER_DATE = "uq_appointment_series_part_id_occurrence"


class Resource(Base):
    """Whatever can be in one place at a time: a therapist, a verified client, a room."""

    __tablename__ = "resource"

    id: Mapped[Key]
    kind: Mapped[str]


class Claim(Base):
    """Time held on a resource: a row exactly while it is held.

    Two claims on one resource never overlap, and it is the database that says so: see
    `dialects.GUARD`. A therapist's claim includes the buffers as they were when booked.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="in_order"),
        Index("ix_claim_resource_id_from_at", "resource_id", "from_at"),
        Index("ix_claim_appointment_id", "appointment_id"),
    )

    id: Mapped[Key]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]


class Appointment(Base):
    """One agreed meeting, or the time held for one while a form is filled in.

    Besides the instant it keeps what a clock was to show (`wall_starts`) and by which edition
    of the zone data the one was made from the other. The clock is the therapist's, or that of
    the rule for a date of a series (`time_zone`).
    Policy and price are kept as they were when booked. `version` rises with every change
    of time or status, so that nothing planned for an older version is ever sent.

    One of a series stands for a date of its rule (`occurrence`), also when it was moved away
    from it or cancelled.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="in_order"),
        CheckConstraint("status <> 'held' OR expires_at IS NOT NULL", name="holds_expire"),
        UniqueConstraint("series_part_id", "occurrence", name=ONE_PER_DATE),
        Index("ix_appointment_therapist_id_starts_at", "therapist_id", "starts_at"),
        Index("ix_appointment_status_expires_at", "status", "expires_at"),
    )

    id: Mapped[Key]
    hold_id: Mapped[RandomId]
    uid: Mapped[str] = mapped_column(unique=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    session_type_id: Mapped[int] = mapped_column(ForeignKey("session_type.id"))
    kind: Mapped[Kind]
    modality: Mapped[Modality]
    status: Mapped[Status]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_starts: Mapped[datetime] = mapped_column(WallTime())
    time_zone: Mapped[str]
    tzdata: Mapped[str]
    buffer_before: Mapped[int]
    buffer_after: Mapped[int]
    price_cents: Mapped[int]
    cancel_hours: Mapped[int]
    move_hours: Mapped[int]
    late_fee_cents: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    therapist_sequence: Mapped[int] = mapped_column(default=-1)
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    # What was typed so far, sealed; kept with a hold and erased with it.
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    late: Mapped[bool] = mapped_column(default=False)
    fee_cents: Mapped[int] = mapped_column(default=0)
    fee_waived_at: Mapped[datetime | None]
    # The therapist cannot keep this time: until another is chosen, moving it is never too late.
    asked_to_move_at: Mapped[datetime | None]
    series_part_id: Mapped[int | None] = mapped_column(ForeignKey("series_part.id"))
    occurrence: Mapped[date | None]

    therapist: Mapped[Therapist] = relationship()
    session_type: Mapped[SessionType] = relationship()
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="appointment", order_by="Participant.id"
    )
    claims: Mapped[list[Claim]] = relationship(cascade="all, delete-orphan")
    series_part: Mapped[SeriesPart | None] = relationship()

    @property
    def session(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    def become(self, status: Status) -> None:
        """Change status; raise `IllegalTransition` if the lifecycle forbids it."""
        check_move(self.status, status)
        self.status = status
        self.version += 1


class Participant(Base):
    """One person in one appointment, with their own links, answers and messages.

    `link_id` and `link_version` are what every link mailed to this person is signed over;
    raising the version ends them all. `calendar_sequence` is the last SEQUENCE their
    calendar was sent, -1 before the first.
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("appointment_id", "seat", name=ONE_SEAT_EACH),
        Index("ix_participant_person_id", "person_id"),
    )

    id: Mapped[Key]
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Of a date of a series: who they are in it.
    member_id: Mapped[int | None] = mapped_column(ForeignKey("series_member.id"), index=True)
    role: Mapped[Role] = mapped_column(default=Role.CLIENT)
    status: Mapped[ParticipantStatus] = mapped_column(default=ParticipantStatus.ATTENDING)
    # A number of its own for each who comes; none for who only books or pays, or has left.
    seat: Mapped[int | None] = mapped_column(default=1)
    # Whether they may move it or call it off for everybody; others may only leave.
    books: Mapped[bool] = mapped_column(default=True)
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    calendar_sequence: Mapped[int] = mapped_column(default=-1)
    # As answered for this appointment: a state code or a country, and choices of facets.
    # The number for this appointment: for a call, and for texts where consent was given.
    phone: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    need: Mapped[str | None]
    payment: Mapped[str | None]
    language: Mapped[str | None]
    access_needs: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_seen_at: Mapped[datetime | None]

    appointment: Mapped[Appointment] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()
    member: Mapped[SeriesMember | None] = relationship()


class IdempotencyKey(Base):
    """One accepted request, so that the same request again finds what it made."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("route", "key", name=ONE_PER_KEY),)

    id: Mapped[Key]
    route: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[str]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    # Who sent it, where several came to the same: their seat in the one, or in the other.
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("series_member.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)
