"""When a therapist can be booked, and for what."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.models.base import Base, Key, TherapistKey
from booking.models.people import Therapist


class SessionType(Base):
    """What may be booked with one therapist: kind, length, grid, buffers, price, policy.

    Hours, where empty, are the practice's own.
    """

    __tablename__ = "session_type"
    __table_args__ = (
        UniqueConstraint("therapist_id", "slug"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
        CheckConstraint("step BETWEEN 5 AND 480", name="step"),
        CheckConstraint("buffer_before BETWEEN 0 AND 240", name="buffer_before"),
        CheckConstraint("buffer_after BETWEEN 0 AND 240", name="buffer_after"),
        CheckConstraint("seats BETWEEN 1 AND 30", name="seats"),
    )

    id: Mapped[Key]
    therapist_id: Mapped[TherapistKey]
    slug: Mapped[str]
    kind: Mapped[Kind]
    name: Mapped[str]
    minutes: Mapped[int]
    step: Mapped[int] = mapped_column(default=30)
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    notice_hours: Mapped[int] = mapped_column(default=12)
    horizon_days: Mapped[int] = mapped_column(default=60)
    price_cents: Mapped[int] = mapped_column(default=0)
    modalities: Mapped[list[str]]
    open_to_new: Mapped[bool] = mapped_column(default=True)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    # Whether clients may book it as a standing hour, and how many may come to one.
    allows_series: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int] = mapped_column(default=1)
    cancel_hours: Mapped[int | None]
    move_hours: Mapped[int | None]
    late_fee_cents: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)

    therapist: Mapped[Therapist] = relationship()


class WeeklyRule(Base):
    """Open hours on one weekday, by the clock on the therapist's wall."""

    __tablename__ = "weekly_rule"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= from_minute AND from_minute < until_minute", name="in_order"),
        CheckConstraint("until_minute <= 1440", name="within_the_day"),
        CheckConstraint("every_weeks = 1 OR anchor IS NOT NULL", name="anchored"),
    )

    id: Mapped[Key]
    therapist_id: Mapped[TherapistKey]
    weekday: Mapped[int]
    from_minute: Mapped[int]
    until_minute: Mapped[int]
    every_weeks: Mapped[int] = mapped_column(default=1)
    anchor: Mapped[date | None]


class DayOverride(Base):
    """One date that differs, in the therapist's own calendar. No minutes: away all day."""

    __tablename__ = "day_override"

    id: Mapped[Key]
    therapist_id: Mapped[TherapistKey]
    day: Mapped[date]
    from_minute: Mapped[int | None]
    until_minute: Mapped[int | None]


class TimeOff(Base):
    """A stretch in which nothing is offered, whatever the hours say."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="in_order"),
        Index("ix_time_off_therapist_id_until_at", "therapist_id", "until_at"),
    )

    id: Mapped[Key]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]


class Closure(Base):
    """A stretch in which the whole practice is closed."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("from_at < until_at", name="in_order"),)

    id: Mapped[Key]
    name: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def span(self) -> Interval:
        return Interval(self.from_at, self.until_at)


class OutsideBusy(Base):
    """Busy time read from a calendar elsewhere. It holds back offers and is never a claim."""

    __tablename__ = "outside_busy"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="in_order"),
        Index("ix_outside_busy_therapist_id_until_at", "therapist_id", "until_at"),
    )

    id: Mapped[Key]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    calendar_id: Mapped[int] = mapped_column(ForeignKey("outside_calendar.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]


class NextOpenings(Base):
    """A kept summary for the directory: the next openings of one session type.

    `starts` holds minutes as `domain/minutes.py` numbers them. It is made again whenever
    `diary_version` is behind the therapist's, and never trusted when booking.
    """

    __tablename__ = "next_openings"

    session_type_id: Mapped[int] = mapped_column(ForeignKey("session_type.id"), primary_key=True)
    diary_version: Mapped[int]
    computed_at: Mapped[datetime]
    starts: Mapped[list[int]]
