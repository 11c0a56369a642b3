"""Ending a standing hour, or leaving one that goes on: what falls away is shown first."""

from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.wording.names import dollars
from booking.clock import utcnow
from booking.errors import IllegalTransition, LateCancel
from booking.models import Participant
from booking.queries.groups import is_group
from booking.services.series.leaving import end_series, late_fee, leave
from booking.web.booking_pages.typed import TICKED
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.face import Given
from booking.web.series_pages.page import standing_of
from booking.web.series_pages.pausing import changed_words, tick_words
from booking.web.series_pages.seen import seen
from booking.web.series_pages.visits import Visit, acting, day_of, visit
from booking.web.views.series import reader_of
from booking.web.views.series_change import following_words
from booking.web.views.series_off import off, signs_of
from booking.web.views.series_words import line
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response
Problems = dict[str, str]


def ask(token: str) -> Answer:
    """Show which dates fall away if it ends, and what that costs now."""
    found, now = visit(token), utcnow()
    if not found.may_arrange or not found.ahead(now):
        return found.back()
    return _page(found, request.args, {}, OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """End it before the first of the dates that were shown. A late one needs a yes to the fee."""
    now = utcnow()
    found = acting(token, now=now)
    seats = _falling(found, request.form, now)
    if not found.may_arrange or not seats:
        return found.back()
    if request.form.get("seen") != seen(signs_of(seats)):
        return _page(found, request.form, {"seen": changed_words()}, CONFLICT)
    since = min(day_of(seat) for seat in seats)
    accepted = request.form.get("accept_late") == TICKED
    try:
        end_series(found.series.id, since, accept_late=accepted, actor=found.actor, now=now)
    except LateCancel:
        return _page(visit(token), request.form, {"accept_late": tick_words()}, UNPROCESSABLE)
    except IllegalTransition:
        return visit(token).back()
    return found.back(done="ended")


def ask_leave(token: str) -> Answer:
    """Show which dates the member would not come to any more."""
    found = visit(token)
    if not found.may_leave:
        return found.back()
    return _leave_page(found, {}, OK)


@at_most(BOOKINGS)
def leave_series(token: str) -> Answer:
    """Let the member go; the others go on. The last one who comes ends it instead."""
    now = utcnow()
    found = acting(token, now=now)
    if not found.may_leave:
        return found.back()
    accepted = request.form.get("accept_late") == TICKED and is_group(found.series)
    try:
        leave(found.member.id, accept_late=accepted, actor=found.actor, now=now)
    except LateCancel:
        if is_group(found.series):
            return _leave_page(visit(token), {"accept_late": leave_words()}, UNPROCESSABLE)
        # Everybody else left meanwhile: ending it has a page of its own, with the fee on it.
        return visit(token).back()
    except IllegalTransition:
        return visit(token).back()
    return found.back(done="left")


def leave_words() -> str:
    return str(_("Tick this if you still want to leave."))


def _leave_page(found: Visit, problems: Problems, status: int) -> Answer:
    now = utcnow()
    standing, _line = standing_of(found)
    of_many = is_group(found.series)
    fee = late_fee(reading(), found.member, now=now) if of_many else None
    html = render_template(
        "pages/series_leave.html",
        off=off(found.ahead(now), reader_of(standing)),
        late=fee is not None,
        fee=dollars(fee or 0),
        action=found.address("series.leave"),
        back_href=found.address("series.show"),
        problems=problems,
        errors=list(problems.items()),
    )
    return html, status


def _falling(found: Visit, given: Given, now: datetime) -> list[Participant]:
    """Return the dates from the one that was asked for on, or all that are ahead."""
    ahead, day = found.ahead(now), date_in(given.get("date", ""))
    if day is None or all(day_of(seat) != day for seat in ahead):
        return ahead
    return [seat for seat in ahead if day_of(seat) >= day]


def _page(found: Visit, given: Given, problems: Problems, status: int) -> Answer:
    now = utcnow()
    standing, _line = standing_of(found)
    ahead, seats = found.ahead(now), _falling(found, given, now)
    first = min(map(day_of, seats), default=None)
    html = render_template(
        "pages/series_end.html",
        dates=_firsts(ahead, found, now),
        date=first.isoformat() if first else "",
        off=off(seats, reader_of(standing)),
        stays=len(ahead) - len(seats),
        accepted=request.form.get("accept_late") == TICKED,
        seen=seen(signs_of(seats)),
        action=found.address("series.end"),
        ask=found.address("series.ask_end"),
        back_href=found.address("series.show"),
        pause_href=found.address("series.ask_pause"),
        change_href=found.address("series.choose_change"),
        problems=problems,
        errors=[(name, words) for name, words in problems.items() if name != "seen"],
    )
    return html, status


def _firsts(ahead: Sequence[Participant], found: Visit, now: datetime) -> list[tuple[str, str]]:
    """Return each date that may be the first to fall away, with how many follow it."""
    options = []
    by_day = sorted(ahead, key=day_of)
    for number, seat in enumerate(by_day):
        words = following_words(len(by_day) - number - 1)
        if number == 0 and len(by_day) > 1:
            words = str(_("All %(num)s ahead", num=len(by_day)))
        when = line(seat.appointment.starts_at, found.mine, now)
        options.append((day_of(seat).isoformat(), f"{when}: {words}"))
    return options
