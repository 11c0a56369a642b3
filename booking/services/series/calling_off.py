"""Calling off several dates of a series at once, with what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.domain import policy as rules
from booking.domain.lifecycle import Status
from booking.errors import LateCancel
from booking.models import Appointment, Series, SeriesPart
from booking.services.audit import Actor
from booking.services.changes import policy_of
from booking.services.series.dates import (
    cancel_dates,
    free_time,
)


@dataclass(frozen=True, slots=True)
class By:
    how: str
    actor: Actor
    accept_late: bool


def call_off(session: Session, dates: Sequence[Appointment], by: By, now: datetime) -> int:
    """Cancel the dates and return the fee in cents; raise `LateCancel` if it is not accepted."""
    fee = 0
    for each in dates:
        outcome = _outcome(each, by.actor, now)
        each.late, each.fee_cents = outcome.late, outcome.fee_cents
        fee += outcome.fee_cents
    if any(each.late for each in dates) and not by.accept_late:
        raise LateCancel(fee)
    free_time(session, [each.id for each in dates])
    cancel_dates(session, dates, by=by.how, now=now)
    session.expire_all()
    return fee


def _outcome(date_: Appointment, actor: Actor, now: datetime) -> rules.Cancellation:
    if actor.is_staff or date_.status is Status.REQUESTED:
        return rules.Cancellation(late=False, fee_cents=0)
    return rules.cancellation(
        policy_of(date_),
        starts_at=date_.starts_at,
        booked_at=date_.booked_at or date_.created_at,
        now=now,
    )


def parts_of(series: Series, dates: Sequence[Appointment]) -> list[SeriesPart]:
    """Return the parts these dates are of, oldest first; the newest if they are of none."""
    ids = {each.series_part_id for each in dates}
    return [part for part in series.parts if part.id in ids] or [series.part]


def day_of(date_: Appointment) -> date:
    assert date_.occurrence is not None  # noqa: S101  # a date of a series
    return date_.occurrence
