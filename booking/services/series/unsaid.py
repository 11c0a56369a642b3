"""What people are still to be told of earlier changes, so that one message can say all of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.messages import MessageKind, MessageState
from booking.models import Message, Series

Changes = list[list[str | None]]


def unsaid_changes(session: Session, series: Series, what: str) -> Changes:
    """Return the dates of a change of the same kind that nobody has heard of yet.

    Telling of the next change drops that message: what it was to say goes into the new one.
    """
    query = (
        select(Message.facts)
        .where(
            Message.series_id == series.id,
            Message.kind == MessageKind.SERIES_CHANGED,
            Message.state == MessageState.DUE,
            Message.attempts == 0,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    facts = session.scalars(query).first() or {}
    changes = facts.get("changes") if facts.get("what") == what else None
    return list(changes) if isinstance(changes, list) else []
