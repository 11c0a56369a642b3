"""A pause between two days: which dates fall away is shown first."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.zones import local_date, zone
from booking.errors import IllegalTransition, InvalidInput, LateCancel
from booking.models import Participant
from booking.services.series.pausing import Pause, pause
from booking.web.booking_pages.typed import TICKED
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.face import Given
from booking.web.series_pages.page import standing_of
from booking.web.series_pages.seen import seen
from booking.web.series_pages.visits import Visit, acting, day_of, visit
from booking.web.views.series import paused_words, reader_of
from booking.web.views.series_off import off, signs_of
from booking.web.views.series_words import line
from booking.web.views.weeks import date_in
from booking.web.words import problem_words

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response
Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """Two days as they were typed, and what they mean if they are days."""

    first: str
    last: str

    @property
    def days(self) -> tuple[date, date] | None:
        first, last = date_in(self.first), date_in(self.last)
        return (first, last) if first and last else None


def ask(token: str) -> Answer:
    """Ask from when to when; once that is known, show which dates fall away."""
    found, now = visit(token), utcnow()
    if not found.may_arrange or not found.ahead(now):
        return found.back()
    typed = _typed(request.args)
    problems = _problems(found, typed, now) if "first" in request.args else {}
    return _page(found, typed, problems, UNPROCESSABLE if problems else OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """Leave the dates out that were shown. A late one needs a yes to the fee first."""
    now = utcnow()
    found = acting(token, now=now)
    typed = _typed(request.form)
    problems = _problems(found, typed, now)
    if problems or typed.days is None:
        return _page(found, typed, problems, UNPROCESSABLE)
    seats = _between(found, typed.days, now)
    if request.form.get("seen") != seen(signs_of(seats)):
        return _page(found, typed, {"seen": changed_words()}, CONFLICT)
    accepted = request.form.get("accept_late") == TICKED
    try:
        pause(Pause(found.series.id, *typed.days), accept_late=accepted, actor=found.actor, now=now)
    except LateCancel:
        return _page(visit(token), typed, {"accept_late": tick_words()}, UNPROCESSABLE)
    except InvalidInput as refused:
        return _page(visit(token), typed, _in_words(refused), UNPROCESSABLE)
    except IllegalTransition:
        return visit(token).back()
    return found.back(done="paused")


def changed_words() -> str:
    return str(_("Your dates changed since you opened this. Nothing is done. Please look again."))


def tick_words() -> str:
    return str(_("Tick this if you still want to do it."))


def _typed(given: Given) -> Typed:
    return Typed(given.get("first", "")[:10], given.get("last", "")[:10])


def _problems(found: Visit, typed: Typed, now: datetime) -> Problems:
    problems: Problems = {}
    for name, text in (("first", typed.first), ("last", typed.last)):
        if date_in(text) is None:
            problems[name] = str(_("Choose a day."))
    if typed.days is None:
        return problems
    first, last = typed.days
    if last < first:
        problems["last"] = str(_("The last day must not be before the first."))
    elif last < local_date(now, zone(found.series.part.zone)):
        problems["last"] = str(_("That day has passed already."))
    return problems


def _in_words(refused: InvalidInput) -> Problems:
    words = {"overlap": _("There is a pause already. A new one must touch it.")}
    return {
        problem.field: str(words.get(problem.code, problem_words(problem.code)))
        for problem in refused.problems
    }


def _between(found: Visit, days: tuple[date, date], now: datetime) -> list[Participant]:
    """Return the dates ahead within the pause, by the calendar the service goes by."""
    return [
        seat
        for seat in found.ahead(now)
        if days[0]
        <= local_date(seat.appointment.starts_at, zone(seat.appointment.time_zone))
        <= days[1]
    ]


def _page(found: Visit, typed: Typed, problems: Problems, status: int) -> Answer:
    now = utcnow()
    standing, _line = standing_of(found)
    stands = typed.days is not None and not {"first", "last"} & set(problems)
    seats = _between(found, typed.days, now) if stands and typed.days else []
    after = [seat for seat in found.ahead(now) if seats and seat not in seats]
    then = [s for s in after if s.appointment.starts_at > seats[-1].appointment.starts_at]
    again = then[0].appointment.starts_at if then else None
    html = render_template(
        "pages/series_pause.html",
        first=typed.first or (day_of(found.ahead(now)[0]).isoformat() if found.ahead(now) else ""),
        last=typed.last,
        shown=stands,
        off=off(seats, reader_of(standing)),
        again=line(again, found.mine, now) if again else "",
        paused=paused_words(standing),
        accepted=request.form.get("accept_late") == TICKED,
        seen=seen(signs_of(seats)),
        action=found.address("series.pause"),
        ask=found.address("series.ask_pause"),
        back_href=found.address("series.show"),
        resume_href=found.address("series.ask_resume"),
        problems=problems,
        errors=[(name, words) for name, words in problems.items() if name != "seen"],
    )
    return html, status
