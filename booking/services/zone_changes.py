"""When a government changes its clocks: appointments keep their time on the therapist's wall.

Every appointment remembers what that clock was to show and by which edition of the zone data
its instant was made. Under a newer edition the instant is made again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import LIVE
from booking.domain.participants import ParticipantStatus
from booking.domain.zones import TZDATA_VERSION
from booking.errors import SlotTaken
from booking.models import Appointment, Claim, Therapist, db
from booking.queries.coming import who_come
from booking.services.audit import SYSTEM, record
from booking.services.identity import claim_for_client
from booking.services.offers import lock_therapist
from booking.services.owing import MOVED, tell
from booking.services.series.clocks import follow_series, instant_of, series_behind
from booking.services.unit_of_work import unit_of_work

LOG = logging.getLogger(__name__)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """How many appointments kept their instant, moved with the clocks, or could not."""

    kept: int = 0
    moved: int = 0
    clashes: tuple[int, ...] = ()


def follow_zone_data(*, now: datetime) -> Followed:
    """Bring appointments ahead to the zone data in use, and tell people of those that moved.

    One whose new time is taken stays where it is and is named in `clashes`, until somebody
    has settled it. Of a series people are told once. Nothing is done twice.
    """
    last = total = _follow_batch(now)
    # Where a whole day moves by an hour, each session waits for the next one to make room.
    while last.moved and last.clashes:
        last = _follow_batch(now)
        total = Followed(total.kept + last.kept, total.moved + last.moved, last.clashes)
    for appointment_id in total.clashes:
        LOG.warning("appointment %d cannot follow its clock: the time is taken", appointment_id)
    return total


def _follow_batch(now: datetime) -> Followed:
    kept, moved, clashes = 0, 0, []
    session = db.session()
    behind = _behind(session, now)
    session.rollback()
    for appointment_id in behind:
        try:
            if unit_of_work(partial(follow, appointment_id=appointment_id, now=now)):
                moved += 1
            else:
                kept += 1
        except SlotTaken:
            clashes.append(appointment_id)
    whole = series_behind(session, now, limit=BATCH)
    session.rollback()
    for series_id in whole:
        followed = unit_of_work(partial(follow_series, series_id=series_id, now=now))
        kept, moved = kept + followed.kept, moved + followed.moved
        clashes += followed.clashes
    return Followed(kept, moved, tuple(clashes))


def _behind(session: Session, now: datetime) -> list[int]:
    query = (
        select(Appointment.id)
        .where(
            Appointment.status.in_(LIVE),
            Appointment.starts_at > now,
            Appointment.tzdata != TZDATA_VERSION,
            Appointment.series_part_id.is_(None),
        )
        .order_by(Appointment.starts_at)
        .limit(BATCH)
    )
    return list(session.scalars(query))


def follow(session: Session, *, appointment_id: int, now: datetime) -> bool:
    """Bring one appointment to the zone data in use; return whether its instant moved.

    The unit of work raises `SlotTaken` if it should and cannot.
    """
    slug = session.scalars(
        select(Therapist.slug).join(Appointment).where(Appointment.id == appointment_id)
    ).one()
    lock_therapist(session, slug)
    appointment = session.get_one(Appointment, appointment_id, populate_existing=True)
    appointment.tzdata = TZDATA_VERSION
    starts_at = instant_of(appointment)
    if starts_at == appointment.starts_at:
        return False
    length = appointment.ends_at - appointment.starts_at
    appointment.starts_at, appointment.ends_at = starts_at, starts_at + length
    appointment.version += 1
    _claim_again(session, appointment)
    tell(session, appointment, MOVED, actor=SYSTEM, now=now)
    record(session, "clocks changed", ("appointment", appointment.id), actor=SYSTEM, now=now)
    return True


def _claim_again(session: Session, appointment: Appointment) -> None:
    appointment.claims.clear()
    session.flush()
    appointment.claims.append(
        Claim(
            resource_id=appointment.therapist.resource_id,
            from_at=appointment.starts_at - timedelta(minutes=appointment.buffer_before),
            until_at=appointment.ends_at + timedelta(minutes=appointment.buffer_after),
        )
    )
    for each in who_come(appointment.participants):
        here = each.status is ParticipantStatus.ATTENDING
        if here and each.person.resource_id is not None:
            claim_for_client(appointment, each.person)
    session.flush()
