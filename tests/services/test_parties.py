"""Several people in one booking: each a person of their own, and nobody told of another."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar

from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.messages import MessageKind
from booking.domain.participants import Role
from booking.errors import Rule, RuleBroken
from booking.models import (
    Appointment,
    Claim,
    CostEstimate,
    Message,
    Series,
    SmsConsent,
    TherapistLicence,
    db,
)
from booking.services.changes import cancel, move, undo_cancel
from booking.services.estimates import owe_estimates
from booking.services.identity import prove_address
from booking.services.lost_links import ask_for_links
from booking.services.parts import Parts
from booking.services.series.booking import book_series
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import sign
from tests.support.calendars import calendar_text
from tests.support.mail import MailSpy
from tests.support.owed import DAY, plain, sweep
from tests.support.parties import (
    KIM,
    ROE,
    SAM,
    amara_sees,
    booked_with,
    child,
    partner,
    payer,
    rows,
    seats,
)
from tests.web.booking_flow import count

pytestmark = pytest.mark.usefixtures("practice")

NAMES = {SAM: {"Kim", "K. L.", KIM}, KIM: {"Sam", "S. R.", SAM}}
PHONE = "+16025550155"


def letters_of(mail: MailSpy, address: str) -> list[EmailMessage]:
    return [letter for letter in mail.letters if letter["To"] == address]


def test_a_couple_is_two_people_with_a_seat_and_links_each(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)

    made = booked_with(parts, partner(), session_type=slug)

    sam, kim = seats(made)
    assert (sam.role, sam.seat, sam.books) == (Role.CLIENT, 1, True)
    assert (kim.role, kim.seat, kim.books) == (Role.CLIENT, 2, False)
    assert sam.link_id != kim.link_id
    assert (kim.person.email, kim.person.time_zone) == (KIM, "America/Phoenix")
    assert kim.person.verified_at is None
    assert made.participant_id == sam.id


def test_c11_no_mail_or_calendar_shows_one_of_a_couple_the_other(
    parts: Parts, mail: MailSpy
) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), session_type=slug)
    sweep(parts, NOW)
    move(made.participant_id, MONDAY_9AM + 3 * HOUR, now=NOW + HOUR)
    sweep(parts, NOW + HOUR)
    sweep(parts, MONDAY_9AM - 20 * HOUR)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=MONDAY_9AM)
    sweep(parts, MONDAY_9AM)

    for address, others in NAMES.items():
        letters = letters_of(mail, address)
        assert len(letters) == 4
        for letter in letters:
            whole = letter.as_string() + plain(letter) + _calendar(letter)
            assert [name for name in others if name in whole] == []
        assert _attendees(letters[0]) == [f"mailto:{address}"]
    assert "7:00 AM to 7:50 AM, Phoenix time" in plain(letters_of(mail, KIM)[0])


def test_therapists_are_told_how_many_come_and_no_names(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.COUPLES)
    booked_with(parts, partner(), session_type=slug)

    sweep(parts, NOW)

    (letter,) = letters_of(mail, "amara@alder.example")
    assert "An appointment with 2 people was booked." in plain(letter)
    assert "SUMMARY:Appointment: 2 people" in _calendar(letter)
    assert re.search("Kim|K. L.|Sam|S. R.", letter.as_string() + plain(letter)) is None


def test_nobody_gets_texts_without_a_yes_of_their_own(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    guest = factories.guest(sms_consent=True)

    made = booked_with(parts, partner(phone=PHONE), session_type=slug, guest=guest)

    sam, kim = seats(made)
    assert [row.person_id for row in rows(SmsConsent)] == [sam.person_id]
    texts = rows(Message, channel="sms")
    assert {row.participant_id for row in texts} == {sam.id}
    assert kim.phone == PHONE


def test_a_family_has_as_many_seats_as_the_session_type(parts: Parts) -> None:
    slug = amara_sees(Kind.FAMILY)

    made = booked_with(parts, child(), child(), partner(), session_type=slug)

    assert [seat.seat for seat in seats(made)] == [1, 2, 3, 4]


def test_every_place_where_somebody_will_be_needs_a_licence(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)

    with pytest.raises(RuleBroken) as refused:
        booked_with(parts, partner(state="AZ"), session_type=slug)

    assert refused.value.rule is Rule.LICENCE
    assert count(Appointment) == 0


def test_a_move_asks_for_every_place_again(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES, state="AZ")
    made = booked_with(parts, partner(state="AZ"), session_type=slug)
    sam, kim = seats(made)
    assert (sam.state, kim.state) == ("NY", "AZ")
    (licence,) = rows(TherapistLicence, state="AZ")
    factories.changed(licence, valid_until=NOW.date())

    with pytest.raises(RuleBroken) as refused:
        move(made.participant_id, MONDAY_9AM + HOUR, now=NOW)

    assert refused.value.rule is Rule.LICENCE


@pytest.mark.one_database
def test_only_who_booked_moves_cancels_and_takes_back(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), payer(), session_type=slug)
    _sam, kim, roe = (seat.id for seat in seats(made))

    for other in (kim, roe):
        with pytest.raises(RuleBroken):
            move(other, MONDAY_9AM + HOUR, now=NOW)
        with pytest.raises(RuleBroken):
            cancel(other, accept_late=True, reason="", parts=parts, now=NOW)
    cancel(made.participant_id, accept_late=False, reason="", parts=parts, now=NOW)
    with pytest.raises(RuleBroken):
        undo_cancel(kim, now=NOW)
    undo_cancel(made.participant_id, now=NOW)

    assert db.session.get_one(Appointment, made.appointment_id).status is Status.CONFIRMED


def test_the_time_of_each_who_is_known_moves_along(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), session_type=slug)
    sam, kim = (seat.id for seat in seats(made))
    for one in (sam, kim):
        prove_address(one, now=NOW)

    move(sam, MONDAY_9AM + HOUR, now=NOW)

    db.session.rollback()
    assert [row.from_at for row in rows(Claim)] == [MONDAY_9AM + HOUR] * 3


def test_who_turns_out_to_be_the_same_person_is_held_once(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    made = booked_with(parts, partner(), session_type=slug)
    sam, kim = seats(made)
    factories.changed(kim.person, email=SAM, email_key=SAM)
    for one in (sam, kim):
        prove_address(one.id, now=NOW)

    db.session.rollback()
    assert count(Claim) == 2
    assert len(rows(Message, kind=MessageKind.CLASH)) == 0


def test_who_pays_is_told_the_cost_and_nothing_else(parts: Parts, mail: MailSpy) -> None:
    made = booked_with(parts, payer(), session_type="session")
    _sam, roe = seats(made)
    assert (roe.role, roe.seat, roe.books) == (Role.PAYER, None, False)
    move(made.participant_id, MONDAY_9AM + DAY, now=NOW)
    owe_estimates(now=NOW)
    for at in (NOW, MONDAY_9AM - DAY, MONDAY_9AM):
        sweep(parts, at)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=MONDAY_9AM)
    sweep(parts, MONDAY_9AM)

    (letter,) = letters_of(mail, ROE)
    assert letter["Subject"] == "About the cost of your appointments"
    assert re.search("Sam|Amara|/b/|/join/", plain(letter)) is None
    kept = rows(CostEstimate, participant_id=roe.id)[0]
    assert kept.total_cents == 14000


def test_a_standing_hour_of_a_couple_has_two_members_on_every_date(
    parts: Parts, mail: MailSpy
) -> None:
    slug = amara_sees(Kind.COUPLES)
    wish = factories.series_wish(session_type=slug, party=(partner(), payer()))

    booked = book_series(wish, key=factories.key(), parts=parts, now=NOW)

    series = db.session.get_one(Series, booked.series_id)
    sam, kim, roe = series.members
    assert booked.member_id == sam.id
    assert [(one.role, one.seat, one.books) for one in (sam, kim, roe)] == [
        (Role.CLIENT, 1, True),
        (Role.CLIENT, 2, False),
        (Role.PAYER, None, False),
    ]
    dates = rows(Appointment)
    assert all([seat.seat for seat in date.participants] == [1, 2, None] for date in dates)
    sign(sam.id)
    assert db.session.get_one(Series, series.id).agreed_at is None
    sign(kim.id, "Kim Lee")
    assert db.session.get_one(Series, series.id).agreed_at == NOW
    sweep(parts, NOW)
    sweep(parts, MONDAY_9AM - 40 * HOUR)
    for address, others in NAMES.items():
        for letter in letters_of(mail, address):
            whole = letter.as_string() + plain(letter) + _calendar(letter)
            assert [name for name in others if name in whole] == []
    assert len(letters_of(mail, KIM)) == 2
    assert letters_of(mail, ROE) == []


def test_the_companions_get_links_of_their_own_when_they_ask(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.COUPLES)
    booked_with(parts, partner(), session_type=slug)

    ask_for_links(KIM, now=NOW + timedelta(hours=1))
    sweep(parts, NOW)
    sweep(parts, NOW + timedelta(hours=1))

    first, asked = letters_of(mail, KIM)
    link = re.compile(r"/b/\S+")
    assert link.search(plain(first))[0] == link.search(plain(asked))[0]  # type: ignore[index]
    assert len(letters_of(mail, SAM)) == 1


def test_by_phone_each_is_told_their_own_number(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.COUPLES, modalities=["phone"])
    wish = {"session_type": slug, "modality": Modality.PHONE}

    booked_with(parts, partner(phone=PHONE), **wish)
    sweep(parts, NOW)

    assert "602-555-0155" in plain(letters_of(mail, KIM)[0])
    assert "602-555-0155" not in plain(letters_of(mail, SAM)[0])


def _calendar(letter: EmailMessage) -> str:
    return calendar_text(letter) if "text/calendar" in letter.as_string() else ""


def _attendees(letter: EmailMessage) -> list[str]:
    event = Calendar.from_ical(_calendar(letter)).walk("VEVENT")[0]
    found = event.get("ATTENDEE")
    return [str(each) for each in (found if isinstance(found, list) else [found])]
