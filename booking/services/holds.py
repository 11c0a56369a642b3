"""Holding a time for minutes, while a form is filled in. A hold has no person yet."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.lifecycle import Modality, Status
from booking.errors import HoldExpired, NotFound, RuleBroken, SlotTaken
from booking.models import Appointment, Claim, Therapist
from booking.queries.practices import the_practice
from booking.services.booking import (
    Booked,
    RequestKey,
    Wish,
    as_before,
    check_elsewhere,
    settle,
    settle_held,
)
from booking.services.companions import check_party
from booking.services.offers import Ask, bookable_type, check_modality, lock_therapist
from booking.services.opened import opened
from booking.services.parts import Parts
from booking.services.seats import InGroup, check_time_or_seat
from booking.services.taking import place, stand_beside, take_time
from booking.services.unit_of_work import unit_of_work

HOLD_LASTS = timedelta(minutes=10)
# Holding on is one press away, but others wait too: after so long the time is let go.
HOLD_LASTS_AT_MOST = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Choice:
    """The time a visitor picked. `state` is where they will be.

    `offer_id` is the offer that opened the therapist's hours to them, if there was one.
    """

    therapist: str
    session_type: str
    starts_at: datetime
    modality: Modality
    state: str | None
    offer_id: int | None = None


def hold(
    choice: Choice,
    draft: dict[str, object],
    *,
    parts: Parts,
    now: datetime,
    hold_id: str | None = None,
) -> str:
    """Hold the time for ten minutes and return the id of the hold.

    `draft` is what was typed so far; it is kept sealed. Under a `hold_id` of the caller's own
    asking twice is asking once, and asking for another time lets the first go when, and only
    when, the other is had. What is booked already stays as it is. Raises as `book` does.
    """

    def work(session: Session) -> str:
        therapist = lock_therapist(session, choice.therapist)
        earlier = _own(session, hold_id, therapist)
        if earlier is not None and earlier.booked_at is not None:
            return earlier.hold_id
        ask = _ask(session, therapist, choice, now)
        check_modality(ask.session_type, choice.modality)
        sealed = parts.sealer.seal_document(draft)
        if earlier is not None and _holds(earlier, ask, now):
            seat = check_time_or_seat(session, replace(ask, moving=earlier.id), now=now)
            earlier.modality, earlier.draft = _modality(seat, choice), sealed
            earlier.expires_at = min(now + HOLD_LASTS, earlier.created_at + HOLD_LASTS_AT_MOST)
            return earlier.hold_id
        if earlier is not None:
            _give_up(session, earlier)
        seat = check_time_or_seat(session, ask, now=now)
        taken_as = hold_id or random_id()
        held = {"hold_id": taken_as, "draft": sealed, "status": Status.HELD, "version": 0}
        times = {"created_at": now, "expires_at": now + HOLD_LASTS}
        take = take_time if seat is None else stand_beside
        take(session, ask, the_practice(session), _modality(seat, choice), held | times)
        return taken_as

    return unit_of_work(work)


def keep_draft(hold_id: str, draft: dict[str, object], *, parts: Parts) -> None:
    """Keep what was typed with the hold, whether or not it still runs."""

    def work(session: Session) -> None:
        held = _find(session, hold_id)
        if held.booked_at is None:
            held.draft = parts.sealer.seal_document(draft)

    unit_of_work(work)


def hold_on(hold_id: str, choice: Choice, *, now: datetime) -> datetime:
    """Hold the same time for another ten minutes and return until when.

    Takes the time again if it was let go and is still open; `choice` says what is wanted,
    and may name another way to meet. A hold lasts half an hour at most, counted anew when it
    is taken anew. Raises `SlotTaken` or `RuleBroken` if the time is gone.
    """

    def work(session: Session) -> datetime:
        ask, held = _renewed(session, hold_id, choice, now)
        if held.booked_at is not None:
            raise NotFound("hold")
        held.modality = choice.modality
        if held.status is Status.EXPIRED:
            _take_again(session, held, ask, now)
        held.expires_at = min(now + HOLD_LASTS, held.created_at + HOLD_LASTS_AT_MOST)
        return held.expires_at

    return unit_of_work(work)


def book_held(hold_id: str, wish: Wish, *, key: RequestKey, parts: Parts, now: datetime) -> Booked:
    """Book the time of a hold; the same hold books once, however often it is sent.

    Raises `HoldExpired` if the hold ran out, saying whether the time is still open: nothing
    is then booked, since the person was told they had longer.
    """

    def work(session: Session) -> Booked:
        choice = Choice(
            wish.therapist, wish.session_type, wish.starts_at, wish.modality, wish.guest.state
        )
        ask, held = _renewed(session, hold_id, choice, now)
        if held.booked_at is not None:
            return Booked(held.participants[0].id, held.id, again=True)
        if earlier := as_before(key, now):
            return earlier
        if held.status is Status.EXPIRED or held.expires_at is None or held.expires_at <= now:
            raise HoldExpired(still_open=_still_open(session, ask, held, now))
        check_modality(ask.session_type, wish.modality)
        check_party(ask.session_type, wish.guest, wish.party, now=now)
        mine = replace(ask, moving=held.id)
        seat = check_time_or_seat(session, mine, now=now)
        check_elsewhere(session, mine, wish, now=now)
        if seat is not None:
            held.draft = None
            _free(session, held)
            return settle(session, seat, wish, key=key, parts=parts, now=now)
        _claim(session, held, ask)
        return settle_held(session, held, wish, key=key, parts=parts, now=now)

    return unit_of_work(work)


def _renewed(
    session: Session, hold_id: str, choice: Choice, now: datetime
) -> tuple[Ask, Appointment]:
    therapist = lock_therapist(session, choice.therapist)
    held = _find(session, hold_id)
    ask = _ask(session, therapist, choice, now)
    if held.session_type_id != ask.session_type.id or held.starts_at != choice.starts_at:
        raise NotFound("hold")
    if held.status is Status.HELD and held.expires_at is not None and held.expires_at <= now:
        held.become(Status.EXPIRED)
        held.claims.clear()
        session.flush()
    return ask, held


def _ask(session: Session, therapist: Therapist, choice: Choice, now: datetime) -> Ask:
    """Return what is asked of the therapist, by a newcomer or by whom hours were opened to."""
    offer = opened(session, choice.offer_id, therapist, now=now)
    session_type = bookable_type(session, therapist, choice.session_type, offer=offer)
    return Ask(therapist, session_type, choice.starts_at, choice.state)


def give_up_own(session: Session, hold_id: str, therapist: Therapist) -> None:
    """Let go of a hold in the transaction that books something in its place."""
    held = _own(session, hold_id, therapist)
    if held is not None and held.booked_at is None:
        held.draft = None
        _free(session, held)


def _own(session: Session, hold_id: str | None, therapist: Therapist) -> Appointment | None:
    """Return what is held under the caller's id; raise `NotFound` if it is elsewhere."""
    if hold_id is None:
        return None
    found = session.scalars(select(Appointment).filter_by(hold_id=hold_id)).one_or_none()
    if found is not None and found.therapist_id != therapist.id:
        raise NotFound("hold")
    return found


