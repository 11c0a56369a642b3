"""Who is asking. Every blueprint names one of these as its `before_request`."""

from datetime import datetime, timedelta
from typing import cast

from flask import current_app, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from booking import clock
from booking.queries.staff import SignedIn, holder_of, signed_in
from booking.services.staff import stay
from booking.web import kept
from booking.web.security import SAFE_METHODS
from booking.web.wiring import parts, reading

SIGN_IN_ROUTES = frozenset(
    {"staff.sign_in", "staff.send_link", "staff.open_link", "staff.use_link"}
)
SEEN_EVERY = timedelta(minutes=1)
SEE_OTHER = 303
FRONT = "/staff"


def anyone() -> None:
    """Let everybody in: these pages show nothing of anyone, or check a link themselves."""


def staff_only() -> Response | None:
    """Let therapists in who are signed in, and lead everybody else to the sign-in page.

    The way in itself is open, route by route; whoever adds a page is behind the door.
    """
    now = clock.utcnow()
    key = request.cookies.get(staff_cookie())
    found = signed_in(reading(), key, now=now) if key else None
    g.staff = found
    if found is not None and now - found.seen_at >= SEEN_EVERY:
        stay(found.session_id, now=now)
    if found is not None or request.endpoint in SIGN_IN_ROUTES:
        return None
    if request.method in SAFE_METHODS:
        return redirect(url_for("staff.sign_in", next=_page_to_return_to()), code=SEE_OTHER)
    return _lead_away_from_a_form(key, now)


def _lead_away_from_a_form(key: str | None, now: datetime) -> Response:
    """Lead to the sign-in page, which says what became of what was sent; nothing is saved.

    What was typed is kept only for the therapist whose session it was.
    """
    form, fate, sealed = request.endpoint or "", "lost", None
    therapist_id = holder_of(reading(), key) if key and form in kept.PAGES else None
    if therapist_id is not None:
        sealed = kept.seal(form, therapist_id, now=now)
        fate = "long" if sealed is None else "kept"
    there = url_for("staff.sign_in", next=_page_to_return_to(), sent=fate)
    response = redirect(there, code=SEE_OTHER)
    if sealed is not None:
        kept.put(response, sealed)
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
