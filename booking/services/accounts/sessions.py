"""Browsers that are signed in: begun, kept, given another key, ended."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from booking.domain.staffing import CHOOSE_A_DIARY
from booking.errors import NotFound
from booking.models import SignInLink, StaffAccount, StaffSession, Therapist
from booking.queries.staff import given_parts, hash_of
from booking.services.audit import record, staff
from booking.services.unit_of_work import unit_of_work

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Came:
    """From where somebody comes: what browser, and the key it held before."""

    browser: str
    old_key: str = ""


def begin(
    session: Session, account_id: int, came: Came, *, proved_at: datetime | None, now: datetime
) -> str:
    """Begin a session and return its key, which is kept nowhere.

    The one this browser had before ends: a key that somebody put there opens nothing. Whose
    diary was open last is open again.
    """
    key = secrets.token_urlsafe(KEY_BYTES)
    _end(session, StaffSession.key_hash == hash_of(came.old_key), now)
    last = (
        select(StaffSession.for_therapist_id)
        .where(StaffSession.account_id == account_id)
        .order_by(StaffSession.id.desc())
        .limit(1)
    )
    session.add(
        StaffSession(
            key_hash=hash_of(key),
            account_id=account_id,
            for_therapist_id=session.scalars(last).one_or_none(),
            browser=came.browser,
            created_at=now,
            last_seen_at=now,
            proved_at=proved_at,
        )
    )
    _record(session, "signed in", account_id, now)
    return key


def another_key(session: Session, session_id: int, *, now: datetime) -> str:
    """Give the browser another key, and note that its holder has just proved who they are."""
    key = secrets.token_urlsafe(KEY_BYTES)
    this = update(StaffSession).where(StaffSession.id == session_id)
    session.execute(this.values(key_hash=hash_of(key), proved_at=now))
    return key


def stay(session_id: int, *, now: datetime) -> None:
    """Note that a signed-in browser is still in use."""

    def work(session: Session) -> None:
        open_one = update(StaffSession).where(StaffSession.id == session_id)
        session.execute(open_one.values(last_seen_at=now))

    unit_of_work(work)


def sign_out(session_id: int, account_id: int, *, now: datetime) -> None:
    """End one session of the account; ending it again changes nothing."""

    def work(session: Session) -> None:
        mine = (StaffSession.id == session_id) & (StaffSession.account_id == account_id)
        _end(session, mine, now)
        _record(session, "signed out", account_id, now)

    unit_of_work(work)


def sign_out_elsewhere(session_id: int, account_id: int, *, now: datetime) -> None:
    """End every session of the account but this one, and every link not used yet."""

    def work(session: Session) -> None:
        end_others(session, account_id, keep=session_id, now=now)
        _record(session, "signed out elsewhere", account_id, now)

    unit_of_work(work)


def end_others(session: Session, account_id: int, *, keep: int, now: datetime) -> None:
    """End the account's other sessions and its links, within a transaction that is open."""
    others = (StaffSession.account_id == account_id) & (StaffSession.id != keep)
    _end(session, others, now)
    links = update(SignInLink).where(
        SignInLink.account_id == account_id, SignInLink.used_at.is_(None)
    )
    session.execute(links.values(used_at=now))


def work_for(session_id: int, account_id: int, slug: str, *, now: datetime) -> None:
    """Open a therapist's diary in one browser of a front desk or an admin.

    Raises `NotFound` for a therapist there is not, and for whoever may not choose.
    """

    def work(session: Session) -> None:
        account = session.get_one(StaffAccount, account_id)
        named = select(Therapist.id).filter_by(slug=slug, active=True)
        therapist_id = session.scalars(named).one_or_none()
        if therapist_id is None or not CHOOSE_A_DIARY & given_parts(account):
            raise NotFound("therapist")
        this = update(StaffSession).where(StaffSession.id == session_id)
        session.execute(this.values(for_therapist_id=therapist_id))
        about = ("therapist", therapist_id)
        record(session, "diary opened", about, actor=staff(account_id), now=now)

    unit_of_work(work)


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=now)
    )


def _record(session: Session, act: str, account_id: int, now: datetime) -> None:
    record(session, act, ("account", account_id), actor=staff(account_id), now=now)
