"""What an account proves itself with: set up, changed, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from booking.adapters import totp
from booking.domain.staffing import check_password, tidy_code
from booking.errors import InvalidInput, Problem
from booking.models import Passkey, RecoveryCode, StaffAccount
from booking.services.accounts.codes import recovery_codes
from booking.services.accounts.proving import lock
from booking.services.accounts.sessions import another_key, end_others
from booking.services.audit import record, staff
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Browser:
    """The session in which somebody changes how they sign in, and whose it is."""

    session_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password, the secret of the app that goes with it, and a code the app shows for it."""

    password: str = field(repr=False)
    secret: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Changed:
    """Another key for the browser, and the recovery codes if there are new ones."""

    key: str = field(repr=False)
    codes: Sequence[str] = field(default=(), repr=False)


def set_password(who: Browser, new: NewPassword, *, parts: Parts, now: datetime) -> Changed:
    """Set a password and the app that goes with it, and make new recovery codes.

    Every other session of the account ends. Raises `InvalidInput`: a password that is too
    short or too common, a code that the app would not show now.
    """

    def look(session: Session) -> tuple[str, str]:
        account = session.get_one(StaffAccount, who.account_id)
        return account.name, account.email

    step = totp.step_of(new.secret, tidy_code(new.code), now=now)
    problems = _problems(new.password, about=unit_of_work(look))
    if step is None:
        problems.append(Problem("code", "wrong_code"))
    if step is None or problems:
        raise InvalidInput(*problems)
    hashed = parts.passwords.hash(new.password)

    def work(session: Session) -> Changed:
        account = lock(session, who.account_id)
        account.password_hash, account.totp_step = hashed, step
        account.totp_secret = parts.sealer.seal(new.secret)
        return changed(session, who, "password set", parts=parts, now=now, with_codes=True)

    return unit_of_work(work)


def drop_password(who: Browser, *, parts: Parts, now: datetime) -> Changed:
    """Take password and app away; raise `InvalidInput` if nothing else would be left."""

    def work(session: Session) -> Changed:
        account = lock(session, who.account_id)
        if not account.passkeys:
            raise InvalidInput(Problem("password", "last_one"))
        account.password_hash, account.totp_secret = None, None
        return changed(session, who, "password dropped", parts=parts, now=now)

    return unit_of_work(work)


def new_codes(who: Browser, *, parts: Parts, now: datetime) -> Changed:
    """Make new recovery codes; the old ones end."""

    def work(session: Session) -> Changed:
        lock(session, who.account_id)
        return changed(session, who, "codes made", parts=parts, now=now, with_codes=True)

    return unit_of_work(work)


def changed(
    session: Session,
    who: Browser,
    act: str,
    *,
    parts: Parts,
    now: datetime,
    with_codes: bool = False,
) -> Changed:
    """Settle what follows from any such change: other browsers go out, this one's key is new."""
    end_others(session, who.account_id, keep=who.session_id, now=now)
    actor = staff(who.account_id)
    record(session, act, ("account", who.account_id), actor=actor, now=now)
    codes: Sequence[str] = ()
    if with_codes:
        codes = recovery_codes(session, who.account_id, sealer=parts.sealer, now=now)
    return Changed(another_key(session, who.session_id, now=now), codes)


def forget_all(session: Session, account: StaffAccount) -> None:
    """Take away all an account proves itself with, within a transaction that is open."""
    for table in (RecoveryCode, Passkey):
        session.execute(delete(table).where(table.account_id == account.id))
    this = update(StaffAccount).where(StaffAccount.id == account.id)
    session.execute(this.values(password_hash=None, totp_secret=None))


def _problems(password: str, *, about: Sequence[str]) -> list[Problem]:
    try:
        check_password(password, about=about)
    except ValueError as error:
        return [Problem("password", str(error))]
    return []
