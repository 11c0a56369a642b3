"""Somebody's own sign-in: what they prove themselves with, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking import clock
from booking.adapters.wording.times import long_time
from booking.domain.zones import zone
from booking.models import Passkey, StaffSession
from booking.queries.practices import the_practice
from booking.queries.staff import account_of, open_sessions
from booking.services.accounts import sessions
from booking.services.accounts.codes import codes_left
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp
from booking.web.wiring import parts, reading


@dataclass(frozen=True, slots=True)
class Place:
    """One browser that is signed in."""

    id: int
    words: str
    since: str
    seen: str
    here: bool


@dataclass(frozen=True, slots=True)
class Key:
    """One passkey; `used` is empty while it has not been."""

    id: int
    name: str
    since: str
    used: str


@bp.get("/account")
def account() -> str:
    session, who = reading(), staff()
    return render_template(
        "staff/account.html",
        account=account_of(session, who.account_id),
        codes_left=codes_left(session, who.account_id),
        places=_places(clock.utcnow()),
        done="done" in request.args,
        keys=[_key(each) for each in account_of(session, who.account_id).passkeys],
        passkeys=parts().passkeys.work_here,
        tried=request.args.get("passkey", ""),
    )


@bp.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    """End one of one's own sessions; another's is not touched."""
    sessions.sign_out(session_id, staff().account_id, now=clock.utcnow())
    return redirect(url_for("staff.account", done=1, _anchor="where"), code=SEE_OTHER)


@bp.post("/account/sessions/end-others")
def sign_out_elsewhere() -> Response:
    who = staff()
    sessions.sign_out_elsewhere(who.session_id, who.account_id, now=clock.utcnow())
    return redirect(url_for("staff.account", done=1, _anchor="where"), code=SEE_OTHER)


def own_zone() -> ZoneInfo:
    """Return the clock of the diary that is open, else the practice's."""
    who = staff()
    return zone(who.time_zone if who.diary else the_practice(reading()).time_zone)


def _key(row: Passkey) -> Key:
    there = own_zone()
    used = row.last_used_at
    return Key(
        id=row.id,
        name=row.name or str(_("A passkey")),
        since=long_time(row.created_at, there),
        used=long_time(used, there) if used else "",
    )


def _places(now: datetime) -> Sequence[Place]:
    return [_place(each) for each in open_sessions(reading(), staff().account_id, now=now)]


def _place(row: StaffSession) -> Place:
    there = own_zone()
    return Place(
        id=row.id,
        words=row.browser or str(_("A browser that does not say which it is")),
        since=long_time(row.created_at, there),
        seen=long_time(row.last_seen_at, there),
        here=row.id == staff().session_id,
    )
