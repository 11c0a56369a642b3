"""How therapists come in and go out, and what is written down of what they look at."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import Links, Purpose, id_in, random_id
from booking.domain.contact import email_key
from booking.domain.messages import Channel, MessageKind
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Message, SignInLink, StaffSession, Therapist
from booking.queries.staff import hash_of
from booking.services.audit import VISITOR, record, therapist
from booking.services.owed import Owed, owe
from booking.services.unit_of_work import unit_of_work

LINK_LIVES = timedelta(minutes=10)
MOST_LINKS_AN_HOUR = 5
HOUR = timedelta(hours=1)
KEY_BYTES = 32


def ask_for_link(address: str, *, now: datetime) -> None:
    """Owe the therapist with that address a link that signs them in, at most five an hour.

    For an address that is no therapist's the same is written, and dropped when its turn
    comes, so that neither the answer nor how long it takes tells who works here. Raises
    `InvalidInput` for what is no address.
    """
    try:
        key = email_key(address)
    except ValueError as error:
        raise InvalidInput(Problem("email", str(error))) from error

    def work(session: Session) -> None:
        query = select(Therapist.id).where(func.lower(Therapist.email) == key, Therapist.active)
        therapist_id = session.scalars(query).one_or_none()
        if _asked_lately(session, key, now) < MOST_LINKS_AN_HOUR:
            _owe_link(session, key, therapist_id, now)

    unit_of_work(work)


def sign_in(token: str, *, links: Links, now: datetime) -> str:
    """Use the link up and return the key of a new session, which is kept nowhere.

    Raises `NotFound` for a link that is forged, unknown, used, or older than ten minutes.
    """
    link_id = id_in(token)
    if link_id is None or not links.holds(token, Purpose.SIGN_IN):
        raise NotFound("sign-in link")
    key = secrets.token_urlsafe(KEY_BYTES)

    def work(session: Session) -> None:
        therapist_id = _use(session, link_id, now)
        session.add(
            StaffSession(
                key_hash=hash_of(key), therapist_id=therapist_id, created_at=now, last_seen_at=now
            )
        )
        _record(session, "signed in", therapist_id, now)

    unit_of_work(work)
    return key


def stay(session_id: int, *, now: datetime) -> None:
    """Note that a signed-in browser is still in use."""

    def work(session: Session) -> None:
        open_one = update(StaffSession).where(StaffSession.id == session_id)
        session.execute(open_one.values(last_seen_at=now))

    unit_of_work(work)


def sign_out(session_id: int, therapist_id: int, *, now: datetime) -> None:
    """End one session; ending it again changes nothing."""

    def work(session: Session) -> None:
        _end(session, StaffSession.id == session_id, now)
        _record(session, "signed out", therapist_id, now)

    unit_of_work(work)


def sign_out_everywhere(therapist_id: int, *, now: datetime) -> None:
    """End every session of the therapist, and every link not used yet."""

    def work(session: Session) -> None:
        _end(session, StaffSession.therapist_id == therapist_id, now)
        session.execute(
            update(SignInLink)
            .where(SignInLink.therapist_id == therapist_id, SignInLink.used_at.is_(None))
            .values(used_at=now)
        )
        _record(session, "signed out everywhere", therapist_id, now)

    unit_of_work(work)


def note_view(appointment_id: int, therapist_id: int, *, now: datetime) -> None:
    """Write down that the therapist looked at the particulars of an appointment."""

    def work(session: Session) -> None:
        subject = ("appointment", appointment_id)
        record(session, "viewed", subject, actor=therapist(therapist_id), now=now)

    unit_of_work(work)


def note_series_view(series_id: int, therapist_id: int, *, now: datetime) -> None:
    """Write down that the therapist looked at who comes to a standing hour."""

    def work(session: Session) -> None:
        record(session, "viewed", ("series", series_id), actor=therapist(therapist_id), now=now)

    unit_of_work(work)


def _asked_lately(session: Session, key: str, now: datetime) -> int:
    query = select(func.count(Message.id)).where(
        Message.address == key,
        Message.kind == MessageKind.SIGN_IN,
        Message.created_at > now - HOUR,
    )
    return session.scalars(query).one()


def _owe_link(session: Session, key: str, therapist_id: int | None, now: datetime) -> None:
    link_id = random_id()
    if therapist_id is None:
        # One row as well, and a record of those who try: a message without a link is dropped.
        record(session, "sign-in refused", ("practice", 1), actor=VISITOR, now=now)
    else:
        session.add(
            SignInLink(
                link_id=link_id,
                therapist_id=therapist_id,
                created_at=now,
                expires_at=now + LINK_LIVES,
            )
        )
    owed = Owed(
        kind=MessageKind.SIGN_IN,
        channel=Channel.EMAIL,
        therapist_id=therapist_id,
        address=key,
        facts={"link_id": link_id},
        due_at=now,
    )
    owe(session, owed, now=now)


def _use(session: Session, link_id: str, now: datetime) -> int:
    """Mark the link as used and return whose it is; of two at once one finds it used."""
    used = session.execute(
        update(SignInLink)
        .where(
            SignInLink.link_id == link_id,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.therapist_id)
    ).scalar_one_or_none()
    if used is None or not session.get_one(Therapist, used).active:
        raise NotFound("sign-in link")
    return used


def _end(session: Session, which: object, now: datetime) -> None:
    session.execute(
        update(StaffSession)
        .where(which, StaffSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=now)
    )


def _record(session: Session, act: str, therapist_id: int, now: datetime) -> None:
    subject = ("therapist", therapist_id)
    record(session, act, subject, actor=therapist(therapist_id), now=now)
