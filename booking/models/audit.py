"""Who did what to which record, and when. Rows are added and never changed."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from booking.models.base import Base, Key


class AuditEntry(Base):
    """One act or one view. Ids only: never a name, an address or what was written.

    `account_id` is who had their hands on it, where somebody was signed in: `actor` says for
    whom, and a front desk acts for a therapist.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_subject_id", "subject", "subject_id"),)

    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[int | None]
    account_id: Mapped[int | None]
    act: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int]
    detail: Mapped[dict[str, object]]
