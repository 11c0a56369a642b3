"""Who waits for a time, what for, and what was offered to them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.lifecycle import Kind, Modality
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus, Window
from booking.models.appointments import Appointment
from booking.models.availability import SessionType
from booking.models.base import Base, Key, RandomId
from booking.models.people import Person, Therapist
from booking.models.series import Series

_OPEN = text("status = 'open'")


class Waiting(Base):
    """One person who waits for a time with any of some therapists: once, or every few weeks.

    Nothing is held for anybody whose address is not proved. `joined_at` is their place in the
    line. The answers are those of a booking, to be kept with what comes of it; `every_weeks`
    is 0 for a single session. `silences` counts the offers let pass since they last answered.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("every_weeks BETWEEN 0 AND 4", name="every_weeks"),
        Index("ix_waiting_status_joined_at", "status", "joined_at"),
    )

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[WaitingStatus] = mapped_column(default=WaitingStatus.WAITING)
    kind: Mapped[Kind]
    modality: Mapped[Modality]
    every_weeks: Mapped[int]
    # The first session is on one of these days, on the client's own calendar.
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    phone: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    need: Mapped[str | None]
    payment: Mapped[str | None]
    language: Mapped[str | None]
    joined_at: Mapped[datetime]
    silences: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()
    therapists: Mapped[list["WaitingTherapist"]] = relationship(
        back_populates="waiting",
        order_by="WaitingTherapist.therapist_id",
        cascade="all, delete-orphan",
    )
    windows: Mapped[list["WaitingWindow"]] = relationship(
        order_by="WaitingWindow.id", cascade="all, delete-orphan"
    )
    offers: Mapped[list["WaitingOffer"]] = relationship(
        back_populates="waiting", order_by="WaitingOffer.id"
    )

    @property
    def open_offer(self) -> "WaitingOffer | None":
        found = (each for each in self.offers if each.status is WaitingOfferStatus.OPEN)
        return next(found, None)


class WaitingTherapist(Base):
    """One of those somebody waits for.

    `looked_version` is the therapist's `diary_version` when it was last seen that nothing open
    there is left to offer to this person, and `looked_at` when that was.
    """

    __tablename__ = "waiting_therapist"

    waiting_id: Mapped[int] = mapped_column(ForeignKey("waiting.id"), primary_key=True)
    therapist_id: Mapped[int] = mapped_column(
        ForeignKey("therapist.id"), primary_key=True, index=True
    )
    looked_version: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None]

    waiting: Mapped[Waiting] = relationship(back_populates="therapists")
    therapist: Mapped[Therapist] = relationship()


class WaitingWindow(Base):
    """When somebody could come: a stretch of one weekday, on their own clock."""

    __tablename__ = "waiting_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= from_minute AND from_minute < until_minute", name="in_order"),
        CheckConstraint("until_minute <= 1440", name="within_the_day"),
    )

    id: Mapped[Key]
    waiting_id: Mapped[int] = mapped_column(ForeignKey("waiting.id"), index=True)
    weekday: Mapped[int]
    from_minute: Mapped[int]
    until_minute: Mapped[int]

    @property
    def window(self) -> Window:
        return Window(self.weekday, self.from_minute, self.until_minute)


class WaitingOffer(Base):
    """One time held out to one person until `expires_at`: an appointment, or a whole series.

    A person is offered one time at a time, and it is the database that says so. `link_id` and
    `link_version` are what the link to it is signed over.
    """

    __tablename__ = "waiting_offer"
    __table_args__ = (
        CheckConstraint("(appointment_id IS NULL) <> (series_id IS NULL)", name="is_of_one"),
        Index(
            "uq_waiting_offer_one_open",
            "waiting_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_waiting_offer_waiting_id", "waiting_id"),
        Index("ix_waiting_offer_status_expires_at", "status", "expires_at"),
    )

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    waiting_id: Mapped[int] = mapped_column(ForeignKey("waiting.id"))
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    session_type_id: Mapped[int] = mapped_column(ForeignKey("session_type.id"))
    status: Mapped[WaitingOfferStatus] = mapped_column(default=WaitingOfferStatus.OPEN)
    starts_at: Mapped[datetime]
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    # The therapist's `diary_version` when it was last seen that the time can be had.
    looked_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    told_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    waiting: Mapped[Waiting] = relationship(back_populates="offers")
    therapist: Mapped[Therapist] = relationship()
    session_type: Mapped[SessionType] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    series: Mapped[Series | None] = relationship()
