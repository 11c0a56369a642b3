"""Passkeys of an account: asked for, made, used to come in, taken away.

What a device is asked to sign is kept here and used up by the answer, before that is looked
at any closer: an answer that somebody saw is worth nothing a second time.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.adapters.passkeys import Answer, Kept, Owner, read
from booking.errors import InvalidInput, NotFound, NotProved, Problem
from booking.models import Passkey, PasskeyChallenge, StaffAccount
from booking.queries.practices import the_practice
from booking.queries.staff import can_prove, given_parts
from booking.services.accounts.factors import Browser, Changed, changed
from booking.services.accounts.proving import lock
from booking.services.accounts.sessions import Came, another_key, begin
from booking.services.audit import record, staff
from booking.services.parts import Parts
from booking.services.rows import add_row
from booking.services.unit_of_work import unit_of_work

CHALLENGE_LIVES = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST_PASSKEYS, LONGEST_NAME = 20, 60


class Asked(StrEnum):
    """What a device was asked for: an answer to one is none to another."""

    TO_COME_IN = "come in"
    TO_PROVE = "prove"
    TO_MAKE = "make"


@dataclass(frozen=True, slots=True)
class _Found:
    passkey_id: int
    account_id: int
    kept: Kept


def ask_to_come_in(*, parts: Parts, now: datetime) -> str:
    """Return, as JSON, what to ask the device of somebody we do not know yet."""
    challenge = unit_of_work(lambda session: _challenge(session, Asked.TO_COME_IN, None, now))
    return parts.passkeys.to_sign(challenge)


def ask_to_prove(account_id: int, *, parts: Parts, now: datetime) -> str:
    """Return, as JSON, what to ask a device of somebody who is signed in."""

    def work(session: Session) -> tuple[bytes, list[bytes]]:
        return _challenge(session, Asked.TO_PROVE, account_id, now), _known(session, account_id)

    challenge, known = unit_of_work(work)
    return parts.passkeys.to_sign(challenge, known=known)


def ask_to_make(account_id: int, *, parts: Parts, now: datetime) -> str:
    """Return, as JSON, what to ask a device that is to make a key for the account."""

    def work(session: Session) -> tuple[bytes, Owner, str, list[bytes]]:
        account = session.get_one(StaffAccount, account_id)
        owner = Owner(account.user_handle, account.email, account.name)
        challenge = _challenge(session, Asked.TO_MAKE, account_id, now)
        return challenge, owner, the_practice(session).outside_name, _known(session, account_id)

    challenge, owner, site, known = unit_of_work(work)
    return parts.passkeys.to_make(challenge, owner, site=site, known=known)


def come_in(text: str, came: Came, *, parts: Parts, now: datetime) -> str:
    """Begin a session of whoever's passkey signed, and return its key; raise `NotProved`."""
    found, count = _look_at(text, Asked.TO_COME_IN, None, parts=parts, now=now)

    def work(session: Session) -> str:
        account = lock(session, found.account_id)
        if not given_parts(account):
            raise NotProved
        _note_use(session, found, count, now)
        return begin(session, account.id, came, proved_at=now, now=now)

    return unit_of_work(work)


def prove(who: Browser, text: str, *, parts: Parts, now: datetime) -> str:
    """Take a passkey of somebody who is signed in, and return another key for their browser."""
    found, count = _look_at(text, Asked.TO_PROVE, who.account_id, parts=parts, now=now)

    def work(session: Session) -> str:
        lock(session, who.account_id)
        _note_use(session, found, count, now)
        about = ("account", who.account_id)
        record(session, "proved", about, actor=staff(who.account_id), now=now)
        return another_key(session, who.session_id, now=now)

    return unit_of_work(work)


