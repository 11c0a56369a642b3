"""The standing hours of the demo practice: some weekly, some every other week, some without end."""

from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from booking.demo.clients import CLIENTS
from booking.demo.visits import guest_of
from booking.domain.directory import Card, Offer
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.messages import MessageState
from booking.domain.openings import openings
from booking.domain.zones import zone
from booking.errors import BookingError
from booking.models import MemberCalendar, Message, SeriesMember, SeriesPart, db
from booking.queries.diaries import diary_of
from booking.queries.directory import all_cards
from booking.services.booking import RequestKey
from booking.services.openings import find_offer
from booking.services.parts import Parts
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.asking import Pattern, SeriesAsk, look
from booking.services.series.booking import Choices, SeriesWish, book_series

BEGUN_BEFORE = timedelta(days=16)
A_WEEK = timedelta(days=7)
PATTERNS = (Pattern(), Pattern(every_weeks=2), Pattern(count=12))


def standing_hours(parts: Parts, *, now: datetime) -> None:
    """Let some clients have a standing hour since two weeks ago, each agreed to on that day."""
    then = now - BEGUN_BEFORE
    patterns, clients = cycle(PATTERNS), cycle(CLIENTS[3:])
    for card in all_cards(db.session()):
        offer = next((each for each in card.offers if each.kind is Kind.INDIVIDUAL), None)
        if offer is None or not card.accepts_new:
            continue
        wish = _wish(card, offer, next(clients), next(patterns), then)
        db.session.rollback()
        if wish is not None:
            _book(wish, parts, then)


def settle_calendars(session: Session, until: datetime) -> None:
    """Note what calendars were sent of series in a past that never was."""
    told = (
        select(Message.member_id, Message.series_id)
        .where(
            Message.series_id.is_not(None),
            Message.state == MessageState.DUE,
            Message.due_at <= until,
        )
        .distinct()
    )
    rows = session.execute(told).all()
    series = {row.series_id for row in rows}
    parts = session.execute(
        select(SeriesPart.id, SeriesMember.id.label("member_id"))
        .join(SeriesMember, SeriesMember.series_id == SeriesPart.series_id)
        .where(SeriesPart.series_id.in_(series))
    ).all()
    if parts:
        known = [{"member_id": row.member_id, "part_id": row.id, "sequence": 0} for row in parts]
        session.execute(insert(MemberCalendar), known)
    ours = update(SeriesPart).where(SeriesPart.series_id.in_(series))
    session.execute(ours.values(therapist_sequence=0))


def _wish(
    card: Card,
    offer: Offer,
    client: tuple[str, str, str, str],
    pattern: Pattern,
    then: datetime,
) -> SeriesWish | None:
    """Return the first hour of the week that can be had on most of its dates."""
    session = db.session()
    session_type = find_offer(session, card.slug, offer.slug)
    if not session_type.allows_series:
        return None
    window = Interval(then, then + A_WEEK + A_WEEK)
    diary = diary_of(session, session_type.therapist, window)
    there = zone(session_type.therapist.time_zone)
    guest = guest_of(card, client)
    for starts_at in openings(diary, offer.rules, window=window, now=then, state=guest.state):
        asked = SeriesAsk.of(session_type, pattern.from_(starts_at, there), guest.state)
        found = look(session, asked, client_zone=zone(guest.time_zone), now=then)
        closed = frozenset(rung.starts_at for rung in found.rungs if not rung.is_open)
        if len(closed) * 2 < len(found.rungs):
            return SeriesWish(
                therapist=card.slug,
                session_type=offer.slug,
                starts_at=starts_at,
                pattern=pattern,
                modality=offer.modalities[0],
                guest=guest,
                choices=Choices(skip=closed),
            )
    return None


def _book(wish: SeriesWish, parts: Parts, then: datetime) -> None:
    key = RequestKey("demo", f"{wish.therapist} standing", "")
    try:
        booked = book_series(wish, key=key, parts=parts, now=then)
    except BookingError:
        return  # somebody else has it, as in life
    session = db.session()
    member = session.get_one(SeriesMember, booked.member_id)
    edition = agreement_of(session, member.series.therapist_id)
    assert edition is not None  # noqa: S101  # the first series of a therapist makes one
    signature = Signature(wish.guest.name, edition.id, {})
    session.rollback()
    accept_agreement(booked.member_id, signature, now=then)
