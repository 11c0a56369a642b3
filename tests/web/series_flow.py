"""A standing hour to open in a browser: eight Mondays at nine, asked for or agreed to."""

from datetime import datetime

from booking.adapters.links import Purpose, random_id
from booking.domain.standing import SeriesStatus
from booking.models import Person, Series, SeriesMember, db
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories
from tests.factories import NOW
from tests.web.booking_flow import NEW_YORK
from tests.web.browsing import Browser, Page


def member_of(series_id: int) -> SeriesMember:
    db.session.rollback()
    return db.session.get_one(Series, series_id).members[0]


def series_path(series_id: int, parts: Parts, purpose: Purpose = Purpose.SERIES) -> str:
    member = member_of(series_id)
    return f"/s/{parts.links.token(purpose, member.link_id, member.link_version)}"


def opened(browser: Browser, series_id: int, parts: Parts, more: str = "") -> Page:
    """Return the page of the series, or one below it."""
    return browser.get(series_path(series_id, parts) + more)


def taken(start: datetime, parts: Parts) -> None:
    """Let somebody else book that time."""
    guest = factories.guest(email="robin@example.org", name="Robin Vale")
    wish = factories.wish(session_type="session", starts_at=start, guest=guest)
    book(wish, key=factories.key(), parts=parts, now=NOW)


def status_of(series: Series) -> SeriesStatus:
    db.session.rollback()
    return db.session.get_one(Series, series.id).status


def somebody_joins(series: Series) -> None:
    """Let Robin come to the series too."""
    with factories.together() as session:
        robin = Person(
            name="Robin Vale",
            email="robin@example.org",
            email_key="robin@example.org",
            time_zone=NEW_YORK,
            created_at=NOW,
        )
        session.add(robin)
        session.flush()
        session.add(
            SeriesMember(series_id=series.id, person_id=robin.id, seat=2, link_id=random_id())
        )
