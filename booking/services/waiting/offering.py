"""Offering what came free to whoever waits for it: one person at a time, in fair order.

Nothing tells this service that a time came free: it looks where a diary has changed, so no way
of freeing time can be forgotten. Every step is a transaction of its own; broken off anywhere,
or done by two at once, it makes no offer twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.waiting import deadline
from booking.models import Therapist, Waiting, db
from booking.queries.practices import the_practice
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.ending import end_what_is_over
from booking.services.waiting.finding import (
    answered_before,
    has_call_ahead,
    locked_therapist,
    locked_waiting,
    wanted_of,
)
from booking.services.waiting.fitting import fitting, same_time
from booking.services.waiting.holding import NewOffer, hold_out
from booking.services.waiting.line import (
    line_of,
    mark_looked,
    may_be_offered,
    therapists_to_look_at,
    waiting_in,
)

# So many offers in one transaction: the therapist's row is locked meanwhile.
AT_ONCE = 10


def pass_on(*, now: datetime) -> int:
    """End what is over, offer what came free to the next in line; return how many were offered."""
    end_what_is_over(now=now)
    session = db.session()
    session.rollback()
    ids = therapists_to_look_at(session, now=now)
    session.rollback()
    return sum(_look_after(therapist_id, now) for therapist_id in ids)


def _look_after(therapist_id: int, now: datetime) -> int:
    """Offer what this therapist has, without a lock where there turns out to be nothing.

    Who is next is found by looking; under the lock it is looked again, at those alone. If the
    diary changed between the two, it is left to the next look.
    """
    session = db.session()
    # Read before the diary: what changes between the two is then looked at again.
    version = session.scalars(select(Therapist.diary_version).filter_by(id=therapist_id)).one()
    line = line_of(session, therapist_id)
    look = _Look(session.get_one(Therapist, therapist_id), version, now)
    found = (each.id for each in waiting_in(session, line) if _best(session, look, each))
    ids = list(islice(found, AT_ONCE))
    session.rollback()
    if ids:
        return unit_of_work(partial(_offer, look=look, therapist_id=therapist_id, ids=ids))
    done = partial(mark_looked, therapist_id=therapist_id, ids=line, version=version, now=now)
    unit_of_work(done)
    return 0


def _offer(session: Session, *, look: "_Look", therapist_id: int, ids: Sequence[int]) -> int:
    therapist = locked_therapist(session, therapist_id)
    if look.version is None or therapist.diary_version != look.version + 1:
        return 0
    locked = _Look(therapist, None, look.now)
    return sum(_offer_one(session, locked, each) for each in ids)


def _offer_one(session: Session, look: "_Look", waiting_id: int) -> bool:
    waiting = locked_waiting(session, waiting_id)
    if not may_be_offered(waiting):  # somebody else was quicker, with another therapist's time
        return False
    new = _best(session, look, waiting)
    if new is not None:
        hold_out(session, new, the_practice(session), now=look.now)
    return new is not None


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a therapist's diary; without a `version` it is read afresh, under the lock."""

    therapist: Therapist
    version: int | None
    now: datetime


def _best(session: Session, look: _Look, waiting: Waiting) -> NewOffer | None:
    """Return the earliest time that suits somebody and that leaves them long enough to answer."""
    therapist, now, practice = look.therapist, look.now, the_practice(session)
    if has_call_ahead(session, waiting, therapist.id, now):
        return None
    wanted = wanted_of(session, waiting, now=now)
    before = answered_before(waiting, practice, therapist)
    for fit in fitting(session, therapist, wanted, now=now, version=look.version):
        start, often = fit.starts_at, waiting.every_weeks
        if before and same_time(start, often, practice, therapist, wanted.zone) in before:
            continue
        # It has to be bookable still when the answer comes.
        latest = start - timedelta(hours=fit.session_type.notice_hours)
        until = deadline(now, wanted.zone, hours=practice.wait_hours, latest=latest)
        if until is not None:
            return NewOffer(waiting, fit, until)
    return None
