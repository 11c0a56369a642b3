"""Messages written down as owed: one row a message, in the transaction that made it owed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.messages import Channel, MessageKind
from booking.models import Message
from booking.services.rows import add_rows

SOON = timedelta(hours=1)
LATEST_USE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """The appointment a message is about, as it is at this moment."""

    id: int
    version: int
    starts_at: datetime
    ends_at: datetime
    therapist_id: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SeriesSubject:
    """The series a message is about. What is owed of it is of use until `until`."""

    id: int
    version: int
    therapist_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who takes part: what plans their messages. `texts` says that they want some."""

    id: int
    link_id: str
    time_zone: str
    texts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message to one recipient: who takes part, a member of a series, somebody who waits for
    a time, a therapist, or an address.

    What one act owes carries the same `action`. Without a `stale_at` it is of use for as long as
    what it is about.
    """

    kind: MessageKind
    channel: Channel
    due_at: datetime
    stale_at: datetime | None = None
    action: str = field(default_factory=random_id)
    reader: Reader | None = None
    member_id: int | None = None
    waiting_id: int | None = None
    therapist_id: int | None = None
    address: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def owe(
    session: Session,
    *messages: Owed,
    about: Subject | SeriesSubject | None = None,
    now: datetime,
) -> None:
    """Write messages down as owed.

    Owing the same reminder twice is a bug that the unique key refuses.
    """
    owe_each(session, [(message, about) for message in messages], now=now)


def owe_each(
    session: Session,
    messages: Iterable[tuple[Owed, Subject | SeriesSubject | None]],
    *,
    now: datetime,
) -> None:
    """Write messages down as owed, each about something of its own."""
    add_rows(session, Message, [_row(message, about, now) for message, about in messages])


def _row(owed: Owed, about: Subject | SeriesSubject | None, now: datetime) -> dict[str, Any]:
    public_id = random_id()
    return {
        "public_id": public_id,
        "dedupe_key": _dedupe_key(owed, about, public_id),
        "action": owed.action,
        "kind": owed.kind,
        "channel": owed.channel,
        "participant_id": owed.reader.id if owed.reader else None,
        "therapist_id": owed.therapist_id,
        "address": owed.address,
        "member_id": owed.member_id,
        "waiting_id": owed.waiting_id,
        "appointment_id": about.id if isinstance(about, Subject) else None,
        "series_id": about.id if isinstance(about, SeriesSubject) else None,
        "version": about.version if about else None,
        "facts": dict(owed.facts),
        "due_at": owed.due_at,
        "stale_at": owed.stale_at or _stale_at(owed, about, now),
        "created_at": now,
    }


def _stale_at(owed: Owed, about: Subject | SeriesSubject | None, now: datetime) -> datetime:
    if about is None:
        return now + LATEST_USE
    if isinstance(about, SeriesSubject):
        return max(about.until, owed.due_at + SOON)
    if owed.kind is MessageKind.REMINDER:
        return about.starts_at
    return max(about.ends_at, owed.due_at + SOON)


def _dedupe_key(owed: Owed, about: Subject | SeriesSubject | None, public_id: str) -> str:
    if owed.kind is MessageKind.REMINDER and owed.reader and about:
        return f"reminder:{owed.channel}:{owed.reader.link_id}:{about.version}"
    return f"{owed.kind}:{owed.channel}:{public_id}"
