"""Calendars elsewhere as tests of other things need them: connected, and read as told."""

from datetime import datetime

from flask import current_app

from booking.domain.interval import Interval
from booking.domain.outside import CalendarKind
from booking.models import OutsideBusy, OutsideCalendar, Therapist
from booking.services.audit import SYSTEM, therapist
from booking.services.calendars.outside import NewCalendar, connect
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.factories import NOW
from tests.support.owed import change
from tests.support.parties import rows

ADDRESS = "https://calendar.example/private-key/basic.ics"


def amara() -> Therapist:
    return rows(Therapist, slug="amara")[0]


def amara_connects(parts: Parts, address: str = ADDRESS) -> OutsideCalendar:
    wanted = NewCalendar(CalendarKind.ICS, address)
    connect(amara().id, wanted, parts=parts, actor=SYSTEM, now=NOW)
    return the_calendar()


def the_calendar() -> OutsideCalendar:
    return rows(OutsideCalendar)[-1]


def connected(therapist_id: int, name: str = "Family", *, now: datetime = NOW) -> str:
    """Connect a calendar to a therapist; return its public id."""
    wanted = NewCalendar(CalendarKind.ICS, "https://calendar.example/secret.ics", name)
    parts = current_app.extensions[EXTENSION]
    return connect(therapist_id, wanted, parts=parts, actor=therapist(therapist_id), now=now)


def elsewhere(therapist_id: int) -> dict[str, int]:
    """Connect a calendar; return what its busy times say of whose and from where they are."""
    row = rows(OutsideCalendar, public_id=connected(therapist_id))[0]
    return {"therapist_id": therapist_id, "calendar_id": row.id}


def was_read(public_id: str, *busy: Interval, **values: object) -> None:
    """Let a calendar have been read, as it says in `values`, with these times in it."""
    row = rows(OutsideCalendar, public_id=public_id)[0]
    of = {"calendar_id": row.id, "therapist_id": row.therapist_id}
    if busy:
        factories.saved(*(OutsideBusy(**of, from_at=s.start, until_at=s.end) for s in busy))
    change(OutsideCalendar, row.id, **{"read_at": NOW} | values)