def add(who: Browser, text: str, name: str, *, parts: Parts, now: datetime) -> Changed:
    """Keep the passkey a device has made; the first thing somebody sets up brings codes too.

    Raises `NotProved` for an answer that proves nothing, and `InvalidInput` for one passkey
    more than anybody needs.
    """
    answer = _use_up(text, Asked.TO_MAKE, who.account_id, now)
    try:
        kept = parts.passkeys.made(answer)
    except ValueError as error:
        raise NotProved from error

    def work(session: Session) -> Changed:
        account = lock(session, who.account_id)
        if len(account.passkeys) >= MOST_PASSKEYS:
            raise InvalidInput(Problem("name", "too_many"))
        with_codes = not can_prove(account)
        row = {
            "account_id": account.id,
            "credential_id": kept.credential_id,
            "public_key": kept.public_key,
            "sign_count": kept.sign_count,
            "name": name.strip()[:LONGEST_NAME],
            "created_at": now,
        }
        add_row(session, Passkey, row)
        return changed(session, who, "passkey added", parts=parts, now=now, with_codes=with_codes)

    return unit_of_work(work)


def remove(who: Browser, passkey_id: int, *, parts: Parts, now: datetime) -> Changed:
    """Take one passkey away. Raises `InvalidInput` if nothing would be left, and `NotFound`."""

    def work(session: Session) -> Changed:
        account = lock(session, who.account_id)
        if passkey_id not in {each.id for each in account.passkeys}:
            raise NotFound("passkey")
        if len(account.passkeys) == 1 and account.password_hash is None:
            raise InvalidInput(Problem("passkey", "last_one"))
        session.execute(delete(Passkey).where(Passkey.id == passkey_id))
        return changed(session, who, "passkey removed", parts=parts, now=now)

    return unit_of_work(work)


def _challenge(session: Session, asked: Asked, account_id: int | None, now: datetime) -> bytes:
    """Make a challenge, of which the table keeps the hash; those that ran out go."""
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    row = {
        "challenge_hash": hashlib.sha256(challenge).hexdigest(),
        "purpose": asked.value,
        "account_id": account_id,
        "expires_at": now + CHALLENGE_LIVES,
    }
    add_row(session, PasskeyChallenge, row)
    return challenge


def _known(session: Session, account_id: int) -> list[bytes]:
    query = select(Passkey.credential_id).filter_by(account_id=account_id).order_by(Passkey.id)
    return list(session.scalars(query))


def _use_up(text: str, asked: Asked, account_id: int | None, now: datetime) -> Answer:
    """Read the answer and use up the challenge it is to; raise `NotProved` if there is none."""
    try:
        answer = read(text)
    except ValueError as error:
        raise NotProved from error
    this = update(PasskeyChallenge).where(
        PasskeyChallenge.challenge_hash == hashlib.sha256(answer.challenge).hexdigest(),
        PasskeyChallenge.purpose == asked.value,
        PasskeyChallenge.account_id.is_not_distinct_from(account_id),
        PasskeyChallenge.used_at.is_(None),
        PasskeyChallenge.expires_at > now,
    )
    used = this.values(used_at=now).returning(PasskeyChallenge.id)
    if unit_of_work(lambda session: session.execute(used).one_or_none()) is None:
        raise NotProved
    return answer


def _look_at(
    text: str, asked: Asked, account_id: int | None, *, parts: Parts, now: datetime
) -> tuple[_Found, int]:
    """Return whose passkey signed and its new count; raise `NotProved`."""
    answer = _use_up(text, asked, account_id, now)
    found = unit_of_work(lambda session: _find(session, answer))
    if found is None or account_id not in {None, found.account_id}:
        raise NotProved
    try:
        return found, parts.passkeys.signed(answer, found.kept)
    except ValueError as error:
        raise NotProved from error


def _find(session: Session, answer: Answer) -> _Found | None:
    query = (
        select(Passkey).join(Passkey.account).filter(Passkey.credential_id == answer.credential_id)
    )
    row = session.scalars(query).one_or_none()
    if row is None or answer.handle not in {"", row.account.user_handle}:
        return None
    kept = Kept(row.credential_id, row.public_key, row.sign_count)
    return _Found(row.id, row.account_id, kept)


def _note_use(session: Session, found: _Found, count: int, now: datetime) -> None:
    """Keep the new count, unless the key was taken away or used meanwhile."""
    this = update(Passkey).where(
        Passkey.id == found.passkey_id, Passkey.sign_count == found.kept.sign_count
    )
    noted = session.execute(this.values(sign_count=count, last_used_at=now).returning(Passkey.id))
    if noted.one_or_none() is None:
        raise NotProved