def _holds(held: Appointment, ask: Ask, now: datetime) -> bool:
    """Return whether that very time is held, and still is."""
    same = held.session_type_id == ask.session_type.id and held.starts_at == ask.starts_at
    runs = held.expires_at is not None and now < held.expires_at
    return same and runs and held.status is Status.HELD


def _give_up(session: Session, held: Appointment) -> None:
    """Let go of what was held before, in the transaction that takes another time instead."""
    held.draft = None
    held.hold_id = random_id()  # its id goes on with the new time
    _free(session, held)


def _free(session: Session, held: Appointment) -> None:
    if held.status is Status.HELD:
        held.become(Status.EXPIRED)
    held.claims.clear()
    session.flush()


def _still_open(session: Session, ask: Ask, held: Appointment, now: datetime) -> bool:
    try:
        check_time_or_seat(session, replace(ask, moving=held.id), now=now)
    except (RuleBroken, SlotTaken):
        return False
    return True


def _take_again(session: Session, held: Appointment, ask: Ask, now: datetime) -> None:
    seat = check_time_or_seat(session, replace(ask, moving=held.id), now=now)
    held.become(Status.HELD)
    held.created_at = now
    place(held, ask)
    if seat is None:
        _claim(session, held, ask)


def _claim(session: Session, held: Appointment, ask: Ask) -> None:
    """Claim the time, unless it is: a seat may be held whose group was called off meanwhile."""
    if not held.claims:
        span, whose = ask.claim, ask.therapist.resource_id
        held.claims.append(Claim(resource_id=whose, from_at=span.start, until_at=span.end))
        session.flush()


def _modality(seat: InGroup | None, choice: Choice) -> Modality:
    """Return how they meet: whoever joins a group meets as it does."""
    return choice.modality if seat is None else seat.modality


def _find(session: Session, hold_id: str) -> Appointment:
    found = session.scalars(select(Appointment).filter_by(hold_id=hold_id)).one_or_none()
    if found is None:
        raise NotFound("hold")
    return found
