"""A place in a series given up: the dates ahead, the member's own time, and what they are owed."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.domain.participants import ParticipantStatus
from booking.models import Appointment, Participant, SeriesMember
from booking.services.leaving import take_out_all
from booking.services.series.finding import dates_after_pause, dates_ahead


def give_up_place(session: Session, member: SeriesMember, *, now: datetime) -> None:
    """Take a member out of the series and of every date ahead. Nobody is told here."""
    # Not even with the dates of a pause, should it end, do they come back.
    paused = dates_after_pause(session, member.series, date.min)
    seats = [*seats_ahead(session, member, now=now), *_theirs(paused, member)]
    member.status, member.left_at, member.seat = ParticipantStatus.LEFT, now, None
    take_out_all(session, seats)


def seats_ahead(session: Session, member: SeriesMember, *, now: datetime) -> list[Participant]:
    """Return the member's part in every date ahead that they still come to, soonest first."""
    return _theirs(dates_ahead(session, member.series, now=now), member)


def _theirs(dates: Iterable[Appointment], member: SeriesMember) -> list[Participant]:
    return [
        participant
        for date in dates
        for participant in date.participants
        if participant.member_id == member.id and participant.status is ParticipantStatus.ATTENDING
    ]
