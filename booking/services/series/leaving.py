"""The end of a series, for everybody or for one of several."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.domain.participants import ParticipantStatus, Role
from booking.domain.standing import SeriesStatus
from booking.models import Appointment, Claim, Participant, Series, SeriesMember, SeriesPart
from booking.services.audit import Actor, record
from booking.services.series.calling_off import By, call_off, day_of, parts_of
from booking.services.series.changing import check_live, said, stop_rules
from booking.services.series.dates import (
    attending,
)
from booking.services.series.finding import dates_ahead, dates_of, locked_member, locked_series
from booking.services.series.telling import (
    ENDED,
    What,
    tell_series,
)
from booking.services.unit_of_work import unit_of_work


def end_series(
    series_id: int, since: date, *, accept_late: bool, actor: Actor, now: datetime
) -> None:
    """Cancel every date from `since` on, for good; ending it again changes nothing.

    A client pays the late fee of dates past their cut-off: `accept_late` must say so, or
    `LateCancel` is raised, with what it costs in all.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id)
        if series.status is not SeriesStatus.ENDED:
            _end(session, series, since, By(_how(actor), actor, accept_late), now)

    unit_of_work(work)


def leave(member_id: int, *, accept_late: bool, actor: Actor, now: datetime) -> None:
    """Let one member go, from the next date on; the others go on.

    The last one who comes ends the series, as `end_series` does. Leaving again changes nothing.
    """

    def work(session: Session) -> None:
        member = locked_member(session, member_id)
        series = member.series
        if member.status is ParticipantStatus.LEFT or series.status is SeriesStatus.ENDED:
            return
        others = [m for m in attending(series.members) if m.id != member.id]
        if not any(other.role is Role.CLIENT for other in others):
            _end(session, series, date.min, By(_how(actor), actor, accept_late), now)
            return
        check_live(series)
        _let_leave(session, member, now)
        what = What(facts={"what": "left", "changes": []}, parts=_with_dates(series), only=member)
        tell_series(session, series, ENDED, actor=actor, now=now, what=what)
        record(session, "left", ("series", series.id), actor=actor, now=now, member=member.id)

    unit_of_work(work)


def _end(session: Session, series: Series, since: date, by: By, now: datetime) -> None:
    check_live(series)
    dates = [d for d in dates_ahead(session, series, now=now) if day_of(d) >= since]
    parts = parts_of(series, dates)
    fee = call_off(session, dates, by, now)
    stop_rules(series, since)
    series.become(SeriesStatus.ENDED)
    series.version += 1
    series.ended_at, series.ended_by = now, by.actor.kind
    facts = {"changes": [[said(d.starts_at), None] for d in dates], "fee_cents": fee}
    what = What(facts=facts, parts=parts, soonest=_first(dates))
    tell_series(session, series, ENDED, actor=by.actor, now=now, what=what)
    record(session, "ended", ("series", series.id), actor=by.actor, now=now, dates=len(dates))


def _how(actor: Actor) -> str:
    return actor.kind if actor.is_staff else "client"


def _let_leave(session: Session, member: SeriesMember, now: datetime) -> None:
    """Take a member out of every date ahead, and free their own time there."""
    ahead = [d.id for d in dates_ahead(session, member.series, now=now)]
    member.status, member.left_at = ParticipantStatus.LEFT, now
    for seat in _seats(session, member, ahead):
        seat.status = ParticipantStatus.LEFT
    session.flush()
    if member.person.resource_id is not None:
        session.execute(
            delete(Claim)
            .where(Claim.appointment_id.in_(ahead), Claim.resource_id == member.person.resource_id)
            .execution_options(synchronize_session=False)
        )


def _seats(session: Session, member: SeriesMember, ahead: Sequence[int]) -> list[Participant]:
    return [
        participant
        for each in dates_of(session, member.series)
        for participant in each.participants
        if each.id in ahead and participant.member_id == member.id
    ]


def _with_dates(series: Series) -> list[SeriesPart]:
    return [part for part in series.parts if not part.replaced]


def _first(dates: Sequence[Appointment]) -> datetime | None:
    return min((each.starts_at for each in dates), default=None)
