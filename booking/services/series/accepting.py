"""Accepting one of the standing times that were offered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.ladder import refused
from booking.domain.lifecycle import Status
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import IllegalTransition, InvalidInput, NotFound, Problem, SlotTaken
from booking.models import (
    Appointment,
    Participant,
    Practice,
    Series,
    SeriesMember,
    StandingOffer,
)
from booking.queries.practices import the_practice
from booking.services.audit import Actor, record
from booking.services.opened import check_open
from booking.services.owing import subject_of
from booking.services.series.agreeing import has_run_out, holding_agreement
from booking.services.series.asking import as_asked, diary_for
from booking.services.series.booking import (
    AS_WISHED,
    Choices,
    check_choices,
)
from booking.services.series.dates import (
    Batch,
    NewDate,
    free_time,
    granted,
    make_dates,
    seat_members,
)
from booking.services.series.ending import free_dates
from booking.services.series.finding import dates_of
from booking.services.series.offering import locked_offer
from booking.services.series.telling import REQUESTED, tell_series
from booking.services.series.topping_up import top_up_now
from booking.services.unit_of_work import unit_of_work


def accept_offer(
    offer_id: int, series_id: int, choices: Choices = AS_WISHED, *, now: datetime
) -> int:
    """Take one of the offered times with its dates; return the id of who is now its member.

    Accepting the same again changes nothing. Raises `IllegalTransition` if the offer is over,
    `SlotTaken` if a date that was not held cannot be had as chosen.
    """

    def work(session: Session) -> int:
        offer = locked_offer(session, offer_id)
        chosen = next((each for each in offer.series if each.id == series_id), None)
        if chosen is None:
            raise NotFound("booking")
        if offer.status is OfferStatus.ACCEPTED and chosen.members:
            return chosen.members[0].id
        check_open(offer, now)
        if has_run_out(chosen, now):  # its first date came before the offer was over
            raise IllegalTransition(current=SeriesStatus.EXPIRED, target=SeriesStatus.REQUESTED)
        for other in offer.series:
            if other.id != chosen.id and other.status is SeriesStatus.OFFERED:
                other.become(SeriesStatus.EXPIRED)
                free_dates(session, other, Status.EXPIRED)
        offer.status, offer.answered_at = OfferStatus.ACCEPTED, now
        member = _join(session, offer, chosen)
        settle_offered(session, chosen, choices, now)
        actor = Actor("member", member.id)
        tell_series(session, chosen, REQUESTED, actor=actor, now=now)
        record(session, "offer accepted", ("series", chosen.id), actor=actor, now=now)
        return member.id

    return unit_of_work(work)


def _join(session: Session, offer: StandingOffer, series: Series) -> SeriesMember:
    """Make the person a member, with what they answered at their last appointment here."""
    seat = session.scalars(
        select(Participant)
        .join(Appointment)
        .where(
            Participant.person_id == offer.person_id,
            Appointment.therapist_id == offer.therapist_id,
        )
        .order_by(Appointment.starts_at.desc(), Participant.id.desc())
        .limit(1)
    ).one()
    told = ("phone", "state", "country", "need", "payment", "language", "access_needs")
    answers = {name: getattr(seat, name) for name in told}
    member = SeriesMember(person_id=offer.person_id, link_id=random_id(), **answers)
    series.members.append(member)
    session.flush()
    return member


def settle_offered(session: Session, series: Series, choices: Choices, now: datetime) -> None:
    """Turn what was held into what is asked for, and take the dates chosen instead of others.

    Its members are there by now.
    """
    practice = the_practice(session)
    deadline = now + timedelta(hours=practice.agreement_hours)
    held = {each.occurrence: each for each in dates_of(session, series)}
    wished = {series.part.hour.time.on(day): day for day in series.part.hour.days()}
    check_choices(choices, wished)
    given_up = {*choices.skip, *choices.move}
    skipped = [held[wished[start]].id for start in given_up if wished[start] in held]
    free_time(session, skipped)
    kept = [each.id for each in held.values() if each.id not in skipped]
    if not kept and not choices.move:
        raise InvalidInput(Problem("skip", "missing"))
    series.become(SeriesStatus.REQUESTED)
    series.version += 1
    first = min((each.starts_at for each in held.values()), default=deadline)
    series.booked_at, series.expires_at = now, min(deadline, first)
    holding_agreement(session, series.therapist_id, now=now)
    _change_status(session, skipped, Status.EXPIRED, series)
    # Another row may come to stand for the same date.
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_(skipped))
        .values(occurrence=None)
        .execution_options(synchronize_session=False)
    )
    _change_status(session, kept, Status.REQUESTED, series)
    subjects = [subject_of(each) for each in dates_of(session, series) if each.id in kept]
    seat_members(session, series.members, subjects, practice, now=now)
    _take_others(session, series, choices, wished, practice, now)
    top_up_now(session, series, now=now)


def _change_status(session: Session, ids: Sequence[int], status: Status, series: Series) -> None:
    values = {"status": status, "booked_at": series.booked_at, "expires_at": series.expires_at}
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_(ids))
        .values(version=Appointment.version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _take_others(
    session: Session,
    series: Series,
    choices: Choices,
    wished: Mapping[datetime, date],
    practice: Practice,
    now: datetime,
) -> None:
    """Take the times chosen for dates that could not be held."""
    if not choices.move:
        return
    asked = as_asked(series)
    diary = diary_for(session, asked, sorted({*wished, *choices.move.values()}))
    if refused(diary, asked.rules, choices.move, asked=asked.client, now=now):
        raise SlotTaken
    dates = [NewDate(wished[start], to) for start, to in choices.move.items()]
    make_dates(session, series, Batch(series.part, dates, granted(series)), practice, now=now)
