"""What people read about a standing hour: exactly its dates, one mail each, nothing telling."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.domain.agreements import AgreementText
from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.neutral import telling
from booking.domain.participants import Role
from booking.models import Message, SeriesMember, db
from booking.services.parts import Parts
from booking.services.series.agreeing import write_agreement
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.couples import KIM, join_in, leave
from tests.services.series.owed import let_go, owed
from tests.services.series.standing import MONDAYS, agreed, asked_for, sign
from tests.support.calendars import calendar_text, letters_to
from tests.support.mail import MailSpy
from tests.support.owed import plain, states, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM, AMARA = "sam@example.org", "amara@alder.example"
CHANGES = [["2030-03-04T14:00:00Z", "2030-03-05T14:00:00Z"], ["2030-03-11T13:00:00Z", None]]
# Kinds that need more than a confirmed series.
ASKING = {
    MessageKind.SERIES_REQUESTED,
    MessageKind.THERAPIST_SERIES_REQUESTED,
    MessageKind.SERIES_TERMS,
    MessageKind.THERAPIST_SERIES_QUESTIONS,
}


def test_d6_the_confirmation_lists_exactly_the_dates_that_exist(
    parts: Parts, mail: MailSpy
) -> None:
    choices = Choices(
        skip=frozenset({MONDAYS[1]}), move={MONDAYS[2]: MONDAYS[2] + timedelta(days=1)}
    )
    agreed(parts, choices=choices, pattern=Pattern(count=5))

    sweep(parts, NOW)

    (letter,) = letters_to(mail, SAM)
    assert letter["Subject"] == "Your appointments from Mon, Mar 4"
    said = plain(letter)
    assert "When: Mondays at 9:00 AM, every week, New York time" in said
    listed = said.partition("Your dates:")[2].partition("You can cancel")[0].split("\r\n")
    assert [line for line in listed if line] == [
        "Mon, Mar 4, 9:00 AM",
        "Tue, Mar 19, 9:00 AM",
        "Mon, Mar 25, 9:00 AM",
        "Mon, Apr 1, 9:00 AM",
    ]


def test_c14_a_long_series_is_confirmed_once_and_each_date_reminded_of(
    parts: Parts, mail: MailSpy
) -> None:
    agreed(parts, pattern=Pattern(count=24))

    sweep(parts, NOW)

    assert len(letters_to(mail, SAM)) == len(letters_to(mail, AMARA)) == 1
    assert states(MessageKind.REMINDER) == [("due", "")] * 24
    reminded = select(func.count(func.distinct(Message.appointment_id)))
    assert db.session.scalar(reminded.where(Message.kind == MessageKind.REMINDER)) == 24
    sweep(parts, MONDAYS[1] - 40 * HOUR)
    assert letters_to(mail, SAM)[-1]["Subject"] == "Reminder: appointment on Mon, Mar 11"


def test_a_request_says_until_when_it_is_held_and_where_the_agreement_is(
    parts: Parts, mail: MailSpy
) -> None:
    series = asked_for(parts)

    sweep(parts, NOW)

    (letter,) = letters_to(mail, SAM)
    said = plain(letter)
    assert "We hold your times until Monday, March 4, 9:00 AM, New York time." in said
    assert "please read the agreement and accept it" in said
    found = re.findall(r"/s/(\S+)/agreement", said)
    assert [parts.links.holds(token, Purpose.SERIES_MAILED) for token in found] == [True]
    member = db.session.scalars(select(SeriesMember).filter_by(series_id=series.id)).one()
    assert found[0].startswith(member.link_id)
    assert [each["Subject"] for each in letters_to(mail, AMARA)] == [
        "Appointments requested from Mon, Mar 4"
    ]


def test_b3_the_clock_change_is_told_where_it_moves_the_hour(parts: Parts, mail: MailSpy) -> None:
    agreed(parts, guest=factories.guest(time_zone="America/Phoenix"))

    sweep(parts, NOW)

    said = plain(letters_to(mail, SAM)[0])
    assert "When: Mondays at 7:00 AM, every week, Phoenix time" in said
    assert (
        "Clocks change in New York on March 10. From March 11 it is 6:00 AM Phoenix time." in said
    )
    assert "Mon, Mar 4, 7:00 AM (9:00 AM in New York)\r\nMon, Mar 11, 6:00 AM (9:00 AM" in said
    assert "Clocks change" not in plain(letters_to(mail, AMARA)[0])


def test_several_days_every_other_week_are_said_in_one_line(parts: Parts, mail: MailSpy) -> None:
    agreed(parts, pattern=Pattern(every_weeks=2, weekdays=frozenset({0, 2}), count=4))

    sweep(parts, NOW)

    said = plain(letters_to(mail, SAM)[0])
    assert "When: Mondays and Wednesdays at 9:00 AM, every 2 weeks, New York time" in said
    assert "Wed, Mar 20, 9:00 AM" in said


def test_a_rule_that_ends_in_the_middle_of_a_week_is_said_whole(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts, pattern=Pattern(weekdays=frozenset({0, 2}), count=3))
    late, facts = MONDAYS[1] - 24 * HOUR, {"part": series.part.id, "what": "moved"}
    owed(series.id, MessageKind.THERAPIST_SERIES_CHANGED, facts=facts, at=late)

    sweep(parts, late)

    said = plain(letters_to(mail, AMARA)[-1])
    assert "When: Mondays and Wednesdays at 9:00 AM, every week" in said
    assert "Dates:\r\nMon, Mar 11, 9:00 AM\r\n\r\n" in said


def test_c11_each_of_a_couple_gets_a_mail_with_their_own_address_alone(
    parts: Parts, mail: MailSpy
) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")

    sweep(parts, NOW)

    booked = [each for each in mail.letters if each["Subject"].startswith("Your appointments")]
    assert sorted(each["To"] for each in booked) == [KIM, SAM]
    names = {SAM: {"Kim", "K. L.", KIM}, KIM: {"Sam", "S. R.", SAM}}
    for letter in booked:
        whole = letter.as_string() + plain(letter) + calendar_text(letter)
        assert [name for name in names[letter["To"]] if name in whole] == []
        assert f"mailto:{letter['To']}" in calendar_text(letter)
    (kims,) = [plain(letter) for letter in booked if letter["To"] == KIM]
    assert "7:00 AM, every week, Phoenix time" in kims
    assert "with 2 people" in plain(letters_to(mail, AMARA)[-1])


def test_c11_who_left_hears_no_more_and_the_others_do(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    sweep(parts, NOW)
    leave(kim)
    mail.sent.clear()
    members, facts = [m.id for m in series.members], {"part": series.part.id, "changes": []}
    for kind in (MessageKind.SERIES_CHANGED, MessageKind.SERIES_ENDED):
        for member in members:
            owed(series.id, kind, member_id=member, facts=facts)

    sweep(parts, MONDAY_9AM - 48 * HOUR)

    assert sorted((letter["To"], letter["Subject"]) for letter in mail.letters) == [
        (KIM, "Your appointments have ended"),
        (SAM, "Reminder: appointment on Mon, Mar 4"),
        (SAM, "Your appointments have changed"),
        (SAM, "Your appointments have ended"),
    ]
    assert ("dropped", "left") in states(MessageKind.SERIES_CHANGED)


@pytest.mark.parametrize("modality", [Modality.VIDEO, Modality.PHONE])
def test_e9_every_mail_of_a_series_is_neutral(
    parts: Parts, mail: MailSpy, modality: Modality
) -> None:
    series = agreed(parts, modality=modality)
    sweep(parts, NOW)
    sam = series.members[0].id
    facts = {"part": series.part.id, "what": "moved", "changes": CHANGES, "fee_cents": 5000}
    for kind in MessageKind:
        if "series" in kind and kind not in ASKING:
            owed(series.id, kind, facts=facts, member_id=None if kind.is_for_therapist else sam)

    sweep(parts, NOW)

    assert len(mail.letters) == 13
    for letter in mail.letters:
        assert telling(f"{letter['Subject']} {letter['From']} {calendar_text(letter)}") == []
        assert telling(plain(letter)) == []
        assert "Amara" not in f"{letter['Subject']} {calendar_text(letter).replace(AMARA, '')}"


def test_news_of_an_older_version_is_dropped_and_the_calendar_comes_all_the_same(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    mail.sent.clear()
    sam, facts, older = series.members[0].id, {"part": series.part.id}, series.version - 1
    for kind in (MessageKind.SERIES_CHANGED, MessageKind.SERIES_CALENDAR):
        owed(series.id, kind, member_id=sam, facts=facts, version=older)

    sweep(parts, NOW)

    assert [letter["Subject"] for letter in mail.letters] == ["For your calendar"]
    assert states(MessageKind.SERIES_CHANGED) == [("dropped", "superseded")]


def test_a_calendar_mail_with_nothing_to_bring_is_not_sent(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    sam, facts = series.members[0].id, {"part": series.part.id}
    owed(series.id, MessageKind.SERIES_CALENDAR, member_id=sam, facts=facts)

    sweep(parts, NOW)

    assert states(MessageKind.SERIES_CALENDAR) == [("dropped", "nothing_new")]


def test_a_new_edition_asks_again_unless_it_was_accepted_meanwhile(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    amara, sam = series.therapist_id, series.members[0].id
    sweep(parts, NOW)
    write_agreement(amara, "amara", AgreementText("A", "B", "C", "D"), now=NOW + MINUTE)
    sweep(parts, NOW + 5 * MINUTE)
    assert letters_to(mail, SAM)[-1]["Subject"] == "Something new to read"
    assert "/agreement" in plain(letters_to(mail, SAM)[-1])

    write_agreement(amara, "amara", AgreementText("E", "F", "G", "H"), now=NOW + HOUR)
    sign(sam, now=NOW + HOUR + MINUTE)
    sweep(parts, NOW + 2 * HOUR)

    assert states(MessageKind.SERIES_TERMS) == [("sent", ""), ("dropped", "nothing_new")]
    assert letters_to(mail, SAM)[-1]["Subject"] == "Your copy of what you agreed to"


def test_a_series_that_ran_out_is_told_without_a_calendar(parts: Parts, mail: MailSpy) -> None:
    asked_for(parts)
    sweep(parts, NOW)
    let_go(MONDAY_9AM + MINUTE)

    sweep(parts, MONDAY_9AM + 2 * MINUTE)

    letter = letters_to(mail, SAM)[-1]
    assert letter["Subject"] == "Your request for appointments from Mon, Mar 4"
    assert "The agreement was not accepted in time" in plain(letter)
    assert [calendar_text(each) for each in mail.letters] == ["", "", ""]


def test_a_payer_is_told_of_no_dates(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    join_in(series.id, role=Role.PAYER)
    sign(series.members[0].id)

    sweep(parts, NOW)

    assert letters_to(mail, KIM) == []
    assert "K. L." not in plain(letters_to(mail, AMARA)[-1])
