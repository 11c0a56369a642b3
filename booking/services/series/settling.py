"""A date that a topped-up series could not have: the therapist says what becomes of it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.judging import Judge
from booking.domain.ladder import Rung, refused, rungs_of
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, NotFound, SlotTaken
from booking.models import Series, SeriesQuestion
from booking.queries.practices import the_practice
from booking.services.audit import Actor, record, therapist
from booking.services.series.asking import SeriesAsk, as_asked, diary_for
from booking.services.series.changing import said
from booking.services.series.dates import Batch, NewDate, granted, make_dates
from booking.services.series.ending import let_go_of_lapsed
from booking.services.series.finding import locked_series
from booking.services.series.telling import CHANGED, What, tell_series
from booking.services.unit_of_work import unit_of_work

SKIPPED, ADDED = "skipped", "added"


def settle_question(
    question_id: int, therapist_id: int, to: datetime | None, *, now: datetime
) -> None:
    """Leave the date out, or make it at `to` and tell everybody once; settled is settled.

    Raises `NotFound` for another therapist's, `IllegalTransition` if the series has gone on
    without that date, and `SlotTaken` if `to` cannot be had.
    """

    def work(session: Session) -> None:
        series = _locked(session, question_id, therapist_id)
        question = session.get_one(SeriesQuestion, question_id, populate_existing=True)
        if question.settled_at is not None:
            return
        actor = therapist(therapist_id)
        if to is not None:
            let_go_of_lapsed(session, series.therapist, now=now)
            _make(session, question, to, actor, now)
        question.settled_at, question.settled_as = now, ADDED if to else SKIPPED
        detail = {"question": question.id, "as": question.settled_as}
        record(session, "date settled", ("series", series.id), actor=actor, now=now, **detail)

    unit_of_work(work)


def still_asked(question: SeriesQuestion, *, now: datetime) -> bool:
    """Return whether the date could still be made: the series goes on, and no pause covers it."""
    series, day = question.series, question.occurrence
    if question.settled_at is not None or question.starts_at <= now:
        return False
    if series.status is not SeriesStatus.CONFIRMED:
        return False
    first, last = series.paused_from, series.paused_until
    return first is None or last is None or not first <= day <= last


def look_at_question(session: Session, question: SeriesQuestion, *, now: datetime) -> Rung:
    """Return how the date stands now, and what else is open that week. Reads only."""
    asked, start = _asked(question), question.starts_at
    diary = diary_for(session, asked, [start])
    return rungs_of(Judge.of(diary, asked.rules, [start], asked=asked.client, now=now))[0]


def _locked(session: Session, question_id: int, therapist_id: int) -> Series:
    query = select(SeriesQuestion.series_id).where(SeriesQuestion.id == question_id)
    series_id = session.scalars(query).one_or_none()
    if series_id is None:
        raise NotFound("question")
    return locked_series(session, series_id, therapist_id=therapist_id)


def _make(
    session: Session, question: SeriesQuestion, to: datetime, actor: Actor, now: datetime
) -> None:
    series, part = question.series, question.part
    if not still_asked(question, now=now):
        raise IllegalTransition(current=series.status, target=SeriesStatus.CONFIRMED)
    asked = _asked(question)
    diary = diary_for(session, asked, sorted({question.starts_at, to}))
    if refused(diary, asked.rules, {question.starts_at: to}, asked=asked.client, now=now):
        raise SlotTaken(look_at_question(session, question, now=now).alternatives)
    batch = Batch(part, [NewDate(question.occurrence, to)], granted(series))
    make_dates(session, series, batch, the_practice(session), now=now)
    series.version += 1
    changes = [[None, said(to)]]
    what = What(facts={"what": ADDED, "changes": changes}, parts=(part,), soonest=to)
    tell_series(session, series, CHANGED, actor=actor, now=now, what=what)


def _asked(question: SeriesQuestion) -> SeriesAsk:
    part = question.part
    return replace(
        as_asked(question.series),
        session_type=part.session_type,
        hour=part.hour,
        minutes=part.minutes,
    )
