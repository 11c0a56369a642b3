"""Things of Amara's, one of each kind that a staff page shows or changes."""

import time_machine
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.models import Series, SeriesQuestion, TimeOff, db
from booking.services import availability
from booking.services.audit import therapist
from booking.services.parts import Parts
from booking.services.series.offering import NewOffer, offer_times
from booking.services.series.pausing import Pause, pause
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.calendars.outside import connected
from tests.services.groups import join, with_group
from tests.services.series.standing import MONDAYS, WEEK, agreed
from tests.services.waiting.line import waits
from tests.support.accounts import an_account
from tests.support.parties import booked_with, child, guardianship
from tests.web.staff_pages import (
    ASKED,
    booked,
    public_id,
    takes_requests,
    the_therapist,
)


def staff_things(parts: Parts, then: time_machine.Traveller) -> dict[str, str]:
    """A session, a request and time off of Amara's; the session's door is open."""
    takes_requests()
    session = booked(parts)
    span = Interval(MONDAY_9AM + 100 * HOUR, MONDAY_9AM + 101 * HOUR)
    amara = the_therapist().id
    availability.add_time_off(amara, span, actor=therapist(amara), now=NOW)
    then.move_to(MONDAY_9AM, tick=False)
    request = booked(parts, session_type=ASKED, starts_at=MONDAY_9AM + 24 * HOUR)
    off = db.session.scalars(select(TimeOff.id)).one()
    found = {"session": public_id(session), "request": public_id(request), "off": str(off)}
    found |= shared_things(parts)
    found["account"] = str(an_account(parts, name="Noor Haddad", is_desk=True))
    return found | standing_things(parts, amara, session.appointment_id)


def shared_things(parts: Parts) -> dict[str, str]:
    """A group with one seat taken, and a session that a guardian booked."""
    with_group(minutes=50)
    group = join(parts, 0, starts_at=MONDAY_9AM + 48 * HOUR)
    cared_for = booked_with(
        parts, child(), session_type="session", starts_at=MONDAY_9AM + 72 * HOUR
    )
    return {
        "group": public_id(group),
        "seat": str(group.participant_id),
        "cared_for": public_id(cared_for),
        "guardianship": str(guardianship().id),
    }


def standing_things(parts: Parts, amara: int, appointment_id: int) -> dict[str, str]:
    """A standing hour of Amara's in a pause, a date of it to decide about, and an offer."""
    series = agreed(parts, starts_at=MONDAY_9AM + 2 * HOUR)
    days = Pause(series.id, MONDAYS[6].date(), MONDAYS[6].date())
    pause(days, accept_late=True, actor=therapist(amara), now=NOW)
    part = db.session.get_one(Series, series.id).part
    question = SeriesQuestion(
        series_id=series.id,
        part_id=part.id,
        occurrence=MONDAYS[7].date() + WEEK,
        starts_at=MONDAYS[7] + WEEK,
        why="away",
        asked_at=NOW,
    )
    factories.saved(question)
    offer = NewOffer(appointment_id=appointment_id, session_type="standing")
    return {
        "series": db.session.get_one(Series, series.id).public_id,
        "member": str(db.session.get_one(Series, series.id).members[0].id),
        "question": str(question.id),
        "offer": str(offer_times(amara, offer, now=MONDAY_9AM)),
        "waiting": str(waits()),
        "calendar": connected(amara),
    }
