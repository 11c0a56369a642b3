"""The end of a series, for everybody or for one of several."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.standing import SeriesStatus
from booking.errors import LateCancel
from booking.models import Appointment, Series, SeriesMember, SeriesPart
from booking.queries.groups import is_group
from booking.services.audit import Actor, record
from booking.services.leaving import cost_of_leaving
from booking.services.series.calling_off import By, call_off, day_of, parts_of
from booking.services.series.changing import check_live, said, stop_rules
from booking.services.series.dates import attending
from booking.services.series.finding import dates_ahead, locked_member, locked_series
from booking.services.series.places import give_up_place, seats_ahead
from booking.services.series.skipping import SKIPPED
from booking.services.series.telling import CHANGED, ENDED, SeriesNews, What, tell_series
from booking.services.unit_of_work import unit_of_work

# The therapist did it, or never knew that somebody had a place.
QUIETLY = SeriesNews(MessageKind.SERIES_ENDED, None)


def end_series(
    series_id: int, since: date, *, accept_late: bool, actor: Actor, now: datetime
) -> None:
    """Cancel every date from `since` on, for good; ending it again changes nothing.

    What is left of a series that was only asked for still waits for its yes.

    A client pays the late fee of dates past their cut-off: `accept_late` must say so, or
    `LateCancel` is raised, with what it costs in all.
    """

    def work(session: Session) -> None:
        series = locked_series(session, series_id)
        if series.status is not SeriesStatus.ENDED:
            _end(session, series, since, By(_how(actor), actor, accept_late), now)

    unit_of_work(work)


def leave(member_id: int, *, accept_late: bool, actor: Actor, now: datetime) -> None:
    """Let one member go, from the next date on; the others go on, and hear nothing of it.

    The last one who comes ends the series, as `end_series` does, but a group goes on without
    anybody. Whoever leaves a group pays the late fee of their own dates past the cut-off: then
    `accept_late` must be given, or `LateCancel` is raised. Leaving again changes nothing.
    """

    def work(session: Session) -> None:
        member = locked_member(session, member_id)
        series = member.series
        if member.status is ParticipantStatus.LEFT or series.status is SeriesStatus.ENDED:
            return
        others = [m for m in attending(series.members) if m.id != member.id]
        of_many = is_group(series)
        if not of_many and not any(other.role is Role.CLIENT for other in others):
            _end(session, series, date.min, By(_how(actor), actor, accept_late), now)
            return
        check_live(series)
        fee = _fee(session, member, By(_how(actor), actor, accept_late), now) if of_many else 0
        news = ENDED if member.expires_at is None and not (of_many and actor.is_staff) else QUIETLY
        give_up_place(session, member, now=now)
        facts = {"what": "left", "changes": [], "fee_cents": fee, "member": member.id}
        what = What(facts=facts, parts=_with_dates(series), only=member)
        tell_series(session, series, news, actor=actor, now=now, what=what)
        detail = {"member": member.id, "fee_cents": fee}
        record(session, "left", ("series", series.id), actor=actor, now=now, **detail)

    unit_of_work(work)


def _end(session: Session, series: Series, since: date, by: By, now: datetime) -> None:
    check_live(series)
    ahead = dates_ahead(session, series, now=now)
    dates = [each for each in ahead if day_of(each) >= since]
    parts = parts_of(series, dates)
    fee = call_off(session, dates, by, now)
    stop_rules(series, since)
    changes = [[said(each.starts_at), None] for each in dates]
    # What nobody has said yes to yet goes on waiting for it, or it would be held for ever.
    facts: dict[str, object] = {"changes": changes}
    if series.status is SeriesStatus.REQUESTED and len(dates) < len(ahead):
        if not dates:
            return
        news, facts["what"] = CHANGED, SKIPPED
    else:
        series.become(SeriesStatus.ENDED)
        series.ended_at, series.ended_by = now, by.actor.kind
        news, facts["fee_cents"] = ENDED, fee
    series.version += 1
    what = What(facts=facts, parts=parts, soonest=_first(dates))
    tell_series(session, series, news, actor=by.actor, now=now, what=what)
    record(session, "ended", ("series", series.id), actor=by.actor, now=now, dates=len(dates))


def _fee(session: Session, member: SeriesMember, by: By, now: datetime) -> int:
    """Return what leaving now costs for dates past their cut-off; raise `LateCancel` without a yes.

    A place that is only held costs nothing.
    """
    fee = late_fee(session, member, now=now)
    if by.actor.is_staff or fee is None:
        return 0
    if not by.accept_late:
        raise LateCancel(fee)
    return fee


def late_fee(session: Session, member: SeriesMember, *, now: datetime) -> int | None:
    """Return what the member's dates cost that it is late for; None if it is late for none."""
    if member.expires_at is not None:
        return None
    costs = [
        cost_of_leaving(session, seat, now=now) for seat in seats_ahead(session, member, now=now)
    ]
    return sum(each.fee_cents for each in costs) if any(each.late for each in costs) else None


def _how(actor: Actor) -> str:
    return actor.kind if actor.is_staff else "client"


def _with_dates(series: Series) -> list[SeriesPart]:
    return [part for part in series.parts if not part.replaced]


def _first(dates: Sequence[Appointment]) -> datetime | None:
    return min((each.starts_at for each in dates), default=None)
