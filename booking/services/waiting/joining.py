"""Joining the line, proving who is in it, and leaving it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Kind, Modality
from booking.domain.messages import MessageKind
from booking.domain.waiting import WaitingStatus, Window, joined
from booking.domain.zones import local_date, zone
from booking.errors import IllegalTransition, InvalidInput, NotFound, Problem
from booking.models import Therapist, Waiting, WaitingTherapist, WaitingWindow
from booking.services.audit import VISITOR, Actor, record
from booking.services.booking import KEY_LIVES, new_person
from booking.services.guests import Guest
from booking.services.identity import prove_person
from booking.services.unit_of_work import unit_of_work
from booking.services.waiting.ending import end_waiting, locked_with_offer, tell_waiting
from booking.services.waiting.finding import locked_waiting
from booking.services.waiting.fitting import Wanted, waitable_types

MOST_THERAPISTS = 20
# A first day further off than this is a slip of the finger.
FARTHEST = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWaiting:
    """What somebody asks to wait for. `every_weeks` is 0 for a single session.

    The same `link_id` is the same request, sent again. `wording` is the consent to texts as
    shown.
    """

    link_id: str
    therapists: Sequence[str]
    kind: Kind
    modality: Modality
    every_weeks: int
    windows: Sequence[Window]
    from_day: date
    until_day: date | None
    guest: Guest
    wording: str = ""
    ip: str | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            kind=self.kind,
            modality=self.modality,
            every_weeks=self.every_weeks,
            state=self.guest.state,
            zone=zone(self.guest.time_zone),
            windows=self.windows,
            from_day=self.from_day,
            until_day=self.until_day,
        )


def join_line(new: NewWaiting, *, now: datetime) -> int:
    """Write down who waits, mail them a link to prove who they are, and return their id in line.

    Until they have used it nothing is offered to them. Raises `InvalidInput` for days that
    make no sense, or where none of the therapists offers that to a new client.
    """
    check_days(new, now)

    def work(session: Session) -> int:
        earlier = _sent_before(session, new.link_id, now)
        if earlier is not None:
            return earlier.id
        therapists = therapists_for(session, new)
        if not therapists:
            raise InvalidInput(Problem("therapists", "missing"))
        waiting = _row(session, new, therapists, now)
        session.add(waiting)
        session.flush()
        tell_waiting(session, waiting, MessageKind.WAITING_RECEIVED, now=now)
        record(session, "waits", ("waiting", waiting.id), actor=VISITOR, now=now)
        return waiting.id

    return unit_of_work(work)


def keep_waiting(waiting_id: int, *, proves: bool, now: datetime) -> None:
    """Wait on, also after a pause. By a mailed link it proves the address (`proves`).

    Another place they have in a line for the same is given up for this one, which takes over
    how long they have waited. Doing it again changes nothing. Raises `IllegalTransition` if
    they wait no longer.
    """

    def work(session: Session) -> None:
        waiting = locked_waiting(session, waiting_id)
        if not waiting.status.is_open:
            raise IllegalTransition(current=waiting.status, target=WaitingStatus.WAITING)
        actor = Actor("waiting", waiting.id)
        if proves and waiting.person.verified_at is None:
            prove_person(session, waiting.person, actor=actor, now=now)
            session.refresh(waiting)
            _take_the_place_of_others(session, waiting, actor, now)
        if waiting.status is WaitingStatus.PAUSED:
            record(session, "waits on", ("waiting", waiting.id), actor=actor, now=now)
        waiting.status, waiting.silences = WaitingStatus.WAITING, 0

    unit_of_work(work)


def stop_waiting(waiting_id: int, *, now: datetime) -> None:
    """Leave the line, and let go of what is held for them; leaving again changes nothing."""

    def work(session: Session) -> None:
        waiting = locked_with_offer(session, waiting_id)
        if waiting.status.is_open:
            actor = Actor("waiting", waiting.id)
            end_waiting(session, waiting, "stopped", actor=actor, now=now)

    unit_of_work(work)


def therapists_for(session: Session, new: NewWaiting) -> list[Therapist]:
    """Return those of the therapists who offer it, in that way, to somebody new."""
    slugs = list(dict.fromkeys(new.therapists))[:MOST_THERAPISTS]
    query = select(Therapist).where(Therapist.slug.in_(slugs), Therapist.active)
    found = session.scalars(query.order_by(Therapist.id)).all()
    return [each for each in found if waitable_types(session, each, new.wanted)]


def check_days(new: NewWaiting, now: datetime) -> None:
    """Raise `InvalidInput` for a first day too far ahead, or a last one before it or past."""
    today = local_date(now, new.wanted.zone)
    if new.from_day > today + FARTHEST:
        raise InvalidInput(Problem("from_day", "too_long"))
    if new.until_day is not None and new.until_day < max(today, new.from_day):
        raise InvalidInput(Problem("until_day", "order"))


def _sent_before(session: Session, link_id: str, now: datetime) -> Waiting | None:
    earlier = session.scalars(select(Waiting).filter_by(link_id=link_id)).one_or_none()
    if earlier is not None and earlier.joined_at <= now - KEY_LIVES:
        raise NotFound("waiting")  # by now only the links that can be ended lead there
    return earlier


def _row(
    session: Session, new: NewWaiting, therapists: Sequence[Therapist], now: datetime
) -> Waiting:
    guest = new.guest
    answers = ("phone", "state", "country", "need", "payment", "language")
    return Waiting(
        link_id=new.link_id,
        person_id=new_person(session, guest, wording=new.wording, ip=new.ip, now=now),
        kind=new.kind,
        modality=new.modality,
        every_weeks=new.every_weeks,
        from_day=new.from_day,
        until_day=new.until_day,
        joined_at=now,
        therapists=[WaitingTherapist(therapist_id=each.id) for each in therapists],
        windows=[_window(each) for each in joined(new.windows)],
        **{name: getattr(guest, name) for name in answers},
    )


def _window(window: Window) -> WaitingWindow:
    return WaitingWindow(
        weekday=window.weekday,
        from_minute=window.from_minute,
        until_minute=window.until_minute,
    )


def _take_the_place_of_others(
    session: Session, waiting: Waiting, actor: Actor, now: datetime
) -> None:
    """Give up whatever other place the person has in line for the same with one of these."""
    theirs = {each.therapist_id for each in waiting.therapists}
    query = select(Waiting).where(
        Waiting.person_id == waiting.person_id,
        Waiting.id != waiting.id,
        Waiting.kind == waiting.kind,
        Waiting.status.in_([WaitingStatus.WAITING, WaitingStatus.PAUSED]),
    )
    for other in session.scalars(query).all():
        if theirs & {each.therapist_id for each in other.therapists}:
            waiting.joined_at = min(waiting.joined_at, other.joined_at)
            end_waiting(session, other, "replaced", actor=actor, now=now)
