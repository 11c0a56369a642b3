"""The practice: one row, since one deployment is one practice."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Base, Key


class Practice(Base):
    """What holds for every therapist, unless a session type says otherwise.

    `name` stands on our own pages. `outside_name` is all that mails, texts and calendars
    ever say, since a name can tell what the appointment is about.
    """

    __tablename__ = "practice"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Key]
    name: Mapped[str]
    outside_name: Mapped[str]
    time_zone: Mapped[str]
    phone: Mapped[str]
    desk_hours: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="US")
    # Whose public holidays it keeps: a region of its country, or empty for the whole country's.
    holidays_region: Mapped[str | None]
    sees_abroad: Mapped[bool] = mapped_column(default=False)
    # A client may cancel or move without cost up to so many hours before the start.
    cancel_hours: Mapped[int] = mapped_column(default=24)
    move_hours: Mapped[int] = mapped_column(default=24)
    late_fee_cents: Mapped[int] = mapped_column(default=0)
    # Reminders: elapsed hours before the start; empty for none.
    email_reminder_hours: Mapped[int | None] = mapped_column(default=48)
    sms_reminder_hours: Mapped[int | None] = mapped_column(default=24)
    # A request is answered within so many hours, or it expires and the time is free again.
    request_hours: Mapped[int] = mapped_column(default=48)
    # Standing times that were offered, and a series whose agreement is not accepted yet, are
    # held for so many hours.
    offer_hours: Mapped[int] = mapped_column(default=48)
    agreement_hours: Mapped[int] = mapped_column(default=72)
    # A time that came free is held for whoever waits for it, one after the other, for so many.
    wait_hours: Mapped[int] = mapped_column(default=12)
    # A standing hour keeps its time of day on the therapist's clock, or on the client's.
    anchored_to_client: Mapped[bool] = mapped_column(default=False)
    room_opens_minutes: Mapped[int] = mapped_column(default=10)
    # Staff are signed out after so long without a page.
    staff_idle_minutes: Mapped[int] = mapped_column(default=15)
    sms_needs_proof: Mapped[bool] = mapped_column(default=True)
    sms_per_hour: Mapped[int] = mapped_column(default=200)
    # Raised by every change to what the directory shows, so that processes know to re-read.
    directory_version: Mapped[int] = mapped_column(default=1)
