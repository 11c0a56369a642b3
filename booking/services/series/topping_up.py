"""Open-ended series are made some way ahead, so that nobody can book into them.

Their dates reach past the booking horizon by one interval at least, whatever the hour. A date
that cannot be had is never forced: the therapist is asked what becomes of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import dropwhile

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from booking.adapters.links import random_id
from booking.domain.interval import Interval
from booking.domain.judging import Judge
from booking.domain.ladder import Rung, rungs_of
from booking.domain.messages import Channel, MessageKind
from booking.domain.openings import Diary
from booking.domain.recurrence import BLOCK, WEEK
from booking.domain.standing import SeriesStatus
from booking.domain.zones import local_date, zone
from booking.models import (
    Series,
    SeriesMember,
    SeriesPart,
    SeriesQuestion,
    SessionType,
    Therapist,
    db,
)
from booking.queries.diaries import diary_of, session_rules
from booking.queries.practices import the_practice
from booking.services.audit import SYSTEM, entry, record_each
from booking.services.offers import lock_therapist
from booking.services.owed import Owed, owe, owe_each
from booking.services.series.asking import A_WEEK, as_asked
from booking.services.series.dates import Batch, NewDate, granted, make_dates_of
from booking.services.series.telling import calendars_of, subject_of_series
from booking.services.series.unmade import note_unmade
from booking.services.unit_of_work import unit_of_work

# So many series in one transaction: enough to read a diary once for, few enough to be quick.
AT_ONCE = 25
REMAINING = 4


@dataclass(frozen=True, slots=True)
class Due:
    """One series whose dates do not reach far enough, and whose it is."""

    series_id: int
    therapist_id: int


def top_up(*, now: datetime) -> int:
    """Make the next dates of every open-ended series that needs some; return how many did.

    A few series a transaction, each therapist's together: broken off anywhere it goes on from
    there, and no date is made twice.
    """
    portions = due_portions(now=now)
    for therapist_id, ids in portions:
        top_up_portion(therapist_id, ids, now=now)
    return sum(len(ids) for _, ids in portions)


def due_portions(*, now: datetime) -> list[tuple[int, list[int]]]:
    """Return the series that may need dates, in portions of one therapist each."""
    session = db.session()
    due = _due(session, now)
    session.rollback()
    return list(_in_portions(due))


def top_up_portion(therapist_id: int, ids: Sequence[int], *, now: datetime) -> None:
    """Make the next dates of these series in one transaction; doing it twice makes none twice."""
    unit_of_work(partial(_top_up, therapist_id=therapist_id, ids=ids, now=now))


def top_up_now(session: Session, series: Series, *, now: datetime) -> None:
    """Do the same for one series in a transaction that holds its therapist's lock."""
    horizon = _horizons(session).get(series.therapist_id, 0)
    if series.part.hour.repeat.is_open_ended:
        days = days_to_make(series, horizon, now)
        if days:
            diary = diary_of(session, series.therapist, _window(series, days))
            _make(session, [(series, days)], diary, now)


def days_to_make(series: Series, horizon_days: int, now: datetime) -> list[date]:
    """Return the dates of the rule that are missing now, in whole blocks; none if none are."""
    part = series.part
    interval = part.every_weeks * WEEK
    today = local_date(now, zone(part.zone))
    needed = today + timedelta(days=horizon_days) + interval
    if series.made_until >= needed and _ahead(series, today) > REMAINING:
        return []
    following = dropwhile(lambda day: day <= series.made_until, part.hour.repeat.dates())
    found: list[date] = []
    while not found or len(found) % BLOCK or found[-1] < needed:
        found.append(next(following))
    return found


def _ahead(series: Series, today: date) -> int:
    """Return how many dates of the rule are made and yet to come."""
    weeks = (series.made_until - today) // (series.part.every_weeks * WEEK)
    return (weeks + 1) * len(series.part.weekdays)


def _due(session: Session, now: datetime) -> list[Due]:
    """Return the series that may need dates: which do is decided one by one."""
    horizons = _horizons(session)
    farthest = now.date() + timedelta(days=max(horizons.values(), default=0)) + 4 * WEEK
    newest = (
        select(SeriesPart.series_id, func.max(SeriesPart.number).label("number"))
        .where(~SeriesPart.replaced)
        .group_by(SeriesPart.series_id)
        .subquery()
    )
    query = (
        select(Series.id, Series.therapist_id)
        .join(newest, newest.c.series_id == Series.id)
        .join(
            SeriesPart,
            (SeriesPart.series_id == Series.id) & (SeriesPart.number == newest.c.number),
        )
        .where(
            Series.status == SeriesStatus.CONFIRMED,
            Series.made_until < farthest,
            SeriesPart.count.is_(None),
            SeriesPart.until.is_(None),
        )
        .order_by(Series.therapist_id, Series.id)
    )
    return [Due(series_id, therapist_id) for series_id, therapist_id in session.execute(query)]


