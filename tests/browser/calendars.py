"""The calendars of the demo's Daniel, who is signed in: one given away, one elsewhere."""

from datetime import timedelta

from sqlalchemy import select

from booking.clock import utcnow
from booking.domain.feeds import Detail
from booking.domain.outside import CalendarKind, Trouble
from booking.models import OutsideCalendar, Therapist, db
from booking.queries.outside import calendars_of
from booking.services.audit import SYSTEM
from booking.services.calendars.feeds import make_feed
from booking.services.calendars.outside import NewCalendar, connect
from tests.browser.demo import Demo
from tests.browser.staff_hours import DANIEL
from tests.support.owed import change

PAGE = "/staff/calendars"
_made: set[str] = set()


def page(site: Demo) -> str:
    """Return where it is. Nobody is at the address of one of the calendars."""
    if site.url not in _made:
        with site.app.app_context():
            whose = select(Therapist.id).filter_by(slug=DANIEL)
            daniel = db.session.scalars(whose).one()
            db.session.rollback()
            _fill(site, daniel)
            db.session.remove()
        _made.add(site.url)
    return PAGE


def _fill(site: Demo, daniel: int) -> None:
    now = utcnow()
    make_feed(daniel, Detail.INITIALS, actor=SYSTEM, now=now)
    wanted = NewCalendar(CalendarKind.ICS, "https://calendar.invalid/key.ics", "Family")
    connect(daniel, wanted, parts=site.parts, actor=SYSTEM, now=now)
    db.session.rollback()
    row = calendars_of(db.session(), daniel)[0]
    trouble = {"trouble": Trouble.NO_ANSWER.value, "failing_since": now, "read_at": now}
    change(OutsideCalendar, row.id, skipped=2, due_at=now + timedelta(days=1), **trouble)
