"""What time off touches is settled in bulk, and each client hears of it once, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind, MessageState
from booking.errors import Rule, RuleBroken
from booking.models import Appointment, Message, Participant, Therapist, db
from booking.services import changes
from booking.services.parts import Parts
from booking.services.touched import Choice, Decision, settle_touched, touched_by
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.couples import KIM, join_in
from tests.services.series.standing import MONDAYS, agreed, live_dates
from tests.support.calendars import CalendarReader, letters_to
from tests.support.mail import MailSpy
from tests.support.owed import DAY, booked, plain, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM = "sam@example.org"
LATER = NOW + HOUR
TOLD = LATER + 3 * MINUTE
AWAY = Interval(MONDAY_9AM - HOUR, MONDAY_9AM + 10 * DAY)
TUESDAY_9AM = MONDAY_9AM + DAY


def amara() -> int:
    db.session.rollback()
    return db.session.scalars(select(Therapist.id).filter_by(slug="amara")).one()


def touched(span: Interval = AWAY) -> list[Appointment]:
    whose = amara()
    return list(touched_by(db.session(), whose, span, now=LATER))


def all_of_them(choice: Choice) -> dict[int, Decision]:
    return {each.id: Decision(choice, each.version) for each in touched()}


def settle(choices: dict[int, Decision]) -> int:
    return settle_touched(amara(), choices, now=LATER)


def single(parts: Parts, day: int, *, name: str = "sam") -> int:
    """Book a session on that day of the week; return the participant's id."""
    guest = {"email": f"{name}@example.org"}
    starts_at = MONDAY_9AM + day * DAY
    made = booked(parts, guest=guest, session_type="session", starts_at=starts_at)
    return made.participant_id


def of(participant_id: int) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Participant, participant_id).appointment


def kinds_due() -> list[str]:
    db.session.rollback()
    query = select(Message.kind).where(
        Message.state == MessageState.DUE, Message.kind != MessageKind.REMINDER
    )
    return sorted(db.session.scalars(query))


def told(parts: Parts, mail: MailSpy, address: str = SAM) -> list[str]:
    """Return the subjects of what somebody reads after the time for second thoughts."""
    mail.sent.clear()
    sweep(parts, TOLD)
    return [str(letter["Subject"]) for letter in letters_to(mail, address)]


def test_what_touches_the_time_and_has_not_begun_is_found(parts: Parts) -> None:
    seat = single(parts, 0)
    whose, starts = amara(), of(seat).starts_at
    session = db.session()
    until_its_start = Interval(starts - HOUR, starts)
    after_its_end = Interval(of(seat).ends_at, starts + 2 * HOUR)

    assert [each.id for each in touched()] == [of(seat).id]
    assert touched(until_its_start) == touched(after_its_end) == []
    assert touched_by(session, whose, AWAY, now=starts) == []


def test_cancelling_frees_the_time_at_no_cost_and_tells_as_always(
    parts: Parts, mail: MailSpy
) -> None:
    seat = single(parts, 0)
    sweep(parts, NOW)
    soon = MONDAY_9AM - 2 * HOUR
    choices = all_of_them(Choice.CANCEL)

    assert settle_touched(amara(), choices, now=soon) == 1

    off = of(seat)
    assert (off.status, off.late, off.fee_cents, off.claims) == (Status.CANCELLED, False, 0, [])
    assert off.cancelled_by == "therapist"
    assert kinds_due() == ["cancelled", "therapist_cancelled"]
    sweep(parts, soon + 3 * MINUTE)
    assert CalendarReader().read(letters_to(mail, SAM)).starts() == []


def test_one_message_for_all_of_a_clients_sessions(parts: Parts, mail: MailSpy) -> None:
    seats = [single(parts, 0), single(parts, 1), single(parts, 2)]
    sweep(parts, NOW)
    assert len({of(seat).participants[0].person_id for seat in seats}) == 1
    choices = all_of_them(Choice.CANCEL)
    choices[of(seats[2]).id] = Decision(Choice.OFFER, of(seats[2]).version)
    calendar = CalendarReader().read(letters_to(mail, SAM))

    assert settle(choices) == 3

    subjects = told(parts, mail)
    assert subjects == ["For your calendar", "For your calendar", "Please choose another time"]
    words = plain(letters_to(mail, SAM)[-1])
    assert "Cancelled: Monday, March 4, 9:00 AM, New York time" in words
    assert "Cancelled: Tuesday, March 5, 9:00 AM, New York time" in words
    assert "Instead of Wednesday, March 6, 9:00 AM, New York time:" in words
    assert words.count("/move") == 1
    assert calendar.read(letters_to(mail, SAM)).starts() == [MONDAY_9AM + 2 * DAY]


def test_keeping_does_nothing_and_nobody_hears_of_it(parts: Parts) -> None:
    seat = single(parts, 0)
    sweep(parts, NOW)

    assert settle(all_of_them(Choice.KEEP)) == 0

    assert of(seat).status is Status.CONFIRMED
    assert kinds_due() == []


