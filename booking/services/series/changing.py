"""Changing a series from some date on: the rule goes on otherwise, and so does every date.

All old time is let go before any new time is taken, in one transaction: a series may move into
its own old hours, and nobody can slip in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.domain import policy as rules
from booking.domain.ladder import refused
from booking.domain.recurrence import A_DAY
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, SlotTaken
from booking.models import Series, SeriesPart
from booking.queries.practices import the_practice
from booking.services.audit import Actor, record
from booking.services.changes import policy_of
from booking.services.series.asking import diary_for
from booking.services.series.booking import AS_WISHED, Choices, check_choices, new_part
from booking.services.series.dates import (
    Batch,
    NewDate,
    cancel_dates,
    free_time,
    granted,
    make_dates,
)
from booking.services.series.ending import let_go_of_lapsed
from booking.services.series.finding import dates_after_pause, locked_series
from booking.services.series.placing import day_of_rule, place_dates, rename, rename_questions
from booking.services.series.planning import NewHour, Plan, PlannedDate, plan_change
from booking.services.series.ruling import rules_of
from booking.services.series.telling import (
    CHANGED,
    What,
    plan_reminders_of,
    tell_series,
)
from booking.services.series.topping_up import top_up_now
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which series, from which date of its rule on, and how it is to go on."""

    series_id: int
    since: date
    new: NewHour
    choices: Choices = AS_WISHED


def change_series(change: Change, *, actor: Actor, now: datetime) -> None:
    """Let the series go on otherwise from a date on; one message says which dates changed.

    A change that touches no date changes nothing. Raises `IllegalTransition` for a series that
    is over, `InvalidInput` for a rule that makes no sense, `RuleBroken` where a client is too
    late to move a date, and `SlotTaken` if any date cannot be had as chosen.
    """

    def work(session: Session) -> None:
        series = locked_series(session, change.series_id)
        check_live(series)
        let_go_of_lapsed(session, series.therapist, now=now)
        plan = plan_change(session, series, change.new, since=change.since, now=now)
        if not actor.is_staff:
            _check_in_time(plan, now)
        chosen = _chosen(session, plan, change.choices, now=now)
        touched = _touched(plan, chosen)
        if not touched and not _rule_changes(series, plan):
            return
        parts = _carry_out(session, series, plan, chosen, now=now)
        what = What(
            facts={"what": "moved" if touched else "place", "changes": touched},
            parts=parts,
            soonest=_soonest(plan),
        )
        tell_series(session, series, CHANGED, actor=actor, now=now, what=what)
        detail = {"since": change.since.isoformat(), "dates": len(touched)}
        record(session, "changed", ("series", series.id), actor=actor, now=now, **detail)

    unit_of_work(work)


def check_live(series: Series) -> None:
    if not series.status.is_live:
        raise IllegalTransition(current=series.status, target=SeriesStatus.CONFIRMED)


def _chosen(
    session: Session, plan: Plan, choices: Choices, *, now: datetime
) -> dict[datetime, datetime]:
    """Return when each planned date is to be, by when it would be; those left out are missing."""
    wished = {d.rung.starts_at: d.occurrence for d in plan.dates if d.rung and d.occurrence}
    check_choices(choices, wished)
    chosen = {
        start: choices.move.get(start, start) for start in wished if start not in choices.skip
    }
    if chosen:
        diary = diary_for(session, plan.asked, sorted({*wished, *chosen.values()}))
        if refused(diary, plan.asked.rules, chosen, asked=plan.asked.client, now=now):
            raise SlotTaken
    return chosen


def _touched(plan: Plan, chosen: Mapping[datetime, datetime]) -> list[list[str | None]]:
    """Return exactly the dates that change, from when to when, as facts of a message."""
    found: list[list[str | None]] = []
    for each in plan.dates:
        to = chosen.get(each.rung.starts_at) if each.rung else None
        if to != each.was:
            found.append([said(each.was), said(to)])
    return found


def said(instant: datetime | None) -> str | None:
    """Return the instant as a message keeps it among its facts."""
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


