"""Estimates of cost that people were given in writing. Editions never change."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Participant
from booking.models.base import Base, Key, RandomId
from booking.models.series import SeriesMember


class CostEstimate(Base):
    """What somebody was told to expect: a member of a series, or who has one appointment.

    `lines` are the sessions as they were when it was made, by their dates in `time_zone`; see
    `services/estimates`. It was owed by `due_on` at the latest. The newest edition, `number`,
    is the one that is not replaced. `link_id` and `link_version` are what the mailed link is
    signed over.
    """

    __tablename__ = "estimate"
    __table_args__ = (
        UniqueConstraint("member_id", "number"),
        UniqueConstraint("participant_id", "number"),
        CheckConstraint("(member_id IS NULL) <> (participant_id IS NULL)", name="is_for_one"),
    )

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("series_member.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    number: Mapped[int] = mapped_column(default=1)
    why: Mapped[str]
    made_on: Mapped[date]
    due_on: Mapped[date]
    covers_from: Mapped[date]
    covers_until: Mapped[date]
    time_zone: Mapped[str]
    lines: Mapped[dict[str, object]]
    total_cents: Mapped[int]
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    member: Mapped[SeriesMember | None] = relationship()
    participant: Mapped[Participant | None] = relationship()
