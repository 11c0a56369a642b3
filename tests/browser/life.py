"""Standing hours at the demo that are lived with: agreed to, moved, paused, shared."""

import re
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from booking.adapters.links import id_in, random_id
from booking.clock import utcnow
from booking.models import CostEstimate, Person, SeriesMember, db
from booking.models.dialects import begin_writing
from booking.services.estimates import owe_estimates
from booking.services.messages.urls import estimate_path
from tests.browser.demo import Demo, somebody

AMARA = "amara-okafor"
DATES = 6
# One of each page below `/s/<token>`, and what is asked of it.
PAGES = {
    "show": "",
    "agreement": "/agreement",
    "choose_change": "/change",
    "look": "/change/look?scope=all&every=2&days=2&other_at=14:00",
    "ask_pause": "/pause",
    "ask_resume": "/resume",
    "ask_end": "/end",
    "ask_leave": "/leave",
}
_shared: dict[str, str] = {}


def free_hour(site: Demo, number: int) -> str:
    """Return a time late in what may be booked that is open on every date from there on."""
    for slot in reversed(site.openings(AMARA, "session", "AZ")[:-number]):
        _, looked = site.call("/api/v1/series/preview", _wish(slot))
        if all(each["status"] == "open" for each in looked["occurrences"]):
            return slot
    raise AssertionError("no hour is free throughout")


def asked_for(site: Demo, slot: str) -> str:
    """Return the page of a standing hour from `slot` on that waits for the agreement."""
    client = {
        "name": "Maya",
        "email": somebody(),
        "phone": None,
        "time_zone": "America/Phoenix",
        "state": "AZ",
        "sms_consent": False,
    }
    wish = {**_wish(slot), "modality": "video", "client": client}
    status, body = site.call("/api/v1/series", wish)
    assert status == 201, body
    return str(body["manage_url"]).removeprefix(site.url)


def _wish(slot: str) -> dict[str, object]:
    return {
        "therapist": AMARA,
        "session_type": "session",
        "starts_at": slot,
        "time_zone": "America/Phoenix",
        "state": "AZ",
        "repeat": {"every_weeks": 1, "count": DATES},
    }


def agreed(site: Demo, slot: str) -> str:
    path = asked_for(site, slot)
    signs = _signs(site, f"{path}/agreement")
    site.submit(f"{path}/agreement", {"name": "Maya", "seen": signs})
    return path


def page_of(site: Demo, more: str) -> str:
    """Return one page of a standing hour that others come to as well, and that pauses once.

    It is made when it is first asked for.
    """
    if site.url not in _shared:
        path = agreed(site, free_hour(site, 1))
        first = (utcnow() + timedelta(weeks=3)).date()
        last = first + timedelta(days=8)
        pause = {"first": first.isoformat(), "last": last.isoformat()}
        signs = _signs(site, f"{path}/pause?{urlencode(pause)}")
        site.submit(f"{path}/pause", {**pause, "seen": signs})
        _join(site, path)
        _shared[site.url] = path
    return _shared[site.url] + more


def estimate_of(site: Demo) -> str:
    """Return the page of what the first of them is expected to pay."""
    path = page_of(site, "")
    with site.app.app_context():
        owe_estimates(now=utcnow())
        db.session.rollback()
        link_id = id_in(path.rsplit("/", maxsplit=1)[-1])
        query = select(CostEstimate).join(SeriesMember).where(SeriesMember.link_id == link_id)
        return estimate_path(db.session.scalars(query).all()[-1], site.parts.links)


def _signs(site: Demo, path: str) -> str:
    """Return by which signs the page knows again what it has shown."""
    place = urlsplit(site.url)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=120)
    try:
        connection.request("GET", path)
        signs = re.search(r'name="seen" value="(\w+)"', connection.getresponse().read().decode())
    finally:
        connection.close()
    assert signs is not None
    return signs[1]


def _join(site: Demo, path: str) -> None:
    """Let somebody else come, too."""
    with site.app.app_context():
        session = db.session()
        session.rollback()
        begin_writing(session)
        link_id = id_in(path.rsplit("/", maxsplit=1)[-1])
        member = session.scalars(select(SeriesMember).filter_by(link_id=link_id)).one()
        email = somebody()
        robin = Person(
            name="Robin",
            email=email,
            email_key=email,
            time_zone="America/Phoenix",
            created_at=utcnow(),
        )
        session.add(robin)
        session.flush()
        seat = {"person_id": robin.id, "seat": 2, "link_id": random_id()}
        session.add(SeriesMember(series_id=member.series_id, **seat))
        session.commit()
