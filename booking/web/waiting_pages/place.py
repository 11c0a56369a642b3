"""Somebody's place in the line: what they wait for, what is held for them, staying and leaving."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose, id_in
from booking.clock import utcnow
from booking.domain.contact import masked_email
from booking.domain.waiting import WaitingStatus
from booking.errors import IllegalTransition, NotFound
from booking.models import Waiting, WaitingOffer
from booking.queries.waiting import waiting_by_link
from booking.services.waiting.joining import keep_waiting, stop_waiting
from booking.web.access import SEE_OTHER
from booking.web.limits import BOOKINGS, at_most
from booking.web.views.waiting import wish_of
from booking.web.views.waiting_offer import held_until
from booking.web.wiring import parts, reading

OK, CONFLICT = 200, 409
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the page of their place; `mailed` says that the link came by mail."""

    waiting: Waiting
    token: str
    mailed: bool

    @property
    def proved(self) -> bool:
        return self.waiting.person.verified_at is not None


@dataclass(frozen=True, slots=True)
class Panel:
    """How things stand, in words. `kind` is that of the panel."""

    kind: str
    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """The time that is held for them now, until when, and where it is answered."""

    until: str
    href: str


def visit(token: str) -> Visit:
    """Return the visit by this link; anything else is the one `NotFound` of all links."""
    link_id = id_in(token)
    waiting = waiting_by_link(reading(), link_id) if link_id else None
    if waiting is not None:
        for purpose in (Purpose.WAITING, Purpose.WAITING_MAILED):
            if parts().links.holds(token, purpose, waiting.link_version):
                return Visit(waiting, token, purpose is Purpose.WAITING_MAILED)
    raise NotFound("booking")


def place(token: str) -> Answer:
    """Show what they wait for and how it stands. Looking changes nothing."""
    return _page(visit(token), request.args.get("done", ""), OK)


@at_most(BOOKINGS)
def keep(token: str) -> Answer:
    """Stay in the line; by the mailed link it proves the address, and only then it counts."""
    found = visit(token)
    try:
        keep_waiting(found.waiting.id, proves=found.mailed, now=utcnow())
    except IllegalTransition:
        return _page(visit(token), "", CONFLICT)
    return redirect(url_for("waiting.place", token=token, done="kept"), code=SEE_OTHER)


@at_most(BOOKINGS)
def stop(token: str) -> Answer:
    """Leave the line."""
    stop_waiting(visit(token).waiting.id, now=utcnow())
    return redirect(url_for("waiting.place", token=token), code=SEE_OTHER)


def _page(found: Visit, done: str, status: int) -> Answer:
    waiting, now = found.waiting, utcnow()
    open_ = waiting.status.is_open
    html = render_template(
        "pages/waiting.html",
        panel=panel_of(found),
        wish=wish_of(waiting),
        token=found.token,
        is_open=open_,
        asks_proof=open_ and found.mailed and not found.proved,
        paused=waiting.status is WaitingStatus.PAUSED and found.proved,
        held=_held(waiting.open_offer, now) if open_ and found.proved else None,
        proved=found.proved,
        email=masked_email(waiting.person.email),
        again_href=_again(waiting),
        done=str(_("Thank you. You keep your place.")) if done == "kept" and open_ else "",
    )
    return html, status


def panel_of(found: Visit) -> Panel:
    waiting = found.waiting
    if not waiting.status.is_open:
        return _over(waiting)
    if not found.proved:
        return _to_prove(found)
    if waiting.status is WaitingStatus.PAUSED:
        words = _("We held some times for you and did not hear back. So for now we hold no more.")
        return Panel("waiting", str(_("Do you still need a time?")), (str(words),))
    return Panel(
        "waiting",
        str(_("You are in the line")),
        (
            str(_("When a time comes free that suits you and you are next, we hold it for you.")),
            str(_("We write to you then and say until when. You need to do nothing now.")),
        ),
    )


def _to_prove(found: Visit) -> Panel:
    email = masked_email(found.waiting.person.email)
    if found.mailed:
        words = _("Please say that you wait. Then we hold a time for you when it is your turn.")
        return Panel("waiting", str(_("One more step")), (str(words),))
    return Panel(
        "waiting",
        str(_("One more step: look in your mail")),
        (
            str(
                _("We are sending a link to %(email)s. Open it and say that you wait.", email=email)
            ),
            str(_("Until then we hold no times for you, since anybody could type an address.")),
        ),
    )


def _over(waiting: Waiting) -> Panel:
    if waiting.status is WaitingStatus.BOOKED:
        words = _("You have booked a time, so you are no longer in the line.")
        return Panel("booked", str(_("You have a time")), (str(words),))
    sentences = {
        "stopped": _("You left the line. We hold no more times for you."),
        "over": _("The last day you named is over."),
        "replaced": _("You joined the line again for the same, and kept your place there."),
        "unproved": _("We never heard that this was your email, so we held no times for you."),
    }
    words = sentences.get(waiting.ended_how, _("Please call the front desk to find another way."))
    return Panel("ended", str(_("You are not in the line")), (str(words),))


def _held(offer: WaitingOffer | None, now: datetime) -> Held | None:
    if offer is None or offer.expires_at <= now:
        return None
    token = parts().links.token(Purpose.WAITING_OFFER, offer.link_id, offer.link_version)
    return Held(held_until(offer).words, url_for("waiting.offer", token=token))


def _again(waiting: Waiting) -> str:
    """Return where the same can be asked for anew, with another wish or after it is over."""
    first = next(iter(waiting.therapists), None)
    if first is None:
        return "/find"
    return url_for(
        "waiting.ask",
        slug=first.therapist.slug,
        kind=waiting.kind.value,
        every=waiting.every_weeks,
        state=waiting.state or None,
    )
