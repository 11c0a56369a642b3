"""Holding a time for the one it is offered to, letting go of it, and whether it still stands."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.judging import OPEN, Judge
from booking.domain.lifecycle import Status
from booking.domain.messages import Channel, MessageKind
from booking.domain.openings import refusal
from booking.domain.recurrence import StandingHour
from booking.domain.standing import SeriesStatus
from booking.domain.waiting import Deadline, WaitingOfferStatus
from booking.models import (
    Appointment,
    Practice,
    Series,
    SessionType,
    SmsConsent,
    Waiting,
    WaitingOffer,
)
from booking.queries.diaries import diary_of
from booking.services.audit import SYSTEM, record
from booking.services.offers import Ask
from booking.services.owed import Owed, owe
from booking.services.rows import add_row
from booking.services.series.asking import SeriesAsk, diary_for
from booking.services.series.booking import new_part
from booking.services.series.dates import Batch, NewDate, granted, make_dates
from booking.services.series.ending import free_dates
from booking.services.series.finding import dates_of
from booking.services.series.ruling import claim_of
from booking.services.taking import take_time
from booking.services.waiting.fitting import Fit

# What is told of an offer after it ended is of use for so long.
_STALE_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NewOffer:
    """A time for somebody, and until when they can answer."""

    waiting: Waiting
    fit: Fit
    deadline: Deadline


def hold_out(session: Session, new: NewOffer, practice: Practice, *, now: datetime) -> int:
    """Hold the time for the one who waits, owe them word of it, and return the offer's id.

    Under the locks of the therapist and of the line, and looked at under them.
    """
    waiting, fit = new.waiting, new.fit
    therapist = fit.session_type.therapist
    if fit.hour is None:
        held = {"appointment_id": _hold_once(session, new, practice, now)}
    else:
        held = {"series_id": _hold_series(session, new, fit.hour, practice, now)}
    offer = {
        "link_id": random_id(),
        "waiting_id": waiting.id,
        "therapist_id": therapist.id,
        "session_type_id": fit.session_type.id,
        "starts_at": fit.starts_at,
        "looked_version": therapist.diary_version,
        "created_at": now,
        "told_at": new.deadline.told_at,
        "expires_at": new.deadline.until,
    }
    offer_id = add_row(session, WaitingOffer, offer | held)
    session.expire(waiting, ["offers"])
    tell_offer(session, waiting, MessageKind.WAITING_OFFER, offer_id, new.deadline, now=now)
    record(session, "time offered", ("waiting", waiting.id), actor=SYSTEM, now=now, offer=offer_id)
    return offer_id


def tell_offer(
    session: Session,
    waiting: Waiting,
    kind: MessageKind,
    offer_id: int,
    deadline: Deadline,
    *,
    now: datetime,
) -> None:
    """Owe word of an offer by mail, and by text to who wanted texts."""
    action = random_id()
    texts = _wants_texts(session, waiting)
    channels = (Channel.EMAIL, Channel.SMS) if texts else (Channel.EMAIL,)
    owed = [
        Owed(
            kind=kind,
            channel=channel,
            waiting_id=waiting.id,
            due_at=deadline.told_at,
            stale_at=deadline.until,
            action=action,
            facts={"waiting_offer": offer_id},
        )
        for channel in channels
    ]
    owe(session, *owed, now=now)


def _wants_texts(session: Session, waiting: Waiting) -> bool:
    """Return whether they agreed to texts of this kind: what was agreed to before says less."""
    if waiting.phone is None:
        return False
    consent = select(SmsConsent.id).where(
        SmsConsent.person_id == waiting.person_id,
        SmsConsent.phone == waiting.phone,
        SmsConsent.revoked_at.is_(None),
        SmsConsent.given_at >= waiting.joined_at,
    )
    return session.scalars(consent.limit(1)).first() is not None


def still_stands(session: Session, offer: WaitingOffer, *, now: datetime) -> bool:
    """Return whether all that is held could be booked now: hours, time off, licence, limits.

    Reads only. Nobody else can have taken it, since it is held.
    """
    if not offer.therapist.active or not offer.session_type.active:
        return False
    if offer.appointment is not None:
        # Whoever said yes in time may have waited for the lock while a sweep let go of it.
        if offer.appointment.status is not Status.HELD:
            return False
        return _stands_once(session, offer.appointment, offer.waiting.state, now)
    return offer.series is not None and _stands_throughout(session, offer, offer.series, now)


def let_go(
    session: Session, offer: WaitingOffer, status: WaitingOfferStatus, *, now: datetime
) -> None:
    """End the offer, and free what it held if that is not done yet."""
    offer.status, offer.answered_at = status, now
    held, series = offer.appointment, offer.series
    if held is not None and held.status is Status.HELD:
        held.become(Status.EXPIRED)
        held.claims.clear()
    if series is not None and series.status is SeriesStatus.OFFERED:
        series.become(SeriesStatus.EXPIRED)
        series.version += 1
        session.flush()
        free_dates(session, series, Status.EXPIRED)
    session.flush()


def withdraw(session: Session, offer: WaitingOffer, *, now: datetime) -> None:
    """Take an offer back that cannot be kept, and say so to whoever heard of it."""
    waiting = offer.waiting
    let_go(session, offer, WaitingOfferStatus.WITHDRAWN, now=now)
    gone = Owed(
        kind=MessageKind.WAITING_GONE,
        channel=Channel.EMAIL,
        waiting_id=waiting.id,
        due_at=now,
        stale_at=now + _STALE_AFTER,
        facts={"waiting_offer": offer.id},
    )
    owe(session, gone, now=now)
    subject = ("waiting", waiting.id)
    record(session, "offer withdrawn", subject, actor=SYSTEM, now=now, offer=offer.id)


def _hold_once(session: Session, new: NewOffer, practice: Practice, now: datetime) -> int:
    session_type = new.fit.session_type
    ask = Ask(session_type.therapist, session_type, new.fit.starts_at, new.waiting.state)
    held = {"status": Status.HELD, "version": 0}
    times = {"created_at": now, "expires_at": new.deadline.until}
    return take_time(session, ask, practice, new.waiting.modality, held | times).id


def _hold_series(
    session: Session, new: NewOffer, hour: StandingHour, practice: Practice, now: datetime
) -> int:
    session_type, starts = new.fit.session_type, list(hour.starts())
    asked = SeriesAsk.of(session_type, hour, new.waiting.state)
    series = Series(
        public_id=random_id(),
        therapist_id=session_type.therapist_id,
        status=SeriesStatus.OFFERED,
        version=1,
        created_at=now,
        expires_at=new.deadline.until,
        granted_at=None if session_type.needs_approval else now,
        made_until=hour.time_day(starts[-1]),
    )
    series.parts.append(new_part(asked, new.waiting.modality, number=1))
    session.add(series)
    session.flush()
    dates = [NewDate(hour.time_day(start), start) for start in starts]
    make_dates(session, series, Batch(series.part, dates, granted(series)), practice, now=now)
    return series.id


def _stands_once(session: Session, held: Appointment, state: str | None, now: datetime) -> bool:
    ask = Ask(held.therapist, held.session_type, held.starts_at, state, moving=held.id)
    diary = diary_of(session, held.therapist, ask.session, without=held.id)
    return refusal(diary, ask.rules, held.starts_at, now=now, state=state) is None


def _stands_throughout(
    session: Session, offer: WaitingOffer, series: Series, now: datetime
) -> bool:
    part: SessionType = series.part.session_type
    held = [each for each in dates_of(session, series) if each.status is Status.HELD]
    if not held:
        return False
    asked = replace(
        SeriesAsk.of(part, series.part.hour, offer.waiting.state),
        minutes=series.part.minutes,
        own=tuple(claim_of(each) for each in held),
        own_starts=tuple(each.starts_at for each in held),
    )
    starts = [each.starts_at for each in held]
    diary = diary_for(session, asked, starts)
    judge = Judge.of(diary, asked.rules, starts, asked=asked.client, now=now)
    return all(status is OPEN for status in judge.statuses())
