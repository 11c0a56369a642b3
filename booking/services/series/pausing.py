"""A pause in a series, and going on after it: the dates come back by themselves or earlier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.domain.ladder import Rung, refused
from booking.domain.recurrence import A_DAY
from booking.domain.zones import local_date, zone
from booking.errors import InvalidInput, Problem, SlotTaken
from booking.models import Appointment, Claim, Series, SeriesPart, SeriesQuestion
from booking.services.audit import Actor, record
from booking.services.rows import add_rows
from booking.services.series.asking import as_asked, climb, diary_for
from booking.services.series.booking import AS_WISHED, Choices, check_choices
from booking.services.series.calling_off import By, call_off, day_of, parts_of
from booking.services.series.changing import check_live, said
from booking.services.series.dates import (
    ask_for,
    client_claims,
    granted,
)
from booking.services.series.ending import let_go_of_lapsed
from booking.services.series.finding import (
    PAUSE,
    dates_after_pause,
    dates_ahead,
    local_day,
    locked_series,
)
from booking.services.series.telling import (
    CHANGED,
    What,
    plan_reminders_of,
    tell_series,
)
from booking.services.series.unmade import make_unmade, unmade_after
from booking.services.taking import claim_row, place
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Pause:
    """No dates from `first` to `last`, both included, on the calendar of the series."""

    series_id: int
    first: date
    last: date


def pause(wanted: Pause, *, accept_late: bool, actor: Actor, now: datetime) -> None:
    """Leave out every date of the pause; the series goes on after it by itself.

    Raises `InvalidInput` for a pause that is over or ends before it begins, and `LateCancel` as
    `end_series` does.
    """
    if wanted.last < wanted.first:
        raise InvalidInput(Problem("last", "order"))

    def work(session: Session) -> None:
        series = locked_series(session, wanted.series_id)
        check_live(series)
        today = local_date(now, zone(series.part.zone))
        if wanted.last < today:
            raise InvalidInput(Problem("last", "past"))
        if series.paused_until is not None and series.paused_until < today:
            series.paused_from = series.paused_until = None
        ahead = dates_ahead(session, series, now=now)
        dates = [d for d in ahead if wanted.first <= local_day(d) <= wanted.last]
        parts = parts_of(series, dates)
        call_off(session, dates, By(PAUSE, actor, accept_late), now)
        _set_pause(series, wanted)
        _told(
            session,
            series,
            _Told("paused", [(d.starts_at, None) for d in dates], parts, actor),
            now,
        )

    unit_of_work(work)


def _set_pause(series: Series, wanted: Pause) -> None:
    """Note the pause; one that meets the pause there is makes it longer."""
    if series.paused_from is None or series.paused_until is None:
        series.paused_from, series.paused_until = wanted.first, wanted.last
        return
    if wanted.first > series.paused_until + A_DAY or wanted.last < series.paused_from - A_DAY:
        raise InvalidInput(Problem("first", "overlap"))
    series.paused_from = min(series.paused_from, wanted.first)
    series.paused_until = max(series.paused_until, wanted.last)


def look_after_pause(session: Session, series: Series, on: date, *, now: datetime) -> list[Rung]:
    """Return whether those dates can be had again, and what else is open. Reads only."""
    rows, unmade = _after_pause(session, series, on, now)
    if not (starts := sorted({*rows, *unmade})):
        return []
    return climb(session, as_asked(series), starts, now=now)


def resume(
    series_id: int, on: date, choices: Choices = AS_WISHED, *, actor: Actor, now: datetime
) -> None:
    """End the pause before `on` and take the dates from there up again, each or none.

    Raises `SlotTaken` if any of them cannot be had as chosen.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id)
        check_live(series)
        if series.paused_from is None:
            return
        let_go_of_lapsed(session, series.therapist, now=now)
        rows, unmade = _after_pause(session, series, on, now)
        wished = {start: day_of(each) for start, each in rows.items()}
        wished |= {start: each.occurrence for start, each in unmade.items()}
        chosen = _chosen_again(session, series, wished, choices, now)
        again = [rows[start] for start in chosen if start in rows]
        for date_ in again:
            _take_again(session, series, date_, chosen[date_.starts_at])
        _shorten_pause(series, on)
        session.flush()
        plan_reminders_of(session, series, {each.id for each in again}, now=now)
        make_unmade(session, unmade, chosen, now=now)
        ids = {each.series_part_id for each in again}
        ids |= {unmade[start].part_id for start in chosen if start in unmade}
        parts = [part for part in series.parts if part.id in ids]
        back = [(None, to) for to in sorted(chosen.values())]
        _told(session, series, _Told("resumed", back, parts, actor), now)

    unit_of_work(work)


def _after_pause(
    session: Session, series: Series, on: date, now: datetime
) -> tuple[dict[datetime, Appointment], dict[datetime, SeriesQuestion]]:
    """Return the dates there were, and those not made, from `on` on; by when they would start."""
    rows = {d.starts_at: d for d in dates_after_pause(session, series, on) if d.starts_at > now}
    return rows, unmade_after(session, series, on, now=now)


@dataclass(frozen=True, slots=True)
class _Told:
    what: str
    changes: Sequence[tuple[datetime | None, datetime | None]]
    parts: Sequence[SeriesPart]
    actor: Actor


def _told(session: Session, series: Series, told: _Told, now: datetime) -> None:
    """Owe the news of a change to everybody, unless it touched no date at all.

    Then the version stays too: what is unsent of earlier changes is still to be said.
    """
    if told.changes:
        series.version += 1
        changes = [[said(was), said(to)] for was, to in told.changes]
        times = [time for pair in told.changes for time in pair if time is not None]
        facts = {"what": told.what, "changes": changes}
        what = What(facts=facts, parts=told.parts, soonest=min(times))
        tell_series(session, series, CHANGED, actor=told.actor, now=now, what=what)
    record(
        session,
        told.what,
        ("series", series.id),
        actor=told.actor,
        now=now,
        dates=len(told.changes),
    )


def _chosen_again(
    session: Session,
    series: Series,
    dates: Mapping[datetime, date],
    choices: Choices,
    now: datetime,
) -> dict[datetime, datetime]:
    check_choices(choices, dates)
    chosen = {s: choices.move.get(s, s) for s in sorted(dates) if s not in choices.skip}
    if chosen:
        asked = as_asked(series)
        diary = diary_for(session, asked, sorted({*dates, *chosen.values()}))
        if refused(diary, asked.rules, chosen, asked=asked.client, now=now):
            raise SlotTaken
    return chosen


def _take_again(session: Session, series: Series, date_: Appointment, to: datetime) -> None:
    part = date_.series_part
    assert part is not None  # noqa: S101  # a date of a series
    values = granted(series)
    date_.become(values["status"])
    date_.expires_at = values["expires_at"]
    date_.cancelled_at = date_.cancelled_by = None
    ask = ask_for(part, to)
    place(date_, ask)
    session.flush()
    add_rows(session, Claim, [claim_row(ask, date_.id), *client_claims(date_, ask.session)])


def _shorten_pause(series: Series, on: date) -> None:
    if series.paused_from is not None and on > series.paused_from:
        series.paused_until = on - A_DAY
    else:
        series.paused_from = series.paused_until = None