def _rule_changes(series: Series, plan: Plan) -> bool:
    now_ = plan.affected[-1] if plan.affected else series.part
    as_before = (now_.modality, now_.minutes, now_.session_type_id)
    return (plan.modality, plan.asked.minutes, plan.asked.session_type.id) != as_before


def _check_in_time(plan: Plan, now: datetime) -> None:
    """Raise `RuleBroken` if a date would move that a client may not move any more."""
    for each in plan.dates:
        to = each.rung.starts_at if each.rung else None
        if each.appointment is not None and to != each.was:
            rules.check_move(
                policy_of(each.appointment),
                starts_at=each.appointment.starts_at,
                booked_at=each.appointment.booked_at or each.appointment.created_at,
                now=now,
            )


def _soonest(plan: Plan) -> datetime | None:
    times = [t for d in plan.dates for t in (d.was, d.rung.starts_at if d.rung else None) if t]
    return min(times, default=None)


def _carry_out(
    session: Session,
    series: Series,
    plan: Plan,
    chosen: Mapping[datetime, datetime],
    *,
    now: datetime,
) -> list[SeriesPart]:
    """Write the new rule and all its dates; return the parts whose calendars change."""
    practice = the_practice(session)
    series.version += 1
    leaving = [d.appointment for d in plan.dates if d.appointment and not _stays(d, chosen)]
    staying = [d for d in plan.dates if d.appointment and _stays(d, chosen)]
    made = [d for d in plan.dates if d.appointment is None and _stays(d, chosen)]
    ids = [d.appointment.id for d in plan.dates if d.appointment]
    free_time(session, ids)
    cancel_dates(session, leaving, by="change", now=now)
    paused = [d for d in dates_after_pause(session, series, plan.since) if d.starts_at > now]
    part = _go_on(session, series, plan)
    rename(session, plan, part, paused)
    rename_questions(session, plan, part)
    place_dates(session, part, [(d, _to(d, chosen)) for d in staying], practice)
    if made:
        dates = [NewDate(day_of_rule(d), _to(d, chosen)) for d in made]
        make_dates(session, series, Batch(part, dates, granted(series)), practice, now=now)
    days = [d.occurrence for d in plan.dates if d.occurrence]
    days += [day for day, _ in plan.untouched]
    # Also what is left out is decided: it is not to be made by the next top-up.
    series.made_until = max([*days, *plan.left_out, part.first_day])
    session.flush()
    top_up_now(session, series, now=now)
    plan_reminders_of(session, series, ids, now=now)
    return [*(p for p in plan.affected if p.id != part.id), part]


def _stays(planned: PlannedDate, chosen: Mapping[datetime, datetime]) -> bool:
    return planned.rung is not None and planned.rung.starts_at in chosen


def _to(planned: PlannedDate, chosen: Mapping[datetime, datetime]) -> datetime:
    assert planned.rung is not None  # noqa: S101  # asked of dates that stay
    return chosen[planned.rung.starts_at]


def _go_on(session: Session, series: Series, plan: Plan) -> SeriesPart:
    """End the rule that held before `since`, and return the one that goes on from there.

    Where nothing is kept of the old rule it is rewritten, and keeps its calendar's UID.
    """
    fresh = new_part(plan.asked, plan.modality, number=len(series.parts) + 1)
    same = stop_rules(series, plan.since)
    if not same:
        series.parts.append(fresh)
        session.flush()
        return fresh
    part = same[0]
    part.replaced = False
    for name in ("session_type", "modality", "minutes", "every_weeks", "weekdays", "first_day"):
        setattr(part, name, getattr(fresh, name))
    part.count, part.until = fresh.count, fresh.until
    part.at_minute, part.zone = fresh.at_minute, fresh.zone
    return part


def stop_rules(series: Series, since: date) -> list[SeriesPart]:
    """Let no rule make a date from `since` on; return the parts nothing is left of."""
    for part in rules_of(series):
        if part.first_day >= since:
            part.replaced = True
        elif part.until is None or part.until >= since:
            part.until, part.count = since - A_DAY, None
    return [part for part in series.parts if part.first_day >= since]
