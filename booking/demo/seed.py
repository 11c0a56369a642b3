"""Filling an empty database with a practice that looks lived in.

Everything goes through the services of real use, each act at a `now` of its own: sessions of
the past weeks were booked in the weeks before. That is hundreds of transactions, so the first
notes that the demo was begun and the last that it is made: what lies between is cleared away.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.demo.groups import standing_groups
from booking.demo.people import THERAPISTS
from booking.demo.person import DemoTherapist
from booking.demo.standing import settle_calendars, standing_hours
from booking.demo.together import couples_and_families
from booking.demo.visits import LOOK_BACK, drawn, happen
from booking.demo.waiting import people_waiting
from booking.domain.interval import Interval
from booking.domain.messages import MessageState
from booking.domain.staffing import StaffRole
from booking.domain.zones import day_start, local_date, zone
from booking.models import (
    Appointment,
    AuditEntry,
    Base,
    Message,
    Participant,
    Practice,
    Therapist,
    db,
)
from booking.queries import directory, kept_diaries
from booking.services.accounts.people import NewColleague, invite
from booking.services.audit import SYSTEM, record
from booking.services.availability import add_time_off, set_weekly_hours
from booking.services.directory import refresh_summaries
from booking.services.parts import Parts
from booking.services.setup import (
    NewPractice,
    add_licence,
    add_session_type,
    add_therapist,
    make_practice,
    set_facets,
)
from booking.services.unit_of_work import unit_of_work

# What fell due since then is sent for real, so that the mailbox is not empty at first.
LEFT_TO_SEND = timedelta(hours=6)
# What the record says of a demo on its way, and of a whole one.
DEMO, BEGUN, MADE = ("demo", 1), "begun", "made"
COLLEAGUES = (
    NewColleague("Ines Moreau", "ines@alder.example", (StaffRole.DESK,)),
    NewColleague("Jonah Weiss", "jonah@alder.example", (StaffRole.ADMIN,)),
)
LICENSED_SINCE = date(2019, 6, 1)
PRACTICE = NewPractice(
    name="Alder Street Therapy",
    outside_name="Alder Street",
    time_zone="America/Phoenix",
    phone="+16025550142",
    desk_hours="Monday to Friday, 8 AM to 6 PM Phoenix time",
    late_fee_cents=5000,
)


def seed(parts: Parts, *, now: datetime) -> bool:
    """Make the demo practice; return False, having changed nothing, if there is one already.

    A demo that was broken off on the way is thrown away, and made from the start.
    """
    if not _is_wanted(db.session()):
        return False
    unit_of_work(lambda session: _begin(session, now))
    kept_diaries.forget()
    directory.forget()
    make_practice(PRACTICE, now=now - LOOK_BACK * 2)
    for person in THERAPISTS:
        _hire(person, now)
    for colleague in COLLEAGUES:
        invite(colleague, actor=SYSTEM, now=now - LOOK_BACK * 2)
    for visit in drawn(db.session(), now=now):
        happen(visit, parts)
    standing_hours(parts, now=now)
    standing_groups(parts, now=now)
    couples_and_families(parts, now=now)
    people_waiting(now=now)
    while refresh_summaries(now=now):
        pass
    unit_of_work(lambda session: _finish(session, now))
    return True


def _is_wanted(session: Session) -> bool:
    """Return whether there is no practice, or the beginnings of a demo and nothing else."""
    if session.get(Practice, 1) is None:
        return True
    about_it = select(AuditEntry.act).filter_by(subject=DEMO[0], subject_id=DEMO[1])
    if set(session.scalars(about_it)) != {BEGUN}:
        return False
    ours = {person.email for person in THERAPISTS}
    # Nobody else's work is thrown away, should a practice have grown on what was left.
    return set(session.scalars(select(Therapist.email))) <= ours


def _begin(session: Session, now: datetime) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(delete(table))
    record(session, BEGUN, DEMO, actor=SYSTEM, now=now)


def _finish(session: Session, now: datetime) -> None:
    _mark_as_sent(session, now - LEFT_TO_SEND)
    record(session, MADE, DEMO, actor=SYSTEM, now=now)


def _hire(person: DemoTherapist, now: datetime) -> None:
    then = now - LOOK_BACK * 2
    therapist_id = add_therapist(person.as_new(), now=then)
    set_facets(person.slug, person.facets, now=then)
    for number, state in enumerate(person.states.split()):
        licence = f"{state}-{10_000 + 37 * therapist_id + number}"
        add_licence(
            person.slug, state, licence, valid_from=LICENSED_SINCE, valid_until=None, now=then
        )
    for session_type in person.session_types():
        add_session_type(person.slug, session_type, now=then)
    set_weekly_hours(therapist_id, person.weekly_hours(), actor=SYSTEM, now=then)
    if person.away_days:
        there = zone(person.zone)
        today = local_date(now, there)
        back = day_start(today + timedelta(days=person.away_days), there)
        away = Interval(day_start(today, there), back)
        add_time_off(therapist_id, away, actor=SYSTEM, now=now)


def _mark_as_sent(session: Session, until: datetime) -> None:
    """Settle what was due up to `until`: it went out in a past that never was."""
    gone = (Message.state == MessageState.DUE, Message.due_at <= until)
    settle_calendars(session, until)
    told = select(Message.appointment_id).where(*gone)
    # Every one of them was told by an invitation, so that the next one counts on from it.
    session.execute(
        update(Appointment).where(Appointment.id.in_(told)).values(therapist_sequence=0)
    )
    session.execute(
        update(Participant).where(Participant.appointment_id.in_(told)).values(calendar_sequence=0)
    )
    session.execute(
        update(Message).where(*gone).values(state=MessageState.SENT, sent_at=Message.due_at)
    )
