"""The way to a booking, walked as far as a test needs it."""

from typing import Any

from icalendar import Calendar
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Kind
from booking.models import Appointment, Base, Participant, Therapist, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.web.instants import parse_instant
from tests import factories
from tests.factories import NOW
from tests.web.browsing import Browser, Page

NINE = "2030-03-04T14:00:00Z"
TEN = "2030-03-04T15:00:00Z"
ELEVEN = "2030-03-04T16:00:00Z"
SAM = {"name": "Sam Reed", "email": "sam@example.org"}
NEW_YORK = "America/New_York"


def picker(browser: Browser, kind: str = "session", **asked: str) -> Page:
    query = "&".join(f"{name}={value}" for name, value in ({"state": "NY"} | asked).items())
    return browser.get(f"/book/amara?type={kind}&{query}")


def about(browser: Browser, kind: str = "session", slot: str = NINE, **asked: str) -> Page:
    """Return the form about the person; a session's time is then held."""
    return browser.press(picker(browser, kind, **asked), "Continue", slot=slot)


def check(browser: Browser, kind: str = "session", slot: str = NINE, **typed: str | None) -> Page:
    return browser.press(about(browser, kind, slot), "Continue", **(SAM | typed))


def booked(browser: Browser, kind: str = "session", slot: str = NINE, **typed: str | None) -> Page:
    """Return the page of an appointment that has just been booked, or asked for."""
    page = check(browser, kind, slot, **typed)
    buttons = ("Book this call", "Book this session", "Send request")
    return browser.press(page, next(words for words in buttons if words in page.text))


def amara_offers(slug: str, **values: object) -> None:
    """Give Amara one more session type, of an hour, by video alone."""
    amara = db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
    defaults: dict[str, object] = {
        "kind": Kind.INTAKE,
        "minutes": 60,
        "step": 60,
        "modalities": ["video"],
    }
    factories.session_type(amara, slug=slug, **defaults | values)


def somebody_books(slot: str, parts: Parts) -> None:
    """Let somebody else book that time for a session."""
    wish = factories.wish(session_type="session", starts_at=parse_instant(slot))
    book(wish, key=factories.key(), parts=parts, now=NOW)


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def only_appointment() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def only_participant() -> Participant:
    db.session.rollback()
    return db.session.scalars(select(Participant)).one()


def path_for(participant: Participant, purpose: Purpose, parts: Parts) -> str:
    """Return the path of a link of that purpose."""
    token = parts.links.token(purpose, participant.link_id, participant.link_version)
    folders = {Purpose.JOIN: f"/join/{token}", Purpose.CALENDAR: f"/c/{token}.ics"}
    return folders.get(purpose, f"/b/{token}")


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(table.select()).all()
        found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    db.session.rollback()
    return found


def event_in(raw: bytes) -> Any:
    """Return the one event of a calendar file."""
    [found] = Calendar.from_ical(raw).walk("VEVENT")
    return found
