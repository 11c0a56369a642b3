"""Not coming, where others do: the others go on, and are told nothing. Taken back for minutes."""

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking.clock import utcnow
from booking.domain.participants import ParticipantStatus
from booking.errors import IllegalTransition, LateCancel, RuleBroken, SlotTaken
from booking.services.audit import client
from booking.services.leaving import cost_of_leaving, leave_appointment, undo_leaving
from booking.web.booking_pages.typed import TICKED
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.page import render_page
from booking.web.manage_pages.visits import Visit, acting, visit
from booking.web.series_pages.belonging import belonging
from booking.web.views.appointment import cost_in_words, may_leave
from booking.web.views.meeting import whom
from booking.web.views.panels import clocks_of
from booking.web.wiring import reading
from booking.web.words import sentence_for

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422
Answer = tuple[str, int] | Response
Problems = dict[str, str]


def ask(token: str) -> Answer:
    """Ask whether they cannot come, and say until when that is free and what it costs now."""
    found = visit(token)
    if not may_leave(found.participant):
        return found.back()
    return _form(found, {}, OK)


@at_most(BOOKINGS)
def do(token: str) -> Answer:
    """Take them out. Late, it needs a yes to the fee first."""
    now = utcnow()
    found = acting(token, now=now)
    who = found.participant
    if not may_leave(who):
        return found.back()
    accepted = request.form.get("accept_late") == TICKED
    try:
        leave_appointment(who.id, accept_late=accepted, actor=client(who.id), now=now)
    except LateCancel:
        words = str(_("Tick this if you still cannot come."))
        return _form(visit(token), {"accept_late": words}, UNPROCESSABLE)
    except (RuleBroken, IllegalTransition):
        return render_page(visit(token), refused=_begun()), UNPROCESSABLE
    return found.back()


@at_most(BOOKINGS)
def undo(token: str) -> Answer:
    """Take them in again, if their place is still free."""
    now = utcnow()
    found = acting(token, now=now)
    try:
        undo_leaving(found.participant.id, now=now)
    except SlotTaken:
        words = _("Somebody took that place a moment ago. Here you can pick another time.")
        return render_page(visit(token), refused=str(words)), CONFLICT
    except (RuleBroken, IllegalTransition) as refused:
        return render_page(visit(token), refused=sentence_for(refused.code)), UNPROCESSABLE
    here = visit(token).participant.status is ParticipantStatus.ATTENDING
    return found.back(done="undone" if here else None)


def _form(found: Visit, problems: Problems, status: int) -> Answer:
    now, participant = utcnow(), found.participant
    try:
        cost = cost_of_leaving(reading(), participant, now=now)
    except RuleBroken:
        return render_page(found, refused=_begun()), UNPROCESSABLE
    html = render_template(
        "pages/leave.html",
        when=clocks_of(participant),
        whom=whom(found.appointment.therapist),
        cost=cost_in_words(participant, cost, now),
        series=belonging(participant, mailed=found.mailed, now=now),
        action=found.address("manage.leave"),
        keep_href=found.address("manage.show"),
        accepted=request.form.get("accept_late") == TICKED,
        problems=problems,
        errors=list(problems.items()),
    )
    return html, status


def _begun() -> str:
    return str(_("It has begun, so this cannot be done here. Please call the front desk."))
