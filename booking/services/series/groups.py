"""Standing groups: a therapist sets the hour up, its dates are theirs, and people join it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.ladder import Rung
from booking.domain.lifecycle import Modality
from booking.domain.standing import SeriesStatus
from booking.domain.zones import zone
from booking.errors import NotFound, Rule, RuleBroken
from booking.models import Series, SessionType, Therapist
from booking.queries.practices import the_practice
from booking.services.audit import record, therapist
from booking.services.offers import check_modality, lock_therapist, meets_as_group
from booking.services.owed import owe
from booking.services.series.agreeing import holding_agreement
from booking.services.series.asking import Pattern, SeriesAsk, climb
from booking.services.series.booking import AS_WISHED, Choices, chosen_dates, new_part
from booking.services.series.dates import Batch, NewDate, granted, make_dates
from booking.services.series.ending import let_go_of_lapsed
from booking.services.series.telling import calendars_of, subject_of_series
from booking.services.series.topping_up import top_up_now
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGroup:
    """A standing group as its therapist sets it up, by the slug of what kind of session."""

    session_type: str
    starts_at: datetime
    pattern: Pattern
    modality: Modality
    choices: Choices = AS_WISHED


def start_group(therapist_id: int, new: NewGroup, *, now: datetime) -> str:
    """Claim every chosen date, or none, and return the public id of the group.

    It is confirmed from the start and has no members. Raises `NotFound`, `InvalidInput`,
    `RuleBroken` for what is no group, and `SlotTaken` if a date cannot be had.
    """

    def work(session: Session) -> str:
        theirs = _locked(session, therapist_id)
        session_type = group_type(session, theirs.id, new.session_type)
        check_modality(session_type, new.modality)
        asked = asked_for(session_type, new)
        let_go_of_lapsed(session, theirs, now=now)
        dates = chosen_dates(session, asked, new.choices, now=now)
        holding_agreement(session, theirs.id, now=now)
        series = _series(session, asked, new, dates, now)
        practice = the_practice(session)
        make_dates(session, series, Batch(series.part, dates, granted(series)), practice, now=now)
        top_up_now(session, series, now=now)
        about = subject_of_series(series, now)
        owe(session, *calendars_of(series, series.part, now), about=about, now=now)
        actor = therapist(therapist_id)
        record(session, "group started", ("series", series.id), actor=actor, now=now)
        return series.public_id

    return unit_of_work(work)


def group_type(session: Session, therapist_id: int, slug: str) -> SessionType:
    """Return what is held in standing groups; raise `NotFound`, or `RuleBroken` for all else."""
    query = select(SessionType).filter_by(therapist_id=therapist_id, slug=slug, active=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("session type")
    if not meets_as_group(found):
        raise RuleBroken(Rule.SESSION_TYPE)
    return found


def asked_for(session_type: SessionType, new: NewGroup) -> SeriesAsk:
    """Return what is asked of the therapist's own diary; wherever those who come will be.

    Raises `InvalidInput` for a pattern that makes no sense.
    """
    anchor = zone(session_type.therapist.time_zone)
    return SeriesAsk.of(session_type, new.pattern.from_(new.starts_at, anchor), None)


def look_at_group(session: Session, asked: SeriesAsk, *, now: datetime) -> list[Rung]:
    """Return every date of a group to be, with what is open instead. Reads only."""
    return climb(session, asked, list(asked.hour.starts()), now=now)


def _locked(session: Session, therapist_id: int) -> Therapist:
    slug = session.scalars(select(Therapist.slug).filter_by(id=therapist_id)).one()
    return lock_therapist(session, slug)


def _series(
    session: Session, asked: SeriesAsk, new: NewGroup, dates: list[NewDate], now: datetime
) -> Series:
    series = Series(
        public_id=random_id(),
        therapist=asked.therapist,
        status=SeriesStatus.CONFIRMED,
        version=1,
        created_at=now,
        booked_at=now,
        granted_at=now,
        agreed_at=now,
        made_until=max(each.occurrence for each in dates),
    )
    series.parts.append(new_part(asked, new.modality, number=1))
    session.add(series)
    session.flush()
    return series
