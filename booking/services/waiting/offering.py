"""Offering what came free to whoever waits for it: one person at a time, in fair order.

Nothing tells this service that a time came free: it looks where a diary has changed, so no way
of freeing time can be forgotten. Every step is a transaction of its own; broken off anywhere,
or done by two at once, it makes no offer twice.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.waiting import deadline
from booking.models import Practice, Therapist, Waiting, db
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
    """Offer what this therapist has, without a lock where there turns out to be nothing."""
    session = db.session()
    # Read before the diary: what changes between the two is then looked at again.
    version = session.scalars(select(Therapist.diary_version).filter_by(id=therapist_id)).one()
    line = line_of(session, therapist_id)
    wanted = any(_next_for(session, each, therapist_id, now) is not None for each in line)
    session.rollback()
    if wanted:
        return unit_of_work(partial(_offer, therapist_id=therapist_id, now=now))
    done = partial(mark_looked, therapist_id=therapist_id, ids=line, version=version, now=now)
    unit_of_work(done)
    return 0


def _offer(session: Session, *, therapist_id: int, now: datetime) -> int:
    therapist, practice = locked_therapist(session, therapist_id), the_practice(session)
    line, made = line_of(session, therapist_id), 0
    for waiting_id in line:
        if made == AT_ONCE:
            return made  # the rest is looked at again
        made += _offer_one(session, therapist, practice, waiting_id, now)
    mark_looked(session, therapist_id, line, therapist.diary_version, now=now)
    return made


def _offer_one(
    session: Session, therapist: Therapist, practice: Practice, waiting_id: int, now: datetime
) -> bool:
    waiting = locked_waiting(session, waiting_id)
    if not may_be_offered(waiting):  # somebody else was quicker, with another therapist's time
        return False
    new = _best(session, therapist, waiting, practice, now)
    if new is not None:
        hold_out(session, new, practice, now=now)
    return new is not None


def _next_for(
    session: Session, waiting_id: int, therapist_id: int, now: datetime
) -> NewOffer | None:
    therapist = session.get_one(Therapist, therapist_id)
    waiting = session.get_one(Waiting, waiting_id)
    return _best(session, therapist, waiting, the_practice(session), now)


def _best(
    session: Session, therapist: Therapist, waiting: Waiting, practice: Practice, now: datetime
) -> NewOffer | None:
    """Return the earliest time that suits somebody and that leaves them long enough to answer."""
    if has_call_ahead(session, waiting, therapist.id, now):
        return None
    wanted = wanted_of(session, waiting, now=now)
    before = answered_before(waiting, practice, therapist)
    for fit in fitting(session, therapist, wanted, now=now):
        start, often = fit.starts_at, waiting.every_weeks
        if before and same_time(start, often, practice, therapist, wanted.zone) in before:
            continue
        # It has to be bookable still when the answer comes.
        latest = start - timedelta(hours=fit.session_type.notice_hours)
        until = deadline(now, wanted.zone, hours=practice.wait_hours, latest=latest)
        if until is not None:
            return NewOffer(waiting, fit, until)
    return None
