"""Who is asking. Every blueprint names one of these as its `before_request`."""

from datetime import datetime, timedelta
from typing import TypeVar, cast

from flask import current_app, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from booking import clock
from booking.errors import BookingError
from booking.queries.staff import SignedIn, holder_of, signed_in
from booking.services.accounts.sessions import stay
from booking.services.audit import acts_through
from booking.web import kept
from booking.web.roles import DOORS, SETTING_UP, SIGN_IN_ROUTES
from booking.web.security import SAFE_METHODS
from booking.web.wiring import parts, reading

R = TypeVar("R", bound=Response)

SEEN_EVERY = timedelta(minutes=1)
SEE_OTHER = 303
FRONT = "/staff"


class NotYours(BookingError):
    """A page that is for other parts than those somebody has here."""

    code = "not_yours"


def anyone() -> None:
    """Let everybody in: these pages show nothing of anyone, or check a link themselves."""


def staff_only() -> Response | None:
    """Let those in who work here, as far as their parts go, and lead others to the sign-in page.

    The way in itself is open, route by route; whoever adds a page is behind the door.
    """
    now = clock.utcnow()
    key = request.cookies.get(staff_cookie())
    found = signed_in(reading(), key, now=now) if key else None
    g.staff = found
    if found is not None:
        acts_through(reading(), found.account_id)
        if now - found.seen_at >= SEEN_EVERY:
            stay(found.session_id, now=now)
    if request.endpoint in SIGN_IN_ROUTES:
        return None
    if found is not None:
        return _as_far_as_they_may(found, request.endpoint or "")
    if request.method in SAFE_METHODS:
        return redirect(url_for("staff.sign_in", next=_page_to_return_to()), code=SEE_OTHER)
    return _lead_away_from_a_form(key, now)


def _as_far_as_they_may(who: SignedIn, endpoint: str) -> Response | None:
    """Let them through, lead them to what has to come first, or raise `NotYours`."""
    door = DOORS.get(endpoint)
    if who.proved_at is None and endpoint not in SETTING_UP:
        return redirect(url_for("staff.set_up"), code=SEE_OTHER)
    if door is None:
        raise NotYours
    if door.at_a_diary and who.diary is None:
        return redirect(url_for("staff.working_for", next=_page_to_return_to()), code=SEE_OTHER)
    if not may(who, endpoint):
        raise NotYours
    return None


def may(who: SignedIn, endpoint: str) -> bool:
    """Return whether somebody may reach a staff page, so that no page leads where they may not."""
    door = DOORS[endpoint]
    return bool(door.parts & (who.parts if door.at_a_diary else who.given))


def _lead_away_from_a_form(key: str | None, now: datetime) -> Response:
    """Lead to the sign-in page, which says what became of what was sent; nothing is saved.

    What was typed is kept only for whoever's session it was, at the diary it was typed into.
    """
    form, fate, sealed = request.endpoint or "", "lost", None
    holder = holder_of(reading(), key) if key and form in kept.PAGES else None
    if holder is not None:
        sealed = kept.seal(form, holder, now=now)
        fate = "long" if sealed is None else "kept"
    there = url_for("staff.sign_in", next=_page_to_return_to(), sent=fate)
    response = redirect(there, code=SEE_OTHER)
    if sealed is not None:
        kept.put(response, sealed)
    return response


def hand_over(response: R, key: str) -> R:
    """Give the browser its key. It has no age: closing forgets it, and the table long before."""
    secure = parts().settings.secure
    response.set_cookie(staff_cookie(), key, httponly=True, samesite="Lax", secure=secure)
    return response


def staff() -> SignedIn:
    """Return who is signed in, on a page that nobody else can reach."""
    return cast("SignedIn", g.staff)


def staff_cookie() -> str:
    """Return the name of the cookie; over TLS no other host can set or read one called so."""
    return "__Host-staff" if parts().settings.secure else "staff"


def _page_to_return_to() -> str:
    """Return the path asked for, if it can be looked at, else the therapist's front page."""
    if request.endpoint in kept.PAGES:
        return url_for(kept.PAGES[request.endpoint])
    try:
        current_app.create_url_adapter(request).match(request.path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return FRONT
    return request.path
