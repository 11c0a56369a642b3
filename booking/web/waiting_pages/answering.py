"""The page on which somebody answers what was offered to them, `/offer/<token>`.

A GET changes nothing, since mail scanners follow links; every answer is a POST from the page.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from booking.adapters.links import Purpose, id_in
from booking.clock import utcnow
from booking.domain.waiting import WaitingOfferStatus
from booking.errors import IllegalTransition, NotFound, SlotTaken
from booking.models import Participant, SeriesMember, WaitingOffer
from booking.queries.open_times import open_times
from booking.queries.waiting import offer_by_link
from booking.services.messages.waiting_telling import readers_zone
from booking.services.waiting.answering import Taken, decline_offer, take_offer, taken_of
from booking.web.access import SEE_OTHER
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.rhythm import NO_END, Rhythm
from booking.web.limits import BOOKINGS, at_most
from booking.web.views.clocks import clock_now
from booking.web.views.meeting import whom
from booking.web.views.waiting_offer import card_of, held_until, over_of
from booking.web.wiring import parts, reading

OK, CONFLICT = 200, 409
Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the page of what was offered to them."""

    offer: WaitingOffer
    token: str

    def is_open(self, now: datetime) -> bool:
        return self.offer.status is WaitingOfferStatus.OPEN and now < self.offer.expires_at


def visit(token: str) -> Visit:
    """Return the visit by this link; anything else is the one `NotFound` of all links."""
    link_id = id_in(token)
    offer = offer_by_link(reading(), link_id) if link_id else None
    if offer is None or not parts().links.holds(token, Purpose.WAITING_OFFER, offer.link_version):
        raise NotFound("booking")
    return Visit(offer, token)


def offer(token: str) -> Answer:
    """Show what is offered, or what became of it. Looking changes nothing."""
    return _page(visit(token), "", OK)


@at_most(BOOKINGS)
def take(token: str) -> Answer:
    """Book it, with every date looked at again."""
    found = visit(token)
    try:
        taken = take_offer(found.offer.id, now=utcnow())
    except IllegalTransition:
        return _page(visit(token), "", CONFLICT)
    except SlotTaken:
        words = _("You have something else with us at that time. Please change that first.")
        return _page(visit(token), str(words), CONFLICT)
    return redirect(_page_of(taken), code=SEE_OTHER)


@at_most(BOOKINGS)
def decline(token: str) -> Answer:
    """Let the time go to the next, and stay in the line."""
    return _say_no(token, stop=False)


@at_most(BOOKINGS)
def stop(token: str) -> Answer:
    """Let the time go, and leave the line."""
    return _say_no(token, stop=True)


def _say_no(token: str, *, stop: bool) -> Answer:
    try:
        decline_offer(visit(token).offer.id, stop=stop, now=utcnow())
    except IllegalTransition:
        return _page(visit(token), "", CONFLICT)
    return redirect(url_for("waiting.offer", token=token), code=SEE_OTHER)


def _page_of(taken: Taken) -> str:
    """Return the page of what was booked; for a standing hour that is first the agreement."""
    links = parts().links
    if taken.member_id is not None:
        member = reading().get_one(SeriesMember, taken.member_id)
        token = links.token(Purpose.SERIES, member.link_id, member.link_version)
        return f"/s/{token}/agreement"
    seat = reading().get_one(Participant, taken.participant_id)
    token = links.token(Purpose.MANAGE, seat.link_id, seat.link_version)
    return url_for("manage.show", token=token)


def _page(found: Visit, refused: str, status: int) -> Answer:
    offer, now = found.offer, utcnow()
    is_open = found.is_open(now)
    still_open = not is_open and _is_open_to_all(offer, now)
    accepted = offer.status is WaitingOfferStatus.ACCEPTED
    html = render_template(
        "pages/waiting_offer.html",
        whom=whom(offer.therapist),
        held=held_until(offer) if is_open else None,
        card=card_of(offer, now) if is_open else None,
        clock=clock_now(now, readers_zone(offer)),
        over=None if is_open else over_of(offer, still_open=still_open),
        booked_href=_page_of(taken_of(offer)) if accepted else "",
        book_href=_book_href(offer) if still_open else "",
        waiting_href=_place_href(offer),
        waits=offer.waiting.status.is_open,
        refused=refused,
        token=found.token,
    )
    return html, status


def _is_open_to_all(offer: WaitingOffer, now: datetime) -> bool:
    """Return whether an offer that ran out could be booked now by anybody who looks."""
    if offer.status is not WaitingOfferStatus.LAPSED:
        return False
    found = open_times(reading(), offer.session_type, now=now, state=offer.waiting.state)
    return found.rule_against(offer.starts_at) is None


def _book_href(offer: WaitingOffer) -> str:
    waiting = offer.waiting
    repeats = waiting.every_weeks > 0
    return Asked(
        therapist=offer.therapist.slug,
        type=offer.session_type.slug,
        slot=offer.starts_at,
        state=waiting.state,
        country=None if waiting.state else waiting.country,
        modality=waiting.modality,
        rhythm=Rhythm(every=str(waiting.every_weeks), count=NO_END) if repeats else Rhythm(),
    ).picker()


def _place_href(offer: WaitingOffer) -> str:
    waiting = offer.waiting
    token = parts().links.token(Purpose.WAITING, waiting.link_id, waiting.link_version)
    return url_for("waiting.place", token=token)
