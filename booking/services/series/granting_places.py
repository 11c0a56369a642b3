"""The therapist's yes or no to one person who asks for a place in a standing group."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus
from booking.errors import IllegalTransition, NotFound
from booking.models import SeriesMember
from booking.services.audit import record, therapist
from booking.services.series.agreeing import keeps_place
from booking.services.series.finding import locked_member
from booking.services.series.joining import HELD, answer_by, dates_to_join, seat_in
from booking.services.series.places import give_up_place
from booking.services.series.telling import SeriesNews, What, tell_series
from booking.services.unit_of_work import unit_of_work

DECLINED = SeriesNews(MessageKind.SERIES_DECLINED, None)


def grant_place(member_id: int, therapist_id: int, *, now: datetime) -> None:
    """Let them come to every date ahead; the place is theirs once they accept the agreement.

    Saying it again changes nothing. Raises `NotFound` for another therapist's,
    `IllegalTransition` if it ran out or was given up, `RuleBroken` if no date is left to come to.
    """

    def work(session: Session) -> None:
        member = _own(session, member_id, therapist_id)
        if member.status is ParticipantStatus.ATTENDING:
            return
        _check_asks(member, now)
        dates = dates_to_join(session, member.series, member.state, now=now)
        member.status = ParticipantStatus.ATTENDING
        member.expires_at = answer_by(session, dates, now)
        session.flush()
        seat_in(session, member, dates, now=now)
        _tell(session, member, HELD, now)
        _record(session, member, "place granted", now)

    unit_of_work(work)


def decline_place(member_id: int, therapist_id: int, *, now: datetime) -> None:
    """Say no: the place is free again. Saying it again changes nothing. Raises as above."""

    def work(session: Session) -> None:
        member = _own(session, member_id, therapist_id)
        if member.status is ParticipantStatus.LEFT:
            return
        _check_asks(member, now)
        give_up_place(session, member, now=now)
        _tell(session, member, DECLINED, now)
        _record(session, member, "place declined", now)

    unit_of_work(work)


def _own(session: Session, member_id: int, therapist_id: int) -> SeriesMember:
    member = locked_member(session, member_id)
    if member.series.therapist_id != therapist_id:
        raise NotFound("booking")
    return member


def _check_asks(member: SeriesMember, now: datetime) -> None:
    if member.status is not ParticipantStatus.ASKED or not keeps_place(member, now):
        raise IllegalTransition(current=member.status, target=ParticipantStatus.ATTENDING)


def _tell(session: Session, member: SeriesMember, news: SeriesNews, now: datetime) -> None:
    series = member.series
    what = What(only=member, facts={"member": member.id})
    tell_series(session, series, news, actor=therapist(series.therapist_id), now=now, what=what)


def _record(session: Session, member: SeriesMember, act: str, now: datetime) -> None:
    actor, about = therapist(member.series.therapist_id), ("series", member.series_id)
    record(session, act, about, actor=actor, now=now, member=member.id)
