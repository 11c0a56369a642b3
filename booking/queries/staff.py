"""Reading who is signed in, and whether a sign-in link still works."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from booking.models import SignInLink, StaffSession, Therapist

# Signed out after an hour without a page, and after a working day whatever was done in it.
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A therapist in one browser; `seen_at` is when it last asked for a page."""

    session_id: int
    therapist_id: int
    name: str
    first_name: str
    time_zone: str
    seen_at: datetime


def hash_of(key: str) -> str:
    """Return what the table knows of a key: the key has 256 random bits, so one round will do."""
    return hashlib.sha256(key.encode()).hexdigest()


def signed_in(session: Session, key: str, *, now: datetime) -> SignedIn | None:
    """Return who holds `key`, unless the session has ended, was idle, or is a day old."""
    query = (
        select(StaffSession, Therapist)
        .join(Therapist, Therapist.id == StaffSession.therapist_id)
        .where(StaffSession.key_hash == hash_of(key), *_still_open(now), Therapist.active)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, therapist = found
    return SignedIn(
        session_id=row.id,
        therapist_id=therapist.id,
        name=therapist.name,
        first_name=therapist.first_name,
        time_zone=therapist.time_zone,
        seen_at=row.last_seen_at,
    )


def holder_of(session: Session, key: str) -> int | None:
    """Return whose session `key` opened, also when it has ended."""
    query = select(StaffSession.therapist_id).where(StaffSession.key_hash == hash_of(key))
    return session.scalars(query).one_or_none()


def count_of_browsers(session: Session, therapist_id: int, *, now: datetime) -> int:
    """Return in how many browsers the therapist is signed in."""
    query = select(func.count(StaffSession.id)).where(
        StaffSession.therapist_id == therapist_id, *_still_open(now)
    )
    return session.scalars(query).one()


def link_works(session: Session, link_id: str, *, now: datetime) -> bool:
    """Return whether the sign-in link could be used now."""
    query = select(SignInLink.id).where(
        SignInLink.link_id == link_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    return session.scalars(query).one_or_none() is not None


def _still_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        StaffSession.ended_at.is_(None),
        StaffSession.last_seen_at > now - IDLE,
        StaffSession.created_at > now - LONGEST,
    )
