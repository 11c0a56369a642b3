"""The page on which somebody answers an offer of standing times, `/o/<token>`.

A GET changes nothing, since mail scanners follow links; both answers are a POST from the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import BookingError, IllegalTransition, NotFound
from booking.models import SeriesMember, StandingOffer
from booking.services.identity import prove_member
from booking.services.series.accepting import accept_offer
from booking.services.series.booking import Choices
from booking.services.series.offer_looks import look_at_offered
from booking.services.series.offering import decline_offer
from booking.web.access import SEE_OTHER, anyone
from booking.web.booking_pages.asked import instant_in
from booking.web.booking_pages.offered import offer_by
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.choices import MOST, SKIP
from booking.web.views.clocks import clock_now
from booking.web.views.meeting import whom
from booking.web.views.offer import Card, Taking, card_of, held_until, mine_of, over_of
from booking.web.wiring import parts, reading

OK, CONFLICT = 200, 409
PREFIX = "date-"
Answer = tuple[str, int] | Response

bp = Blueprint("offers", __name__)
bp.before_request(anyone)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the page of what was offered to them."""

    offer: StandingOffer
    token: str

    def is_open(self, now: datetime) -> bool:
        return self.offer.status is OfferStatus.OPEN and now < self.offer.expires_at


def visit(token: str) -> Visit:
    """Return the visit by this link; anything else is the one `NotFound` of all links."""
    return Visit(offer_by(token), token)


@bp.get("/o/<token>")
def show(token: str) -> Answer:
    """Show what is offered, or what became of it. Looking changes nothing."""
    return _page(visit(token), None, OK)


@bp.post("/o/<token>/take")
@at_most(BOOKINGS)
def take(token: str) -> Answer:
    """Take one of the times with its dates as they were chosen: all of them, or none."""
    found, now = visit(token), utcnow()
    wanted, choices = request.form.get("time", ""), choices_in(request.form)
    chosen = next((each for each in found.offer.series if each.public_id == wanted), None)
    if chosen is None:
        return _page(found, None, CONFLICT)
    try:
        member_id = accept_offer(found.offer.id, chosen.id, choices, now=now)
    except IllegalTransition:
        return _page(visit(token), None, CONFLICT)
    except BookingError:
        words = _("A date went a moment ago. Nothing is booked. Please look again.")
        return _page(visit(token), Taking(series=wanted, choices=choices, refused=str(words)), 409)
    # They read the mail this link came by.
    prove_member(member_id, now=now)
    return redirect(f"/s/{_member_token(member_id)}/agreement", code=SEE_OTHER)


@bp.post("/o/<token>/decline")
@at_most(BOOKINGS)
def decline(token: str) -> Answer:
    """Let all the times go, and tell the therapist."""
    found = visit(token)
    try:
        decline_offer(found.offer.id, now=utcnow())
    except IllegalTransition:
        return _page(visit(token), None, CONFLICT)
    return redirect(url_for("offers.show", token=token), code=SEE_OTHER)


def choices_in(form: Mapping[str, str]) -> Choices:
    """Return what was chosen for dates that are not held.

    One that is open again may be chosen at its own time, so that counts as a choice too.
    """
    skip: set[datetime] = set()
    move: dict[datetime, datetime] = {}
    for name in [each for each in form if each.startswith(PREFIX)][:MOST]:
        start, to = instant_in(name.removeprefix(PREFIX)), instant_in(form[name])
        if start is not None and form[name] == SKIP:
            skip.add(start)
        elif start is not None and to is not None:
            move[start] = to
    return Choices(frozenset(skip), move)


def _member_token(member_id: int) -> str:
    member = reading().get(SeriesMember, member_id)
    if member is None:
        raise NotFound("booking")
    return parts().links.token(Purpose.SERIES, member.link_id, member.link_version)


def _page(found: Visit, taking: Taking | None, status: int) -> Answer:
    offer, now = found.offer, utcnow()
    is_open = found.is_open(now)
    html = render_template(
        "pages/offer.html",
        whom=whom(offer.therapist),
        held=held_until(offer) if is_open else None,
        clock=clock_now(now, mine_of(offer)),
        cards=_cards(offer, taking, now) if is_open else [],
        hours_href=_hours_href(found) if is_open and not offer.series else "",
        over=None if is_open else over_of(offer),
        refused=taking.refused if taking else "",
        token=found.token,
        errors=[],
    )
    return html, status


def _cards(offer: StandingOffer, taking: Taking | None, now: datetime) -> list[Card]:
    held = [each for each in offer.series if each.status is SeriesStatus.OFFERED]
    return [
        card_of(each, number, look_at_offered(reading(), offer, each, now=now), taking, now)
        for number, each in enumerate(held, start=1)
    ]


def _hours_href(found: Visit) -> str:
    """Return the way to the therapist's times, if that kind of session is still given."""
    offer = found.offer
    if not (offer.therapist.active and offer.session_type.active):
        return ""
    return url_for("book.choose", slug=offer.therapist.slug, offer=found.token)
