"""A line in front of Amara for one hour: Tuesday at two, a single session or every week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from booking.adapters.links import random_id
from booking.domain.lifecycle import Kind, Modality
from booking.domain.waiting import Window
from booking.models import Claim, Therapist, Waiting, WaitingOffer, db
from booking.services.booking import book
from booking.services.changes import cancel
from booking.services.parts import Parts
from booking.services.waiting.joining import NewWaiting, join_line, keep_waiting
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import DAY

TUESDAY = date(2030, 3, 5)
TUESDAY_2PM = MONDAY_9AM + DAY + 5 * HOUR
AT_TWO = (Window(1, 14 * 60, 15 * 60),)
# It is ten on a Friday: twelve hours end in the night, and so an hour after it.
ANSWER_BY = NOW + DAY
PAST = ANSWER_BY + timedelta(minutes=1)


def new_waiting(**values: object) -> NewWaiting:
    """Somebody waits for one session with Amara, this Tuesday at two, unless told otherwise."""
    defaults: dict[str, object] = {
        "link_id": random_id(),
        "therapists": ("amara",),
        "kind": Kind.INDIVIDUAL,
        "modality": Modality.VIDEO,
        "every_weeks": 0,
        "windows": AT_TWO,
        "from_day": NOW.date(),
        "until_day": TUESDAY,
        "guest": factories.guest(),
    }
    return NewWaiting(**defaults | values)  # type: ignore[arg-type]


def waits(name: str = "sam", *, now: datetime = NOW, proved: bool = True, **values: object) -> int:
    """Let somebody of that name join the line, and prove who they are."""
    guest = values.pop("guest", None) or factories.guest(email=f"{name}@example.org")
    waiting_id = join_line(new_waiting(guest=guest, **values), now=now)
    if proved:
        keep_waiting(waiting_id, proves=True, now=now)
    return waiting_id


def taken(parts: Parts, starts_at: datetime = TUESDAY_2PM) -> int:
    """Let somebody else book the hour; return who."""
    kim = factories.guest(email="kim@example.org")
    wish = factories.wish(session_type="session", starts_at=starts_at, guest=kim)
    return book(wish, key=factories.key(), parts=parts, now=NOW).participant_id


def freed(participant_id: int, parts: Parts, now: datetime = NOW) -> None:
    cancel(participant_id, accept_late=True, reason="", parts=parts, now=now)


def offers(waiting_id: int | None = None) -> Sequence[WaitingOffer]:
    """Return what was offered to somebody, or to all, the oldest first."""
    db.session.rollback()
    query = select(WaitingOffer).order_by(WaitingOffer.id)
    if waiting_id is not None:
        query = query.filter_by(waiting_id=waiting_id)
    return db.session.scalars(query).all()


def the_offer(waiting_id: int | None = None) -> WaitingOffer:
    """Return the newest offer."""
    return offers(waiting_id)[-1]


def place(waiting_id: int) -> Waiting:
    db.session.rollback()
    return db.session.get_one(Waiting, waiting_id)


def claims() -> int:
    """Return how many times of Amara's are held."""
    db.session.rollback()
    query = select(func.count(Claim.id)).join(Therapist, Therapist.resource_id == Claim.resource_id)
    return db.session.scalars(query).one()
