"""What several people in one appointment are told when something becomes of it."""

from datetime import timedelta

import pytest

from booking.adapters.sms.fake import FakeSms
from booking.domain.lifecycle import Kind
from booking.domain.messages import MessageKind
from booking.domain.minors import GuardianSees
from booking.domain.participants import Role
from booking.errors import RuleBroken
from booking.models import Guardianship, Message, Participant, Person, Series, Therapist, db
from booking.services.addresses import correct_address, send_again
from booking.services.booking import Booked
from booking.services.changes import move
from booking.services.estimates import owe_estimates
from booking.services.identity import prove_address, prove_member
from booking.services.parts import Parts
from booking.services.requests import accept
from booking.services.series.booking import book_series
from booking.services.series.changing import Change, change_series
from booking.services.series.planning import NewHour
from booking.services.touched import Choice, Decision, settle_touched
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.standing import client_of, sign
from tests.support.mail import MailSpy
from tests.support.owed import DAY, change, sweep
from tests.support.parties import (
    FIFTEEN,
    KIM,
    ROE,
    SAM,
    amara_sees,
    booked_with,
    child,
    guardianship,
    partner,
    payer,
    rows,
    seats,
)

pytestmark = pytest.mark.usefixtures("practice")
LATER = NOW + HOUR


def settle(choice: Choice, *made: Booked) -> None:
    """Let the therapist settle what their time off touches, and send what is owed of it."""
    found = [seats(each)[0].appointment for each in made]
    choices = {each.id: Decision(choice, each.version) for each in found}
    settle_touched(found[0].therapist_id, choices, now=LATER)


def mailed(mail: MailSpy) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for letter in mail.letters:
        found.setdefault(str(letter["To"]), []).append(str(letter["Subject"]))
    return found


def test_only_who_booked_is_asked_to_choose_another_time(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), payer(), session_type=slug)
    sweep(parts, NOW)
    mail.sent.clear()

    settle(Choice.OFFER, made)
    sweep(parts, LATER + 3 * MINUTE)

    assert list(mailed(mail)) == [SAM]


def test_both_of_a_couple_are_told_that_it_is_off_and_who_pays_is_not(
    parts: Parts, mail: MailSpy
) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), payer(), session_type=slug)
    sweep(parts, NOW)
    mail.sent.clear()

    settle(Choice.CANCEL, made)
    sweep(parts, LATER + 3 * MINUTE)

    subject = "Cancelled: appointment on Mon, Mar 4"
    told = mailed(mail)
    assert told[SAM] == told[KIM] == [subject]
    assert ROE not in told


def test_of_what_a_guardian_is_not_told_a_mail_about_several_says_nothing(
    parts: Parts, mail: MailSpy
) -> None:
    first = booked_with(parts, child(), session_type="session")
    second = booked_with(
        parts, child(name="Lou Reed"), session_type="session", starts_at=MONDAY_9AM + DAY
    )
    for one in (first, second):
        prove_address(seats(one)[0].id, now=NOW)
    sweep(parts, NOW)
    mail.sent.clear()
    robin = seats(first)[1].person_id
    change(Guardianship, rows(Guardianship, person_id=robin)[0].id, sees=GuardianSees.NOTHING)

    settle(Choice.CANCEL, first, second)
    sweep(parts, LATER + 3 * MINUTE)

    whole = "".join(letter.as_string() for letter in mail.letters if letter["To"] == SAM)
    assert "Tue" in whole
    assert "Mon, Mar 4" not in whole


def test_a_text_for_two_sessions_leaves_out_what_a_guardian_is_not_told(
    parts: Parts, sms: FakeSms
) -> None:
    texts = factories.guest(sms_consent=True)
    first = booked_with(parts, child(), session_type="session", guest=texts)
    second = booked_with(
        parts, session_type="session", guest=texts, starts_at=MONDAY_9AM + 2 * HOUR
    )
    for one in (first, second):
        prove_address(seats(one)[0].id, now=NOW)
    change(Guardianship, guardianship().id, sees=GuardianSees.TIMES)

    sweep(parts, MONDAY_9AM - DAY + 2 * HOUR)

    (text,) = sms.sent
    assert "11:00 AM" in text.body
    assert "9:00 AM" not in text.body


def test_a_request_granted_is_told_to_each(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.COUPLES, needs_approval=True)
    made = booked_with(parts, partner(), session_type=slug)
    therapist_id = seats(made)[0].appointment.therapist_id
    sweep(parts, NOW)

    accept(made.appointment_id, therapist_id, now=LATER)
    sweep(parts, LATER + 3 * MINUTE)

    granted = ["Your request for Mon, Mar 4", "Appointment on Mon, Mar 4"]
    assert mailed(mail)[SAM] == mailed(mail)[KIM] == granted


def test_a_partner_is_texted_of_a_move_who_wanted_texts(parts: Parts, sms: FakeSms) -> None:
    """What one of them does is news to the other, who may have agreed to texts elsewhere."""
    slug = amara_sees(Kind.COUPLES)
    before = booked_with(
        parts, guest=factories.guest(email=KIM, sms_consent=True), starts_at=MONDAY_9AM + 4 * DAY
    )
    phone = seats(before)[0].phone
    prove_address(before.participant_id, now=NOW)
    made = booked_with(parts, partner(phone=phone), session_type=slug)
    kim = seats(made)[1]
    prove_address(kim.id, now=NOW)
    sweep(parts, NOW)

    move(made.participant_id, MONDAY_9AM + 2 * HOUR, now=LATER)
    sweep(parts, LATER)

    assert [text.to for text in sms.sent] == [phone]


