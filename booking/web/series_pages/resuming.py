"""Going on earlier than a pause says: which dates come back is shown first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from booking.adapters.wording import times
from booking.clock import utcnow
from booking.domain.ladder import Rung as Judged
from booking.domain.zones import local_date, zone
from booking.errors import BookingError, IllegalTransition
from booking.services.series.booking import AS_WISHED, Choices
from booking.services.series.pausing import look_after_pause, resume
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.changing import refusal
from booking.web.series_pages.choices import choices_in
from booking.web.series_pages.page import standing_of
from booking.web.series_pages.pausing import changed_words
from booking.web.series_pages.seen import seen
from booking.web.series_pages.visits import Visit, acting, visit
from booking.web.views.days import day_words
from booking.web.views.series import paused_words, reader_of
from booking.web.views.series_plan import choice_rung
from booking.web.views.series_rows import Reader, Rung, with_clocks
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Again:
    """What would come back if the pause ended before `on`."""

    on: date
    judged: Sequence[Judged]

    @property
    def signs(self) -> str:
        return seen([self.on, [each.starts_at for each in self.judged]])


def ask(token: str) -> Answer:
    """Show which dates come back, and what is open instead of those that cannot."""
    found, now = visit(token), utcnow()
    again = _again(found, request.args.get("on", ""), now)
    if again is None:
        return found.back()
    return _page(found, again, AS_WISHED, "", OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """Take up again every date that was shown, as chosen, or none."""
    now = utcnow()
    found = acting(token, now=now)
    again = _again(found, request.form.get("on", ""), now)
    if again is None:
        return found.back()
    choices = choices_in(request.form)
    if request.form.get("seen") != again.signs:
        return _page(found, again, choices, changed_words(), CONFLICT)
    try:
        resume(found.series.id, again.on, choices, actor=found.actor, now=now)
    except IllegalTransition:
        return visit(token).back()
    except BookingError as refused:
        found = visit(token)
        again = _again(found, request.form.get("on", ""), now)
        if again is None:
            return found.back()
        return _page(found, again, choices, *refusal(refused))
    return found.back(done="resumed")


def _again(found: Visit, text: str, now: datetime) -> Again | None:
    """Return what would come back from the day asked for on, or from today; None for no pause."""
    series = found.series
    if not found.may_arrange or series.paused_from is None or series.paused_until is None:
        return None
    today = local_date(now, zone(series.part.zone))
    if series.paused_until < today:
        return None
    on = max(date_in(text) or today, today)
    return Again(on, look_after_pause(reading(), series, on, now=now))


def _page(found: Visit, again: Again, choices: Choices, refused: str, status: int) -> Answer:
    standing, _line = standing_of(found)
    reader = reader_of(standing)
    rungs = [_rung(each, choices, reader) for each in again.judged]
    html = render_template(
        "pages/series_resume.html",
        dates=with_clocks(rungs, reader),
        counts=_counts(rungs),
        on=again.on.isoformat(),
        paused=paused_words(standing),
        refused=refused,
        seen=again.signs,
        action=found.address("series.resume"),
        ask=found.address("series.ask_resume"),
        back_href=found.address("series.show"),
        errors=[],
    )
    return html, status


def _rung(judged: Judged, choices: Choices, reader: Reader) -> Rung:
    if not judged.is_open:
        return choice_rung(judged, "", choices, reader)
    start = judged.starts_at
    day, clock = day_words(start, reader.mine, reader.now), times.clock(start, reader.mine)
    return Rung(kind="new", day=day, time=clock, at=start)


def _counts(rungs: Sequence[Rung]) -> str:
    clashes = sum(rung.kind == "choice" for rung in rungs)
    said = [ngettext("%(num)s date can come back.", "%(num)s dates can come back.", len(rungs))]
    if clashes:
        said.append(ngettext("%(num)s needs a choice.", "%(num)s need a choice.", clashes))
    return " ".join([*map(str, said), str(_("Nothing is changed yet."))])
