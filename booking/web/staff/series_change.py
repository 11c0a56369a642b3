"""Changing a standing hour from a date on: the dates it touches first, then the change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.domain.lifecycle import Modality
from booking.domain.recurrence import EVERY_WEEKS
from booking.errors import BookingError, IllegalTransition, InvalidInput, RuleBroken, SlotTaken
from booking.models import Appointment, Series
from booking.queries.standing import series_types
from booking.services.audit import therapist
from booking.services.series.booking import AS_WISHED, Choices
from booking.services.series.changing import Change, change_series
from booking.services.series.finding import dates_ahead
from booking.services.series.planning import Plan, plan_change
from booking.web.access import SEE_OTHER, staff
from booking.web.series_pages.choices import choices_in
from booking.web.series_pages.face import Face, Given, Wanted, face_of, new_hour, wanted_in
from booking.web.series_pages.seen import seen
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_page import back, own
from booking.web.views.days import WEEKDAYS
from booking.web.views.meeting import modality_words, what
from booking.web.views.repeat import Pick
from booking.web.views.series_plan import Preview, preview_of, signs_of
from booking.web.views.series_words import line
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Reach:
    """A standing hour with the dates ahead, and from which on it is to change."""

    series: Series
    ahead: Sequence[Appointment]
    face: Face

    def fields(self, wanted: Wanted) -> list[tuple[str, str]]:
        return [("since", self.face.since.isoformat()), *wanted.fields()]

    def address(self, endpoint: str) -> str:
        return url_for(endpoint, public_id=self.series.public_id)


@bp.get("/series/<public_id>/change")
def change_form(public_id: str) -> Answer:
    """Ask from which date on, and how it is to go on; filled in with how it is."""
    reach = _reach(public_id, request.args)
    if reach is None:
        return _nothing_to_do(public_id)
    return _form(reach, wanted_in(request.args, reach.face), OK)


@bp.get("/series/<public_id>/change/look")
def change_look(public_id: str) -> Answer:
    """Show exactly what the change would do, and do nothing."""
    reach = _reach(public_id, request.args)
    if reach is None:
        return _nothing_to_do(public_id)
    return _preview(reach, wanted_in(request.args, reach.face), AS_WISHED, "", OK)


@bp.post("/series/<public_id>/change")
def change_standing(public_id: str) -> Answer:
    """Change every date as it was shown, or none."""
    reach = _reach(public_id, request.form)
    if reach is None:
        return _nothing_to_do(public_id)
    now, wanted = here()[0], wanted_in(request.form, reach.face)
    choices = choices_in(request.form)
    plan = _plan(reach, wanted, now)
    if isinstance(plan, Wanted):
        return _form(reach, plan, UNPROCESSABLE)
    if request.form.get("seen") != seen(signs_of(plan)):
        return _preview(reach, wanted, choices, _moved_on(), CONFLICT)
    change = Change(reach.series.id, reach.face.since, new_hour(wanted, reach.face), choices)
    try:
        change_series(change, actor=therapist(staff().therapist_id), now=now)
    except BookingError as refused:
        again = _reach(public_id, request.form)
        if again is None or isinstance(refused, IllegalTransition):
            return _nothing_to_do(public_id)
        words = _taken() if isinstance(refused, SlotTaken) else _moved_on()
        return _preview(again, wanted, choices, words, CONFLICT)
    return back(public_id, "changed")


def _reach(public_id: str, given: Given) -> Reach | None:
    """Return what may be changed; None if nothing lies ahead of it any more."""
    now, zone = here()
    series = own(public_id)
    ahead = dates_ahead(reading(), series, now=now)
    days = [each.occurrence for each in ahead if each.occurrence is not None]
    if not series.status.is_live or not days:
        return None
    asked = date_in(given.get("since", ""))
    since = asked if asked in days else min(days)
    return Reach(series, ahead, face_of(series, since, zone))


def _nothing_to_do(public_id: str) -> Response:
    return redirect(url_for("staff.series_page", public_id=public_id), code=SEE_OTHER)


def _plan(reach: Reach, wanted: Wanted, now: datetime) -> Plan | Wanted:
    """Return what the change would do, or the answers with what is wrong with them."""
    if wanted.problems:
        return wanted
    try:
        new = new_hour(wanted, reach.face)
        return plan_change(reading(), reach.series, new, since=reach.face.since, now=now)
    except InvalidInput as refused:
        if refused.problems[0].field == "modality":
            return wanted.with_problem("place", str(_("Sessions of that kind are not held so.")))
        return wanted.with_problem("days", str(_("These days do not fit together.")))
    except RuleBroken:
        return wanted.with_problem("type", str(_("That kind cannot be a standing hour now.")))


def _form(reach: Reach, wanted: Wanted, status: int) -> Answer:
    now, zone = here()
    part = reach.face.part
    like = part.session_type.kind
    types = list(series_types(reading(), reach.series.therapist_id, like=like))
    if all(each.id != part.session_type_id for each in types):
        types = [part.session_type, *types]
    ways = {way for each in types for way in each.modalities}
    html = render_template(
        "staff/series_change.html",
        hour=shown.hour_words(part, zone),
        who=shown.who(reach.series),
        since=reach.face.since.isoformat(),
        dates=[
            (each.occurrence.isoformat(), line(each.starts_at, zone, now))
            for each in reach.ahead
            if each.occurrence is not None
        ],
        wanted=wanted,
        days=[Pick(str(n), str(_(d)), chosen=n in wanted.days) for n, d in enumerate(WEEKDAYS)],
        weeks=[(str(each), _often(each)) for each in EVERY_WEEKS],
        types=[(each.slug, what(each.kind, each.minutes)) for each in types],
        places=[(way.value, modality_words(way)) for way in Modality if way.value in ways],
        action=reach.address("staff.change_look"),
        back_href=reach.address("staff.series_page"),
        errors=list(wanted.problems.items()),
    )
    return html, status


def _preview(reach: Reach, wanted: Wanted, choices: Choices, refused: str, status: int) -> Answer:
    now = here()[0]
    plan = _plan(reach, wanted, now)
    if isinstance(plan, Wanted):
        return _form(reach, plan, UNPROCESSABLE)
    fields = reach.fields(wanted)
    html = render_template(
        "staff/series_look.html",
        page=_seen_by_therapist(plan, reach, choices),
        who=shown.who(reach.series),
        refused=refused,
        hidden_fields=[*fields, ("seen", seen(signs_of(plan)))],
        look_fields=[each for each in fields if each[0] != "move_kept"],
        moves_kept=wanted.move_kept,
        action=reach.address("staff.change_standing"),
        look=reach.address("staff.change_look"),
        form_href=f"{reach.address('staff.change_form')}?{urlencode(fields)}",
        back_href=reach.address("staff.series_page"),
    )
    return html, status


def _seen_by_therapist(plan: Plan, reach: Reach, choices: Choices) -> Preview:
    """Return what the change does in the words the therapist is told by."""
    now, zone = here()
    found = preview_of(plan, reach.face.part, choices, shown.reader_of(reach.series, zone, now))
    statuses = {each.rung.starts_at: each.rung.status for each in plan.dates if each.rung}
    rungs = [
        replace(each, time=shown.reason(statuses[each.at]))
        if each.kind == "choice" and each.at in statuses
        else each
        for each in found.rungs
    ]
    kept = [
        str(_("Stays on %(when)s: it was moved by hand", when=line(each.starts_at, zone, now)))
        for _day, each in plan.untouched
    ]
    return replace(found, rungs=rungs, kept=kept)


def _often(weeks: int) -> str:
    return str(_("Every week")) if weeks == 1 else str(_("Every %(num)s weeks", num=weeks))


def _taken() -> str:
    return str(_("One of these times went a moment ago. Nothing is changed. Please look again."))


def _moved_on() -> str:
    return str(_("The dates changed since you opened this. Nothing is done. Please look again."))