def test_a_standing_hour_does_not_become_one_for_a_couple(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = book_series(factories.series_wish(), key=factories.key(), parts=parts, now=NOW)
    sign(made.member_id)
    series = db.session.get_one(Series, made.series_id)
    wanted = Change(series.id, MONDAY_9AM.date(), NewHour(session_type=slug))

    with pytest.raises(RuleBroken):
        change_series(wanted, actor=client_of(series), now=NOW)


def test_a_guardian_in_a_standing_hour_is_told_as_far_as_the_setting_goes(
    parts: Parts, mail: MailSpy
) -> None:
    wish = factories.series_wish(party=(child(), payer()))
    made = book_series(wish, key=factories.key(), parts=parts, now=NOW)
    sweep(parts, NOW)
    sign(made.member_id)
    change(Guardianship, guardianship().id, sees=GuardianSees.TIMES)
    sweep(parts, NOW)
    sweep(parts, MONDAY_9AM - 2 * DAY)

    assert mailed(mail)[SAM] == ["Your request for appointments from Mon, Mar 4"]
    assert set(mailed(mail)) == {SAM, "amara@alder.example"}
    reasons = {row.reason for row in rows(Message, kind=MessageKind.SERIES_BOOKED)}
    assert reasons == {"not_told"}


def test_somebody_who_was_told_before_is_not_made_to_hear_less_by_another_booking(
    parts: Parts,
) -> None:
    first = booked_with(parts, child(), session_type="session")
    sam = seats(first)[0]
    prove_address(sam.id, now=NOW)
    change(Guardianship, guardianship().id, chosen_by="therapist 1")
    again = booked_with(parts, child(), session_type="session", starts_at=MONDAY_9AM + DAY)

    prove_address(seats(again)[0].id, now=NOW)

    assert {row.guardian_id for row in rows(Guardianship)} == {sam.person_id}
    assert len(rows(Guardianship)) == 2


def test_who_is_both_guardian_and_child_after_all_is_neither(parts: Parts) -> None:
    made = booked_with(parts, child(), session_type="session")
    sam, robin = seats(made)
    prove_address(sam.id, now=NOW)
    change(Person, robin.person_id, email=SAM, email_key=SAM)

    prove_address(robin.id, now=NOW)

    assert rows(Guardianship) == []
    assert {each.person_id for each in rows(Participant)} == {sam.person_id}


def test_what_staff_chose_for_two_people_outlives_a_new_booking(parts: Parts) -> None:
    teen = child(email="robin@example.org")
    first = booked_with(parts, teen, session_type="session")
    for seat in seats(first):
        prove_address(seat.id, now=NOW)
    chosen = {"sees": GuardianSees.NOTHING, "chosen_by": "therapist 1"}
    change(Guardianship, guardianship().id, **chosen)
    again = booked_with(parts, teen, session_type="session", starts_at=MONDAY_9AM + DAY)

    for seat in seats(again):
        prove_address(seat.id, now=NOW + timedelta(hours=1))

    (kept,) = rows(Guardianship)
    assert (kept.sees, kept.chosen_by) == (GuardianSees.NOTHING, "therapist 1")
    assert {seat.role for seat in rows(Participant)} == {Role.GUARDIAN, Role.CLIENT}


def test_somebody_may_pay_for_a_minor_who_books_alone_and_is_no_guardian(parts: Parts) -> None:
    amara = rows(Therapist, slug="amara")[0]
    factories.licence(amara, state="CA", number="888")
    alone = factories.guest(state="CA", born=FIFTEEN)

    made = booked_with(parts, payer(), session_type="session", guest=alone)

    assert [seat.role for seat in seats(made)] == [Role.CLIENT, Role.PAYER]
    assert rows(Guardianship) == []


def test_who_pays_puts_their_address_right_and_gets_the_cost_there(
    parts: Parts, mail: MailSpy
) -> None:
    made = booked_with(parts, payer(), session_type="session")
    owe_estimates(now=NOW)
    sweep(parts, NOW)
    roe = seats(made)[1]

    send_again(roe.id, now=NOW)
    correct_address(roe.id, "roe@right.example", now=NOW)
    sweep(parts, NOW)

    told = mailed(mail)
    assert told["roe@right.example"] == told[ROE] == ["About the cost of your appointments"]


def test_an_address_of_nobody_is_not_proved_in_a_standing_hour(parts: Parts) -> None:
    wish = factories.series_wish(party=(child(),))
    made = book_series(wish, key=factories.key(), parts=parts, now=NOW)
    robin = db.session.get_one(Series, made.series_id).members[1]

    prove_member(robin.id, now=NOW)

    assert rows(Person, id=robin.person_id)[0].verified_at is None


def test_joining_two_guardians_keeps_the_narrower_of_what_nobody_chose(parts: Parts) -> None:
    teen = child(email="robin@example.org")
    first = booked_with(parts, teen, session_type="session")
    for seat in seats(first):
        prove_address(seat.id, now=NOW)
    again = booked_with(parts, teen, session_type="session", starts_at=MONDAY_9AM + DAY)
    newest = rows(Guardianship)[-1]
    change(Guardianship, newest.id, sees=GuardianSees.TIMES)

    for seat in seats(again):
        prove_address(seat.id, now=NOW)

    assert guardianship().sees is GuardianSees.TIMES
