"""Putting the dates of a series where its rule, or somebody, wants them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Status
from booking.models import Appointment, Claim, Practice, SeriesPart, SeriesQuestion
from booking.services.rows import add_rows
from booking.services.series.dates import ask_for, client_claims
from booking.services.series.planning import Plan, PlannedDate
from booking.services.series.unmade import PAUSED
from booking.services.taking import claim_row, kept_terms, terms, when


def rename(session: Session, plan: Plan, part: SeriesPart, paused: Sequence[Appointment]) -> None:
    """Let the dates that stay moved, and those of a pause, stand for dates of the new rule."""
    by_day = {each.occurrence: each for each in paused}
    back = {new: by_day[old] for new, old in plan.left_out.items() if old in by_day}
    ids = [d.appointment.id for d in plan.dates if d.appointment]
    ids += [each.id for _, each in plan.untouched]
    ids += [each.id for each in back.values()]
    # First none of them stands for any date: two that swap would else clash on the way.
    session.execute(
        update(Appointment)
        .where(Appointment.id.in_(ids))
        .values(occurrence=None)
        .execution_options(synchronize_session=False)
    )
    taken = [d.occurrence for d in plan.dates if d.occurrence] + [day for day, _ in plan.untouched]
    _give_way(session, part, [*taken, *back])
    for day, each in back.items():
        again = when(ask_for(part, part.hour.time.on(day)))
        session.execute(
            update(Appointment)
            .where(Appointment.id == each.id)
            .values(series_part_id=part.id, occurrence=day, **again)
            .execution_options(synchronize_session=False)
        )
    for day, each in plan.untouched:
        session.execute(
            update(Appointment)
            .where(Appointment.id == each.id)
            .values(series_part_id=part.id, occurrence=day, modality=part.modality)
            .execution_options(synchronize_session=False)
        )


def _give_way(session: Session, part: SeriesPart, days: Collection[date]) -> None:
    """Let what was cancelled under an earlier rule stand for none of the days others stand for.

    It cannot be taken up again then, neither by the client nor after a pause.
    """
    session.execute(
        update(Appointment)
        .where(
            Appointment.series_part_id == part.id,
            Appointment.occurrence.in_(days),
            Appointment.status == Status.CANCELLED,
        )
        .values(occurrence=None, cancelled_by="change")
        .execution_options(synchronize_session=False)
    )


def rename_questions(session: Session, plan: Plan, part: SeriesPart) -> None:
    """Let what is not made yet be dates of the new rule; forget what has none there.

    It is what the therapist is asked about, and what a pause kept from being made.
    """
    query = select(SeriesQuestion).where(
        SeriesQuestion.series_id == part.series_id, SeriesQuestion.occurrence >= plan.since
    )
    asked = session.scalars(query.order_by(SeriesQuestion.id)).all()
    open_ = {
        each.occurrence: each
        for each in asked
        if each.settled_at is None or each.settled_as == PAUSED
    }
    again = {day: open_[old] for day, old in plan.left_out.items() if old in open_}
    for each in asked:
        if each not in again.values():
            session.delete(each)
    session.flush()
    for day, each in again.items():
        each.part, each.occurrence, each.starts_at = part, day, part.hour.time.on(day)
    session.flush()


def place_dates(
    session: Session,
    part: SeriesPart,
    moves: Sequence[tuple[PlannedDate, datetime]],
    practice: Practice,
) -> None:
    """Put the dates where they are to be, and claim their new time."""
    changed: list[dict[str, Any]] = []
    claims: list[dict[str, Any]] = []
    for planned, to in moves:
        appointment = planned.appointment
        assert appointment is not None  # noqa: S101  # these dates are there already
        other_type = appointment.session_type_id != part.session_type.id
        ask = ask_for(part, to)
        changed.append(
            {
                "id": appointment.id,
                "series_part_id": part.id,
                "occurrence": day_of_rule(planned),
                "session_type_id": part.session_type.id,
                "modality": part.modality,
                "version": appointment.version + 1,
                "asked_to_move_at": None,
                **(terms(part.session_type, practice) if other_type else kept_terms(appointment)),
                **when(ask),
            }
        )
        claims.append(claim_row(ask, appointment.id))
        claims += client_claims(appointment, ask.session)
    if changed:
        session.execute(update(Appointment), changed)
        add_rows(session, Claim, claims)
    session.expire_all()


def day_of_rule(planned: PlannedDate) -> date:
    assert planned.occurrence is not None  # noqa: S101  # asked of dates that stay
    return planned.occurrence
