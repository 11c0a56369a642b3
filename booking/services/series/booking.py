"""Booking a standing hour: every chosen date or none, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.interval import Interval
from booking.domain.ladder import check_first, refused
from booking.domain.lifecycle import Modality
from booking.domain.recurrence import StandingHour
from booking.domain.standing import SeriesStatus
from booking.errors import (
    BookingError,
    InFlight,
    InvalidInput,
    Problem,
    Rule,
    RuleBroken,
    SlotTaken,
)
from booking.models import (
    IdempotencyKey,
    Practice,
    Series,
    SeriesPart,
    SessionType,
    StandingOffer,
    Therapist,
)
from booking.queries.practices import the_practice
from booking.services.audit import VISITOR, record
from booking.services.booking import RequestKey, forget_key, granted_before
from booking.services.companions import Party, check_party, other_states
from booking.services.guests import Guest
from booking.services.holds import give_up_own
from booking.services.offers import bookable_type, check_modality, lock_therapist
from booking.services.opened import opened, take_up, times_of
from booking.services.parts import Parts
from booking.services.rows import add_rows
from booking.services.series.agreeing import holding_agreement
from booking.services.series.asking import Pattern, SeriesAsk, anchor_of, diary_for
from booking.services.series.dates import Batch, NewDate, granted, make_dates
from booking.services.series.ending import let_go_of_lapsed
from booking.services.series.members import NewMembers, write_members
from booking.services.series.telling import REQUESTED, tell_series
from booking.services.series.topping_up import top_up_now
from booking.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose for single dates, each named by when it would have started.

    Dates in `skip` are left out, and those in `move` are at another time.
    """

    skip: frozenset[datetime] = frozenset()
    move: Mapping[datetime, datetime] = field(default_factory=dict)


AS_WISHED = Choices()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWish:
    """A standing hour as a guest asks for it. `wording` is the consent to texts as shown.

    `hold_id` is the hold on its first date, if there is one: it is given up for the series.
    `offer_id` is the offer that opened the therapist's hours: who was offered them is known,
    and of what the guest says about themselves only the answers count.
    """

    therapist: str
    session_type: str
    starts_at: datetime
    pattern: Pattern
    modality: Modality
    guest: Guest
    choices: Choices = AS_WISHED
    hold_id: str | None = None
    offer_id: int | None = None
    wording: str = ""
    ip: str | None = None
    party: Party = ()


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """`again` says that this very request had been granted before."""

    member_id: int
    series_id: int
    again: bool = False


def book_series(wish: SeriesWish, *, key: RequestKey, parts: Parts, now: datetime) -> BookedSeries:
    """Book every chosen date, or none; it is `requested` until the agreement is accepted.

    The same key with the same body books once (24 hours). Raises `NotFound`, `InvalidInput`,
    `RuleBroken`, `KeyReused`, and `SlotTaken` where any of the dates cannot be had.
    """

    def work(session: Session) -> BookedSeries:
        therapist = lock_therapist(session, wish.therapist)
        offer = opened(session, wish.offer_id, therapist, now=now)
        session_type = series_type(session, therapist, wish.session_type, offer=offer)
        check_modality(session_type, wish.modality)
        check_party(session_type, wish.guest, wish.party, now=now)
        practice = the_practice(session)
        asked = _asked(session_type, wish, practice, times_of(session, offer, now=now))
        let_go_of_lapsed(session, therapist, now=now)
        if wish.hold_id is not None:
            give_up_own(session, wish.hold_id, therapist)
        dates = _chosen_everywhere(session, asked, wish, now)
        series = _series(session, asked, wish, dates, practice, now)
        take_up(offer, series, now)
        new = NewMembers(wish.guest, wish.party, wish.wording, wish.ip)
        write_members(session, series, new, parts=parts, now=now)
        make_dates(session, series, Batch(series.part, dates, granted(series)), practice, now=now)
        top_up_now(session, series, now=now)
        return _settle(session, series, key, now)

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


def series_type(
    session: Session, therapist: Therapist, slug: str, *, offer: StandingOffer | None = None
) -> SessionType:
    """Return what a new client may book as a standing hour, or whom `offer` was made to.

    Raises `NotFound`, and `RuleBroken` for what is booked one by one or is closed to newcomers.
    """
    session_type = bookable_type(session, therapist, slug, offer=offer)
    check_series_type(session_type)
    return session_type


def check_series_type(session_type: SessionType) -> None:
    """Raise `RuleBroken` for a session type that is booked one by one."""
    if not session_type.allows_series:
        raise RuleBroken(Rule.SESSION_TYPE)


