"""Somebody at the pages of the line: what they type, and the ways their mails lead."""

import re

from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.models import (
    Participant,
    Waiting,
    db,
)
from booking.services.changes import cancel
from booking.services.parts import Parts
from tests.factories import NOW
from tests.services.waiting.line import (
    the_offer,
)
from tests.support.mail import MailSpy
from tests.support.owed import plain
from tests.web.browsing import Browser, Page

ADDRESS = "/wait/amara?type=session&state=NY"
# Tuesday at two, this week.
WHEN = {"on": "1", "from": "14:00", "until": "15:00", "until_day": "2030-03-05"}
WHO = {"name": "Sam Reed", "email": "sam@example.org", "time_zone": "America/New_York"}


def joined(sam: Browser, **more: str) -> Page:
    return sam.press(sam.get(ADDRESS), "Wait for a time", **{**WHEN, **WHO, **more})


def everybody() -> list[Waiting]:
    db.session.rollback()
    return list(db.session.scalars(select(Waiting).order_by(Waiting.id)))


def count(of: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(of)) or 0


def offer_path(parts: Parts, waiting_id: int) -> str:
    offer = the_offer(waiting_id)
    token = parts.links.token(Purpose.WAITING_OFFER, offer.link_id, offer.link_version)
    return f"/offer/{token}"


def mailed_path_of(mail: MailSpy, to: str, start: str) -> str:
    letters = [each for each in mail.letters if each["To"].startswith(to)]
    found = re.search(rf"http://127\.0\.0\.1:8000({start}[\w-]+)", plain(letters[-1]))
    assert found is not None
    return found[1]


def free(parts: Parts) -> None:
    kim = db.session.scalars(select(Participant)).one().id
    cancel(kim, accept_late=True, reason="", parts=parts, now=NOW)
