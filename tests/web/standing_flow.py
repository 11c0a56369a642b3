"""The way to a standing hour, walked as far as a test needs it: eight Mondays at nine."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.domain.lifecycle import LIVE, Status
from booking.models import Appointment, Practice, Therapist, TimeOff, db
from booking.services.parts import Parts
from booking.web.booking_pages.standing import fix_name
from tests import factories
from tests.factories import HOUR, MONDAY_9AM
from tests.web.booking_flow import NINE, SAM, picker, somebody_books
from tests.web.browsing import Browser, Page

WEEK = timedelta(days=7)
# Clocks in New York go forward on the Sunday after the first Monday.
MONDAYS = [MONDAY_9AM, *(MONDAY_9AM - HOUR + week * WEEK for week in range(1, 12))]


def ladder(browser: Browser, slot: str = NINE, **asked: str) -> Page:
    """Return the page that shows every date."""
    said = {"every": "1", "count": "8", "slot": slot} | asked
    return browser.press(picker(browser, "standing"), "Show every date", **said)


def about(browser: Browser, **asked: str) -> Page:
    return browser.press(ladder(browser, **asked), "Continue")


def check(browser: Browser, **asked: str) -> Page:
    return browser.press(about(browser, **asked), "Continue", **SAM)


def away(*dates: datetime) -> None:
    """Let Amara be away around each of the dates, for the whole of her day."""
    amara = db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
    spans = [(date - 2 * HOUR, date + 9 * HOUR) for date in dates]
    factories.saved(
        *(TimeOff(therapist_id=amara.id, from_at=start, until_at=end) for start, end in spans)
    )


def anchored_to_client() -> None:
    practice = db.session.scalars(select(Practice)).one()
    factories.changed(practice, anchored_to_client=True)


def taken(date: datetime, parts: Parts) -> None:
    """Let somebody else book that time."""
    somebody_books(f"{date:%Y-%m-%dT%H:%M:%SZ}", parts)


def fixes(page: Page, date: datetime) -> list[str]:
    """Return what is offered for a date that cannot be had."""
    return page.offered(fix_name(date))


def fixed(page: Page, date: datetime) -> str:
    """Return what is chosen for it."""
    form, _button = page.form("Continue")
    return form.fields[fix_name(date)]


def booked_starts() -> Sequence[datetime]:
    """Return when the dates of the one series are."""
    db.session.rollback()
    query = select(Appointment.starts_at).where(
        Appointment.status.in_(LIVE), Appointment.series_part_id.is_not(None)
    )
    return db.session.scalars(query.order_by(Appointment.starts_at)).all()


def held() -> Sequence[datetime]:
    db.session.rollback()
    query = select(Appointment.starts_at).filter_by(status=Status.HELD)
    return db.session.scalars(query).all()
