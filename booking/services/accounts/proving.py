"""Coming in with a password and a code, and showing once more who one is."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.domain.contact import email_key
from booking.errors import NotProved
from booking.models import StaffAccount
from booking.queries.staff import given_parts
from booking.services.accounts.codes import use_code
from booking.services.accounts.sessions import Came, another_key, begin
from booking.services.accounts.tries import count_try, take_back
from booking.services.audit import VISITOR, record, staff
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work

NOBODY = 0


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed to come in; the code is of the app or a recovery code."""

    address: str
    password: str = field(repr=False)
    code: str = field(repr=False)


def sign_in(entered: Entered, came: Came, *, parts: Parts, now: datetime) -> str:
    """Begin a session and return its key; raise `NotProved` or `TooManyTries`.

    For an address that is nobody's here the same is done, at the same cost, and the same is
    answered; nor does anything tell which of the three was not right.
    """
    key = _key(entered.address)
    try_id, account_id, kept = unit_of_work(lambda session: _look(session, key, parts, now))
    holds = parts.passwords.holds(kept, entered.password)
    code = entered.code if holds else ""
    signed_in = unit_of_work(
        lambda session: _come_in(session, account_id, code, came, parts=parts, now=now)
    )
    if signed_in is None:
        raise NotProved
    unit_of_work(lambda session: take_back(session, try_id))
    return signed_in


def prove(session_id: int, account_id: int, code: str, *, parts: Parts, now: datetime) -> str:
    """Take a code of somebody who is signed in, and return another key for their browser.

    Raises `NotProved` or `TooManyTries`.
    """
    what = f"account {account_id}"
    try_id = unit_of_work(lambda session: count_try(session, what, now=now))

    def work(session: Session) -> str:
        account = lock(session, account_id)
        if not use_code(session, account, code, sealer=parts.sealer, now=now):
            raise NotProved
        take_back(session, try_id)
        record(session, "proved", ("account", account_id), actor=staff(account_id), now=now)
        return another_key(session, session_id, now=now)

    return unit_of_work(work)


def lock(session: Session, account_id: int) -> StaffAccount:
    """Return the account, locked: what it proves itself with changes one at a time."""
    query = select(StaffAccount).filter_by(id=account_id).with_for_update()
    return session.scalars(query).one()


def _key(address: str) -> str:
    try:
        return email_key(address)
    except ValueError:
        return ""


def _look(session: Session, key: str, parts: Parts, now: datetime) -> tuple[int, int, str | None]:
    try_id = count_try(session, parts.sealer.mark(f"sign-in {key}"), now=now)
    # The therapist in the same statement: another would tell of somebody here by its time.
    query = select(StaffAccount).options(joinedload(StaffAccount.therapist))
    account = session.scalars(query.filter_by(email_key=key)).one_or_none()
    if account is None or not given_parts(account):
        return try_id, NOBODY, None
    return try_id, account.id, account.password_hash


def _come_in(
    session: Session, account_id: int, code: str, came: Came, *, parts: Parts, now: datetime
) -> str | None:
    query = select(StaffAccount).filter_by(id=account_id).with_for_update()
    account = session.scalars(query).one_or_none() or StaffAccount(id=NOBODY)
    if not use_code(session, account, code, sealer=parts.sealer, now=now):
        record(session, "sign-in refused", ("practice", 1), actor=VISITOR, now=now)
        return None
    return begin(session, account.id, came, proved_at=now, now=now)
