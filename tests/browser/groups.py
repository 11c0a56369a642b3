"""The standing group of the demo's Daniel: shown, joined by somebody, and looked at by him."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import select

from booking.adapters.links import Links, Purpose
from booking.clock import utcnow
from booking.domain.lifecycle import Kind
from booking.models import Appointment, Participant, Series, SeriesMember, SessionType, db
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.joining import GroupWish, join_group
from tests import factories
from tests.browser.demo import Demo, somebody

DANIEL = "daniel-reyes"
LIST = f"/book/{DANIEL}?type=group&state=AZ"
FAR = timedelta(weeks=5)
_made: dict[str, dict[str, str]] = {}


def group_path(site: Demo) -> str:
    """Return where the group is shown with every date."""
    return _of(site)["group"]


def _at(name: str) -> Callable[[Demo], str]:
    return lambda site: _of(site)[name]


PAGES: dict[str, tuple[str, Callable[[Demo], str]]] = {
    "groups": ("book.choose", lambda _: LIST),
    "group": ("book.group", _at("group")),
    "group, mine": ("series.show", _at("mine")),
    "group, leave": ("series.ask_leave", _at("leave")),
    "group, one date": ("manage.show", _at("date")),
    "group, cannot come": ("manage.ask_leave", _at("cannot")),
    "group, of the therapist": ("staff.series_page", _at("staff")),
    "group, session": ("staff.appointment", _at("session")),
    "start a group": ("staff.new_group", lambda _: _start()),
}


def _start() -> str:
    day = (utcnow() + FAR).date()
    day += timedelta(days=(5 - day.weekday()) % 7)  # a Saturday: in Daniel's hours, and free
    said = {"day-1": day.isoformat(), "at-1": "10:00", "every-1": "1", "count-1": "8"}
    return f"/staff/groups/new?{urlencode(said)}"


def _of(site: Demo) -> dict[str, str]:
    """Return where the pages are. What they show is made when one is first asked for."""
    if site.url not in _made:
        with site.app.app_context():
            _made[site.url] = _paths(site, utcnow())
            db.session.remove()
    return _made[site.url]


def _paths(site: Demo, now: datetime) -> dict[str, str]:
    series = _series()
    public_id = series.public_id
    member_id = _joined(site, series, now)
    member = db.session.get_one(SeriesMember, member_id)
    query = select(Participant).join(Appointment).where(Participant.member_id == member_id)
    seat = db.session.scalars(query.order_by(Appointment.starts_at)).all()[2]
    mine = _token(site.parts.links, Purpose.SERIES, member)
    date = f"/b/{_token(site.parts.links, Purpose.MANAGE, seat)}"
    return {
        "group": f"/book/{DANIEL}/group/{public_id}?type=group&state=AZ",
        "mine": f"/s/{mine}",
        "leave": f"/s/{mine}/leave",
        "date": date,
        "cannot": f"{date}/leave",
        "staff": f"/staff/series/{public_id}",
        "session": f"/staff/appointments/{seat.appointment.hold_id}",
    }


def _series() -> Series:
    found = db.session.scalars(select(Series).join(Series.parts)).unique()
    kinds = select(SessionType.id).filter_by(kind=Kind.GROUP)
    groups = set(db.session.scalars(kinds))
    return next(each for each in found if each.part.session_type_id in groups)


def _joined(site: Demo, series: Series, now: datetime) -> int:
    guest = factories.guest(name="Maya", email=somebody(), phone=None, state="AZ")
    wish = GroupWish(therapist=DANIEL, group=series.public_id, guest=guest)
    db.session.rollback()
    booked = join_group(wish, key=factories.key(), parts=site.parts, now=now)
    edition = agreement_of(db.session(), db.session.get_one(Series, booked.series_id).therapist_id)
    assert edition is not None
    signature = Signature("Maya", edition.id, {})
    db.session.rollback()
    accept_agreement(booked.member_id, signature, now=now)
    return booked.member_id


def _token(links: Links, purpose: Purpose, of: SeriesMember | Participant) -> str:
    return links.token(purpose, of.link_id, of.link_version)
