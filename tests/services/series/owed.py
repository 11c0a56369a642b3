"""Messages about a series written down as owed, as the services do, one at a time."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.messages import Channel, MessageKind
from booking.models import Series
from booking.services.owed import Owed, SeriesSubject, owe
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.telling import USEFUL_FOR
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW


def owed(
    series_id: int,
    kind: MessageKind,
    *,
    facts: Mapping[str, object],
    member_id: int | None = None,
    version: int | None = None,
    channel: Channel = Channel.EMAIL,
    at: datetime = NOW,
) -> None:
    """Owe one message to a member, or without one to the therapist."""

    def work(session: Session) -> None:
        series = session.get_one(Series, series_id)
        about = SeriesSubject(
            series.id,
            series.version if version is None else version,
            series.therapist_id,
            at + USEFUL_FOR,
        )
        therapist_id = series.therapist_id if member_id is None else None
        message = Owed(
            kind=kind,
            channel=channel,
            member_id=member_id,
            therapist_id=therapist_id,
            due_at=at,
            facts=facts,
        )
        owe(session, message, about=about, now=at)

    unit_of_work(work)


def let_go(now: datetime) -> None:
    assert let_go_of_lapsed_series(now=now) == 1
