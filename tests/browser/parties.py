"""Couples, children and payers at the demo: where they are asked for, and what each looks at."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.participants import Role
from booking.models import Appointment, Participant
from tests.browser.demo import Demo, somebody

ELLIOT, PRIYA, DANIEL = "elliot-hayes", "priya-shah", "daniel-reyes"
MAYA = {"name": "Maya", "state": "AZ", "time_zone": "America/Phoenix"}
ROBIN = {"role": "client", "name": "Robin", "born": "2018-05-04"}
_used: dict[tuple[str, str, str], int] = {}
_booked: dict[str, dict[Role, Participant]] = {}


def slot(site: Demo, therapist: str, kind: str) -> str:
    """Return an open time of theirs that was not asked for here before."""
    times = site.openings(therapist, kind, "AZ")
    key = (site.url, therapist, kind)
    _used[key] = _used.get(key, -1) + 1
    return times[-1 - _used[key] * 3 % len(times)]


def asked(site: Demo, therapist: str, kind: str) -> str:
    """Return where to say who comes to a session whose time is held."""
    fields = {"type": kind, "slot": slot(site, therapist, kind), "state": "AZ"}
    return site.submit(f"/book/{therapist}", {**fields, "modality": "video"}).location


def checked(site: Demo) -> str:
    """Return where a couple reads everything once more before it is booked."""
    others = {"other-1-name": "Kim Lee", "other-1-email": somebody()}
    pays = {"payer-name": "Roe Moss", "payer-email": somebody()}
    typed = {**MAYA, "email": somebody(), **others, **pays}
    return site.submit(asked(site, ELLIOT, "couples"), typed).location


def seats(site: Demo) -> Mapping[Role, Participant]:
    """Return who takes part in a session with Daniel for a child that somebody else pays."""
    if site.url not in _booked:
        pays = {"role": "payer", "name": "Roe", "email": somebody()}
        wish: dict[str, Any] = {"therapist": DANIEL, "session_type": "session"}
        made = site.book(slot(site, DANIEL, "session"), people=[ROBIN, pays], **wish)
        found = site.appointment(made["token"])
        query = select(Participant).filter_by(appointment_id=found.id)
        rows = site.read(lambda session: session.scalars(query).all())
        _booked[site.url] = {row.role: row for row in rows}
    return _booked[site.url]


def partners(site: Demo) -> str:
    """Return the page of who was named as the other of a couple, by the link they were mailed."""
    kim = {"role": "client", "name": "Kim", "email": somebody()}
    wish: dict[str, Any] = {"therapist": ELLIOT, "session_type": "couples"}
    site.book(slot(site, ELLIOT, "couples"), people=[kim], **wish)
    return site.link(kim["email"], "/b/")


def payers(site: Demo) -> str:
    seat = seats(site)[Role.PAYER]
    return f"/b/{site.parts.links.token(Purpose.MANAGE, seat.link_id, seat.link_version)}"


def staffs(site: Demo) -> str:
    key = seats(site)[Role.CLIENT].appointment_id
    query = select(Appointment.hold_id).filter_by(id=key)
    public_id = site.read(lambda session: session.scalars(query).one())
    return f"/staff/appointments/{public_id}"


PAGES: dict[str, tuple[str, Callable[[Demo], str]]] = {
    "about, couple": ("book.about", lambda site: asked(site, ELLIOT, "couples")),
    "about, family": ("book.about", lambda site: asked(site, PRIYA, "family")),
    "check, couple": ("book.check", checked),
    "booked, partner": ("manage.show", partners),
    "only when": ("manage.show", payers),
    "appointment, several": ("staff.appointment", staffs),
}
