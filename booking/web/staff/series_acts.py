"""Skipping a date, pausing, resuming and ending: the dates first, then the act."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from booking.domain.zones import local_date, zone
from booking.errors import IllegalTransition, InvalidInput
from booking.models import Appointment, Series
from booking.services.audit import Actor, therapist
from booking.services.series.finding import dates_ahead
from booking.services.series.leaving import end_series
from booking.services.series.pausing import Pause, pause
from booking.services.series.skipping import skip_date
from booking.web.access import SEE_OTHER, staff
from booking.web.series_pages.face import Given
from booking.web.series_pages.seen import seen
from booking.web.staff import series_shown as shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.series_page import back, own
from booking.web.views.series_rows import Rung
from booking.web.views.series_words import line
from booking.web.views.weeks import date_in
from booking.web.wiring import reading
from booking.web.words import problem_words

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response
Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """What is to become of some dates. `fields` are the days it is about, by their names."""

    name: str
    heading: str
    lead: str
    fields: Sequence[tuple[str, str]]
    dates: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The days as they were typed, what is wrong with them, and which dates they touch."""

    typed: dict[str, str]
    problems: Problems
    touched: Sequence[Appointment]

    @property
    def signs(self) -> str:
        return seen([[each.id, each.starts_at] for each in self.touched])

    def day(self, name: str) -> date:
        return date_in(self.typed[name]) or date.min


def acts() -> dict[str, Act]:
    lead = _("This frees the time for others at once.")
    return {
        "skip": Act(
            "skip", str(_("Leave one date out")), str(lead), [("day", str(_("Which date")))], True
        ),
        "pause": Act(
            "pause",
            str(_("Pause for a while")),
            str(_("The dates fall away, and it goes on by itself after the last day.")),
            [("first", str(_("First day"))), ("last", str(_("Last day")))],
        ),
        "end": Act(
            "end", str(_("End it")), str(lead), [("since", str(_("First date to fall away")))], True
        ),
    }


@bp.get("/series/<public_id>/<any(skip, pause, end):name>")
def ask_act(public_id: str, name: str) -> Answer:
    """Ask for the days; once they are known, show which dates fall away."""
    series = own(public_id)
    if not _ahead(series):
        return _nothing_to_do(public_id)
    return _page(series, acts()[name], _look(series, acts()[name], request.args), OK)


@bp.post("/series/<public_id>/<any(skip, pause, end):name>")
def act(public_id: str, name: str) -> Answer:
    """Let exactly those dates fall away that were shown."""
    series, wanted = own(public_id), acts()[name]
    if not _ahead(series):
        return _nothing_to_do(public_id)
    looked = _look(series, wanted, request.form)
    if looked.problems or not all(looked.typed.values()):
        return _page(series, wanted, looked, UNPROCESSABLE)
    if request.form.get("seen") != looked.signs:
        return _page(series, wanted, looked, CONFLICT, refused=moved_on())
    try:
        _do(series, wanted, looked)
    except InvalidInput as refused:
        problems = {each.field: _words(each.code) for each in refused.problems}
        again = replace(looked, problems=problems)
        return _page(own(public_id), wanted, again, UNPROCESSABLE)
    except IllegalTransition:
        return _nothing_to_do(public_id)
    done = {"skip": "skipped", "pause": "paused", "end": "ended"}
    return back(public_id, done[name])


def moved_on() -> str:
    return str(_("The dates changed since you opened this. Nothing is done. Please look again."))


def falls_away(dates: Sequence[Appointment], series: Series) -> list[Rung]:
    """Return the dates struck through, each with the way to its page."""
    now, here_ = here()
    reader = shown.reader_of(series, here_, now)
    found = [shown.rung_of(each, reader) for each in dates]
    return [replace(each, kind="off", time=str(_("Falls away")), note="") for each in found]


def _do(series: Series, wanted: Act, looked: Looked) -> None:
    now, actor = here()[0], _actor()
    if wanted.name == "skip":
        skip_date(series.id, series.therapist_id, looked.day("day"), now=now)
    elif wanted.name == "pause":
        days = Pause(series.id, looked.day("first"), looked.day("last"))
        pause(days, accept_late=True, actor=actor, now=now)
    else:
        end_series(series.id, looked.day("since"), accept_late=True, actor=actor, now=now)


def _actor() -> Actor:
    return therapist(staff().therapist_id)


def _ahead(series: Series) -> list[Appointment]:
    if not series.status.is_live:
        return []
    return dates_ahead(reading(), series, now=here()[0])


def _look(series: Series, wanted: Act, given: Given) -> Looked:
    typed = {name: given.get(name, "")[:10] for name, _label in wanted.fields}
    sent = any(name in given for name in typed)
    problems = _problems(series, typed) if sent else {}
    if problems or not sent:
        return Looked(typed, problems, [])
    return Looked(typed, {}, _touched(series, wanted, typed))


def _problems(series: Series, typed: Problems) -> Problems:
    problems = {name: _words("missing") for name, text in typed.items() if date_in(text) is None}
    if problems or "last" not in typed:
        return problems
    today = local_date(here()[0], zone(series.part.zone))
    if typed["last"] < typed["first"]:
        return {"last": str(_("The last day must not be before the first."))}
    if typed["last"] < today.isoformat():
        return {"last": str(_("That day has passed already."))}
    return {}


def _touched(series: Series, wanted: Act, typed: dict[str, str]) -> list[Appointment]:
    """Return the dates ahead that fall away, by the calendar the service goes by."""
    days = {name: date_in(text) or date.min for name, text in typed.items()}
    ahead = _ahead(series)
    if wanted.name == "skip":
        return [each for each in ahead if each.occurrence == days["day"]]
    if wanted.name == "end":
        return [each for each in ahead if (each.occurrence or date.min) >= days["since"]]
    return [
        each
        for each in ahead
        if days["first"] <= local_date(each.starts_at, zone(each.time_zone)) <= days["last"]
    ]


def _words(code: str) -> str:
    if code == "overlap":
        return str(_("There is a pause already. A new one must touch it."))
    return str(_("Choose a day.")) if code == "missing" else problem_words(code)


def _nothing_to_do(public_id: str) -> Response:
    return redirect(url_for("staff.series_page", public_id=public_id), code=SEE_OTHER)


def _page(series: Series, wanted: Act, looked: Looked, status: int, refused: str = "") -> Answer:
    now, here_ = here()
    public_id = series.public_id
    complete = not looked.problems and all(looked.typed.values())
    dates = [
        (each.occurrence.isoformat(), line(each.starts_at, here_, now))
        for each in _ahead(series)
        if each.occurrence is not None
    ]
    html = render_template(
        "staff/series_act.html",
        act=wanted,
        who=shown.who(series),
        typed=looked.typed,
        problems=looked.problems,
        errors=list(looked.problems.items()),
        dates=dates if wanted.dates else [],
        looked=complete,
        touched=falls_away(looked.touched, series),
        count=len(looked.touched),
        button=_button(wanted.name, len(looked.touched)),
        hidden_fields=[*looked.typed.items(), ("seen", looked.signs)],
        action=url_for("staff.act", public_id=public_id, name=wanted.name),
        back_href=url_for("staff.series_page", public_id=public_id),
        refused=refused,
    )
    return html, status


def _button(name: str, count: int) -> str:
    if not count:
        return str(_("Pause these days"))
    words = {
        "skip": _("Leave this date out"),
        "pause": ngettext("Pause, without this date", "Pause, without these %(num)s dates", count),
        "end": ngettext("End it with this date", "End it, without these %(num)s dates", count),
    }
    return str(words[name])
