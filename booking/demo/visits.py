"""What happens in the demo practice around today: who books what, moves it or calls it off."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.demo.clients import CLIENTS
from booking.domain import places
from booking.domain.directory import Card, Offer
from booking.domain.facets import Facet
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind, Status
from booking.domain.openings import openings
from booking.errors import BookingError
from booking.models import Appointment, Therapist, db
from booking.queries.diaries import diary_of
from booking.queries.directory import all_cards
from booking.services.booking import RequestKey, Wish, book
from booking.services.changes import cancel
from booking.services.guests import Guest
from booking.services.parts import Parts
from booking.services.requests import accept, decline

SEED = 20261122
LOOK_BACK = timedelta(days=14)
LOOK_AHEAD = timedelta(days=14)
BOOKED_BEFORE = timedelta(days=9)
ANSWERED_AFTER = timedelta(hours=2)
JUST_NOW, LATELY = timedelta(minutes=30), timedelta(days=3)
A_DAY = timedelta(days=1)
# So many of each kind, with each therapist who takes new clients.
HOW_MANY = {Kind.CONSULTATION: 2, Kind.INTAKE: 2, Kind.INDIVIDUAL: 6}
CALLED_OFF = frozenset({(Kind.INDIVIDUAL, 1), (Kind.CONSULTATION, 1)})


class Ending(StrEnum):
    """What came of a booking."""

    KEPT = "kept"
    CALLED_OFF = "called off"
    TURNED_DOWN = "turned down"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Visit:
    """One booking to be made: who, what, when, when they booked it, and what came of it when."""

    card: Card
    offer: Offer
    starts_at: datetime
    client: tuple[str, str, str, str]
    booked_at: datetime
    settled_at: datetime
    ending: Ending


def drawn(session: Session, *, now: datetime) -> list[Visit]:
    """Return the bookings in the order in which they were made; the same for everybody."""
    dice = random.Random(SEED)  # noqa: S311  # a demo, not a secret
    visits = [
        visit
        for card in all_cards(session)
        for visit in _visits_to(card, dice, now)
        if card.accepts_new
    ]
    session.rollback()
    return sorted(visits, key=lambda visit: visit.booked_at)


def happen(visit: Visit, parts: Parts) -> None:
    """Make the booking, and let happen what came of it."""
    try:
        booked = book(_wish(visit), key=_key(visit), parts=parts, now=visit.booked_at)
    except BookingError:
        return  # two of the drawn times overlap: the first to book has it, as in life
    appointment = db.session.get_one(Appointment, booked.appointment_id)
    asked, therapist_id = appointment.status is Status.REQUESTED, appointment.therapist_id
    participant_id = appointment.participants[0].id
    db.session.rollback()
    if asked and visit.ending is Ending.TURNED_DOWN:
        decline(booked.appointment_id, therapist_id, now=visit.settled_at)
    elif asked and visit.ending is not Ending.UNANSWERED:
        accept(booked.appointment_id, therapist_id, now=visit.settled_at)
    elif visit.ending is Ending.CALLED_OFF:
        cancel(participant_id, accept_late=False, reason="", parts=parts, now=visit.settled_at)


def _visits_to(card: Card, dice: random.Random, now: datetime) -> Iterator[Visit]:
    for offer in card.offers:
        if offer.kind not in HOW_MANY:
            continue
        times = _times(db.session(), card, offer, now)
        chosen = dice.sample(times, min(HOW_MANY[offer.kind], len(times)))
        if offer.kind is Kind.INTAKE:
            # The first was answered long ago, the last has only just been asked for.
            chosen += [times[0], times[-1]]
        for number, starts_at in enumerate(sorted(set(chosen))):
            ahead = BOOKED_BEFORE * dice.uniform(0.3, 1)
            # Nobody books in the future: what lies far ahead was booked in the past days.
            lately = JUST_NOW if starts_at == times[-1] else JUST_NOW + dice.random() * LATELY
            booked_at = min(starts_at - offer.rules.notice - ahead, now - lately)
            yield Visit(
                card=card,
                offer=offer,
                starts_at=starts_at,
                client=dice.choice(CLIENTS),
                booked_at=booked_at,
                settled_at=min(booked_at + ANSWERED_AFTER, now),
                ending=_ending(offer.kind, number, now - booked_at),
            )


def _ending(kind: Kind, number: int, ago: timedelta) -> Ending:
    """Return what came of the `number`th of its kind, booked so long `ago`."""
    if kind is Kind.INTAKE:
        if ago < A_DAY:
            return Ending.UNANSWERED
        return Ending.TURNED_DOWN if number == 0 else Ending.KEPT
    return Ending.CALLED_OFF if (kind, number) in CALLED_OFF else Ending.KEPT


def _times(session: Session, card: Card, offer: Offer, now: datetime) -> list[datetime]:
    therapist = session.scalars(select(Therapist).filter_by(slug=card.slug)).one()
    window = Interval(now - LOOK_BACK, now + LOOK_AHEAD)
    diary = diary_of(session, therapist, window)
    return openings(diary, offer.rules, window=window, now=window.start)


def _wish(visit: Visit) -> Wish:
    guest = guest_of(visit.card, visit.client)
    modality = visit.offer.modalities[0]
    return Wish(visit.card.slug, visit.offer.slug, visit.starts_at, modality, guest)


def guest_of(card: Card, client: tuple[str, str, str, str]) -> Guest:
    """Return one of the clients as somebody whom this therapist may see."""
    name, email, phone, zone_name = client
    return Guest(
        name=name,
        email=email,
        phone=phone,
        time_zone=zone_name,
        pronouns="",
        language="en",
        state=_state(card, zone_name),
        country="US",
        need=min(card.facets[Facet.NEED]),
        payment=None,
        access_needs="",
        note="",
        sms_consent=False,
    )


def _key(visit: Visit) -> RequestKey:
    return RequestKey("demo", f"{visit.card.slug} {visit.starts_at.isoformat()}", "")


def _state(card: Card, zone_name: str) -> str:
    """Return a licensed state where clocks show the client's zone, or any licensed one."""
    states = [licence.state for licence in card.licences]
    return next((s for s in states if zone_name in places.STATES[s].zones), states[0])
