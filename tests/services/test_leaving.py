"""One of several does not come (C11): only they stop, and the others hear nothing of it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.errors import LateCancel, RuleBroken
from booking.models import (
    Appointment,
    Claim,
    Message,
    Participant,
    Person,
    Practice,
    SessionType,
    db,
)
from booking.services.audit import client, therapist
from booking.services.booking import Booked, book
from booking.services.identity import prove_address
from booking.services.leaving import leave_appointment
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.groups import (
    SEATS,
    call_off,
    join,
    owed_to,
    participant,
    seats,
    wish_of,
    with_group,
)
from tests.support.mail import MailSpy
from tests.support.owed import change, plain, sweep

pytestmark = pytest.mark.usefixtures("group")


@pytest.fixture
def group(practice: None) -> None:
    with_group()


def leave(who: Booked, *, late: bool = False, now: datetime = NOW) -> None:
    actor = client(who.participant_id)
    leave_appointment(who.participant_id, accept_late=late, actor=actor, now=now)


def kinds(who: Booked) -> list[str]:
    return [message.kind.value for message in owed_to(who.participant_id)]


def appointment() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def test_c11_only_who_leaves_is_reminded_no_more(parts: Parts) -> None:
    one, other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    before = kinds(other)

    leave(one)

    assert before == kinds(other) == ["reminder"]
    assert kinds(one) == ["cancelled"]
    dropped = select(Message.reason).filter_by(participant_id=one.participant_id, kind="reminder")
    assert db.session.scalars(dropped).all() == ["left"]
    assert appointment().status is Status.CONFIRMED
    assert appointment().version == 1


def test_c11_calendars_of_others_are_left_alone(parts: Parts, mail: MailSpy) -> None:
    one, other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    mail.sent.clear()
    therapist_had = appointment().therapist_sequence

    leave(one)
    sweep(parts, NOW + MINUTE)

    said = {letter["To"]: letter.as_string() for letter in mail.letters}
    assert 'method="CANCEL"' in said["sam0@example.org"]
    assert "text/calendar" not in said["amara@alder.example"]
    assert said.keys() == {"sam0@example.org", "amara@alder.example"}
    assert appointment().therapist_sequence == therapist_had
    assert participant(other).calendar_sequence == 0


def test_nobody_is_named_to_anybody_else(parts: Parts, mail: MailSpy) -> None:
    for number in range(SEATS):
        join(parts, number)
    sweep(parts, NOW)

    names = {"sam0@example.org": "Sam", "kim1@example.org": "Kim", "ada2@example.org": "Ada"}
    for letter in mail.letters:
        others = {a: n for a, n in names.items() if a != letter["To"]}
        said = letter.as_string() + plain(letter)
        assert not any(address in said or name in said for address, name in others.items())


def test_the_therapist_hears_who_cannot_come(parts: Parts, mail: MailSpy) -> None:
    one, _other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    mail.sent.clear()

    leave(one)
    sweep(parts, NOW + MINUTE)

    [letter] = [each for each in mail.letters if each["To"] == "amara@alder.example"]
    assert "S. R. cannot come. The appointment itself goes on." in plain(letter)


def test_leaving_again_changes_nothing(parts: Parts) -> None:
    one = join(parts, 0)
    leave(one)
    owed = len(db.session.scalars(select(Message)).all())

    leave(one, now=NOW + HOUR)

    assert len(db.session.scalars(select(Message)).all()) == owed


def test_a_group_nobody_is_left_in_can_be_joined_again(parts: Parts) -> None:
    one = join(parts, 0)
    leave(one)

    again = join(parts, 1)

    assert again.appointment_id == one.appointment_id
    assert seats() == [1]


def test_leaving_late_costs_who_leaves_the_fee(parts: Parts) -> None:
    one, _other = join(parts, 0), join(parts, 1)
    late = MONDAY_9AM - HOUR

    with pytest.raises(LateCancel) as refused:
        leave(one, now=late)
    assert seats() == [1, 2]
    leave(one, late=True, now=late)

    assert refused.value.fee_cents == 5000
    assert appointment().fee_cents == 0
    assert seats() == [2]


def test_leaving_is_free_for_three_minutes_after_joining(parts: Parts) -> None:
    change(Practice, 1, cancel_hours=24 * 30)
    change(SessionType, with_slug(), notice_hours=0)
    join(parts, 0)
    other = book(wish_of(1), key=factories.key(), parts=parts, now=NOW + HOUR)

    leave(other, now=NOW + HOUR + 3 * MINUTE)

    assert seats() == [1]


def with_slug() -> int:
    query = select(SessionType.id).filter_by(slug="group")
    return db.session.scalars(query).one()


def test_nobody_leaves_what_has_begun(parts: Parts) -> None:
    one = join(parts, 0)

    with pytest.raises(RuleBroken):
        leave(one, late=True, now=MONDAY_9AM)


def test_who_leaves_has_their_own_time_back(parts: Parts) -> None:
    one = join(parts, 0)
    prove_address(one.participant_id, now=NOW)
    whose = db.session.scalars(select(Person.resource_id)).one()

    leave(one)

    assert db.session.scalars(select(Claim).filter_by(resource_id=whose)).all() == []
    assert len(db.session.scalars(select(Claim)).all()) == 1


def test_an_address_proved_after_leaving_claims_no_time(parts: Parts) -> None:
    one = join(parts, 0)
    leave(one)

    prove_address(one.participant_id, now=NOW)

    assert len(db.session.scalars(select(Claim)).all()) == 1


def test_staff_take_somebody_out_and_they_are_told(parts: Parts) -> None:
    one, other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    whose = appointment().therapist_id

    leave_appointment(one.participant_id, accept_late=False, actor=therapist(whose), now=NOW)

    assert kinds(one) == ["cancelled"]
    assert owed_to(one.participant_id)[0].due_at == NOW + 3 * MINUTE
    assert kinds(other) == ["reminder"]
    assert db.session.scalars(select(Message).filter_by(kind="therapist_left")).all() == []


def test_the_therapist_need_not_hear_of_who_came_and_went(parts: Parts) -> None:
    join(parts, 0)
    sweep(parts, NOW)
    other = join(parts, 1)

    leave(other)

    query = select(Message.kind).where(Message.therapist_id.is_not(None), Message.state == "due")
    assert db.session.scalars(query).all() == []


def test_the_last_of_a_couple_calls_it_off(parts: Parts) -> None:
    one = book(factories.wish(session_type="session"), key=factories.key(), parts=parts, now=NOW)
    change(Participant, one.participant_id, books=False)

    leave(one)

    assert appointment().status is Status.CANCELLED


def test_who_only_pays_cannot_leave(parts: Parts) -> None:
    one = join(parts, 0)
    change(Participant, one.participant_id, role="payer")

    with pytest.raises(RuleBroken):
        leave(one)


def test_a_group_that_was_only_asked_for_goes_with_who_asked(parts: Parts) -> None:
    change(SessionType, with_slug(), needs_approval=True)

    leave(join(parts, 0))

    assert appointment().status is Status.CANCELLED


def test_a_farewell_is_sent_whatever_becomes_of_the_session(parts: Parts, mail: MailSpy) -> None:
    one, other = join(parts, 0), join(parts, 1)
    sweep(parts, NOW)
    mail.sent.clear()
    staff = therapist(appointment().therapist_id)
    leave_appointment(one.participant_id, accept_late=False, actor=staff, now=NOW)

    call_off(one.appointment_id)
    sweep(parts, NOW + 4 * MINUTE)

    assert [kinds(each) for each in (one, other)] == [[], []]
    told = {letter["To"] for letter in mail.letters if "Cancelled" in letter["Subject"]}
    assert {"sam0@example.org", "kim1@example.org"} <= told


def test_a_therapist_who_knows_the_group_hears_that_it_is_off(parts: Parts) -> None:
    join(parts, 0)
    sweep(parts, NOW)
    join(parts, 1)

    call_off(appointment().id)

    query = select(Message.kind).where(Message.therapist_id.is_not(None), Message.state == "due")
    assert db.session.scalars(query).all() == ["therapist_cancelled"]
