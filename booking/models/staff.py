"""Who works here, with what they prove it, and where they are signed in."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Base, Key, RandomId
from booking.models.people import Therapist


class StaffAccount(Base):
    """Somebody who works here. `therapist_id` makes them a therapist, the flags the rest.

    `totp_step` is the last step of the clock whose code was taken: none is taken twice.
    `user_handle` is what a passkey knows of them.
    """

    __tablename__ = "staff_account"

    id: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"), unique=True)
    is_desk: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    user_handle: Mapped[RandomId]
    created_at: Mapped[datetime]

    therapist: Mapped[Therapist | None] = relationship()
    passkeys: Mapped[list["Passkey"]] = relationship(
        back_populates="account", order_by="Passkey.id"
    )


class RecoveryCode(Base):
    """One of ten codes to come in with once, without the app; kept as a keyed hash."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a device holds for one account, under the name they gave it."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship(back_populates="passkeys")


class PasskeyChallenge(Base):
    """What a device is asked to sign, once and soon; `account_id` where we know whose it is."""

    __tablename__ = "passkey_challenge"

    id: Mapped[Key]
    challenge_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SignInTry(Base):
    """One try to prove who one is, counted for what was tried, whoever tries it."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_what_at", "what", "at"),)

    id: Mapped[Key]
    what: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class SignInLink(Base):
    """A mailed link of one account, used once: the way to one's first sign-in, or back in.

    An invitation works for days; a link somebody asked for themselves, for minutes.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    is_invitation: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship()


class StaffSession(Base):
    """One browser signed in. The cookie holds a random key; the table holds its hash.

    `browser` says in two words what it is. `proved_at` is when a second factor was last
    shown; without one nothing can be reached but the page to set one up. `for_therapist_id`
    is whose diary a front desk or an admin has open.
    """

    __tablename__ = "staff_session"
    id: Mapped[Key]
    key_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    for_therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    browser: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship()
