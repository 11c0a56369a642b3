"""A standing group as tests need it: eight Mondays at nine with three places, and who joins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from booking.domain.lifecycle import Modality
from booking.models import Message, Participant, Series, SeriesMember, db
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.booking import BookedSeries
from booking.services.series.groups import NewGroup, start_group
from booking.services.series.joining import GroupWish, join_group
from tests import factories
from tests.factories import MONDAY_9AM, NOW
from tests.services.groups import wish_of, with_group

MONDAYS = 8


def started(pattern: Pattern | None = None, **values: object) -> Series:
    """Let Amara start her group, and return it."""
    session_type = with_group(allows_series=True, **values)
    new = NewGroup(
        session_type="group",
        starts_at=MONDAY_9AM,
        pattern=pattern or Pattern(count=MONDAYS),
        modality=Modality.VIDEO,
    )
    public_id = start_group(session_type.therapist_id, new, now=NOW)
    db.session.rollback()
    return db.session.scalars(select(Series).filter_by(public_id=public_id)).one()


def wish_for(series: Series, number: int, **guest: object) -> GroupWish:
    who = wish_of(number).guest
    values = {name: getattr(who, name) for name in ("name", "email", "phone")}
    return GroupWish(
        therapist="amara", group=series.public_id, guest=factories.guest(**values | guest)
    )


def join(parts: Parts, series: Series, number: int, *, now: datetime = NOW) -> BookedSeries:
    return join_group(wish_for(series, number), key=factories.key(), parts=parts, now=now)


def member(booked: BookedSeries) -> SeriesMember:
    db.session.rollback()
    return db.session.get_one(SeriesMember, booked.member_id)


def seats_of(booked: BookedSeries) -> Sequence[Participant]:
    db.session.rollback()
    query = select(Participant).filter_by(member_id=booked.member_id).order_by(Participant.id)
    return db.session.scalars(query).all()


def places(series_id: int) -> list[int]:
    """Return the numbers of the places that are taken, ascending."""
    db.session.rollback()
    query = select(SeriesMember.seat).filter_by(series_id=series_id)
    return sorted(seat for seat in db.session.scalars(query) if seat is not None)


def owed(booked: BookedSeries) -> list[str]:
    """Return what is owed to a member, reminders of their dates included."""
    ids = [seat.id for seat in seats_of(booked)]
    query = select(Message.kind).where(
        Message.state == "due",
        (Message.member_id == booked.member_id) | Message.participant_id.in_(ids),
    )
    return [kind.value for kind in db.session.scalars(query.order_by(Message.id))]
