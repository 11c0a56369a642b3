"""Rooms kept open at a video provider."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.base import Base, Key


class VideoRoom(Base):
    """The room of one appointment, under the name its vendor knows it by."""

    __tablename__ = "video_room"

    id: Mapped[Key]
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), unique=True)
    vendor: Mapped[str]
    ref: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
