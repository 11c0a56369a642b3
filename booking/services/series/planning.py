"""What a change would do to each date of a series, shown before it is done and done as shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.judging import Judge
from booking.domain.ladder import Rung, rungs_of
from booking.domain.lifecycle import LIVE, Modality, may_go_on_as
from booking.domain.policy import check_move
from booking.domain.recurrence import MOST_DATES, Repeat, StandingHour, StandingTime
from booking.domain.reshaping import OldDate, Reshaped, Standing, reshaped
from booking.errors import InvalidInput, Problem, Rule, RuleBroken
from booking.models import Appointment, Claim, Series, SeriesPart, SessionType
from booking.services.changes import policy_of
from booking.services.series.asking import SeriesAsk, diary_for
from booking.services.series.finding import dates_ahead, dates_of
from booking.services.series.ruling import claim_of, is_moved, part_at, rule_days


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHour:
    """How a series is to go on; what is None stays as it is.

    `at` is the time of day on the clock of the series. Dates that were moved by hand stay where
    they are, unless `keep_moved` is taken back.
    """

    every_weeks: int | None = None
    weekdays: frozenset[int] | None = None
    at: time | None = None
    session_type: str | None = None
    modality: Modality | None = None
    keep_moved: bool = True


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date a change touches: from when it is now to when it would be.

    `was` is None for a new date. `rung` says whether the new time can be had, and is None for a
    date that falls away.
    """

    was: datetime | None
    occurrence: date | None
    rung: Rung | None
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a change does, in order of time. `since` is the first date it is for.

    `asked` is the series as it would go on from there, and `untouched` are dates that stay
    although the rule changes, by the new date of the rule that each stands for. `left_out` are
    dates on which nothing takes place, with the old ones they take the place of.
    """

    since: date
    asked: SeriesAsk
    modality: Modality
    dates: Sequence[PlannedDate]
    untouched: Sequence[tuple[date, Appointment]]
    left_out: Mapping[date, date]
    affected: Sequence[SeriesPart]


def plan_change(
    session: Session, series: Series, new: NewHour, *, since: date, now: datetime
) -> Plan:
    """Return what `new` would do to every date from `since` on that has not begun. Reads only.

    Raises `InvalidInput` for a rule that makes no sense, and where no such date is left.
    """
    old = _from(dates_of(session, series), since, now)
    days = [each.occurrence for each in old if each.occurrence is not None]
    if not days:
        raise InvalidInput(Problem("date", "past"))
    since = max(since, min(days))  # what took place stays in its rule
    part = part_at(series, since)
    asked, modality = _as_it_would_be(session, series, part, new, since)
    own = [each for each in old if each.status in LIVE]
    found = reshaped(
        _old_dates(series, old, since), _new_days(series, asked.hour), keep_moved=new.keep_moved
    )
    return _planned(session, series, _Change(asked, modality, since, found, own), now=now)


def all_since(session: Session, series: Series, *, now: datetime) -> date:
    """Return the date of the rule from which a client may still change all that is ahead.

    Raises `RuleBroken` if it is too late for every date there is.
    """
    movable, fixed = [], []
    for each in dates_ahead(session, series, now=now):
        if each.occurrence is not None and _may_move(each, now):
            movable.append(each.occurrence)
        elif each.occurrence is not None and not is_moved(each):
            fixed.append(each.occurrence)
    # One that was moved may stand for a later date of the rule than one that comes after it.
    for day in sorted(movable):
        if not fixed or day > max(fixed):
            return day
    raise RuleBroken(Rule.POLICY)


def _may_move(date_: Appointment, now: datetime) -> bool:
    booked_at = date_.booked_at or date_.created_at
    try:
        check_move(policy_of(date_), starts_at=date_.starts_at, booked_at=booked_at, now=now)
    except RuleBroken:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Change:
    asked: SeriesAsk
    modality: Modality
    since: date
    found: Reshaped
    own: Sequence[Appointment]


def _planned(session: Session, series: Series, change: _Change, *, now: datetime) -> Plan:
    by_id = {each.id: each for each in change.own}
    found, time_ = change.found, change.asked.hour.time
    going = [by_id[key] for key in (*found.moved.values(), *found.dropped)]
    asked = replace(
        change.asked,
        own=tuple(claim_of(each) for each in going),
        own_starts=tuple(each.starts_at for each in going),
        busy=_busy_of(session, series, {each.id for each in going}),
    )
    wanted = {time_.on(day): day for day in sorted({*found.moved, *found.made})}
    rungs = _judged(session, asked, list(wanted), now=now) if wanted else []
    dates = [
        PlannedDate(None, wanted[rung.starts_at], rung, None)
        if wanted[rung.starts_at] in found.made
        else _moving(by_id[found.moved[wanted[rung.starts_at]]], wanted[rung.starts_at], rung)
        for rung in rungs
    ]
    dates += [PlannedDate(by_id[key].starts_at, None, None, by_id[key]) for key in found.dropped]
    return Plan(
        since=change.since,
        asked=asked,
        modality=change.modality,
        dates=sorted(dates, key=_when),
        untouched=[(day, by_id[key]) for day, key in found.kept.items()],
        left_out=found.left_out,
        affected=[part for part in series.parts if _reaches(part, change.own)],
    )


def _judged(
    session: Session, asked: SeriesAsk, starts: Sequence[datetime], *, now: datetime
) -> list[Rung]:
    diary = diary_for(session, asked, starts)
    return rungs_of(Judge.of(diary, asked.rules, starts, asked=asked.client, now=now))


def _moving(appointment: Appointment, day: date, rung: Rung) -> PlannedDate:
    return PlannedDate(appointment.starts_at, day, rung, appointment)


def _when(planned: PlannedDate) -> datetime:
    if planned.rung is not None:
        return planned.rung.starts_at
    assert planned.was is not None  # noqa: S101  # what falls away was at some time
    return planned.was


def _reaches(part: SeriesPart, own: Iterable[Appointment]) -> bool:
    return any(each.series_part_id == part.id for each in own)


def _from(dates: Iterable[Appointment], since: date, now: datetime) -> list[Appointment]:
    """Return the dates from `since` on that have not begun."""
    return [
        each
        for each in dates
        if each.occurrence is not None and each.occurrence >= since and each.starts_at > now
    ]


def _new_days(series: Series, hour: StandingHour) -> list[date]:
    """Return the dates of the new rule; if open-ended, as far as the old one has been made."""
    if not hour.repeat.is_open_ended:
        return list(hour.days())
    last = series.made_until + timedelta(days=6 - series.made_until.weekday())
    return list(takewhile(lambda day: day <= last, hour.repeat.dates()))


def _old_dates(series: Series, old: Sequence[Appointment], since: date) -> list[OldDate]:
    live = {each.occurrence: each for each in old if each.status in LIVE}
    found = []
    for day in sorted({*rule_days(series, since), *(d for d in live if d is not None)}):
        date_ = live.get(day)
        if date_ is None:
            found.append(OldDate(day, Standing.OFF))
        else:
            moved = Standing.MOVED if is_moved(date_) else Standing.RULED
            found.append(OldDate(day, moved, date_.id))
    return found


def _as_it_would_be(
    session: Session, series: Series, part: SeriesPart, new: NewHour, since: date
) -> tuple[SeriesAsk, Modality]:
    session_type = _session_type(session, series, part, new)
    minutes = part.minutes if session_type.id == part.session_type_id else session_type.minutes
    time_ = StandingTime(new.at or part.hour.time.at, part.hour.time.zone)
    days = rule_days(series, since)
    try:
        repeat = _repeat(part, new, since, len(days), series)
    except ValueError as error:
        raise InvalidInput(Problem("repeat", "pattern")) from error
    modality = new.modality or part.modality
    if modality.value not in session_type.modalities:
        raise InvalidInput(Problem("modality", "unknown"))
    member = next(iter(series.members), None)
    asked = SeriesAsk(
        therapist=series.therapist,
        session_type=session_type,
        hour=StandingHour(repeat, time_),
        minutes=minutes,
        state=member.state if member is not None else None,
    )
    return asked, modality


def _session_type(session: Session, series: Series, part: SeriesPart, new: NewHour) -> SessionType:
    if new.session_type is None or new.session_type == part.session_type.slug:
        return part.session_type
    query = select(SessionType).filter_by(
        therapist_id=series.therapist_id, slug=new.session_type, active=True
    )
    found = session.scalars(query).one_or_none()
    if found is None or not found.allows_series:
        raise RuleBroken(Rule.SESSION_TYPE)
    if not may_go_on_as(part.session_type.kind, found.kind):
        raise RuleBroken(Rule.SESSION_TYPE)  # it is for more people than there are, or fewer
    return found


def _repeat(part: SeriesPart, new: NewHour, since: date, left: int, series: Series) -> Repeat:
    """Return the new rule: it begins in the week of `since` and has as many dates as were left."""
    weekdays = new.weekdays or frozenset(part.weekdays)
    every_weeks = new.every_weeks or part.every_weeks
    monday = date.fromordinal(since.toordinal() - since.weekday())
    # On the same days of the week nothing may slip in before the date the change is for.
    earliest = since if weekdays == frozenset(part.weekdays) else monday
    week = map(date.fromordinal, range(earliest.toordinal(), earliest.toordinal() + 7))
    first = next((day for day in week if day.weekday() in weekdays), since)
    whole = Repeat(first=first, weekdays=weekdays, every_weeks=every_weeks)
    if series.part.hour.repeat.is_open_ended:
        return whole
    until = series.part.until
    if until is not None and series.part.count is None:
        return replace(whole, until=max(until, first))
    return replace(whole, count=min(max(left, 1), MOST_DATES))


def _busy_of(session: Session, series: Series, but: set[int]) -> tuple[Interval, ...]:
    """Return when those who come have other appointments that hold their time."""
    people = [m.person.resource_id for m in series.members if m.person.resource_id is not None]
    if not people:
        return ()
    query = select(Claim.from_at, Claim.until_at).where(
        Claim.resource_id.in_(people), Claim.appointment_id.not_in(but)
    )
    return tuple(Interval(start, end) for start, end in session.execute(query))
