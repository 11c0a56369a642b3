"""When somebody came to be one of several in an appointment, and when they left it again.

An appointment knows both of itself, a seat in it does not: the record does.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from booking.models import AuditEntry

JOINED, LEFT, CAME_BACK = "joined", "left", "leaving undone"


@dataclass(frozen=True, slots=True)
class Leaving:
    """When somebody left, whether they did it themselves, and what being late cost them."""

    at: datetime
    by_themselves: bool
    late: bool
    fee_cents: int


def joined_at(session: Session, participant_id: int) -> datetime | None:
    """Return since when somebody has a seat; None where that is as old as the appointment."""
    query = select(AuditEntry.at).where(*_about(participant_id), AuditEntry.act == JOINED)
    return session.scalars(query.order_by(AuditEntry.id).limit(1)).first()


def leaving_of(session: Session, participant_id: int) -> Leaving | None:
    """Return how somebody left; None for who is there, and who left with a whole series."""
    query = (
        select(AuditEntry)
        .where(*_about(participant_id), AuditEntry.act.in_([LEFT, CAME_BACK]))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    last = session.scalars(query).first()
    if last is None or last.act != LEFT:
        return None
    fee = last.detail.get("fee_cents", 0)
    return Leaving(
        last.at,
        by_themselves=last.actor == "client",
        late=bool(last.detail.get("late")),
        fee_cents=fee if isinstance(fee, int) else 0,
    )


def _about(participant_id: int) -> tuple[ColumnElement[bool], ...]:
    return AuditEntry.subject == "participant", AuditEntry.subject_id == participant_id
