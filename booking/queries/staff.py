"""Reading who is signed in, whose diary is open, and whether a sign-in link still works."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.domain.staffing import LONGEST_SESSION, StaffRole, parts_at, works_for
from booking.errors import NotFound
from booking.models import Practice, SignInLink, StaffAccount, StaffSession, Therapist

UNTIL_SAID_OTHERWISE = 15
_IDLE = select(Practice.staff_idle_minutes).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Diary:
    """The therapist whose diary is open."""

    therapist_id: int
    name: str
    first_name: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody in one browser; `seen_at` is when it last asked for a page.

    `given` are all their parts, `parts` those they have at the diary that is open.
    """

    session_id: int
    account_id: int
    name: str
    seen_at: datetime
    proved_at: datetime | None
    given: frozenset[StaffRole]
    parts: frozenset[StaffRole]
    diary: Diary | None
    is_own_diary: bool

    @property
    def therapist_id(self) -> int:
        """Return whose diary is open; only where the door has seen to it that one is."""
        return self._open.therapist_id

    @property
    def time_zone(self) -> str:
        return self._open.time_zone

    @property
    def first_name(self) -> str:
        return self._open.first_name

    @property
    def _open(self) -> Diary:
        if self.diary is None:
            raise LookupError("no diary is open")
        return self.diary


def hash_of(key: str) -> str:
    """Return what the table knows of a key: the key has 256 random bits, so one round will do."""
    return hashlib.sha256(key.encode()).hexdigest()


def given_parts(account: StaffAccount) -> frozenset[StaffRole]:
    """Return in what parts somebody works here; none for whoever has left."""
    if not account.active:
        return frozenset()
    therapist = account.therapist
    held = {
        StaffRole.THERAPIST: therapist is not None and therapist.active,
        StaffRole.DESK: account.is_desk,
        StaffRole.ADMIN: account.is_admin,
    }
    return frozenset(part for part, has in held.items() if has)


def signed_in(session: Session, key: str, *, now: datetime) -> SignedIn | None:
    """Return who holds `key`, unless the session has ended, was idle, or is a day old.

    All of it is read each time: a part that is taken away is gone at the next request.
    """
    chosen = aliased(Therapist)
    query = (
        select(StaffSession, chosen, _IDLE)
        .join(StaffSession.account)
        .outerjoin(chosen, (chosen.id == StaffSession.for_therapist_id) & chosen.active)
        .options(joinedload(StaffSession.account).joinedload(StaffAccount.therapist))
        .where(StaffSession.key_hash == hash_of(key))
    )
    found = session.execute(query).one_or_none()
    if found is None or not _is_open(found[0], _patience(found[2]), now):
        return None
    row, other, _minutes = found
    account, given = row.account, given_parts(row.account)
    own = account.therapist if StaffRole.THERAPIST in given else None
    own_id = own.id if own else None
    diary_id = works_for(other.id if other else None, own_id, given)
    diary = own if diary_id == own_id else other
    if not given:
        return None
    return SignedIn(
        session_id=row.id,
        account_id=account.id,
        name=account.name,
        seen_at=row.last_seen_at,
        proved_at=row.proved_at,
        given=given,
        parts=parts_at(diary_id, own_id, given),
        diary=_diary(diary) if diary else None,
        is_own_diary=diary is not None and diary is own,
    )


def holder_of(session: Session, key: str) -> tuple[int, int | None] | None:
    """Return whose session `key` opened and whose diary it showed, also when it has ended."""
    query = (
        select(StaffAccount.id, StaffSession.for_therapist_id, StaffAccount.therapist_id)
        .join(StaffSession, StaffSession.account_id == StaffAccount.id)
        .where(StaffSession.key_hash == hash_of(key))
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1] or found[2])


def open_sessions(session: Session, account_id: int, *, now: datetime) -> Sequence[StaffSession]:
    """Return in which browsers the account is signed in, the one used last first."""
    query = (
        select(StaffSession)
        .where(StaffSession.account_id == account_id, StaffSession.ended_at.is_(None))
        .where(StaffSession.created_at > now - LONGEST_SESSION)
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    )
    patience = idle(session)
    return [each for each in session.scalars(query) if _is_open(each, patience, now)]


def idle(session: Session) -> timedelta:
    """Return after how long without a page staff are signed out."""
    return _patience(session.scalars(select(_IDLE)).one())


def live_link(session: Session, link_id: str, *, now: datetime) -> SignInLink | None:
    """Return the sign-in link if it could be used now."""
    query = select(SignInLink).where(
        SignInLink.link_id == link_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    found = session.scalars(query).one_or_none()
    return found if found is not None and given_parts(found.account) else None


def can_prove(account: StaffAccount) -> bool:
    """Return whether the account has what proves who it is: a passkey, or password and app."""
    return bool(account.passkeys) or account.password_hash is not None


def therapists_to_choose(session: Session) -> Sequence[Therapist]:
    """Return all whose diary could be opened, by name."""
    query = select(Therapist).where(Therapist.active).order_by(Therapist.name, Therapist.id)
    return session.scalars(query).all()


def account_of(session: Session, account_id: int) -> StaffAccount:
    """Return an account; raise `NotFound`."""
    found = session.get(StaffAccount, account_id)
    if found is None:
        raise NotFound("account")
    return found


def _patience(minutes: int | None) -> timedelta:
    return timedelta(minutes=minutes or UNTIL_SAID_OTHERWISE)


def _is_open(row: StaffSession, patience: timedelta, now: datetime) -> bool:
    return (
        row.ended_at is None
        and row.last_seen_at > now - patience
        and row.created_at > now - LONGEST_SESSION
    )


def _diary(therapist: Therapist) -> Diary:
    return Diary(therapist.id, therapist.name, therapist.first_name, therapist.time_zone)
