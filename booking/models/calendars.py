"""Calendars we offer to others, and calendars elsewhere that say when a therapist is busy."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.feeds import Detail
from booking.domain.outside import CalendarKind
from booking.models.base import Base, Key, RandomId, TherapistKey
from booking.models.people import Person, Therapist


class CalendarFeed(Base):
    """A calendar that a program reads by a secret address: a therapist's or one person's.

    `link_id` is what the address is signed over: another one ends the address there was.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        UniqueConstraint("therapist_id", "detail"),
        CheckConstraint("(therapist_id IS NULL) <> (person_id IS NULL)", name="is_of_one"),
        Index("ix_calendar_feed_person_id", "person_id", unique=True),
    )

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    detail: Mapped[Detail]
    made_at: Mapped[datetime]

    therapist: Mapped[Therapist | None] = relationship()
    person: Mapped[Person | None] = relationship()


class OutsideCalendar(Base):
    """A calendar elsewhere in which a therapist is busy, and how reading it goes.

    `account` is where it is and who reads it, sealed: the address alone may be a key. `host` is
    what people know it by. A reading holds the lease while it asks, and writes only with it.
    """

    __tablename__ = "outside_calendar"
    __table_args__ = (Index("ix_outside_calendar_due_at", "due_at"),)

    id: Mapped[Key]
    public_id: Mapped[RandomId]
    therapist_id: Mapped[TherapistKey]
    kind: Mapped[CalendarKind]
    name: Mapped[str]
    host: Mapped[str]
    account: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    # The last time it could be read, and the last time all of it was.
    read_at: Mapped[datetime | None]
    in_full_at: Mapped[datetime | None]
    mark: Mapped[str] = mapped_column(default="")
    skipped: Mapped[int] = mapped_column(default=0)
    # Why it could not be read, since when, and how often in a row; empty while all is well.
    trouble: Mapped[str] = mapped_column(default="")
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)

    therapist: Mapped[Therapist] = relationship()
