"""Standing times before they are offered, and as they were: every date, open or not. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.judging import OPEN, Judge
from booking.domain.ladder import Rung, rungs_of
from booking.domain.lifecycle import Status
from booking.domain.standing import OfferStatus
from booking.models import (
    Appointment,
    Participant,
    Series,
    SeriesPart,
    SessionType,
    StandingOffer,
)
from booking.queries.practices import the_practice
from booking.queries.standing_hours import last_seat_with
from booking.services.series.asking import SeriesAsk, anchor_of, as_asked, diary_for
from booking.services.series.finding import dates_of
from booking.services.series.offering import OfferedTime
from booking.services.series.ruling import claim_of


@dataclass(frozen=True, slots=True)
class TimeLooked:
    """One standing time with every date of it, as it would be offered."""

    asked: SeriesAsk
    rungs: Sequence[Rung]


def look_at_time(
    session: Session, seat: Participant, session_type: SessionType, time: OfferedTime, now: datetime
) -> TimeLooked:
    """Return what offering `time` to the one in `seat` would hold, and what it would not.

    What is held for them already does not stand in the way: a new offer takes its place. Raises
    `InvalidInput` for a pattern that makes no sense.
    """
    anchor = anchor_of(the_practice(session), session_type.therapist, seat.person.time_zone)
    hour = time.pattern.from_(time.starts_at, anchor)
    held = _held_for(session, session_type.therapist_id, seat.person_id)
    asked = replace(
        SeriesAsk.of(session_type, hour, seat.state),
        own=tuple(claim_of(each) for each in held),
        own_starts=tuple(each.starts_at for each in held),
    )
    return TimeLooked(asked, _judged(session, asked, list(hour.starts()), now))


def look_at_offered(
    session: Session, offer: StandingOffer, series: Series, *, now: datetime
) -> list[Rung]:
    """Return the dates of one offered time; those that are not held, with what is open instead.

    A date that came to be open meanwhile has its own time for an alternative.
    """
    held = held_days(session, series)
    hour = series.part.hour
    missing = [hour.time.on(day) for day in hour.days() if day not in held]
    looked: dict[datetime, Rung] = {}
    if missing:
        asked = _asked_of(session, offer, series)
        looked = {rung.starts_at: rung for rung in _judged(session, asked, missing, now)}
    return [_rung(hour.time.on(day), held.get(day), looked) for day in hour.days()]


def held_days(session: Session, series: Series) -> Mapping[date, datetime]:
    """Return the dates of the rule that are held, and when."""
    return {
        each.occurrence: each.starts_at
        for each in dates_of(session, series)
        if each.occurrence is not None and each.status is Status.HELD
    }


def _rung(wished: datetime, held: datetime | None, looked: Mapping[datetime, Rung]) -> Rung:
    return looked[wished] if held is None and wished in looked else Rung(wished, OPEN)


def _asked_of(session: Session, offer: StandingOffer, series: Series) -> SeriesAsk:
    seat = last_seat_with(session, series.therapist_id, offer.person_id)
    return replace(as_asked(series), state=seat.state if seat else None)


def _judged(
    session: Session, asked: SeriesAsk, starts: Sequence[datetime], now: datetime
) -> list[Rung]:
    diary = diary_for(session, asked, starts)
    return rungs_of(Judge.of(diary, asked.rules, starts, asked=asked.client, now=now))


def _held_for(session: Session, therapist_id: int, person_id: int) -> Sequence[Appointment]:
    query = (
        select(Appointment)
        .join(SeriesPart, SeriesPart.id == Appointment.series_part_id)
        .join(Series, Series.id == SeriesPart.series_id)
        .join(StandingOffer, StandingOffer.id == Series.offer_id)
        .where(
            StandingOffer.therapist_id == therapist_id,
            StandingOffer.person_id == person_id,
            StandingOffer.status == OfferStatus.OPEN,
            Appointment.status == Status.HELD,
        )
    )
    return session.scalars(query).all()
