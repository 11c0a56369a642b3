"""What people are still to be told of earlier changes, so that one message can say all of it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.messages import MessageKind, MessageState
from booking.models import Message, Series

Change = list[str | None]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A change nobody has heard of yet: what it is called, its dates, and the part it brings.

    Of a booking that nobody has heard of, no date counts as changed: `what` is None.
    """

    what: str | None
    changes: list[Change]
    part_id: int


def unsaid(session: Session, series: Series) -> Unsaid | None:
    """Return what the unsent message about a change, or a booking, was to say, if there is one."""
    query = (
        select(Message.kind, Message.facts)
        .where(
            Message.series_id == series.id,
            Message.kind.in_([MessageKind.SERIES_CHANGED, MessageKind.SERIES_BOOKED]),
            Message.state == MessageState.DUE,
            Message.attempts == 0,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    kind, facts = found
    part = facts.get("part")
    brings = part if isinstance(part, int) else 0
    if kind is MessageKind.SERIES_BOOKED:
        return Unsaid(None, [], brings)
    changes = facts.get("changes")
    return Unsaid(
        str(facts.get("what")), list(changes) if isinstance(changes, list) else [], brings
    )


def joined(earlier: list[Change], later: list[Change]) -> list[Change]:
    """Return both as one: from where each date was before the first to where the second leaves it.

    A date that is back where it was is left out.
    """
    left = [list(each) for each in earlier]
    found: list[Change] = []
    for was, to in later:
        before = next((each for each in left if _goes_on(each, was, to)), None)
        if before is None:
            found.append([was, to])
            continue
        left.remove(before)
        if before[0] != to:
            found.append([before[0], to])
    return [*left, *found]


def _goes_on(before: Change, was: str | None, to: str | None) -> bool:
    """Return whether a change goes on from `before`: from its end, or back from falling away."""
    if was is not None:
        return before[1] == was
    return before[1] is None and before[0] == to
