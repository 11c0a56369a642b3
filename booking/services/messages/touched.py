"""Which appointments a message about time a therapist cannot keep still has something to say of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.domain.participants import ParticipantStatus
from booking.models import Message, Participant
from booking.queries.guardians import is_told

# The facts of such a message: pairs of a participant and the version of their appointment.
CANCELLED, TO_MOVE = "cancelled", "to_move"


@dataclass(frozen=True, slots=True)
class Touched:
    """The seats of one person in appointments that are off, and in those they are to move."""

    cancelled: Sequence[Participant]
    to_move: Sequence[Participant]

    def __iter__(self) -> Iterator[Participant]:
        yield from self.cancelled
        yield from self.to_move


def touched_in(session: Session, message: Message, *, now: datetime) -> Touched:
    """Return what still is as it was when the message was owed; the rest is left out.

    So is what somebody only cares for and is not to be told of.
    """
    told = [
        [seat for seat in _seats(session, message, name) if is_told(session, seat, now=now)]
        for name in (CANCELLED, TO_MOVE)
    ]
    cancelled, to_move = told
    return Touched(
        [seat for seat in cancelled if not _is_live(seat)], [s for s in to_move if _is_live(s)]
    )


def _seats(session: Session, message: Message, name: str) -> Iterator[Participant]:
    pairs = message.facts.get(name)
    for participant_id, version in pairs if isinstance(pairs, list) else []:
        seat = session.get(Participant, participant_id)
        here = seat is not None and seat.status is ParticipantStatus.ATTENDING
        if seat is not None and here and seat.appointment.version == version:
            yield seat


def _is_live(seat: Participant) -> bool:
    return seat.appointment.status in {Status.REQUESTED, Status.CONFIRMED}