@pytest.mark.parametrize("choice", [Choice.CANCEL, Choice.OFFER])
def test_settling_twice_changes_nothing(parts: Parts, choice: Choice) -> None:
    single(parts, 0)
    single(parts, 1)
    sweep(parts, NOW)
    choices = all_of_them(choice)
    settle(choices)
    due = kinds_due()

    assert settle(choices) == 0

    assert kinds_due() == due
    assert due.count("time_off") == 1


def test_whoever_is_asked_may_move_until_the_start_and_then_as_agreed(parts: Parts) -> None:
    seat = single(parts, 0)
    soon = MONDAY_9AM - 2 * HOUR
    with pytest.raises(RuleBroken):
        changes.move(seat, TUESDAY_9AM, now=soon)
    settle(all_of_them(Choice.OFFER))

    with pytest.raises(RuleBroken) as begun:
        changes.move(seat, TUESDAY_9AM, now=MONDAY_9AM)
    changes.move(seat, TUESDAY_9AM, now=soon)

    assert begun.value.rule is Rule.PAST
    assert of(seat).starts_at == TUESDAY_9AM
    assert of(seat).asked_to_move_at is None
    with pytest.raises(RuleBroken):
        changes.move(seat, TUESDAY_9AM + DAY, now=TUESDAY_9AM - 2 * HOUR)


def test_what_a_client_moved_meanwhile_is_left_alone(parts: Parts, mail: MailSpy) -> None:
    seats = [single(parts, 0), single(parts, 1)]
    sweep(parts, NOW)
    choices = all_of_them(Choice.CANCEL)
    changes.move(seats[0], MONDAY_9AM + 3 * DAY, now=LATER)

    assert settle(choices) == 1

    assert of(seats[0]).status is Status.CONFIRMED
    assert of(seats[1]).status is Status.CANCELLED
    subjects = told(parts, mail)
    assert sorted(subjects) == [
        "Appointment moved to Thu, Mar 7",
        "Cancelled: appointment on Tue, Mar 5",
    ]


def test_c4_what_was_moved_before_the_mail_went_is_not_asked_for(
    parts: Parts, mail: MailSpy
) -> None:
    seats = [single(parts, 0), single(parts, 1)]
    sweep(parts, NOW)
    settle(all_of_them(Choice.OFFER))
    changes.move(seats[0], MONDAY_9AM + 3 * DAY, now=LATER + MINUTE)

    told(parts, mail)
    asking = [letter for letter in letters_to(mail, SAM) if "choose" in str(letter["Subject"])]

    assert ["Monday" in plain(letter) for letter in asking] == [False]


def test_c4_nothing_is_said_of_what_was_all_changed_again(parts: Parts, mail: MailSpy) -> None:
    seat = single(parts, 0)
    sweep(parts, NOW)
    settle(all_of_them(Choice.OFFER))
    changes.cancel(seat, accept_late=True, reason="", parts=parts, now=LATER + MINUTE)

    assert told(parts, mail) == ["Cancelled: appointment on Mon, Mar 4"]


def test_another_therapists_session_is_left_alone(parts: Parts) -> None:
    seat = single(parts, 0)
    choices = all_of_them(Choice.CANCEL)
    bo = factories.amara(slug="bo", email="bo@alder.example")

    assert settle_touched(bo.id, choices, now=LATER) == 0

    assert of(seat).status is Status.CONFIRMED


def test_two_who_come_together_are_each_told_once_and_their_calendars_follow(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    join_in(series.id)
    sweep(parts, NOW)
    calendars = {SAM: CalendarReader(), KIM: CalendarReader()}
    calendars[SAM].read(letters_to(mail, SAM))
    mail.sent.clear()

    assert settle(all_of_them(Choice.CANCEL)) == 2

    sweep(parts, TOLD)
    for address in (SAM, KIM):
        subjects = [str(letter["Subject"]) for letter in letters_to(mail, address)]
        assert subjects.count("Your appointments have changed") == 1
    assert calendars[SAM].read(letters_to(mail, SAM)).starts() == MONDAYS[2:]
    assert calendars[KIM].read(letters_to(mail, KIM)).starts() == MONDAYS[2:]
    assert [each.starts_at for each in live_dates(series.id)] == MONDAYS[2:]


def test_one_date_of_a_series_is_told_of_as_any_cancelling(parts: Parts, mail: MailSpy) -> None:
    agreed(parts)
    sweep(parts, NOW)
    calendar = CalendarReader().read(letters_to(mail, SAM))
    first = touched()[0]

    assert settle({first.id: Decision(Choice.CANCEL, first.version)}) == 1

    assert told(parts, mail) == ["Cancelled: appointment on Mon, Mar 4"]
    assert calendar.read(letters_to(mail, SAM)).starts() == MONDAYS[1:]


def test_the_reminders_of_what_is_off_are_never_sent(parts: Parts, mail: MailSpy) -> None:
    seats = [single(parts, 3), single(parts, 4)]
    sweep(parts, NOW)
    settle(all_of_them(Choice.CANCEL))
    told(parts, mail)
    mail.sent.clear()

    sweep(parts, of(seats[1]).starts_at - timedelta(hours=20))

    assert letters_to(mail, SAM) == []
