"""The record of who did what, written in the transaction that did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.models import AuditEntry
from booking.services.rows import add_rows


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a client by their participant id, a therapist by theirs, the system by none.

    What is done at a therapist's diary is the therapist's act, whoever does it for them; an
    account acts itself (`staff`) where it is about accounts. See also `acts_through`.
    """

    kind: str
    id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind == "therapist"


# In what a session of the database knows: whose hands are on it.
_HANDS = "staff account"

SYSTEM = Actor("system")
VISITOR = Actor("visitor")


def client(participant_id: int) -> Actor:
    return Actor("client", participant_id)


def therapist(therapist_id: int) -> Actor:
    return Actor("therapist", therapist_id)


def staff(account_id: int) -> Actor:
    return Actor("staff", account_id)


def acts_through(session: Session, account_id: int) -> None:
    """Have every entry written through `session` say that this account wrote it."""
    session.info[_HANDS] = account_id


def record(
    session: Session,
    act: str,
    subject: tuple[str, int],
    *,
    actor: Actor,
    now: datetime,
    **detail: object,
) -> None:
    """Add one entry. `detail` holds ids, times and codes, never what a person wrote."""
    record_each(session, [entry(act, subject, actor=actor, now=now, **detail)])


def record_each(session: Session, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add many entries at once, as `entry` makes them."""
    hands = {"account_id": session.info.get(_HANDS)}
    add_rows(session, AuditEntry, [{**each, **hands} for each in entries])


def entry(
    act: str, subject: tuple[str, int], *, actor: Actor, now: datetime, **detail: object
) -> dict[str, Any]:
    """Return what one entry says."""
    return {
        "at": now,
        "actor": actor.kind,
        "actor_id": actor.id,
        "act": act,
        "subject": subject[0],
        "subject_id": subject[1],
        "detail": detail,
    }
