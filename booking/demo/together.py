"""Couples and families of the demo practice: several people in one appointment."""

from datetime import date, datetime, timedelta

from booking.demo.clients import CLIENTS
from booking.demo.visits import guest_of
from booking.domain.directory import Card, Offer
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.openings import openings
from booking.domain.participants import Role
from booking.errors import BookingError
from booking.models import db
from booking.queries.diaries import diary_of
from booking.queries.directory import all_cards
from booking.services.booking import RequestKey, Wish, book
from booking.services.companions import Companion, Party
from booking.services.openings import find_offer
from booking.services.parts import Parts

BOOKED_AGO = timedelta(hours=3)
SOON, LATE = timedelta(days=1), timedelta(days=13)
A_CHILD_IS = 9
PARTNER = Companion(
    role=Role.CLIENT,
    name="Kim Larsen",
    email="kim.larsen@example.com",
    time_zone="America/Denver",
)
PAYER = Companion(role=Role.PAYER, name="Roe Larsen", email="roe.larsen@example.com")


def couples_and_families(parts: Parts, *, now: datetime) -> None:
    """Let a couple come to each who sees couples, and a family to each who sees families."""
    for number, card in enumerate(all_cards(db.session())):
        for offer in card.offers:
            party = _party(offer.kind, now)
            if party and card.accepts_new:
                client = CLIENTS[number % len(CLIENTS)]
                _book_first(card, offer, party, client, parts=parts, now=now - BOOKED_AGO)


def _party(kind: Kind, now: datetime) -> Party:
    if kind is Kind.COUPLES:
        return (PARTNER, PAYER)
    if kind is Kind.FAMILY:
        born = date(now.year - A_CHILD_IS, 5, 4)
        return (PARTNER, Companion(role=Role.CLIENT, name="Robin Larsen", born=born))
    return ()


def _book_first(
    card: Card,
    offer: Offer,
    party: Party,
    client: tuple[str, str, str, str],
    *,
    parts: Parts,
    now: datetime,
) -> None:
    session = db.session()
    therapist = find_offer(session, card.slug, offer.slug).therapist
    window = Interval(now + SOON, now + LATE)
    diary, guest = diary_of(session, therapist, window), guest_of(card, client)
    times = openings(diary, offer.rules, window=window, now=now, state=guest.state)
    session.rollback()
    if not times:
        return
    modality = offer.modalities[0]
    wish = Wish(card.slug, offer.slug, times[0], modality, guest, party=party)
    key = RequestKey("demo", f"{card.slug} {offer.slug} together", "")
    try:
        book(wish, key=key, parts=parts, now=now)
    except BookingError:
        return  # somebody else has it, as in life
