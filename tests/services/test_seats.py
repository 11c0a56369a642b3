"""A group has seats: whoever books its time joins it, until none is left. On both databases."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.domain.directory import Filters
from booking.domain.lifecycle import Kind, Modality, Status
from booking.errors import Rule, RuleBroken, SlotTaken
from booking.models import (
    Appointment,
    AuditEntry,
    Claim,
    Message,
    Participant,
    SessionType,
    Therapist,
    db,
)
from booking.queries.directory import search
from booking.services.booking import book
from booking.services.holds import HOLD_LASTS, Choice, book_held, hold
from booking.services.openings import Days, find_look, offered
from booking.services.parts import Parts
from booking.services.requests import let_go_of_lapsed
from booking.services.rows import add_row
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.groups import (
    SEATS,
    call_off,
    join,
    owed_to,
    participant,
    seats,
    the_group,
    wish_of,
    with_group,
)
from tests.support.owed import change
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("group")
CHOICE = Choice("amara", "group", MONDAY_9AM, Modality.VIDEO, "NY")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def group(practice: None) -> None:
    with_group()


def openings(session_type: str = "group", *, state: str = "NY") -> list[object]:
    session = db.session()
    session.rollback()
    days = Days(date(2030, 3, 1), date(2030, 4, 1), NEW_YORK)
    look = find_look(session, "amara", session_type)
    return list(offered(session, look, days=days, now=NOW, state=state).starts)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a8_who_books_the_time_of_a_group_joins_it(parts: Parts) -> None:
    first, second = join(parts, 0), join(parts, 1)

    assert first.appointment_id == second.appointment_id
    assert seats() == [1, 2]
    assert count(Appointment) == count(Claim) == 1
    assert not any(each.books for each in the_group().participants)


def test_a8_the_last_seat_is_the_last(parts: Parts) -> None:
    for number in range(SEATS):
        join(parts, number)

    with pytest.raises(SlotTaken) as refused:
        join(parts, SEATS)

    assert seats() == [1, 2, 3]
    assert refused.value.alternatives[0] == MONDAY_9AM + HOUR


def test_the_times_of_a_group_are_offered_until_it_is_full(parts: Parts) -> None:
    free = openings()
    join(parts, 0)
    with_seats = openings()
    join(parts, 1)
    join(parts, 2)

    assert with_seats == free
    assert openings() == [each for each in free if each != MONDAY_9AM]
    assert MONDAY_9AM not in openings("session")


def test_nobody_joins_another_kind_of_session_at_that_time(parts: Parts) -> None:
    join(parts, 0)

    with pytest.raises(SlotTaken):
        join(parts, 1, session_type="session")


def test_a_group_is_joined_from_where_the_therapist_may_see_people(parts: Parts) -> None:
    join(parts, 0)
    wish = wish_of(1)
    wish = replace(wish, guest=replace(wish.guest, state="CA"))

    with pytest.raises(RuleBroken) as refused:
        book(wish, key=factories.key(), parts=parts, now=NOW)

    assert refused.value.rule is Rule.LICENCE
    assert MONDAY_9AM not in openings(state="CA")


def test_it_may_be_too_late_to_join(parts: Parts) -> None:
    join(parts, 0)

    with pytest.raises(RuleBroken) as refused:
        book(wish_of(1), key=factories.key(), parts=parts, now=MONDAY_9AM - 11 * HOUR)

    assert refused.value.rule is Rule.NOTICE


def test_a12_the_same_request_again_takes_no_second_seat(parts: Parts) -> None:
    join(parts, 0)
    key = factories.key()

    first = book(wish_of(1), key=key, parts=parts, now=NOW)
    again = book(wish_of(1), key=key, parts=parts, now=NOW)

    assert again == replace(first, again=True)
    assert seats() == [1, 2]


def test_a_freed_seat_is_given_again(parts: Parts) -> None:
    first = join(parts, 0)
    join(parts, 1)
    change(Participant, first.participant_id, seat=None, status="left")

    third = join(parts, 2)

    assert participant(third).seat == 1


def test_a_session_that_was_called_off_is_joined_by_nobody(parts: Parts) -> None:
    first = join(parts, 0)
    call_off(first.appointment_id)

    assert join(parts, 1).appointment_id != first.appointment_id


def test_whoever_joins_is_told_alone_and_so_is_the_therapist(parts: Parts) -> None:
    first = join(parts, 0)
    before = len(owed_to(first.participant_id))
    second = join(parts, 1)

    assert len(owed_to(first.participant_id)) == before
    assert [m.kind for m in owed_to(second.participant_id)] == ["confirmation", "reminder"]
    to_therapist = select(Message).filter_by(kind="therapist_booked").order_by(Message.id)
    whose = [message.facts["participant"] for message in db.session.scalars(to_therapist)]
    assert whose == [first.participant_id, second.participant_id]


def test_a_seat_is_held_while_a_form_is_filled_in(parts: Parts) -> None:
    join(parts, 0)
    join(parts, 1)
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)

    with pytest.raises(SlotTaken):
        join(parts, 2)
    assert MONDAY_9AM not in openings()
    booked = book_held(hold_id, wish_of(3), key=factories.key(), parts=parts, now=NOW + MINUTE)

    assert booked.appointment_id == the_group().id
    assert seats() == [1, 2, 3]
    assert count(Claim) == 1


def test_a_held_seat_is_booked_once(parts: Parts) -> None:
    join(parts, 0)
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    key = factories.key()

    first = book_held(hold_id, wish_of(1), key=key, parts=parts, now=NOW)
    again = book_held(hold_id, wish_of(1), key=key, parts=parts, now=NOW)

    assert again == replace(first, again=True)


def test_a_held_seat_that_ran_out_is_anybodys(parts: Parts) -> None:
    join(parts, 0)
    join(parts, 1)
    hold(CHOICE, {}, parts=parts, now=NOW)

    late = NOW + HOLD_LASTS
    let_go_of_lapsed(now=late)
    book(wish_of(2), key=factories.key(), parts=parts, now=late)

    assert seats() == [1, 2, 3]


def test_a_held_seat_outlives_the_group(parts: Parts) -> None:
    """The therapist calls the session off meanwhile: the time is open, and it begins anew."""
    first = join(parts, 0)
    hold_id = hold(CHOICE, {}, parts=parts, now=NOW)
    call_off(first.appointment_id)

    booked = book_held(hold_id, wish_of(1), key=factories.key(), parts=parts, now=NOW + MINUTE)

    assert booked.appointment_id != first.appointment_id
    assert count(Claim) == 1


def test_seats_held_for_one_session_are_one_session(parts: Parts) -> None:
    """A limit on the day counts sessions, not people."""
    change(Therapist, the_therapist(), daily_limit=2)
    join(parts, 0)
    hold(CHOICE, {}, parts=parts, now=NOW)

    booked = join(parts, 1, session_type="session", starts_at=MONDAY_9AM + 3 * HOUR)

    assert booked.appointment_id


def the_therapist() -> int:
    return db.session.scalars(select(SessionType.therapist_id)).first() or 0


def test_where_each_is_asked_about_nobody_just_joins(parts: Parts) -> None:
    type_id = db.session.scalars(select(SessionType.id).filter_by(slug="group")).one()
    change(SessionType, type_id, needs_approval=True)
    join(parts, 0)

    with pytest.raises(SlotTaken):
        join(parts, 1)

    assert the_group().status is Status.REQUESTED


def test_when_somebody_joined_is_written_down(parts: Parts) -> None:
    booked = join(parts, 0)

    query = select(AuditEntry.at).filter_by(subject="participant", act="joined")
    found = db.session.scalars(query.where(AuditEntry.subject_id == booked.participant_id))
    assert [each - NOW for each in found] == [timedelta(0)]


def test_the_database_alone_gives_no_seat_twice(parts: Parts) -> None:
    first = participant(join(parts, 0))
    row = {"appointment_id": first.appointment_id, "person_id": first.person_id, "seat": 1}

    def work(session: Session) -> None:
        add_row(session, Participant, {**row, "link_id": "another"})

    with pytest.raises(SlotTaken):
        unit_of_work(work)


def test_the_directory_knows_of_seats(parts: Parts) -> None:
    join(parts, 0)
    filters = Filters(kinds=(Kind.GROUP,), state="NY")

    with_seats = search(db.session(), filters, now=NOW, zone=NEW_YORK).found[0].starts
    join(parts, 1)
    join(parts, 2)
    db.session.rollback()
    full = search(db.session(), filters, now=NOW, zone=NEW_YORK).found[0].starts

    assert with_seats[0] == MONDAY_9AM
    assert full[0] == MONDAY_9AM + HOUR


@pytest.mark.one_database
def test_looking_for_seats_is_one_more_statement_and_for_groups_alone(parts: Parts) -> None:
    join(parts, 0)
    counted = {}
    for kind in ("session", "group"):
        openings(kind)  # the diary is kept from now on
        with statements() as seen:
            openings(kind)
        counted[kind] = len(seen)

    assert counted == {"session": 1, "group": 2}
