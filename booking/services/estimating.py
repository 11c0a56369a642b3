"""Which estimate of cost somebody is owed at this moment, if any. Reads only."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.adapters.holidays import holidays_in
from booking.domain.estimates import (
    Estimate,
    Expected,
    Planned,
    differs,
    due_by,
    due_by_change,
    due_by_request,
    estimate_of,
    is_owed,
)
from booking.domain.lifecycle import Kind
from booking.domain.participants import Role
from booking.domain.zones import local_date, zone
from booking.models import CostEstimate, SeriesMember
from booking.queries.estimates import Payer, newest_estimate, planned_for
from booking.queries.practices import the_practice
from booking.services.messages.series_readers import readers_zone
from booking.services.messages.telling import clients_zone

SCHEDULED, CHANGED, REQUESTED = "scheduled", "changed", "requested"
# The duty is that of practices there, and goes by the days on which federal offices work.
LAND = "US"
# An estimate that runs out is followed by the next one so long before what it leaves out.
AHEAD = timedelta(days=14)
_YEARS = timedelta(days=3 * 366)
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """An estimate somebody is owed, why, by which day, and on whose calendar its dates are."""

    estimate: Estimate
    why: str
    due_on: date
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Days:
    """This moment, the practice's calendar, and the days on which its offices are closed."""

    now: datetime
    here: ZoneInfo
    closed: Container[date]

    @property
    def today(self) -> date:
        return self.on(self.now)

    def on(self, instant: datetime) -> date:
        return local_date(instant, self.here)


def days_at(session: Session, now: datetime) -> Days | None:
    """Return the days as the law counts them; None for a practice that owes no estimates."""
    practice = the_practice(session)
    if practice.country != LAND:
        return None
    today = now.date()
    closed = frozenset(holidays_in(LAND, None, first=today - _YEARS, last=today + _YEARS))
    return Days(now, zone(practice.time_zone), closed)


def owed_to(session: Session, whose: Payer, days: Days) -> Draft | None:
    """Return what scheduling or a change owes them and they were not given."""
    if not is_owed(_payment(whose)):
        return None
    planned = planned_for(session, whose, now=days.now)
    old = newest_estimate(session, whose)
    if old is not None:
        return _next(whose, old, planned, days)
    due_on = _first_due(whose, planned, days)
    if due_on is None and whose.role is Role.PAYER:
        # Who is named to pay is told what it costs, however soon it is: they hear nothing else.
        return asked_for(session, whose, days)
    return _of(whose, planned, SCHEDULED, due_on, days) if due_on else None


def asked_for(session: Session, whose: Payer, days: Days) -> Draft | None:
    """Return what they are owed for the asking; None where nothing ahead costs anything."""
    due_on = due_by_request(days.today, closed=days.closed)
    planned = planned_for(session, whose, now=days.now)
    return _of(whose, planned, REQUESTED, due_on, days) if due_on else None


def frozen(estimate: Estimate) -> dict[str, object]:
    """Return the sessions of an estimate as its row keeps them."""
    return {
        "sessions": [
            [each.on.isoformat(), each.length // _A_MINUTE, each.price_cents]
            for each in estimate.sessions
        ]
    }


def thawed(row: CostEstimate) -> Estimate:
    """Return an estimate as it was made."""
    kept = row.lines["sessions"]
    return Estimate(
        made_on=row.made_on,
        covers_from=row.covers_from,
        covers_until=row.covers_until,
        sessions=tuple(
            Expected(on=date.fromisoformat(on), length=minutes * _A_MINUTE, price_cents=cents)
            for on, minutes, cents in (kept if isinstance(kept, list) else [])
        ),
    )


def _first_due(whose: Payer, planned: Sequence[Planned], days: Days) -> date | None:
    """Return the first day by which having scheduled any of the sessions asks for an estimate.

    The first session may be too soon to ask for one, and the second not.
    """
    booked_on = days.on(_booked_at(whose))
    due = (
        due_by(booked_on, days.on(each.starts_at), closed=days.closed)
        for each in planned
        if each.starts_at > days.now
    )
    return min((day for day in due if day is not None), default=None)


def _next(whose: Payer, old: CostEstimate, planned: Sequence[Planned], days: Days) -> Draft | None:
    """Return the edition that is to follow an old one, if that is wrong or runs out."""
    told, there = thawed(old), zone(old.time_zone)
    expected = _expected(planned, there)
    service_on = _first_otherwise(told, expected, days)
    why = CHANGED
    if service_on is None:
        service_on, why = _first_beyond(told, expected, days), SCHEDULED
    if service_on is None:
        return None
    due_on = due_by_change(days.today, service_on, closed=days.closed)
    return _of(whose, planned, why, due_on, days) if due_on else None


def _first_otherwise(told: Estimate, expected: Sequence[Expected], days: Days) -> date | None:
    """Return the first day ahead that is not as they were told; None if no change counts."""
    now = Estimate(
        made_on=told.made_on,
        covers_from=told.covers_from,
        covers_until=told.covers_until,
        sessions=tuple(each for each in expected if each.on <= told.covers_until),
    )
    if not differs(told, now):
        return None
    changed = {each.on for each in {*told.sessions} ^ {*now.sessions}}
    ahead = (day for day in changed if day >= days.today and day > told.made_on)
    return min(ahead, default=days.today)


def _first_beyond(told: Estimate, expected: Sequence[Expected], days: Days) -> date | None:
    """Return the first day they were told nothing of, once it is near."""
    beyond = min((each.on for each in expected if each.on > told.covers_until), default=None)
    return beyond if beyond is not None and beyond - days.today <= AHEAD else None


def _of(
    whose: Payer, planned: Sequence[Planned], why: str, due_on: date, days: Days
) -> Draft | None:
    ahead = [each for each in planned if each.starts_at > days.now]
    if not sum(each.price_cents for each in ahead):
        return None
    there = _zone_of(whose)
    estimate = estimate_of(ahead, there, made_on=local_date(days.now, there))
    return Draft(estimate, why, due_on, there)


def _expected(planned: Sequence[Planned], there: ZoneInfo) -> list[Expected]:
    return sorted(
        Expected(
            on=local_date(each.starts_at, there),
            length=each.length,
            price_cents=each.price_cents,
        )
        for each in planned
    )


def _booked_at(whose: Payer) -> datetime:
    booked = whose.series if isinstance(whose, SeriesMember) else whose.appointment
    return booked.booked_at or booked.created_at


def _zone_of(whose: Payer) -> ZoneInfo:
    if isinstance(whose, SeriesMember):
        return readers_zone(whose.series.part, whose)
    return clients_zone(whose)


def _payment(whose: Payer) -> str | None:
    """Return how they pay. Who comes along and says nothing of it pays as the others do."""
    others: Sequence[Payer]
    if isinstance(whose, SeriesMember):
        kind, others = whose.series.part.session_type.kind, whose.series.members
    else:
        kind, others = whose.appointment.session_type.kind, whose.appointment.participants
    if whose.payment or kind is Kind.GROUP:
        return whose.payment
    return next((each.payment for each in others if each.payment), None)
