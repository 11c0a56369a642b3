"""Choosing a time by an offer that opened the therapist's hours: who it is is known already."""

from flask import redirect, url_for
from werkzeug import Response

from booking.adapters.links import Purpose, id_in
from booking.errors import NotFound, OfferEnded
from booking.models import StandingOffer
from booking.queries.standing_hours import last_seat_with, offer_by_link
from booking.web.booking_pages.typed import OFFER
from booking.web.wiring import parts, reading

SEE_OTHER = 303
# What they answered at their last appointment here is not asked again.
_TOLD = ("phone", "state", "country", "need", "payment", "language")


def offer_by(token: str) -> StandingOffer:
    """Return the offer a mailed link is for; anything else is the one `NotFound` of all links."""
    link_id = id_in(token)
    offer = offer_by_link(reading(), link_id) if link_id else None
    if offer is None or not parts().links.holds(token, Purpose.OFFER, offer.link_version):
        raise NotFound("booking")
    return offer


def known_of(offer: StandingOffer, token: str) -> dict[str, str]:
    """Return what we know of whom the offer was made to, as the form about them has it."""
    person = offer.person
    seat = last_seat_with(reading(), offer.therapist_id, offer.person_id)
    said = {name: getattr(seat, name) or "" for name in _TOLD if seat is not None}
    if seat is not None:
        said["access_needs"] = parts().sealer.open(seat.access_needs)
    own = {name: getattr(person, name) for name in ("name", "email", "pronouns", "time_zone")}
    found = {**said, **own, OFFER: token}
    return {name: value for name, value in found.items() if value}


def to_the_offer(ended: OfferEnded) -> Response:
    """Lead back to the page of the offer, which says what became of it."""
    offer = reading().get_one(StandingOffer, ended.offer_id)
    token = parts().links.token(Purpose.OFFER, offer.link_id, offer.link_version)
    return redirect(url_for("offers.show", token=token), code=SEE_OTHER)
