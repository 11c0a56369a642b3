"""Which rule of a series holds when, and what its dates are by it."""

from datetime import date

from booking.domain.interval import Interval
from booking.models import Appointment, Series, SeriesPart


def claim_of(appointment: Appointment) -> Interval:
    """Return the time the therapist gives to it, with the buffers it was booked with."""
    part = appointment.series_part
    assert part is not None  # noqa: S101  # asked of dates of a series alone
    claims = [c for c in appointment.claims if c.resource_id == part.series.therapist.resource_id]
    return Interval(claims[0].from_at, claims[0].until_at)


def part_at(series: Series, since: date) -> SeriesPart:
    """Return the part whose rule holds on `since`."""
    holding = [part for part in rules_of(series) if part.first_day <= since]
    return holding[-1] if holding else rules_of(series)[0]


def rules_of(series: Series) -> list[SeriesPart]:
    """Return the rules that make dates, in the order in which they hold."""
    return sorted((p for p in series.parts if not p.replaced), key=lambda part: part.first_day)


def rule_days(series: Series, since: date) -> list[date]:
    """Return the dates of the rules from `since` on, as far as they have been made."""
    days: list[date] = []
    parts = rules_of(series)
    for part, follower in zip(parts, [*parts[1:], None], strict=True):
        until = follower.first_day if follower else None
        for day in part.hour.repeat.dates():
            if day > series.made_until or (until is not None and day >= until):
                break
            if day >= since:
                days.append(day)
    return days


def is_moved(date_: Appointment) -> bool:
    """Return whether a date is at another time than its rule has it."""
    part, day = date_.series_part, date_.occurrence
    return part is not None and day is not None and part.hour.time.on(day) != date_.starts_at
