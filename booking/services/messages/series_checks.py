"""What is asked of a message about a standing hour the moment before it is sent."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import OfferStatus
from booking.models import Message, Series, SeriesQuestion, StandingOffer
from booking.services.messages.objections import Asked, Drop, Objection, Reason
from booking.services.messages.series_invitations import has_news
from booking.services.messages.series_readers import reader_of
from booking.services.messages.series_telling import changes_in
from booking.services.series.agreeing import agreement_of, has_accepted
from booking.services.series.telling import OF_ONE

_OF_ONE_VERSION = frozenset(
    {
        MessageKind.SERIES_BOOKED,
        MessageKind.SERIES_REQUESTED,
        MessageKind.SERIES_CHANGED,
        MessageKind.THERAPIST_SERIES_BOOKED,
        MessageKind.THERAPIST_SERIES_REQUESTED,
        MessageKind.THERAPIST_SERIES_CHANGED,
    }
)
_CALENDARS = frozenset({MessageKind.SERIES_CALENDAR, MessageKind.THERAPIST_SERIES_CALENDAR})
# Those who left are told that it is over for them, and their calendars are put right.
_ALSO_AFTER_LEAVING = frozenset(
    {
        MessageKind.SERIES_ENDED,
        MessageKind.SERIES_EXPIRED,
        MessageKind.SERIES_DECLINED,
        MessageKind.SERIES_CALENDAR,
    }
)
_EVEN_IF_OVER = _CALENDARS | {
    MessageKind.SERIES_ENDED,
    MessageKind.SERIES_DECLINED,
    MessageKind.SERIES_EXPIRED,
    MessageKind.THERAPIST_SERIES_ENDED,
}


def soonest_of(message: Message, *, now: datetime) -> datetime | None:
    """Return the first time, not over yet, that a change of a series has to do with."""
    times = [at for each in changes_in(message) for at in (each.was, each.to) if at]
    return min((at for at in times if at > now), default=None)


def _series(asked: Asked) -> Objection | None:
    message, series = asked.message, asked.message.series
    if series is None:
        return None
    of_all = OF_ONE not in message.facts
    if of_all and message.kind in _OF_ONE_VERSION and series.version != message.version:
        return Drop(Reason.SUPERSEDED)
    if not _is_in_season(asked, series):
        return Drop(Reason.NOT_LIVE)
    return None


def _is_in_season(asked: Asked, series: Series) -> bool:
    """Return whether there is still something that this message could be about."""
    kind, reader = asked.message.kind, reader_of(asked.session, asked.message)
    if kind in _EVEN_IF_OVER:
        return True
    return series.status.is_live or bool(reader and reader.ahead(asked.now))


def _member(asked: Asked) -> Objection | None:
    message = asked.message
    if message.member is None or message.kind in _ALSO_AFTER_LEAVING:
        return None
    left = message.member.status is ParticipantStatus.LEFT
    return Drop(Reason.LEFT) if left else None


def _calendar(asked: Asked) -> Objection | None:
    """Object to a mail that is for the calendar alone and has nothing to bring there."""
    message = asked.message
    if message.kind not in _CALENDARS:
        return None
    reader = reader_of(asked.session, message)
    useful = reader is not None and has_news(reader, reader.part_of(message))
    return None if useful else Drop(Reason.NOTHING_NEW)


def _terms(asked: Asked) -> Objection | None:
    """Object to asking for what was accepted meanwhile."""
    message = asked.message
    if message.kind is not MessageKind.SERIES_TERMS or not (message.series and message.member):
        return None
    edition = agreement_of(asked.session, message.series.therapist_id)
    done = edition is not None and has_accepted(asked.session, message.member, edition)
    return Drop(Reason.NOTHING_NEW) if done else None


def _questions(asked: Asked) -> Objection | None:
    """Object to asking for decisions that were all made meanwhile."""
    message = asked.message
    if message.kind is not MessageKind.THERAPIST_SERIES_QUESTIONS:
        return None
    query = select(SeriesQuestion.id).where(
        SeriesQuestion.series_id == message.series_id, SeriesQuestion.settled_at.is_(None)
    )
    open_ = asked.session.scalars(query.limit(1)).first()
    return None if open_ is not None else Drop(Reason.NOTHING_NEW)


def _offer(asked: Asked) -> Objection | None:
    message = asked.message
    if message.kind is not MessageKind.STANDING_OFFER:
        return None
    offer = asked.session.get(StandingOffer, message.facts.get("offer"))
    if offer is None or offer.status is not OfferStatus.OPEN:
        return Drop(Reason.NOT_LIVE)
    return Drop(Reason.STALE) if offer.expires_at <= asked.now else None


SERIES_CHECKS: tuple[Callable[[Asked], Objection | None], ...] = (
    _series,
    _member,
    _calendar,
    _terms,
    _questions,
    _offer,
)
