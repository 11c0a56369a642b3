"""Dates that would fall away, in words, and what that costs now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.domain.lifecycle import Status
from booking.domain.policy import cancellation
from booking.models import Participant
from booking.services.changes import policy_of
from booking.web.views.days import day_words
from booking.web.views.meeting import hours_words
from booking.web.views.series_rows import Reader, Rung


@dataclass(frozen=True, slots=True)
class Off:
    """`late` counts the dates past their cut-off, and `fee` is what they cost in all."""

    rungs: Sequence[Rung]
    late: int
    fee: str
    hours: str

    @property
    def count(self) -> int:
        return len(self.rungs)


def off(seats: Sequence[Participant], reader: Reader) -> Off:
    """Return what it means to call these dates off at this moment."""
    fee, late, hours = 0, 0, ""
    for seat in seats:
        appointment = seat.appointment
        if appointment.status is Status.REQUESTED:
            continue
        policy = policy_of(appointment)
        found = cancellation(
            policy,
            starts_at=appointment.starts_at,
            booked_at=appointment.booked_at or appointment.created_at,
            now=reader.now,
        )
        if found.late:
            late, fee = late + 1, fee + found.fee_cents
            hours = hours_words(policy.cancel_cutoff)
    rungs = [_rung(seat.appointment.starts_at, reader) for seat in seats]
    return Off(rungs, late, dollars(fee), hours)


def signs_of(seats: Sequence[Participant]) -> list[object]:
    """Return all that was shown of the dates, to be compared with what would be done."""
    return [[seat.appointment.id, seat.appointment.starts_at] for seat in seats]


def _rung(start: datetime, reader: Reader) -> Rung:
    day, clock = day_words(start, reader.mine, reader.now), times.clock(start, reader.mine)
    return Rung(kind="off", day=day, time=clock, at=start)
