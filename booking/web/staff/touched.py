"""The sessions that time off touches, or a date with other hours, and what becomes of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.domain.availability import blocks
from booking.domain.interval import Interval
from booking.domain.zones import day_start, local_date
from booking.errors import NotFound
from booking.models import Appointment
from booking.queries.closures import closures_ahead
from booking.queries.hours import days_that_differ, time_off_ahead, weekly_hours_of
from booking.services.touched import Choice, Decision, settle_touched, touched_by
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.time_off import (
    CLOSURE,
    closure_words,
    day_words,
    differing,
    outside,
    span_words,
)
from booking.web.staff.time_off_form import row_id
from booking.web.wiring import reading

LONGEST_VERSION = 9
# In an address: what the weekly hours touch.
HOURS = "hours"
A_DAY, A_YEAR = timedelta(days=1), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One session. `version` says which one was looked at; `asked` that a move was asked for."""

    id: str
    words: str
    version: int
    asked: bool


@dataclass(frozen=True, slots=True)
class _Touched:
    words: str
    sessions: Sequence[Appointment]


@bp.get("/time-off/<which>/sessions")
def touched(which: str) -> str:
    """List what is touched; `?all=` chooses the same for each, and saves nothing yet."""
    found, zone = _found(which), here()[1]
    lines = [
        Line(
            each.hold_id,
            shown.short_words(each, zone),
            each.version,
            each.asked_to_move_at is not None,
        )
        for each in found.sessions
    ]
    return render_template(
        "staff/touched.html",
        words=found.words,
        lines=lines,
        chosen=_choice(request.args.get("all", "")).value,
        choices=_words(),
        action=url_for("staff.settle_touched_sessions", which=which),
        this=url_for("staff.touched", which=which),
        saved=which == HOURS,
    )


@bp.post("/time-off/<which>/sessions")
def settle_touched_sessions(which: str) -> Response:
    """Do what was chosen of each, with what is as it was when it was listed."""
    decisions = {
        each.id: Decision(
            _choice(request.form.get(f"choice-{each.hold_id}", "")),
            number_in(request.form.get(f"version-{each.hold_id}", "")),
        )
        for each in _found(which).sessions
    }
    changed = settle_touched(staff().therapist_id, decisions, now=here()[0])
    done = "settled" if changed else "as-is"
    return redirect(url_for("staff.time_off", done=done), code=SEE_OTHER)


def _found(which: str) -> _Touched:
    """Return what the time off or closure of that id touches, the weekly hours, or a date's."""
    now = here()[0]
    if which == HOURS:
        return _Touched(str(_("Outside your weekly hours")), outside_weekly_hours(now))
    if which.startswith(CLOSURE):
        return _closure(row_id(which.removeprefix(CLOSURE)), now)
    try:
        hours = differing(date.fromisoformat(which)) if "-" in which else None
    except ValueError:
        raise NotFound("day") from None
    if hours is not None:
        return _Touched(day_words(hours), outside(hours, now))
    return _time_off(row_id(which), now)


def outside_weekly_hours(now: datetime) -> list[Appointment]:
    """Return what is booked in the coming year outside the hours the therapist keeps now."""
    zone, therapist_id = here()[1], staff().therapist_id
    today = local_date(now, zone)
    last = today + A_YEAR
    open_hours: dict[date, list[Interval]] = defaultdict(list)
    weekly = weekly_hours_of(reading(), therapist_id)
    days = days_that_differ(reading(), therapist_id, since=today - A_DAY)
    for block in blocks(weekly, days, zone, first=today - A_DAY, last=last):
        span = Interval(block.start, block.end)
        open_hours[local_date(span.start, zone)].append(span)
    return [
        each
        for each in touched_by(
            reading(), therapist_id, Interval(now, day_start(last, zone)), now=now
        )
        if not any(
            span.contains(each.session) for span in open_hours[local_date(each.starts_at, zone)]
        )
    ]


def _time_off(wanted: int, now: datetime) -> _Touched:
    for row in time_off_ahead(reading(), staff().therapist_id, now=now):
        if row.id == wanted:
            return _Touched(span_words(row.span, here()[1]), _within(row.span, now))
    raise NotFound("time off")


def _closure(wanted: int, now: datetime) -> _Touched:
    for row in closures_ahead(reading(), now=now):
        if row.id == wanted:
            return _Touched(closure_words(row, here()[1]), _within(row.span, now))
    raise NotFound("closure")


def _within(span: Interval, now: datetime) -> Sequence[Appointment]:
    return touched_by(reading(), staff().therapist_id, span, now=now)


def _words() -> list[tuple[str, str]]:
    return [
        (Choice.KEEP.value, str(_("Keep it"))),
        (Choice.OFFER.value, str(_("Ask for another time"))),
        (Choice.CANCEL.value, str(_("Cancel it"))),
    ]


def _choice(text: str) -> Choice:
    """Return what was chosen; whatever is no choice keeps the session."""
    try:
        return Choice(text)
    except ValueError:
        return Choice.KEEP


def number_in(text: str) -> int:
    """Return the version of a session that a form says was looked at; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION else 0
