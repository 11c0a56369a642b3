"""What only the demo has: the mailbox, a page for the room, and a way in without proof.

All are reachable from this machine alone (see `config.py`), so that nobody's post is shown to
strangers.
"""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select

from booking import clock
from booking.adapters.mailbox import Channel, Item
from booking.adapters.video.demo import DemoVideo
from booking.adapters.wording.times import zone_words
from booking.domain.zones import zone
from booking.errors import NotFound
from booking.models import StaffAccount
from booking.services.accounts import demo as service
from booking.web.access import FRONT, SEE_OTHER, anyone, hand_over
from booking.web.practice import practice_facts
from booking.web.security import CONTENT_SECURITY_POLICY
from booking.web.staff.sign_in import came
from booking.web.views.demo import post, posts
from booking.web.wiring import parts, reading

bp = Blueprint("demo", __name__, url_prefix="/demo")
bp.before_request(anyone)

SHOWN = 200
CSP = "Content-Security-Policy"
# The mail stands in a frame of its own: no script, no form, no origin. Its links lead the whole
# window on, for which the frame needs leave.
FRAMED = "allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"
SHEET_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        f"sandbox {FRAMED} allow-downloads",
    ]
)
HOLDER_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"


@bp.get("/mailbox")
def mailbox() -> str:
    """List what was sent, newest first; with `to`, to that address or number alone."""
    there, to = _zone(), request.args.get("to", "")
    found = posts(_items(), there)
    return render_template(
        "pages/demo_mailbox.html",
        posts=[one for one in found if to in {"", one.to}],
        people=sorted({(one.to, one.to_words) for one in found}),
        to=to,
        zone_words=zone_words(there),
    )


@bp.get("/mailbox/<item_id>")
def item(item_id: str) -> Response:
    page = render_template(
        "pages/demo_mail.html", mail=post(_item(item_id), _zone()), framed=FRAMED
    )
    response = make_response(page)
    response.headers[CSP] = HOLDER_POLICY
    return response


@bp.get("/mailbox/<item_id>/sheet")
def sheet(item_id: str) -> Response:
    """Serve the mail's own page, for the frame."""
    mail = _item(item_id)
    if mail.channel is not Channel.MAIL:
        raise NotFound("mail")
    # Links of a mail open a page, not a frame in one.
    response = make_response(mail.html.replace("<head>", '<head><base target="_top">', 1))
    response.headers[CSP] = SHEET_POLICY
    return response


@bp.get("/mailbox/<item_id>/invite.ics")
def invitation(item_id: str) -> Response:
    mail = _item(item_id)
    if not mail.calendar:
        raise NotFound("mail")
    response = make_response(mail.calendar.encode())
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


@bp.get("/sign-in")
def sign_in_as() -> str:
    """Offer to come in as anybody who works here: there is nothing here to protect."""
    query = select(StaffAccount).where(StaffAccount.active)
    accounts = reading().scalars(query.order_by(StaffAccount.therapist_id, StaffAccount.id))
    return render_template("pages/demo_sign_in.html", accounts=accounts.all())


@bp.post("/sign-in")
def enter() -> Response:
    chosen = request.form.get("account", type=int) or 0
    key = service.sign_in_as(chosen, came(), parts=parts(), now=clock.utcnow())
    response = make_response("", SEE_OTHER)
    response.headers["Location"] = FRONT
    return hand_over(response, key)


@bp.get("/room/<token>")
def room(token: str) -> str:
    provider = parts().video.get("demo")
    let_in = provider.verify(token, clock.utcnow()) if isinstance(provider, DemoVideo) else None
    if let_in is None:
        raise NotFound("room")
    _room, role = let_in
    return render_template("pages/demo_room.html", role=role.value)


def _zone() -> ZoneInfo:
    return zone(practice_facts().time_zone)


def _items() -> list[Item]:
    box = parts().mailbox
    return box.items(SHOWN) if box is not None else []


def _item(item_id: str) -> Item:
    box = parts().mailbox
    found = box.get(item_id) if box is not None else None
    if found is None:
        raise NotFound("mail")
    return found
