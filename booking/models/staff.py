"""How therapists come in: a mailed link used once, then a session kept on our side."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Key, RandomId
from booking.models.people import Therapist


class SignInLink(Base):
    """A link that signs one therapist in, once, within minutes."""

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    therapist: Mapped[Therapist] = relationship()


class StaffSession(Base):
    """One browser signed in. The cookie holds a random key; the table holds its hash."""

    __tablename__ = "staff_session"

    id: Mapped[Key]
    key_hash: Mapped[str] = mapped_column(unique=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    therapist: Mapped[Therapist] = relationship()
