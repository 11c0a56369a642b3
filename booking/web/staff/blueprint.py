"""What all staff pages have in common: the door, the menu, and how a refusal looks."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, g, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from booking import clock
from booking.domain.zones import zone
from booking.errors import BookingError, NotFound
from booking.queries.agenda import count_of_requests
from booking.web import kept
from booking.web.access import NotYours, may, staff, staff_only
from booking.web.errors import BUSY, FAILED, Said, problem_page, status_of
from booking.web.wiring import reading
from booking.web.words import heading_for, sentence_for

FORBIDDEN = 403
NOT_YET = "not_set_up"
# In an address: show what is saved, not what was kept.
NOT_WANTED = "saved-only"

bp = Blueprint("staff", __name__, url_prefix="/staff")
bp.before_request(staff_only)


@bp.context_processor
def menu() -> dict[str, object]:
    who = g.get("staff")
    if who is None:
        return {}
    known: dict[str, object] = {"may": partial(may, who), "request_count": 0}
    if who.diary is not None and who.proved_at is not None:
        now = clock.utcnow()
        known["request_count"] = count_of_requests(reading(), who.therapist_id, now=now)
    return known


@bp.after_request
def let_go(response: Response) -> Response:
    """Drop what was kept through a sign-in once its form is sent again, or it is not wanted."""
    if kept.COOKIE in request.cookies and response.status_code < FAILED:
        sent_again = request.method == "POST" and kept_in(request.endpoint or "") is not None
        if sent_again or NOT_WANTED in request.args:
            kept.drop(response)
    return response


@bp.errorhandler(NotYours)
def not_yours(_error: NotYours) -> Response:
    """Refuse a page of other parts, and say no more of it."""
    heading, sentence = heading_for(NotYours.code), sentence_for(NotYours.code)
    html = render_template("staff/problem.html", heading=heading, sentence=sentence)
    return make_response(html, FORBIDDEN)


@bp.errorhandler(BookingError)
def refused(error: BookingError) -> Response:
    """Say in the therapist's own frame what was turned down; another's thing is not found."""
    if isinstance(error, NotFound) and error.what == "practice":
        return problem_page(Said(heading_for(NOT_YET), [sentence_for(NOT_YET)]), BUSY)
    sentence = sentence_for(error.code)
    if isinstance(error, NotFound):
        sentence = _("There is nothing of yours at this address.")
    html = render_template("staff/problem.html", heading=heading_for(error.code), sentence=sentence)
    return make_response(html, status_of(error))


def kept_in(form: str) -> kept.Typed | None:
    """Return what they typed into `form` before they had to sign in again."""
    who = g.get("staff")
    if who is None or who.diary is None or NOT_WANTED in request.args:
        return None
    return kept.typed_into(form, (who.account_id, who.therapist_id), now=clock.utcnow())


def here() -> tuple[datetime, ZoneInfo]:
    """Return what time it is, and the zone of the therapist whose diary is open."""
    return clock.utcnow(), zone(staff().time_zone)
