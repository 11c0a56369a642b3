"""Reading calendars elsewhere into busy time: claimed, asked outside any transaction, settled.

A reading takes a lease first, so that two workers never ask one calendar at once, and writes
only while the lease is its own. What was read before stays until something else was read:
somebody is not free because a server did not answer.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.busy import Account, CannotRead, Reading
from booking.adapters.links import random_id
from booking.adapters.sealer import Sealer
from booking.domain.outside import (
    EVERY,
    IN_FULL_EVERY,
    CalendarKind,
    Trouble,
    joined,
    next_reading,
    window_at,
)
from booking.domain.zones import zone
from booking.models import OutsideBusy, OutsideCalendar, Therapist, db
from booking.queries.outside import busy_read, due_to_be_read, own_uids
from booking.services.availability import locked_therapist
from booking.services.calendars.outside import opened
from booking.services.parts import Parts
from booking.services.rows import add_rows
from booking.services.unit_of_work import unit_of_work

LOG = logging.getLogger("stillhour.calendars")
# Longer than any reading takes: what is still going on by then has died.
LEASE = timedelta(minutes=10)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to read one calendar, and all that is needed for it."""

    calendar_id: int
    therapist_id: int
    key: str
    kind: CalendarKind
    account: Account = field(repr=False)
    time_zone: str
    mark: str


def due(*, now: datetime) -> Sequence[int]:
    """Return which calendars are to be read now."""
    return due_to_be_read(db.session(), now=now, limit=AT_ONCE)


def read_calendar(calendar_id: int, *, parts: Parts, now: datetime) -> None:
    """Read one calendar, if it is due and nobody else does. Running twice reads once."""
    lease = unit_of_work(lambda session: _taken(session, calendar_id, parts.sealer, now))
    if lease is None:
        return
    window = window_at(now)
    try:
        reader = parts.calendars[lease.kind]
        said = reader.read(lease.account, window, zone=zone(lease.time_zone), mark=lease.mark)
    except CannotRead as error:
        trouble = error.trouble
        unit_of_work(lambda session: _put_off(session, lease, trouble, now))
        return
    except Exception:  # whatever else a stranger's file or server can bring about
        LOG.exception("a calendar could not be read")
        unit_of_work(lambda session: _put_off(session, lease, Trouble.NOT_A_CALENDAR, now))
        return
    unit_of_work(lambda session: _settle(session, lease, said, now))


def _taken(session: Session, calendar_id: int, sealer: Sealer, now: datetime) -> _Lease | None:
    free = or_(OutsideCalendar.lease_until.is_(None), OutsideCalendar.lease_until <= now)
    statement = (
        update(OutsideCalendar)
        .where(OutsideCalendar.id == calendar_id, OutsideCalendar.due_at <= now, free)
        .values(lease=random_id(), lease_until=now + LEASE)
        .returning(OutsideCalendar)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        return None
    whose = select(Therapist.time_zone).filter_by(id=row.therapist_id)
    is_fresh = row.in_full_at is not None and now - row.in_full_at < IN_FULL_EVERY
    return _Lease(
        calendar_id=row.id,
        therapist_id=row.therapist_id,
        key=str(row.lease),
        kind=row.kind,
        account=opened(row, sealer),
        time_zone=session.scalars(whose).one(),
        mark=row.mark if is_fresh and not row.trouble else "",
    )


def _settle(session: Session, lease: _Lease, said: Reading, now: datetime) -> None:
    """Write what was read, all of it or nothing; raise the diary's version only if it differs."""
    if not said.unchanged and not _replaced(session, lease, said):
        return
    row = _held(session, lease)
    if row is None:
        return
    row.read_at, row.due_at = now, now + EVERY
    row.lease = row.lease_until = None
    row.trouble, row.failing_since, row.failures = "", None, 0
    if not said.unchanged:
        row.in_full_at, row.mark, row.skipped = now, said.mark, said.skipped


def _replaced(session: Session, lease: _Lease, said: Reading) -> bool:
    """Put the times read in place of those read before; return whether the lease still held."""
    ours = own_uids(session, lease.therapist_id)
    new = joined(each.span for each in said.events if each.uid not in ours)
    if new == busy_read(session, lease.calendar_id):
        return True
    locked_therapist(session, lease.therapist_id)
    if _held(session, lease) is None:
        return False
    session.execute(
        delete(OutsideBusy).filter_by(calendar_id=lease.calendar_id),
        execution_options={"synchronize_session": False},
    )
    of = {"calendar_id": lease.calendar_id, "therapist_id": lease.therapist_id}
    add_rows(
        session, OutsideBusy, [{**of, "from_at": span.start, "until_at": span.end} for span in new]
    )
    return True


def _put_off(session: Session, lease: _Lease, trouble: Trouble, now: datetime) -> None:
    row = _held(session, lease)
    if row is None:
        return
    row.trouble, row.failing_since = trouble.value, row.failing_since or now
    row.failures += 1
    row.due_at = next_reading(row.failures, now=now)
    row.lease = row.lease_until = None


def _held(session: Session, lease: _Lease) -> OutsideCalendar | None:
    """Return the calendar, locked; None if the lease ran out or the calendar was let go."""
    query = (
        select(OutsideCalendar)
        .filter_by(id=lease.calendar_id, lease=lease.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()
