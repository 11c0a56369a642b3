"""What a guardian is told of a minor: by setting, age and state, and at every door anew."""

from datetime import UTC, datetime

import pytest

from booking.domain.lifecycle import Kind
from booking.domain.minors import GuardianSees
from booking.domain.participants import Role
from booking.errors import NotFound
from booking.models import AuditEntry, Guardianship, Participant, Person, Series, Therapist, db
from booking.queries.guardians import is_told, may_see, seen_by_guardian, what_they_see
from booking.services.audit import therapist
from booking.services.booking import Booked
from booking.services.guardians import choose_what_guardian_sees
from booking.services.identity import prove_address
from booking.services.leaving import leave_appointment
from booking.services.lost_links import ask_for_links
from booking.services.parts import Parts
from booking.services.series.booking import book_series
from tests import factories
from tests.factories import MONDAY_9AM, NOW
from tests.services.series.standing import sign
from tests.support.mail import MailSpy
from tests.support.owed import DAY, change, plain, sweep
from tests.support.parties import (
    FIFTEEN,
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

ROBIN = "robin@example.org"
IN_CALIFORNIA = {"state": "CA", "time_zone": "America/Los_Angeles"}
# Robin, who is fifteen on the day of booking, is of age from then on.
BIRTHDAY = datetime(2032, 6, 1, 12, 0, tzinfo=UTC)


def for_teen(parts: Parts, **values: object) -> Booked:
    """Let Sam book for Robin, who is fifteen and has an address, in California."""
    amara = rows(Therapist, slug="amara")[0]
    factories.licence(amara, state="CA", number="888")
    teen = child(born=FIFTEEN, email=ROBIN)
    guest = factories.guest(**IN_CALIFORNIA)
    return booked_with(parts, teen, session_type="session", guest=guest, **values)


def subjects(mail: MailSpy, address: str) -> list[str]:
    return [str(letter["Subject"]) for letter in mail.letters if letter["To"] == address]


def set_to(sees: GuardianSees) -> None:
    change(Guardianship, guardianship().id, sees=sees)


def test_a_guardian_books_and_is_told_all_of_a_small_child(parts: Parts, mail: MailSpy) -> None:
    made = booked_with(parts, child(), session_type="session")

    sweep(parts, NOW)
    sweep(parts, MONDAY_9AM - 2 * DAY)

    sam, robin = seats(made)
    assert (sam.role, sam.seat, sam.books) == (Role.GUARDIAN, None, True)
    assert (robin.role, robin.seat, robin.books) == (Role.CLIENT, 1, False)
    assert robin.person.email == robin.person.email_key == ""
    assert guardianship().sees is GuardianSees.MESSAGES
    assert subjects(mail, SAM) == [
        "Appointment on Mon, Mar 4",
        "Reminder: appointment on Mon, Mar 4",
    ]
    assert {letter["To"] for letter in mail.letters} == {SAM, "amara@alder.example"}
    therapists = [plain(each) for each in mail.letters if each["To"] != SAM]
    assert "An appointment with R. R. was booked." in therapists[0]


def test_of_who_is_old_enough_to_come_alone_a_guardian_sees_times(
    parts: Parts, mail: MailSpy
) -> None:
    made = for_teen(parts)
    sweep(parts, NOW)

    sam, robin = seats(made)
    assert guardianship().sees is GuardianSees.TIMES
    assert may_see(db.session(), sam, now=NOW)
    assert subjects(mail, SAM) == []
    assert subjects(mail, ROBIN) == ["Appointment on Mon, Mar 4"]
    assert may_see(db.session(), robin, now=NOW)


def test_what_is_set_is_asked_again_at_the_moment_of_sending(parts: Parts, mail: MailSpy) -> None:
    booked_with(parts, child(), session_type="session")
    sweep(parts, NOW)
    set_to(GuardianSees.TIMES)

    sweep(parts, MONDAY_9AM - 2 * DAY)
    set_to(GuardianSees.MESSAGES)
    sweep(parts, MONDAY_9AM - 2 * DAY)

    assert subjects(mail, SAM) == ["Appointment on Mon, Mar 4"]


def test_from_the_day_they_are_of_age_a_guardian_sees_nothing(parts: Parts) -> None:
    made = booked_with(parts, child(born=FIFTEEN), session_type="session")
    sam = seats(made)[0]

    assert may_see(db.session(), sam, now=BIRTHDAY - DAY)
    assert not may_see(db.session(), sam, now=BIRTHDAY)


def test_links_asked_for_by_a_guardian_are_those_they_may_see(parts: Parts, mail: MailSpy) -> None:
    booked_with(parts, child(), session_type="session")
    booked_with(parts, session_type="session", starts_at=MONDAY_9AM + DAY)
    ask_for_links(SAM, now=NOW)
    set_to(GuardianSees.NOTHING)
    sweep(parts, NOW)

    (letter,) = [each for each in mail.letters if each["Subject"] == "Your appointment links"]
    assert plain(letter).count("/b/") == 1
    assert "Tue" in plain(letter)


def test_what_a_minor_books_alone_is_in_no_guardians_feed(parts: Parts) -> None:
    made = for_teen(parts)
    sam, robin = (seat.person_id for seat in seats(made))
    alone = factories.guest(**IN_CALIFORNIA, email=ROBIN, born=FIFTEEN, name="Robin Reed")
    own = booked_with(parts, session_type="session", starts_at=MONDAY_9AM + DAY, guest=alone)
    prove_address(seats(made)[1].id, now=NOW)
    prove_address(own.participant_id, now=NOW)

    assert db.session.get_one(Participant, own.participant_id).person_id == robin
    found = seen_by_guardian(db.session(), sam, now=NOW)

    assert [seat.appointment_id for seat in found] == [made.appointment_id]


def test_not_even_a_guardian_who_takes_part_sees_what_a_minor_booked(parts: Parts) -> None:
    amara = rows(Therapist, slug="amara")[0]
    factories.licence(amara, state="CA", number="888")
    alone = factories.guest(**IN_CALIFORNIA, email=ROBIN, born=FIFTEEN)
    own = booked_with(parts, session_type="session", guest=alone)
    (robin,) = seats(own)
    sam = Person(name="Sam", email=SAM, email_key=SAM, time_zone="UTC", created_at=NOW)
    factories.saved(sam)
    everything = {"sees": GuardianSees.MESSAGES, "chosen_at": NOW, "chosen_by": "therapist 1"}
    factories.saved(Guardianship(person_id=robin.person_id, guardian_id=sam.id, **everything))
    seat = Participant(
        appointment_id=own.appointment_id,
        person_id=sam.id,
        role=Role.GUARDIAN,
        seat=2,
        link_id="of-sam",
    )
    factories.saved(seat)

    assert what_they_see(db.session(), seat, now=NOW) is GuardianSees.MESSAGES
    assert not may_see(db.session(), seat, now=NOW)
    assert not is_told(db.session(), seat, now=NOW)


def test_joining_never_shows_a_guardian_more(parts: Parts) -> None:
    first = for_teen(parts)
    for seat in seats(first):
        prove_address(seat.id, now=NOW)
    set_to(GuardianSees.NOTHING)
    teen = child(born=FIFTEEN, email=ROBIN)
    again = booked_with(
        parts,
        teen,
        session_type="session",
        guest=factories.guest(**IN_CALIFORNIA),
        starts_at=MONDAY_9AM + DAY,
    )

    for seat in seats(again):
        prove_address(seat.id, now=NOW)

    assert guardianship().sees is GuardianSees.NOTHING
    sam = seats(again)[0]
    assert not may_see(db.session(), sam, now=NOW)


def test_nobody_becomes_the_guardian_of_who_was_known_as_of_age(parts: Parts) -> None:
    known = booked_with(parts, guest=factories.guest(email=ROBIN, name="Robin Reed"))
    prove_address(known.participant_id, now=NOW)
    made = for_teen(parts, starts_at=MONDAY_9AM + DAY)

    prove_address(seats(made)[1].id, now=NOW)

    assert guardianship().sees is GuardianSees.NOTHING
    assert not may_see(db.session(), seats(made)[0], now=NOW)


def test_an_empty_address_is_nobodys(parts: Parts, mail: MailSpy) -> None:
    made = booked_with(parts, child(), session_type="session")
    later = booked_with(parts, child(), session_type="session", starts_at=MONDAY_9AM + DAY)

    for booked in (made, later):
        prove_address(seats(booked)[1].id, now=NOW)
    sweep(parts, NOW)

    children = [db.session.get_one(Person, seats(each)[1].person_id) for each in (made, later)]
    assert [each.verified_at for each in children] == [None, None]
    assert children[0].id != children[1].id
    assert "" not in {letter["To"] for letter in mail.letters}


def test_in_a_family_each_parent_comes_for_themselves(parts: Parts, mail: MailSpy) -> None:
    slug = amara_sees(Kind.FAMILY)
    booked_with(parts, partner(), child(), session_type=slug)

    sweep(parts, NOW)

    told = sorted(str(letter["To"]) for letter in mail.letters)
    assert told == ["amara@alder.example", "kim@example.org", SAM]
    assert "3 people" in plain(mail.letters[-1]) + plain(mail.letters[0]) + plain(mail.letters[1])


def test_once_a_child_has_left_a_family_their_guardian_hears_no_more(parts: Parts) -> None:
    slug = amara_sees(Kind.FAMILY)
    mother = payer(role=Role.GUARDIAN)
    made = booked_with(parts, partner(), child(), mother, session_type=slug)
    _sam, _kim, robin, roe = seats(made)
    assert may_see(db.session(), roe, now=NOW)

    staff = therapist(robin.appointment.therapist_id)
    leave_appointment(robin.id, accept_late=False, actor=staff, now=NOW)

    assert not may_see(db.session(), seats(made)[3], now=NOW)
    assert [seat.seat for seat in seats(made)] == [1, 2, None, None]


def test_a_guardian_agrees_for_a_child(parts: Parts) -> None:
    wish = factories.series_wish(party=(child(),))

    booked = book_series(wish, key=factories.key(), parts=parts, now=NOW)
    sam, robin = db.session.get_one(Series, booked.series_id).members

    assert (sam.role, robin.role, robin.seat) == (Role.GUARDIAN, Role.CLIENT, 1)
    sign(sam.id)
    assert db.session.get_one(Series, booked.series_id).agreed_at == NOW


def test_staff_choose_what_a_guardian_sees_and_it_is_written_down(parts: Parts) -> None:
    made = booked_with(parts, child(), session_type="session")
    amara = seats(made)[0].appointment.therapist_id
    row = guardianship().id

    for _again in range(2):
        choose_what_guardian_sees(row, GuardianSees.NOTHING, therapist_id=amara, now=NOW)

    found = guardianship()
    assert (found.sees, found.chosen_by) == (GuardianSees.NOTHING, f"therapist {amara}")
    (entry,) = rows(AuditEntry, act="guardian setting")
    assert entry.detail == {"guardian": found.guardian_id, "sees": "nothing"}
    with pytest.raises(NotFound):
        choose_what_guardian_sees(row, GuardianSees.TIMES, therapist_id=amara + 1, now=NOW)
