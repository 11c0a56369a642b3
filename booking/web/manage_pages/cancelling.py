"""Cancelling, with the policy in words and dates, and taking it back for three minutes."""

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.contact import free_text
from booking.errors import IllegalTransition, LateCancel, RuleBroken, SlotTaken
from booking.queries.coming import may_arrange
from booking.services.changes import cancel, undo_cancel
from booking.web.booking_pages.typed import LONGEST_KEPT, TICKED
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.page import render_page
from booking.web.manage_pages.visits import Visit, acting, visit
from booking.web.series_pages.belonging import belonging
from booking.web.views.appointment import cost_of_cancelling, may_move
from booking.web.views.meeting import is_call, whom
from booking.web.views.panels import clocks_of
from booking.web.wiring import parts
from booking.web.words import sentence_for

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
LONGEST_REASON = 300
Answer = tuple[str, int] | Response
Problems = dict[str, str]


def ask(token: str) -> Answer:
    """Ask whether to cancel, and what that costs now; another time is as easy to choose."""
    found = visit(token)
    if not found.appointment.status.is_live or not may_arrange(found.participant):
        return found.back()
    return _form(found, {}, OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """Cancel. A late one needs a yes to the fee first."""
    now = utcnow()
    found = acting(token, now=now)
    if not may_arrange(found.participant):
        return found.back()
    problems: Problems = {}
    try:
        reason = free_text(request.form.get("reason", ""), limit=LONGEST_REASON)
    except ValueError:
        problems["reason"] = str(_("Keep your reason to 300 plain characters."))
        return _form(found, problems, UNPROCESSABLE)
    accepted = request.form.get("accept_late") == TICKED
    try:
        cancel(found.participant.id, accept_late=accepted, reason=reason, parts=parts(), now=now)
    except LateCancel:
        problems["accept_late"] = str(_("Tick this if you still want to cancel."))
        return _form(visit(token), problems, UNPROCESSABLE)
    except (RuleBroken, IllegalTransition):
        return render_page(visit(token), refused=_begun()), UNPROCESSABLE
    return found.back()


@at_most(BOOKINGS)
def undo(token: str) -> Answer:
    """Book the time just cancelled again, if nobody has it."""
    now = utcnow()
    found = acting(token, now=now)
    if not may_arrange(found.participant):
        return found.back()
    try:
        undo_cancel(found.participant.id, now=now)
    except SlotTaken:
        words = _("Someone booked that time a moment ago. Here you can pick another.")
        return render_page(visit(token), refused=str(words)), CONFLICT
    except RuleBroken as broken:
        return render_page(visit(token), refused=sentence_for(broken.code)), UNPROCESSABLE
    return found.back(done="undone")


def _form(found: Visit, problems: Problems, status: int) -> Answer:
    now = utcnow()
    appointment = found.appointment
    try:
        cost = cost_of_cancelling(found.participant, now)
    except RuleBroken:
        return render_page(found, refused=_begun()), UNPROCESSABLE
    html = render_template(
        "pages/cancel.html",
        when=clocks_of(found.participant),
        whom=whom(appointment.therapist),
        cost=cost,
        series=belonging(found.participant, mailed=found.mailed, now=now),
        is_call=is_call(appointment.kind),
        action=found.address("manage.cancel"),
        move_href=found.address("manage.choose_move") if may_move(appointment, now) else "",
        keep_href=found.address("manage.show"),
        reason=request.form.get("reason", "")[:LONGEST_KEPT],
        accepted=request.form.get("accept_late") == TICKED,
        problems=problems,
        errors=list(problems.items()),
    )
    return html, status


def _begun() -> str:
    return str(_("It has begun, so it cannot be cancelled here. Please call the front desk."))
