"""Filling an empty database with a practice that looks lived in.

Everything goes through the services of real use, each act at a `now` of its own: sessions of
the past weeks were booked in the weeks before, and what was due meanwhile was sent, to nobody.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.demo.people import CLIENTS, THERAPISTS
from booking.demo.person import DemoTherapist
from booking.domain import places
from booking.domain.directory import Card, Offer
from booking.domain.facets import Facet
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind, Status
from booking.domain.openings import openings
from booking.domain.zones import day_start, local_date, zone
from booking.errors import BookingError
from booking.models import Appointment, Practice, Therapist, db
from booking.queries.diaries import diary_of
from booking.queries.directory import all_cards
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off, set_weekly_hours
from booking.services.booking import RequestKey, Wish, book
from booking.services.directory import refresh_summaries
from booking.services.guests import Guest
from booking.services.messages.sending import deliver, due
from booking.services.parts import Parts
from booking.services.requests import accept
from booking.services.setup import (
    NewPractice,
    add_licence,
    add_session_type,
    add_therapist,
    make_practice,
    set_facets,
)

SEED = 20261122
LOOK_BACK = timedelta(days=21)
LOOK_AHEAD = timedelta(days=16)
BOOKED_BEFORE = timedelta(days=9)
ANSWERED_AFTER = timedelta(hours=2)
LICENSED_SINCE = date(2019, 6, 1)
PRACTICE = NewPractice(
    name="Alder Street Therapy",
    outside_name="Alder Street",
    time_zone="America/Phoenix",
    phone="+16025550142",
    desk_hours="Monday to Friday, 8 AM to 6 PM Phoenix time",
    late_fee_cents=5000,
)


class _Nowhere:
    """Takes what fell due in the demo's past and keeps none of it."""

    vendor = "nowhere"

    def send(self, **_: object) -> str:
        return "past"

    def find(self, **_: object) -> str | None:
        return "past"


def seed(parts: Parts, *, now: datetime) -> bool:
    """Make the demo practice; return False, having changed nothing, if there is one already."""
    if db.session.get(Practice, 1) is not None:
        return False
    db.session.rollback()
    make_practice(PRACTICE, now=now - LOOK_BACK * 2)
    for person in THERAPISTS:
        _hire(person, now)
    past = _Nowhere()
    quiet = replace(parts, mail=past, sms=past)
    for visit in _visits(now):
        _book(visit, quiet)
    _send_what_was_due(quiet, now)
    while refresh_summaries(now=now):
        pass
    return True


@dataclass(frozen=True, slots=True)
class _Visit:
    """One booking to be made: who, what, when, when they booked it, and whether a request for
    it was answered since."""

    card: Card
    offer: Offer
    starts_at: datetime
    client: tuple[str, str, str, str]
    booked_at: datetime
    is_answered: bool


def _hire(person: DemoTherapist, now: datetime) -> None:
    then = now - LOOK_BACK * 2
    therapist_id = add_therapist(person.as_new(), now=then)
    set_facets(person.slug, person.facets, now=then)
    for number, state in enumerate(person.states.split()):
        licence = f"{state}-{10_000 + 37 * therapist_id + number}"
        add_licence(
            person.slug, state, licence, valid_from=LICENSED_SINCE, valid_until=None, now=then
        )
    for session_type in person.session_types():
        add_session_type(person.slug, session_type, now=then)
    set_weekly_hours(therapist_id, person.weekly_hours(), actor=SYSTEM, now=then)
    if person.away_days:
        there = zone(person.zone)
        today = local_date(now, there)
        back = day_start(today + timedelta(days=person.away_days), there)
        away = Interval(day_start(today, there), back)
        add_time_off(therapist_id, away, actor=SYSTEM, now=now)


def _visits(now: datetime) -> Iterator[_Visit]:
    """Yield the bookings in the order in which they were made."""
    dice = random.Random(SEED)  # noqa: S311  # the same demo for everybody, not a secret
    visits = [
        visit
        for card in all_cards(db.session())
        for visit in _visits_to(card, dice, now)
        if card.accepts_new
    ]
    db.session.rollback()
    yield from sorted(visits, key=lambda visit: visit.booked_at)


def _visits_to(card: Card, dice: random.Random, now: datetime) -> Iterator[_Visit]:
    for offer in card.offers:
        often = {Kind.CONSULTATION: 4, Kind.INTAKE: 2}.get(offer.kind, 9)
        times = _times(db.session(), card, offer, now)
        for starts_at in sorted(dice.sample(times, min(often, len(times)))):
            client = dice.choice(CLIENTS)
            ahead = BOOKED_BEFORE * dice.uniform(0.3, 1)
            # Nobody books in the future: what lies far ahead was booked just now.
            booked_at = min(starts_at - offer.rules.notice - ahead, now - timedelta(minutes=30))
            is_answered = booked_at < now - timedelta(days=1)
            yield _Visit(card, offer, starts_at, client, booked_at, is_answered)


def _times(session: Session, card: Card, offer: Offer, now: datetime) -> list[datetime]:
    therapist = session.scalars(select(Therapist).filter_by(slug=card.slug)).one()
    window = Interval(now - LOOK_BACK, now + LOOK_AHEAD)
    diary = diary_of(session, therapist, window)
    return openings(diary, offer.rules, window=window, now=window.start)


def _book(visit: _Visit, parts: Parts) -> None:
    name, email, phone, zone_name = visit.client
    guest = Guest(
        name=name,
        email=email,
        phone=phone,
        time_zone=zone_name,
        pronouns="",
        language="en",
        state=_state(visit.card, zone_name),
        country="US",
        need=min(visit.card.facets[Facet.NEED]),
        payment=None,
        access_needs="",
        note="",
        sms_consent=False,
    )
    wish = Wish(
        visit.card.slug,
        visit.offer.slug,
        visit.starts_at,
        visit.offer.modalities[0],
        guest,
    )
    key = RequestKey("demo", f"{visit.card.slug} {visit.starts_at.isoformat()}", "")
    try:
        booked = book(wish, key=key, parts=parts, now=visit.booked_at)
    except BookingError:
        return  # two of the drawn times overlap: the first to book has it, as in life
    if visit.is_answered:
        _accept(booked.appointment_id, now=visit.booked_at + ANSWERED_AFTER)


def _accept(appointment_id: int, *, now: datetime) -> None:
    appointment = db.session.get_one(Appointment, appointment_id)
    asked, therapist_id = appointment.status is Status.REQUESTED, appointment.therapist_id
    db.session.rollback()
    if asked:
        accept(appointment_id, therapist_id, now=now)


def _state(card: Card, zone_name: str) -> str:
    """Return a licensed state where clocks show the client's zone, or any licensed one."""
    states = [licence.state for licence in card.licences]
    return next((s for s in states if zone_name in places.STATES[s].zones), states[0])


def _send_what_was_due(parts: Parts, now: datetime) -> None:
    while waiting := due(now=now, limit=500):
        for message_id in waiting:
            deliver(message_id, parts=parts, now=now)
