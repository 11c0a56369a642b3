"""The one place where what went other than asked becomes an answer.

Pages get a page in plain words, the API and the hooks get problem+json. Nothing of the
inside is shown: what went wrong on our side is logged with ids only.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from booking.adapters.links import random_id
from booking.errors import (
    BookingError,
    HoldExpired,
    IllegalTransition,
    InFlight,
    InvalidInput,
    KeyReused,
    LateCancel,
    NotFound,
    NotProved,
    OfferEnded,
    RuleBroken,
    SlotTaken,
    TooManyTries,
)
from booking.web import problems
from booking.web.limits import seconds_to_wait
from booking.web.logs import place_of
from booking.web.wiring import reading
from booking.web.words import heading_for, sentence_for

STATUSES: dict[type[BookingError], int] = {
    NotFound: 404,
    SlotTaken: 409,
    InFlight: 409,
    HoldExpired: 409,
    RuleBroken: 422,
    LateCancel: 422,
    InvalidInput: 422,
    KeyReused: 422,
    IllegalTransition: 422,
    OfferEnded: 422,
    NotProved: 422,
    TooManyTries: 429,
}
HTTP_CODES = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "method",
    413: "too_large",
    415: "media_type",
    429: "too_many",
    503: "busy",
}
NOT_FOUND, TOO_MANY, BUSY, FAILED = 404, 429, 503, 500
BUSY_FOR_S = 5

Actions = Sequence[tuple[str, str]]
log = logging.getLogger("stillhour.web")


@dataclass(frozen=True, slots=True)
class Said:
    """What a page about trouble says: what happened, what did not, and where to go on."""

    heading: str
    sentences: Sequence[str]
    actions: Actions = ()


def register(app: Flask) -> None:
    app.register_error_handler(BookingError, _refused)
    app.register_error_handler(HTTPException, _not_served)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _failed)


def status_of(error: BookingError) -> int:
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def wants_problem() -> bool:
    """Return whether a program asks, not a person."""
    return request.path.startswith(("/api/", "/hooks/"))


def problem_page(said: Said, status: int) -> Response:
    """Return the page in the words of `said`."""
    html = render_template(
        "pages/problem.html",
        heading=said.heading,
        sentences=said.sentences,
        actions=said.actions,
    )
    return make_response(html, status)


def words_of(error: BookingError) -> Said:
    """Return what to tell a person who was turned down, where no page has better words."""
    if isinstance(error, NotFound) and error.what == "booking":
        lost = [("/lost-link", _("Send me a new link"))]
        return Said(_("We could not open that"), [sentence_for("dead_link")], lost)
    return Said(heading_for(error.code), [sentence_for(error.code)], _ways_on())


def _refused(error: BookingError) -> Response:
    if isinstance(error, NotFound) and error.what == "practice":
        return _answer("not_set_up", BUSY, actions=())
    status = status_of(error)
    if wants_problem():
        return problems.refusal(error, status)
    return problem_page(words_of(error), status)


def _not_served(error: HTTPException) -> Response:
    if error.code is None or error.code not in HTTP_CODES:
        # A redirect is an exception too, and so are answers a view has made itself.
        return make_response(error.get_response()) if _is_answer(error) else _failed(error)
    response = _answer(HTTP_CODES[error.code], error.code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    if error.code == TOO_MANY:
        response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _is_answer(error: HTTPException) -> bool:
    return error.response is not None or (error.code is not None and error.code < FAILED)


def _busy(error: OperationalError) -> Response:
    _forget_transaction()
    _log_failure(error, random_id()[:8])
    response = _answer("busy", BUSY)
    response.headers["Retry-After"] = str(BUSY_FOR_S)
    return response


def _failed(error: Exception) -> Response:
    _forget_transaction()
    incident = random_id()[:8]
    _log_failure(error, incident)
    # For translators: %(incident)s is eight letters and digits that our log knows it by.
    note = _("If you call, this code tells us what went wrong: %(incident)s", incident=incident)
    return _answer("failed", FAILED, note=note)


def _log_failure(error: Exception, incident: str) -> None:
    # Neither the message nor the stack: either may hold what a person typed.
    log.error(
        "failed",
        extra={"error": type(error).__name__, "where": place_of(error), "incident": incident},
    )


def _forget_transaction() -> None:
    with suppress(SQLAlchemyError):
        reading().rollback()


def _answer(code: str, status: int, *, note: str = "", actions: Actions | None = None) -> Response:
    sentences = [sentence_for(code), *([note] if note else [])]
    if wants_problem():
        return problems.problem(code, status, detail=" ".join(sentences))
    ways = _ways_on() if actions is None else actions
    return problem_page(Said(heading_for(code), sentences, ways), status)


def _ways_on() -> Actions:
    return [("/find", _("Find a time")), ("/lost-link", _("Your bookings"))]
