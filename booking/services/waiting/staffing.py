"""What a therapist does about the line in front of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.messages import MessageKind
from booking.domain.waiting import WaitingOfferStatus
from booking.errors import NotFound
from booking.services.audit import record, therapist
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.ending import end_waiting, tell_waiting
from booking.services.waiting.finding import locked_therapist, locked_waiting
from booking.services.waiting.holding import let_go


def take_off(waiting_id: int, therapist_id: int, *, now: datetime) -> None:
    """Let somebody wait for this therapist no longer; doing it again changes nothing.

    What the therapist's diary holds for them goes to the next. Where they wait for nobody else
    it is the end of their waiting, and they are told. Raises `NotFound` for who never waited
    for this therapist.
    """

    def work(session: Session) -> None:
        locked_therapist(session, therapist_id)
        waiting = locked_waiting(session, waiting_id)
        own = [each for each in waiting.therapists if each.therapist_id == therapist_id]
        if not own:
            raise NotFound("waiting")
        if not waiting.status.is_open:
            return
        actor, offer = therapist(therapist_id), waiting.open_offer
        if offer is not None and offer.therapist_id == therapist_id:
            let_go(session, offer, WaitingOfferStatus.WITHDRAWN, now=now)
        if len(waiting.therapists) == 1:
            end_waiting(session, waiting, "therapist", actor=actor, now=now)
            tell_waiting(session, waiting, MessageKind.WAITING_ENDED, now=now)
            return
        waiting.therapists.remove(own[0])
        record(session, "taken off the line", ("waiting", waiting.id), actor=actor, now=now)

    unit_of_work(work)