def _chosen_everywhere(
    session: Session, asked: SeriesAsk, wish: SeriesWish, now: datetime
) -> list[NewDate]:
    """Return the dates that were chosen, which can be had wherever somebody of them will be."""
    for state in other_states(wish.guest, wish.party):
        chosen_dates(session, replace(asked, state=state), wish.choices, now=now)
    return chosen_dates(session, asked, wish.choices, now=now)


def chosen_dates(
    session: Session, asked: SeriesAsk, choices: Choices, *, now: datetime
) -> list[NewDate]:
    """Return the dates that were chosen, all of them open, in the order of the rule.

    Raises `InvalidInput` for choices about dates there are not, `RuleBroken` where the series
    may not begin so, and `SlotTaken` if any date cannot be had.
    """
    wished = dates_of_rule(asked.hour)
    check_choices(choices, wished)
    chosen = {
        start: choices.move.get(start, start) for start in wished if start not in choices.skip
    }
    if not chosen:
        raise InvalidInput(Problem("skip", "missing"))
    diary = diary_for(session, asked, sorted({*wished, *chosen.values()}))
    if choices.skip or choices.move:
        check_first(diary, asked.rules, min(wished), asked=asked.client, now=now)
    if refused(diary, asked.rules, chosen, asked=asked.client, now=now):
        raise SlotTaken
    return [NewDate(wished[start], chosen[start]) for start in chosen]


def dates_of_rule(hour: StandingHour) -> dict[datetime, date]:
    """Return when each date of the rule would start, and which date of the rule it is."""
    days = hour.days()
    return {hour.time.on(day): day for day in days}


def check_choices(choices: Choices, wished: Mapping[datetime, date]) -> None:
    """Raise `InvalidInput` for choices about dates there are not, or two about one date."""
    problems = []
    if not choices.skip <= wished.keys():
        problems.append(Problem("skip", "unknown"))
    if not choices.move.keys() <= wished.keys() or choices.skip & choices.move.keys():
        problems.append(Problem("move", "unknown"))
    if problems:
        raise InvalidInput(*problems)


def _asked(
    session_type: SessionType, wish: SeriesWish, practice: Practice, busy: Sequence[Interval]
) -> SeriesAsk:
    anchor = anchor_of(practice, session_type.therapist, wish.guest.time_zone)
    hour = wish.pattern.from_(wish.starts_at, anchor)
    return replace(SeriesAsk.of(session_type, hour, wish.guest.state), busy=busy)


def _series(
    session: Session,
    asked: SeriesAsk,
    wish: SeriesWish,
    dates: list[NewDate],
    practice: Practice,
    now: datetime,
) -> Series:
    holding_agreement(session, asked.therapist.id, now=now)
    deadline = now + timedelta(hours=practice.agreement_hours)
    series = Series(
        public_id=random_id(),
        therapist=asked.therapist,
        status=SeriesStatus.REQUESTED,
        version=1,
        created_at=now,
        booked_at=now,
        # Never later than the first session would begin.
        expires_at=min([deadline, *(each.starts_at for each in dates)]),
        granted_at=None if asked.session_type.needs_approval else now,
        made_until=max(each.occurrence for each in dates),
    )
    series.parts.append(new_part(asked, wish.modality, number=1))
    session.add(series)
    session.flush()
    return series


def new_part(asked: SeriesAsk, modality: Modality, *, number: int) -> SeriesPart:
    """Return the rule as a part of a series, under a calendar UID of its own."""
    repeat, time = asked.hour.repeat, asked.hour.time
    return SeriesPart(
        number=number,
        uid=f"{random_id()}@stillhour",
        session_type=asked.session_type,
        modality=modality,
        minutes=asked.minutes,
        every_weeks=repeat.every_weeks,
        weekdays=sorted(repeat.weekdays),
        first_day=repeat.first,
        count=repeat.count,
        until=repeat.until,
        at_minute=time.at.hour * 60 + time.at.minute,
        zone=time.zone.key,
    )


def _settle(session: Session, series: Series, key: RequestKey, now: datetime) -> BookedSeries:
    tell_series(session, series, REQUESTED, actor=VISITOR, now=now)
    request = {
        "route": key.route,
        "key": key.key,
        "body_hash": key.body_hash,
        "series_id": series.id,
        "member_id": series.members[0].id,
        "created_at": now,
    }
    add_rows(session, IdempotencyKey, [request])
    record(session, "booked", ("series", series.id), actor=VISITOR, now=now)
    return BookedSeries(series.members[0].id, series.id)


def granted_before_as_series(key: RequestKey, now: datetime) -> BookedSeries | None:
    """Return what this very request made before; raise `KeyReused` if it said something else."""
    earlier = granted_before(key, now)
    if earlier is None or earlier.series_id is None or earlier.member_id is None:
        return None
    return BookedSeries(earlier.member_id, earlier.series_id, again=True)
