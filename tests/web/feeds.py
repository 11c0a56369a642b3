"""Feeds as their tests read them: made anew, fetched, and expanded as another program does."""

from collections.abc import Sequence

from icalendar import Calendar
from werkzeug.test import TestResponse

from booking.adapters.busy.expanding import busy_in
from booking.domain.feeds import AHEAD, BEHIND, Detail
from booking.domain.interval import Interval
from booking.domain.zones import zone
from booking.models import CalendarFeed, Participant, Person, db
from booking.queries.feeds import feeds_of
from booking.services.audit import SYSTEM, therapist
from booking.services.booking import Booked
from booking.services.calendars.feeds import (
    feed_path,
    make_feed,
    make_own_feed,
)
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.parties import rows
from tests.web.staff_pages import the_therapist

KIM = {"name": "Kim Lee", "email": "kim@example.org"}
TELLING = ("Sam", "Reed", "S. R.", "therap", "session", "anxiety", "/b/", "/join/", "mailto")


def path_of(parts: Parts, detail: Detail) -> str:
    """Return the path of Amara's feed that tells so much, made anew."""
    amara = the_therapist()
    make_feed(amara.id, detail, actor=therapist(amara.id), now=NOW)
    db.session.rollback()
    [feed] = [each for each in feeds_of(db.session(), amara.id) if each.detail is detail]
    return feed_path(feed, parts.links)


def own_path(parts: Parts, person_id: int) -> str:
    make_own_feed(person_id, actor=SYSTEM, now=NOW)
    return feed_path(rows(CalendarFeed, person_id=person_id)[0], parts.links)


def summaries(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")]


def starts(answer: TestResponse) -> Sequence[object]:
    """Return when everything in it begins, as another program expands it."""
    window = Interval(NOW - BEHIND, NOW + AHEAD)
    found = busy_in([answer.data], window, zone("UTC"))
    assert found.skipped == 0
    return sorted(each.span.start for each in found.events)


def person_of(made: Booked) -> Person:
    db.session.rollback()
    return db.session.get_one(Participant, made.participant_id).person
