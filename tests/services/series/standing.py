"""A standing hour to live with: eight Mondays at nine, agreed to, as tests of changes need it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.domain.lifecycle import LIVE
from booking.models import Appointment, Message, Series, SeriesMember, SeriesPart, db
from booking.services.audit import Actor
from booking.services.parts import Parts
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.booking import book_series
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW

WEEK = timedelta(days=7)
# Clocks in New York go forward on the Sunday after the first Monday.
MONDAYS = [MONDAY_9AM, *(MONDAY_9AM - HOUR + week * WEEK for week in range(1, 8))]


def asked_for(parts: Parts, **values: object) -> Series:
    """Return a series that waits for the agreement."""
    wish = factories.series_wish(**values)
    booked = book_series(wish, key=factories.key(), parts=parts, now=NOW)
    return db.session.get_one(Series, booked.series_id)


def agreed(parts: Parts, **values: object) -> Series:
    """Return a series that is confirmed."""
    series = asked_for(parts, **values)
    sign(series.members[0].id)
    return db.session.get_one(Series, series.id)


def sign(member_id: int, name: str = "Sam Reed", *, now: datetime = NOW) -> None:
    member = db.session.get_one(SeriesMember, member_id)
    edition = agreement_of(db.session(), member.series.therapist_id)
    assert edition is not None
    accept_agreement(member_id, Signature(name, edition.id, {}), now=now)


def client_of(series: Series) -> Actor:
    return Actor("member", series.members[0].id)


def therapist_of(series: Series) -> Actor:
    return Actor("therapist", series.therapist_id)


def live_dates(series_id: int) -> Sequence[Appointment]:
    db.session.expire_all()
    query = (
        select(Appointment)
        .join(SeriesPart)
        .where(SeriesPart.series_id == series_id, Appointment.status.in_(LIVE))
        .order_by(Appointment.starts_at)
    )
    return db.session.scalars(query).all()


def starts(series_id: int) -> list[datetime]:
    return [date.starts_at for date in live_dates(series_id)]


def kinds_owed() -> list[str]:
    """Return what is owed and not dropped, reminders left out, in the order it was owed."""
    query = select(Message).where(Message.state == "due", Message.kind != "reminder")
    return [message.kind.value for message in db.session.scalars(query.order_by(Message.id))]
