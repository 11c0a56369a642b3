"""Whether a time may be booked: asked again, under lock, by every path that takes time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, true, update
from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.judging import NO_HORIZON
from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.openings import SessionRules, nearest, openings, refusal
from booking.errors import InvalidInput, NotFound, Problem, Rule, RuleBroken, SlotTaken
from booking.models import (
    Appointment,
    Claim,
    Practice,
    SessionType,
    StandingOffer,
    Therapist,
)
from booking.queries.diaries import diary_of, session_rules
from booking.queries.diary_rows import LONGEST_CLAIM
from booking.queries.practices import THE_PRACTICE, hold_on_to
from booking.queries.seats import Asking, group_of, with_joinable
from booking.services.ending import expire

ALTERNATIVES = 5
NEARBY = timedelta(days=14)
NEW_CLIENTS = frozenset(Kind)


# Statements that every booking runs are made once: making them costs more than running them.
_LOCK = (
    update(Therapist)
    .where(Therapist.slug == bindparam("wanted"), Therapist.active)
    .values(diary_version=Therapist.diary_version + 1)
    .returning(Therapist)
    .execution_options(synchronize_session=False, populate_existing=True)
)
# The practice comes along: what is booked is booked on its terms.
_BOOKABLE = (
    select(Practice, SessionType)
    .join(SessionType, true())
    .where(
        Practice.id == THE_PRACTICE,
        SessionType.therapist_id == bindparam("therapist_id"),
        SessionType.slug == bindparam("slug"),
        SessionType.active,
    )
)
_LAPSED = (
    select(Appointment)
    .join(Claim, Claim.appointment_id == Appointment.id)
    .where(
        Claim.resource_id == bindparam("resource_id"),
        Claim.from_at > bindparam("claimed_after"),
        Claim.from_at < bindparam("until_at"),
        Claim.until_at > bindparam("from_at"),
        Appointment.status.in_([Status.HELD, Status.REQUESTED]),
        Appointment.expires_at <= bindparam("now"),
    )
)


def lock_therapist(session: Session, slug: str) -> Therapist:
    """Return the therapist with their row locked, so that one writer at a time takes time.

    Everything that changes openings goes through here, and so raises `diary_version`: the
    writing of it is the lock. Raises `NotFound`.
    """
    therapist = session.scalars(_LOCK, {"wanted": slug}).one_or_none()
    if therapist is None:
        raise NotFound("therapist")
    return therapist


def bookable_type(
    session: Session, therapist: Therapist, slug: str, *, offer: StandingOffer | None = None
) -> SessionType:
    """Return what may be booked by that slug: by a new client, or by whom `offer` was made to.

    The offer is one that `opened` found good. Raises `NotFound` if there is none, `RuleBroken`
    if it is closed to new clients and the offer is not for it.
    """
    wanted = {"therapist_id": therapist.id, "slug": slug}
    found = session.execute(_BOOKABLE, wanted).one_or_none()
    if found is None:
        raise NotFound("session type")
    practice, session_type = found
    hold_on_to(session, practice)
    if offer is None or offer.session_type_id != session_type.id:
        check_open_to_new(therapist, session_type)
    return session_type


def check_open_to_new(therapist: Therapist, session_type: SessionType) -> None:
    """Raise `RuleBroken` unless a new client may book that with that therapist."""
    check_accepts_new(therapist, session_type)
    if meets_as_group(session_type):
        raise RuleBroken(Rule.SESSION_TYPE)


def check_accepts_new(therapist: Therapist, session_type: SessionType) -> None:
    """Raise `RuleBroken` if that therapist takes no new clients for it."""
    open_to_new = therapist.accepts_new and session_type.open_to_new
    if not open_to_new or session_type.kind not in NEW_CLIENTS:
        raise RuleBroken(Rule.SESSION_TYPE)


def meets_as_group(session_type: SessionType) -> bool:
    """Return whether it takes place in standing groups alone: people join one, and book none."""
    return session_type.kind is Kind.GROUP and session_type.allows_series


def check_modality(session_type: SessionType, modality: Modality) -> None:
    """Raise `InvalidInput` unless the session can be held in that way."""
    if modality.value not in session_type.modalities:
        raise InvalidInput(Problem("modality", "unknown"))


@dataclass(frozen=True, slots=True)
class Ask:
    """A time somebody wants. `moving` is the appointment that is to be moved there, if any.

    `minutes` is the length where it is not that of the session type: a standing hour keeps the
    one it was agreed with, and its dates may be further ahead than anything new (`standing`).
    `clock` is the zone whose clock it keeps to, where that is not the therapist's.
    """

    therapist: Therapist
    session_type: SessionType
    starts_at: datetime
    state: str | None
    moving: int | None = None
    minutes: int | None = None
    standing: bool = False
    clock: str | None = None

    @property
    def rules(self) -> SessionRules:
        rules = session_rules(self.session_type)
        if self.standing:
            rules = replace(rules, horizon=NO_HORIZON)
        return replace(rules, minutes=self.minutes or rules.minutes)

    @property
    def session(self) -> Interval:
        length = timedelta(minutes=self.minutes or self.session_type.minutes)
        return Interval(self.starts_at, self.starts_at + length)

    @property
    def claim(self) -> Interval:
        """Return the time a therapist gives to it, buffers included."""
        return self.session.padded(
            before=timedelta(minutes=self.session_type.buffer_before),
            after=timedelta(minutes=self.session_type.buffer_after),
        )


def check_time(session: Session, ask: Ask, *, now: datetime) -> None:
    """Raise `SlotTaken` or `RuleBroken`, with the nearest open times, unless all rules allow it.

    Lets go of what has lapsed where it stands in the way. Must run under the therapist's lock.
    """
    rule = _rule_against(session, ask, now)
    if rule is not None and _let_go_of_lapsed(session, ask, now):
        rule = _rule_against(session, ask, now)
    if rule is None:
        return
    open_nearby = open_near(session, ask, now)
    if rule is Rule.TAKEN:
        raise SlotTaken(open_nearby)
    raise RuleBroken(rule, open_nearby)


def _let_go_of_lapsed(session: Session, ask: Ask, now: datetime) -> bool:
    """End the holds and requests that ran out where `ask` would be; say whether there were any."""
    wanted = ask.claim
    near = {
        "resource_id": ask.therapist.resource_id,
        "claimed_after": wanted.start - LONGEST_CLAIM,
        "from_at": wanted.start,
        "until_at": wanted.end,
    }
    lapsed = session.scalars(_LAPSED, near | {"now": now}).unique().all()
    for one in lapsed:
        expire(session, one, now=now)
    session.flush()  # the claims must be gone before another takes their place
    return bool(lapsed)


def _rule_against(session: Session, ask: Ask, now: datetime) -> Rule | None:
    diary = diary_of(session, ask.therapist, ask.session, without=ask.moving)
    return refusal(diary, ask.rules, ask.starts_at, now=now, state=ask.state)


def open_near(session: Session, ask: Ask, now: datetime) -> Sequence[datetime]:
    """Return what can be had nearest to what was asked for, and a seat in a group is one."""
    rules = ask.rules
    middle = min(max(ask.starts_at, now), now + rules.horizon)
    window = Interval(middle - NEARBY, middle + NEARBY)
    diary = diary_of(session, ask.therapist, window, without=ask.moving)
    found = openings(diary, rules, window=window, now=now, state=ask.state)
    asking = Asking(rules, window, now, ask.state, ask.moving)
    open_ = with_joinable(session, group_of(ask.session_type), found, diary, asking)
    return nearest(open_, ask.starts_at, count=ALTERNATIVES)
