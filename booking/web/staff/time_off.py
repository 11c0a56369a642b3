"""Time off, and single dates on which other hours hold than in the rest of the weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.domain.availability import DayHours
from booking.domain.interval import Interval
from booking.domain.zones import day_start, local_date
from booking.errors import InvalidInput, NotFound
from booking.models import Appointment, Closure
from booking.queries.closures import closures_ahead
from booking.queries.hours import days_that_differ, time_off_ahead
from booking.services import availability
from booking.services.audit import Actor, therapist
from booking.services.touched import touched_by
from booking.web.access import SEE_OTHER, staff
from booking.web.staff import shown
from booking.web.staff import time_off_form as form
from booking.web.staff.blueprint import bp, here, kept_in
from booking.web.views.clocks import clock_now
from booking.web.wiring import reading

UNPROCESSABLE = 422
# What the address of a closure's sessions begins with, where that of time off is its id alone.
CLOSURE = "closure-"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A session that stays booked although the time is given up."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: time off by its id, or a date by its own."""

    id: str
    words: str
    kept: Sequence[Kept]


@bp.get("/time-off")
def time_off() -> str:
    off, day = kept_in("staff.add_time_off"), kept_in("staff.set_day")
    return _page(
        form.NOTHING_TYPED if off is None else form.TypedOff.of(off),
        form.NO_DAY_TYPED if day is None else form.TypedDay.of(day),
        done=request.args.get("done", ""),
        kept=off is not None or day is not None,
    )


@bp.post("/time-off")
def add_time_off() -> Response | tuple[str, int]:
    now, zone = here()
    sent = form.TypedOff.of(request.form)
    span, faults = form.span_in(sent, zone, now)
    added = 0
    if span is not None:
        whose = staff().therapist_id
        try:
            added = availability.add_time_off(whose, span, actor=_actor(), now=now)
        except InvalidInput as refused:
            faults = [form.refused(problem) for problem in refused.problems]
    if faults:
        return _page(sent, form.NO_DAY_TYPED, faults=faults), UNPROCESSABLE
    if span is not None and touched_by(reading(), staff().therapist_id, span, now=now):
        return _decide(str(added))
    return _back("added")


@bp.post("/time-off/remove")
def remove_time_off() -> Response:
    row_id = form.row_id(request.form.get("id", ""))
    now, therapist_id = here()[0], staff().therapist_id
    availability.remove_time_off(therapist_id, row_id, actor=_actor(), now=now)
    return _back("removed")


@bp.post("/time-off/day")
def set_day() -> Response | tuple[str, int]:
    """Let one date have hours of its own."""
    now, zone = here()
    sent = form.TypedDay.of(request.form)
    found, faults = form.day_in(sent, local_date(now, zone))
    if found is not None:
        day, blocks = found
        try:
            availability.set_day(staff().therapist_id, day, blocks, actor=_actor(), now=now)
        except InvalidInput as refused:
            faults = [form.refused_day(problem) for problem in refused.problems]
    if faults:
        return _page(form.NOTHING_TYPED, sent, faults=faults), UNPROCESSABLE
    if found is not None and outside(differing(found[0]), now):
        return _decide(found[0].isoformat())
    return _back("day")


@bp.post("/time-off/day/clear")
def clear_day() -> Response:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound("day") from None
    availability.clear_day(staff().therapist_id, day, actor=_actor(), now=here()[0])
    return _back("cleared")


def _actor() -> Actor:
    return therapist(staff().therapist_id)


def _back(done: str) -> Response:
    return redirect(url_for("staff.time_off", done=done), code=SEE_OTHER)


def _decide(which: str) -> Response:
    """Lead on to the sessions touched, and what is to become of them."""
    return redirect(url_for("staff.touched", which=which), code=SEE_OTHER)


def _page(
    off: form.TypedOff,
    day: form.TypedDay,
    *,
    faults: form.Faults | None = None,
    done: str = "",
    kept: bool = False,
) -> str:
    now, zone = here()
    session, therapist_id = reading(), staff().therapist_id
    rows = time_off_ahead(session, therapist_id, now=now)
    days = days_that_differ(session, therapist_id, since=local_date(now, zone))
    return render_template(
        "staff/time_off.html",
        kept=kept,
        off=off,
        day=day,
        errors=faults or [],
        problems=dict(faults or []),
        done=done,
        clock=clock_now(now, zone),
        ahead=[
            Entry(str(row.id), span_words(row.span, zone), _within(row.span, now)) for row in rows
        ],
        closed=[
            Entry(f"{CLOSURE}{row.id}", closure_words(row, zone), _within(row.span, now))
            for row in closures_ahead(session, now=now)
        ],
        days=[Entry(each.day.isoformat(), day_words(each), _beside(each, now)) for each in days],
    )


def _within(span: Interval, now: datetime) -> list[Kept]:
    touched = touched_by(reading(), staff().therapist_id, span, now=now)
    return [_kept(each) for each in touched]


def _beside(hours: DayHours, now: datetime) -> list[Kept]:
    return [_kept(each) for each in outside(hours, now)]


def differing(day: date) -> DayHours:
    """Return the hours of a date of its own; raise `NotFound` if it follows the weekly hours."""
    found = days_that_differ(reading(), staff().therapist_id, since=day)
    if not found or found[0].day != day:
        raise NotFound("day")
    return found[0]


def outside(hours: DayHours, now: datetime) -> list[Appointment]:
    """Return what is booked on that date outside the hours it now has, and has not begun."""
    zone = here()[1]
    whole = Interval(day_start(hours.day, zone), day_start(hours.day + A_DAY, zone))
    open_hours = form.spans_on(hours, zone)
    return [
        each
        for each in touched_by(reading(), staff().therapist_id, whole, now=now)
        if not any(span.contains(each.session) for span in open_hours)
    ]


def _kept(appointment: Appointment) -> Kept:
    return Kept(appointment.hold_id, shown.short_words(appointment, here()[1]))


def span_words(span: Interval, zone: ZoneInfo) -> str:
    """Return "Monday, March 4, all day", or from when on which day until when on which."""
    first, last = local_date(span.start, zone), local_date(span.end, zone)
    if span.start == day_start(first, zone) and span.end == day_start(last, zone):
        last -= A_DAY
        if first == last:
            return str(_("%(day)s, all day", day=_date_words(first)))
        said = {"first": _date_words(first), "last": _date_words(last)}
        return str(_("%(first)s to %(last)s, all day", **said))
    if first == last:
        return f"{_date_words(first)}, {times.span(span.start, span.end, zone)}"
    said = {"first": times.long_time(span.start, zone), "last": times.long_time(span.end, zone)}
    return str(_("%(first)s to %(last)s", **said))


def closure_words(closure: Closure, zone: ZoneInfo) -> str:
    return f"{closure.name}: {span_words(closure.span, zone)}"


def day_words(hours: DayHours) -> str:
    if not hours.blocks:
        return str(_("%(day)s: away all day", day=_date_words(hours.day)))
    zone = here()[1]
    spans = [times.span(span.start, span.end, zone) for span in form.spans_on(hours, zone)]
    return f"{_date_words(hours.day)}: {', '.join(spans)}"


def _date_words(day: date) -> str:
    zone = here()[1]
    return times.day(datetime(day.year, day.month, day.day, 12, tzinfo=zone), zone)
