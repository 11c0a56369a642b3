"""One use case, one transaction."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from booking.errors import BookingError, InFlight, SlotTaken
from booking.models import db
from booking.models.appointments import ONE_AT_A_TIME, ONE_PER_KEY, ONE_SEAT_EACH
from booking.models.dialects import begin_writing, broken_constraint, may_try_again
from booking.models.series import ONE_SEAT_EACH_IN_SERIES

T = TypeVar("T")

_REFUSALS: dict[str, type[BookingError]] = {
    ONE_AT_A_TIME: SlotTaken,
    ONE_SEAT_EACH: SlotTaken,
    ONE_SEAT_EACH_IN_SERIES: SlotTaken,
    ONE_PER_KEY: InFlight,
}


def unit_of_work(work: Callable[[Session], T]) -> T:
    """Do `work` in one writing transaction and return what it returns.

    Commits on success, rolls back on any error. After a deadlock or a busy database the
    whole of `work` is done once more, so it must read what it needs inside. A broken
    constraint that stands for a rule is raised as that rule's refusal; any other is a bug
    and passes through.
    """
    try:
        return _once(work)
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or not may_try_again(error):
            raise
    return _once(work)


def _once(work: Callable[[Session], T]) -> T:
    session = db.session()
    session.rollback()  # a read may have begun a transaction of its own
    try:
        begin_writing(session)
        result = work(session)
        session.commit()
    except IntegrityError as error:
        session.rollback()
        refusal = _REFUSALS.get(broken_constraint(error))
        if refusal is None:
            raise
        raise refusal from error
    except BaseException:
        session.rollback()
        raise
    return result
