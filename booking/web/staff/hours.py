"""Weekly hours, all seven days on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_day_names
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from booking.domain.availability import WeeklyHours, hours_by_day
from booking.domain.minutes import day_number
from booking.domain.zones import local_date
from booking.errors import InvalidInput, Problem
from booking.queries.hours import weekly_hours_of
from booking.services.audit import therapist
from booking.services.availability import set_weekly_hours
from booking.web.access import SEE_OTHER, staff
from booking.web.i18n import LANGUAGE
from booking.web.staff import hours_form as form
from booking.web.staff.blueprint import bp, here, kept_in
from booking.web.staff.touched import HOURS, outside_weekly_hours
from booking.web.views.clocks import clock_now
from booking.web.wiring import reading

UNPROCESSABLE = 422
BUTTONS = ("add", "remove", "copy")


@dataclass(frozen=True, slots=True)
class Row:
    """One block of hours in the form; `weeks` are the choices of how often.

    `wrong` is the field that `problem` is about: from, until or every.
    """

    block: form.Block
    weeks: Sequence[tuple[str, str]]
    chosen: str
    wrong: str
    problem: str


@dataclass(frozen=True, slots=True)
class Day:
    number: int
    name: str
    rows: Sequence[Row]
    problem: str


@bp.get("/hours")
def hours() -> str:
    kept = kept_in("staff.set_hours")
    if kept is not None:
        return _page(form.typed(kept), kept=True)
    found = weekly_hours_of(reading(), staff().therapist_id)
    return _page(form.form_of(found), saved="saved" in request.args)


@bp.post("/hours")
def set_hours() -> str | Response | tuple[str, int]:
    """Save, or do as one of the other buttons says and show the form again, unsaved."""
    sent = form.typed(request.form)
    for button in BUTTONS:
        which = request.form.get(button)
        if which is not None:
            return _page(form.pressed(sent, button, which), pressed=(button, which))
    wanted, faults = form.hours_in(sent)
    if faults:
        return _page(sent, faults=faults), UNPROCESSABLE
    now, therapist_id = here()[0], staff().therapist_id
    try:
        set_weekly_hours(therapist_id, wanted, actor=therapist(therapist_id), now=now)
    except InvalidInput as refused:
        return _page(sent, faults=[_fault(each) for each in refused.problems]), UNPROCESSABLE
    if outside_weekly_hours(now):
        return redirect(url_for("staff.touched", which=HOURS), code=SEE_OTHER)
    return redirect(url_for("staff.hours", saved=1), code=SEE_OTHER)


def summary(hours: Sequence[WeeklyHours], today: date) -> str:
    """Return "26 hours a week, nothing on Friday"; where weeks differ, this one and the next."""
    monday = day_number(form.monday_of(today))
    on = hours_by_day(tuple(hours), ())
    weeks = [
        [sum(end - start for start, end in on(day)) for day in range(first, first + 7)]
        for first in (monday, monday + 7)
    ]
    this, following = (_hours_words(sum(week)) for week in weeks)
    if this == following:
        said = _("%(hours)s a week", hours=this)
    else:
        said = _("%(this)s this week, %(next)s the next", this=this, next=following)
    free = [name for number, name in _names() if not any(week[number] for week in weeks)]
    if free and len(free) < len(form.WEEKDAYS):
        said = _("%(hours)s, nothing on %(days)s", hours=said, days=_listed(free))
    return str(said)


def _page(
    sent: form.Form,
    *,
    faults: form.Faults | None = None,
    saved: bool = False,
    pressed: tuple[str, str] | None = None,
    kept: bool = False,
) -> str:
    now, zone = here()
    today = local_date(now, zone)
    wanted, _faults = form.hours_in(sent)
    problems = dict(faults or [])
    return render_template(
        "staff/hours.html",
        days=[_day(number, name, sent[number], problems, today) for number, name in _names()],
        errors=[(field, f"{_name_of(field)}: {words}") for field, words in faults or []],
        summary=summary(wanted, today),
        clock=clock_now(now, zone),
        saved=saved,
        unsaved=kept or pressed is not None,
        kept=kept,
        focus=_focus(sent, pressed),
        most=form.MOST_A_DAY,
    )


def _day(
    number: int, name: str, blocks: Sequence[form.Block], problems: dict[str, str], today: date
) -> Day:
    rows = []
    for index, block in enumerate(blocks):
        wrong = next((f for f in form.FIELDS if f"{f}-{number}-{index}" in problems), "")
        problem = problems.get(f"{wrong}-{number}-{index}", "")
        chosen = form.as_offered(block.every, today)
        rows.append(Row(block, _weeks(chosen, today), chosen, wrong, problem))
    return Day(number, name, rows, problems.get(f"weekday-{number}", ""))


def _weeks(chosen: str, today: date) -> list[tuple[str, str]]:
    """Return the choices: every week, every other from this one or the next, and what is set."""
    this = form.monday_of(today)
    offered = [(form.EVERY_WEEK, str(_("every week")))]
    choices = [f"2:{this.isoformat()}", f"2:{(this + form.A_WEEK).isoformat()}"]
    for every in choices if chosen in {form.EVERY_WEEK, *choices} else [*choices, chosen]:
        weeks, first = form.weeks_apart(every)
        words = {"date": format_date(first, "MMM d", locale=LANGUAGE), "weeks": weeks}
        if weeks == 2:  # noqa: PLR2004  # "every other" is English for two
            offered.append((every, str(_("every other week, from %(date)s", **words))))
        else:
            offered.append((every, str(_("every %(weeks)s weeks, from %(date)s", **words))))
    return offered


def _fault(problem: Problem) -> tuple[str, str]:
    """Return the day that a refusal of the service is about, and words for it."""
    if problem.code == "overlap":
        weekday = problem.field.rpartition("_")[2]
        return f"weekday-{weekday}", str(_("Two of these times overlap."))
    return "weekday-0", str(_("Please use fewer rows in all."))


def _focus(sent: form.Form, pressed: tuple[str, str] | None) -> str:
    """Return the id of what the eye looks for next: the row just added, or the day changed."""
    if pressed is None:
        return ""
    button, which = pressed
    weekday = which.partition(":")[0]
    if not (weekday.isdecimal() and int(weekday) in form.WEEKDAYS):
        return ""
    if button == "add":
        return f"from-{weekday}-{len(sent[int(weekday)]) - 1}"
    return f"weekday-{weekday}"


def _name_of(field: str) -> str:
    """Return the name of the day a field of the form belongs to."""
    return _names()[int(field.split("-")[1])][1]


def _names() -> list[tuple[int, str]]:
    names = get_day_names("wide", locale=LANGUAGE)
    return [(number, str(names[number])) for number in form.WEEKDAYS]


def _hours_words(minutes: int) -> str:
    hours = minutes / 60
    return str(ngettext("%(hours)s hour", "%(hours)s hours", -(-minutes // 60), hours=f"{hours:g}"))


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return str(_("%(some)s and %(last)s", some=", ".join(names[:-1]), last=names[-1]))
