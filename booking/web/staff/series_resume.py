"""Ending a pause early: which dates come back, and what becomes of those that cannot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording import times
from booking.domain.ladder import Rung as Judged
from booking.domain.zones import local_date, zone
from booking.errors import BookingError, RuleBroken
from booking.models import Series
from booking.services.audit import therapist
from booking.services.series.booking import AS_WISHED, Choices
from booking.services.series.pausing import look_after_pause, resume
from booking.web.access import SEE_OTHER, staff
from booking.web.series_pages.choices import choices_in
from booking.web.series_pages.seen import seen
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_acts import moved_on
from booking.web.staff.series_page import back, own
from booking.web.views.days import day_words
from booking.web.views.series_plan import choice_rung
from booking.web.views.series_rows import Rung, with_clocks
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Looked:
    """From which day on, what is wrong with it, and the dates that would come back."""

    on: str
    problem: str
    judged: Sequence[Judged]

    @property
    def day(self) -> date | None:
        return None if self.problem else date_in(self.on)

    @property
    def signs(self) -> str:
        return seen([self.on, [[each.starts_at, each.status] for each in self.judged]])


@bp.get("/series/<public_id>/resume")
def ask_resume(public_id: str) -> Answer:
    """Ask from which day on; once that is known, show which dates come back."""
    series = own(public_id)
    if not _is_paused(series):
        return _nothing_to_do(public_id)
    return _page(series, _look(series, request.args.get("on", "")), AS_WISHED, OK)


@bp.post("/series/<public_id>/resume")
def resume_standing(public_id: str) -> Answer:
    """Take up exactly the dates that were shown, as they were chosen, or none."""
    series = own(public_id)
    if not _is_paused(series):
        return _nothing_to_do(public_id)
    looked, choices = _look(series, request.form.get("on", "")), choices_in(request.form)
    if looked.day is None:
        return _page(series, looked, choices, UNPROCESSABLE)
    if request.form.get("seen") != looked.signs:
        return _page(series, looked, choices, CONFLICT, refused=moved_on())
    actor = therapist(staff().therapist_id)
    try:
        resume(series.id, looked.day, choices, actor=actor, now=here()[0])
    except BookingError:
        again = own(public_id)
        if not _is_paused(again):
            return _nothing_to_do(public_id)
        return _page(again, _look(again, looked.on), choices, CONFLICT, refused=moved_on())
    return back(public_id, "resumed")


def _is_paused(series: Series) -> bool:
    return series.status.is_live and series.paused_from is not None


def _nothing_to_do(public_id: str) -> Response:
    return redirect(url_for("staff.series_page", public_id=public_id), code=SEE_OTHER)


def _look(series: Series, on: str) -> Looked:
    on = on[:10]
    if not on:
        return Looked("", "", [])
    day = date_in(on)
    if day is None:
        return Looked(on, str(_("Choose a day.")), [])
    if day < local_date(here()[0], zone(series.part.zone)):
        return Looked(on, str(_("That day has passed already.")), [])
    try:
        return Looked(on, "", look_after_pause(reading(), series, day, now=here()[0]))
    except RuleBroken:
        words = _("The first date after that is too soon. Choose a later day.")
        return Looked(on, str(words), [])


def _page(
    series: Series, looked: Looked, choices: Choices, status: int, refused: str = ""
) -> Answer:
    public_id = series.public_id
    html = render_template(
        "staff/series_resume.html",
        who=shown.who(series),
        on=looked.on,
        problem=looked.problem,
        errors=[("on", looked.problem)] if looked.problem else [],
        looked=looked.day is not None,
        touched=_rungs(series, looked.judged, choices),
        count=len(looked.judged),
        hidden_fields=[("on", looked.on), ("seen", looked.signs)],
        action=url_for("staff.resume_standing", public_id=public_id),
        back_href=url_for("staff.series_page", public_id=public_id),
        refused=refused,
    )
    return html, status


def _rungs(series: Series, judged: Sequence[Judged], choices: Choices) -> list[Rung]:
    now, here_ = here()
    reader = shown.reader_of(series, here_, now)
    found = []
    for each in judged:
        if each.is_open:
            day = day_words(each.starts_at, here_, now)
            clock = times.clock(each.starts_at, here_)
            found.append(Rung(kind="new", day=day, time=clock, at=each.starts_at))
        else:
            clash = choice_rung(each, "", choices, reader)
            found.append(replace(clash, time=shown.reason(each.status)))
    return with_clocks(found, reader)