def _horizons(session: Session) -> dict[int, int]:
    """Return how many days ahead anything can be booked, by therapist."""
    query = (
        select(SessionType.therapist_id, func.max(SessionType.horizon_days))
        .where(SessionType.active)
        .group_by(SessionType.therapist_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _in_portions(due: Sequence[Due]) -> Iterator[tuple[int, list[int]]]:
    portion: list[Due] = []
    for each in due:
        if portion and (len(portion) == AT_ONCE or portion[0].therapist_id != each.therapist_id):
            yield portion[0].therapist_id, [one.series_id for one in portion]
            portion = []
        portion.append(each)
    if portion:
        yield portion[0].therapist_id, [one.series_id for one in portion]


def _top_up(session: Session, *, therapist_id: int, ids: Sequence[int], now: datetime) -> None:
    slug = session.scalars(select(Therapist.slug).filter_by(id=therapist_id)).one()
    therapist = lock_therapist(session, slug)
    horizon = _horizons(session).get(therapist_id, 0)
    query = (
        select(Series)
        .where(Series.id.in_(ids), Series.status == SeriesStatus.CONFIRMED)
        .options(
            selectinload(Series.parts).joinedload(SeriesPart.session_type),
            selectinload(Series.members).joinedload(SeriesMember.person),
        )
        .execution_options(populate_existing=True)
    )
    wanted = [
        (series, days)
        for series in session.scalars(query)
        if (days := days_to_make(series, horizon, now))
    ]
    if not wanted:
        return
    windows = [_window(series, days) for series, days in wanted]
    whole = Interval(min(w.start for w in windows), max(w.end for w in windows))
    _make(session, wanted, diary_of(session, therapist, whole), now)


def _window(series: Series, days: Sequence[date]) -> Interval:
    time_ = series.part.hour.time
    return Interval(time_.on(days[0]) - A_WEEK, time_.on(days[-1]) + A_WEEK)


def _make(
    session: Session, wanted: Sequence[tuple[Series, list[date]]], diary: Diary, now: datetime
) -> None:
    """Make the dates that are open, ask about those that are not.

    One series after the other is judged by what the ones before it take; then all is written.
    """
    batches = []
    for series, days in wanted:
        found = _judged(series, days, diary, now)
        series.made_until = days[-1]
        paused = (day for day in days if _is_paused(series, day))
        note_unmade(session, series.part, paused, now=now)
        if not found.dates and not found.clashes:
            continue  # it is paused on all of them
        _ask(session, series, found.clashes, now)
        batches.append((series, Batch(series.part, found.dates, granted(series))))
        diary = _with(diary, series.part, found.dates)
    made = make_dates_of(batches, session, the_practice(session), now=now)
    owed, entries = [], []
    for (series, _), dates in zip(batches, made, strict=True):
        if dates:
            about = subject_of_series(series, now)
            owed += [(each, about) for each in calendars_of(series, series.part, now)]
        said = entry("topped up", ("series", series.id), actor=SYSTEM, now=now, dates=len(dates))
        entries.append(said)
    owe_each(session, owed, now=now)
    record_each(session, entries)


def _with(diary: Diary, part: SeriesPart, dates: Sequence[NewDate]) -> Diary:
    """Return the diary with the time in it that these dates take."""
    rules = session_rules(part.session_type)
    before = timedelta(minutes=rules.buffer_before)
    after = timedelta(minutes=rules.buffer_after)
    starts = [each.starts_at for each in dates]
    sessions = [Interval(start, start + part.length) for start in starts]
    return replace(
        diary,
        claims=[*diary.claims, *(each.padded(before=before, after=after) for each in sessions)],
        sessions=[*diary.sessions, *starts],
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Which dates can be had, and what stands in the way of the others."""

    dates: Sequence[NewDate]
    clashes: Mapping[date, Rung]


def _judged(series: Series, days: Sequence[date], diary: Diary, now: datetime) -> _Judged:
    time_ = series.part.hour.time
    wanted = {time_.on(day): day for day in days if not _is_paused(series, day)}
    if not wanted:
        return _Judged((), {})
    asked = as_asked(series)
    rungs = rungs_of(Judge.of(diary, asked.rules, list(wanted), asked=asked.client, now=now))
    return _Judged(
        [NewDate(wanted[rung.starts_at], rung.starts_at) for rung in rungs if rung.is_open],
        {wanted[rung.starts_at]: rung for rung in rungs if not rung.is_open},
    )


def _is_paused(series: Series, day: date) -> bool:
    if series.paused_from is None or series.paused_until is None:
        return False
    return series.paused_from <= day <= series.paused_until


def _ask(session: Session, series: Series, clashes: Mapping[date, Rung], now: datetime) -> None:
    """Ask the therapist about the dates that cannot be had, in one mail."""
    questions = [
        SeriesQuestion(
            series_id=series.id,
            part_id=series.part.id,
            occurrence=day,
            starts_at=rung.starts_at,
            why=rung.status.value,
            asked_at=now,
        )
        for day, rung in clashes.items()
    ]
    if not questions:
        return
    session.add_all(questions)
    session.flush()
    mail = Owed(
        kind=MessageKind.THERAPIST_SERIES_QUESTIONS,
        channel=Channel.EMAIL,
        therapist_id=series.therapist_id,
        action=random_id(),
        due_at=now,
        facts={"questions": [question.id for question in questions]},
    )
    owe(session, mail, about=subject_of_series(series, now), now=now)
