"""Joining a standing group: a place in it is held until the agreement is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.joining import join_refusal
from booking.domain.judging import NO_HORIZON
from booking.domain.messages import MessageKind
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.errors import BookingError, InFlight, NotFound, Rule, RuleBroken, SlotTaken
from booking.models import (
    Appointment,
    IdempotencyKey,
    Series,
    SeriesMember,
    Therapist,
    db,
)
from booking.queries.diaries import session_rules
from booking.queries.groups import free_places, is_group
from booking.queries.practices import the_practice
from booking.services.audit import SYSTEM, VISITOR, record
from booking.services.booking import RequestKey, forget_key, new_person
from booking.services.guests import Guest
from booking.services.offers import check_accepts_new, lock_therapist
from booking.services.owing import subject_of
from booking.services.parts import Parts
from booking.services.rows import add_row, add_rows
from booking.services.series.asking import as_asked, diary_for
from booking.services.series.booking import BookedSeries, granted_before_as_series
from booking.services.series.dates import seat_members
from booking.services.series.finding import dates_ahead, locked_member
from booking.services.series.members import answers_of
from booking.services.series.places import give_up_place
from booking.services.series.telling import SeriesNews, What, tell_series
from booking.services.unit_of_work import unit_of_work

BATCH = 50
HELD = SeriesNews(MessageKind.SERIES_REQUESTED, None)
ASKED = SeriesNews(MessageKind.SERIES_REQUESTED, MessageKind.THERAPIST_SERIES_REQUESTED)
RAN_OUT = SeriesNews(MessageKind.SERIES_EXPIRED, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWish:
    """Who wants to join which group, by its public id. `wording` is the consent to texts."""

    therapist: str
    group: str
    guest: Guest
    wording: str = ""
    ip: str | None = None


def join_group(wish: GroupWish, *, key: RequestKey, parts: Parts, now: datetime) -> BookedSeries:
    """Hold a place in the group, on all its dates ahead, until the agreement is accepted.

    Where the therapist wants to be asked about each, the dates come with their yes. The same
    key with the same body joins once (24 hours). Raises `NotFound`, `RuleBroken`, `KeyReused`,
    and `SlotTaken` if no place is left.
    """

    def work(session: Session) -> BookedSeries:
        therapist = lock_therapist(session, wish.therapist)
        series = _group(session, therapist, wish.group)
        check_accepts_new(therapist, series.part.session_type)
        _let_go_of_lapsed_in(session, series, now)
        dates = dates_to_join(session, series, wish.guest.state, now=now)
        member = _member(session, series, wish, parts, answer_by(session, dates, now), now)
        if member.status is ParticipantStatus.ATTENDING:
            seat_in(session, member, dates, now=now)
        news = HELD if member.status is ParticipantStatus.ATTENDING else ASKED
        what = What(only=member, facts={"member": member.id})
        tell_series(session, series, news, actor=VISITOR, now=now, what=what)
        _keep(session, series, member, key, now)
        about = ("series", series.id)
        record(session, "joined", about, actor=VISITOR, now=now, member=member.id)
        return BookedSeries(member.id, series.id)

    try:
        return unit_of_work(work)
    except BookingError as refusal:
        if earlier := granted_before_as_series(key, now):
            return earlier
        if not isinstance(refusal, InFlight):
            raise

    def anew(session: Session) -> BookedSeries:
        forget_key(session, key, now)
        return work(session)

    return unit_of_work(anew)


def let_go_of_lapsed_places(*, now: datetime) -> int:
    """Free the places nobody accepted the agreement for in time; return how many.

    Each in a transaction of its own, so that one that cannot be freed holds up no other.
    """
    session = db.session()
    query = select(SeriesMember.id).where(
        SeriesMember.expires_at <= now, SeriesMember.seat.is_not(None)
    )
    ids = list(session.scalars(query.limit(BATCH)))
    session.rollback()
    for member_id in ids:
        unit_of_work(partial(_let_go, member_id=member_id, now=now))
    return len(ids)


def dates_to_join(
    session: Session, series: Series, state: str | None, *, now: datetime
) -> list[Appointment]:
    """Return the dates that somebody in `state` could come to; raise `RuleBroken` for none."""
    asked = as_asked(series)
    ahead = dates_ahead(session, series, now=now)
    if not ahead:
        raise RuleBroken(Rule.OUTSIDE_HOURS)
    rules = replace(session_rules(asked.session_type), horizon=NO_HORIZON)
    diary = diary_for(session, asked, [each.starts_at for each in ahead])
    against = [join_refusal(diary, rules, each.starts_at, now=now, state=state) for each in ahead]
    found = [each for each, rule in zip(ahead, against, strict=True) if rule is None]
    if not found:
        raise RuleBroken(against[-1] or Rule.OUTSIDE_HOURS)
    return found


def seat_in(
    session: Session, member: SeriesMember, dates: Sequence[Appointment], *, now: datetime
) -> None:
    """Let the member come to the dates; reminders are owed once the place is theirs."""
    subjects = [replace(subject_of(each), confirmed=False) for each in dates]
    seat_members(session, [member], subjects, the_practice(session), now=now)
    session.expire_all()


def answer_by(session: Session, dates: Sequence[Appointment], now: datetime) -> datetime:
    """Return until when a place is held: never later than the first session would begin."""
    deadline = now + timedelta(hours=the_practice(session).agreement_hours)
    return min(deadline, dates[0].starts_at)


def _group(session: Session, therapist: Therapist, public_id: str) -> Series:
    query = select(Series).filter_by(public_id=public_id, therapist_id=therapist.id)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or not is_group(found) or found.status is not SeriesStatus.CONFIRMED:
        raise NotFound("group")
    return found


def _member(
    session: Session,
    series: Series,
    wish: GroupWish,
    parts: Parts,
    until: datetime,
    now: datetime,
) -> SeriesMember:
    places = free_places(series, now=now)
    if not places:
        raise SlotTaken
    asks = series.part.session_type.needs_approval
    row: dict[str, Any] = {
        "series_id": series.id,
        "person_id": new_person(session, wish.guest, wording=wish.wording, ip=wish.ip, now=now),
        "status": ParticipantStatus.ASKED if asks else ParticipantStatus.ATTENDING,
        "seat": places[0],
        "books": False,
        "expires_at": until,
        "link_id": random_id(),
        **answers_of(wish.guest, parts),
    }
    member_id = add_row(session, SeriesMember, row)
    session.expire(series, ["members"])
    return session.get_one(SeriesMember, member_id)


def _keep(
    session: Session, series: Series, member: SeriesMember, key: RequestKey, now: datetime
) -> None:
    request = {
        "route": key.route,
        "key": key.key,
        "body_hash": key.body_hash,
        "series_id": series.id,
        "member_id": member.id,
        "created_at": now,
    }
    add_rows(session, IdempotencyKey, [request])


def _let_go_of_lapsed_in(session: Session, series: Series, now: datetime) -> None:
    for member in list(series.members):
        _expire(session, member, now)
    session.flush()


def _let_go(session: Session, *, member_id: int, now: datetime) -> None:
    _expire(session, locked_member(session, member_id), now)


def _expire(session: Session, member: SeriesMember, now: datetime) -> None:
    """Free the place if it was not accepted in time, and tell whoever had it, once."""
    if member.seat is None or member.expires_at is None or member.expires_at > now:
        return
    series = member.series
    facts = {"asked": member.status is ParticipantStatus.ASKED}
    give_up_place(session, member, now=now)
    what = What(only=member, facts=facts)
    tell_series(session, series, RAN_OUT, actor=SYSTEM, now=now, what=what)
    about = ("series", series.id)
    record(session, "place expired", about, actor=SYSTEM, now=now, member=member.id)
