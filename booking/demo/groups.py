"""The standing group of the demo practice: it began weeks ago, and has places left."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.demo.clients import CLIENTS
from booking.demo.visits import guest_of
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind, Modality
from booking.domain.openings import openings
from booking.domain.zones import zone
from booking.errors import BookingError
from booking.models import SeriesMember, SessionType, db
from booking.queries.diaries import diary_of, session_rules
from booking.queries.directory import card
from booking.services.booking import RequestKey
from booking.services.parts import Parts
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices
from booking.services.series.groups import NewGroup, asked_for, look_at_group, start_group
from booking.services.series.joining import GroupWish, join_group

BEGUN_BEFORE = timedelta(days=16)
A_WEEK = timedelta(days=7)
AN_EVENING_HOUR = 18
WHO_COMES = CLIENTS[6:11]


def standing_groups(parts: Parts, *, now: datetime) -> None:
    """Let every therapist who has a group have begun it, and some people come to it."""
    then = now - BEGUN_BEFORE
    session = db.session()
    query = select(SessionType).filter_by(kind=Kind.GROUP).order_by(SessionType.id)
    for session_type in session.scalars(query).all():
        slug, therapist_id = session_type.therapist.slug, session_type.therapist_id
        new = _first_that_fits(session_type, then)
        session.rollback()
        if new is not None:
            _people_come(slug, start_group(therapist_id, new, now=then), parts, then)


def _first_that_fits(session_type: SessionType, then: datetime) -> NewGroup | None:
    """Return the evening hour of the week that can be had on most of its dates."""
    session, therapist = db.session(), session_type.therapist
    window = Interval(then, then + 2 * A_WEEK)
    diary = diary_of(session, therapist, window)
    there = zone(therapist.time_zone)
    found = openings(diary, session_rules(session_type), window=window, now=then)
    for start in sorted(found, key=lambda at: abs(at.astimezone(there).hour - AN_EVENING_HOUR)):
        new = _group(session_type, start, Choices())
        rungs = look_at_group(session, asked_for(session_type, new), now=then)
        closed = frozenset(rung.starts_at for rung in rungs if not rung.is_open)
        if rungs[0].is_open and len(closed) * 2 < len(rungs):
            return _group(session_type, start, Choices(skip=closed))
    return None


def _group(session_type: SessionType, starts_at: datetime, choices: Choices) -> NewGroup:
    return NewGroup(
        session_type=session_type.slug,
        starts_at=starts_at,
        pattern=Pattern(),
        modality=Modality(session_type.modalities[0]),
        choices=choices,
    )


def _people_come(slug: str, group: str, parts: Parts, then: datetime) -> None:
    shown = card(db.session(), slug)
    db.session.rollback()
    for client in WHO_COMES:
        guest = guest_of(shown, client)
        wish = GroupWish(therapist=slug, group=group, guest=guest)
        key = RequestKey("demo", f"{group} {guest.email}", "")
        try:
            booked = join_group(wish, key=key, parts=parts, now=then)
        except BookingError:
            continue  # not licensed where they are, as in life
        member = db.session.get_one(SeriesMember, booked.member_id)
        edition = agreement_of(db.session(), member.series.therapist_id)
        assert edition is not None  # noqa: S101  # starting a group makes one
        signature = Signature(guest.name, edition.id, {})
        db.session.rollback()
        accept_agreement(booked.member_id, signature, now=then)
