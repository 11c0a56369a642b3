"""What people read: the same time on every path, on their own clock, with its date."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.links import Purpose, id_in, random_id
from booking.adapters.sms.fake import FakeSms
from booking.domain.lifecycle import Modality
from booking.domain.messages import Channel, MessageKind
from booking.models import Appointment, SignInLink, StaffAccount, Therapist, db
from booking.services.changes import cancel
from booking.services.owed import Owed, owe
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.standing import agreed
from tests.support.mail import MailSpy
from tests.support.owed import DAY, booked, change, plain, states, sweep, the

pytestmark = pytest.mark.usefixtures("practice")

SAM = "sam@example.org"
# The clocks in New York go forward on 2030-03-10.
AFTER_THE_CHANGE = datetime(2030, 3, 12, 14, 0, tzinfo=UTC)


def mails_to(mail: MailSpy, address: str) -> list[str]:
    return [plain(letter) for letter in mail.letters if letter["To"] == address]


def test_b3_every_path_says_the_same_time_across_a_change(
    parts: Parts, mail: MailSpy, sms: FakeSms
) -> None:
    booked(parts, texts=True, starts_at=AFTER_THE_CHANGE)
    sweep(parts, NOW)
    sweep(parts, AFTER_THE_CHANGE - 2 * DAY)
    sweep(parts, AFTER_THE_CHANGE - DAY)

    confirmation, reminder = mails_to(mail, SAM)
    assert "Tuesday, March 12, 10:00 AM to 10:15 AM, New York time" in confirmation
    assert "Tuesday, March 12, 10:00 AM to 10:15 AM, New York time" in reminder
    assert "Clocks in New York go forward on March 10. 10:00 AM is the time after" in confirmation
    assert "Clocks" not in reminder
    assert "Tue Mar 12, 10:00 AM New York time" in sms.sent[0].body
    invitation = next(
        part.get_payload(decode=True)
        for part in mail.letters[0].walk()
        if part.get_content_type() == "text/calendar"
    )
    assert isinstance(invitation, bytes)
    event = Calendar.from_ical(invitation).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == AFTER_THE_CHANGE


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Phoenix", "Monday, March 4, 7:00 AM to 7:15 AM, Phoenix time"),
        ("America/Los_Angeles", "Monday, March 4, 6:00 AM to 6:15 AM, Los Angeles time"),
        ("Europe/London", "Monday, March 4, 2:00 PM to 2:15 PM, London time"),
    ],
)
def test_b9_every_mail_is_on_the_clients_clock_and_names_it(
    parts: Parts, mail: MailSpy, zone: str, said: str
) -> None:
    made = booked(parts, guest={"time_zone": zone})
    sweep(parts, NOW)
    sweep(parts, MONDAY_9AM - 20 * HOUR)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=MONDAY_9AM - HOUR)
    sweep(parts, MONDAY_9AM - HOUR)

    mails = mails_to(mail, SAM)
    assert len(mails) == 3
    assert all(said in each for each in mails)
    assert all("For Amara: 9:00 AM in New York" in each for each in mails)


def test_b12_the_date_is_the_one_on_the_clients_calendar(parts: Parts, mail: MailSpy) -> None:
    booked(parts, guest={"time_zone": "Pacific/Auckland"})

    sweep(parts, NOW)

    letter = next(each for each in mail.letters if each["To"] == SAM)
    assert letter["Subject"] == "Appointment on Tue, Mar 5"
    assert "Tuesday, March 5, 3:00 AM" in plain(letter)
    assert "For Amara: Monday 9:00 AM in New York" in plain(letter)


def test_b10_people_who_meet_in_person_are_told_the_time_on_the_wall_there(
    parts: Parts, mail: MailSpy
) -> None:
    made = booked(parts, guest={"time_zone": "America/Los_Angeles"})
    change(Appointment, made.appointment_id, modality=Modality.IN_PERSON)

    sweep(parts, NOW)

    assert "Monday, March 4, 9:00 AM to 9:15 AM, New York time" in mails_to(mail, SAM)[0]


def lost_link(address: str) -> None:
    def work(session: Session) -> None:
        owed = Owed(kind=MessageKind.LINKS, channel=Channel.EMAIL, address=address, due_at=NOW)
        owe(session, owed, now=NOW)

    unit_of_work(work)


def test_lost_links_are_mailed_to_whom_they_belong(parts: Parts, mail: MailSpy) -> None:
    booked(parts)
    booked(parts, starts_at=MONDAY_9AM + HOUR, proved=False)
    booked(parts, starts_at=MONDAY_9AM + 2 * HOUR, guest={"email": "kim@example.org"})
    sweep(parts, NOW)
    mail.sent.clear()
    lost_link("SAM@example.org")

    sweep(parts, NOW)

    (only,) = mails_to(mail, SAM)
    assert "Monday, March 4, 9:00 AM, New York time" in only
    assert "Monday, March 4, 10:00 AM, New York time" in only
    assert "11:00 AM" not in only
    tokens = re.findall(r"/b/(\S+)", only)
    assert len(tokens) == 2
    assert all(parts.links.holds(token, Purpose.MAILED) for token in tokens)


def test_a_lost_link_to_a_standing_hour_leads_to_all_of_it(parts: Parts, mail: MailSpy) -> None:
    agreed(parts)
    sweep(parts, NOW)
    mail.sent.clear()
    lost_link(SAM)

    sweep(parts, NOW)

    (only,) = mails_to(mail, SAM)
    assert only.count("From Monday, March 4, 9:00 AM, New York time") == only.count("March") == 1
    tokens = re.findall(r"/s/(\S+)", only)
    assert [parts.links.holds(token, Purpose.SERIES_MAILED) for token in tokens] == [True]
    assert "/b/" not in only


def test_an_address_nobody_has_is_mailed_nothing_and_forgotten(parts: Parts, mail: MailSpy) -> None:
    made = booked(parts)
    cancel(made.participant_id, accept_late=True, reason="", parts=parts, now=NOW)
    sweep(parts, NOW)
    mail.sent.clear()
    lost_link("stranger@example.org")
    lost_link(SAM)

    sweep(parts, NOW)

    assert mail.sent == []
    assert states(MessageKind.LINKS) == [("dropped", "nobody")] * 2
    assert the(MessageKind.LINKS).address == ""


AMARA = "amara@alder.example"


def sign_in_mail(expires_at: datetime, *, used: bool = False) -> str:
    amara = db.session.scalars(select(Therapist.id)).one()
    account = StaffAccount(
        name="Amara",
        email=AMARA,
        email_key=AMARA,
        therapist_id=amara,
        user_handle=random_id(),
        created_at=NOW,
    )
    factories.saved(account)
    link_id = random_id()

    def work(session: Session) -> None:
        link = SignInLink(
            link_id=link_id,
            account_id=account.id,
            created_at=NOW,
            expires_at=expires_at,
            used_at=NOW if used else None,
        )
        owed = Owed(
            kind=MessageKind.SIGN_IN,
            channel=Channel.EMAIL,
            address=AMARA,
            facts={"link_id": link_id},
            due_at=NOW,
        )
        session.add(link)
        owe(session, owed, now=NOW)

    unit_of_work(work)
    return link_id


def test_a_sign_in_link_is_mailed_while_it_works(parts: Parts, mail: MailSpy) -> None:
    link_id = sign_in_mail(NOW + timedelta(minutes=15))

    sweep(parts, NOW)

    (said,) = mails_to(mail, "amara@alder.example")
    token = re.findall(r"/staff/sign-in/(\S+)", said)[0]
    assert id_in(token) == link_id
    assert parts.links.holds(token, Purpose.SIGN_IN)
    assert "It works for 15 minutes." in said


@pytest.mark.parametrize("used", [True, False])
def test_a_sign_in_link_that_no_longer_works_is_not_mailed(
    parts: Parts, mail: MailSpy, used: bool
) -> None:
    sign_in_mail(NOW + (HOUR if used else MINUTE), used=used)

    sweep(parts, NOW + 2 * MINUTE)

    assert mail.sent == []
    assert states(MessageKind.SIGN_IN) == [("dropped", "stale")]
