"""What cannot be booked, and what cannot be read: said in words, with nothing lost or written."""

import pytest
import time_machine

from booking.models import Appointment, Participant
from booking.services.booking import book
from booking.services.parts import Parts
from tests import factories
from tests.factories import MINUTE, NOW
from tests.web.booking_flow import (
    ELEVEN,
    NINE,
    SAM,
    TEN,
    about,
    check,
    count,
    everything,
    picker,
)
from tests.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("then")


BAD = {
    "no name": ({"name": ""}, "Enter a name we can use."),
    "blank name": ({"name": "\u2003 "}, "Enter a name we can use."),
    "long name": ({"name": "x" * 81}, "Please use fewer characters."),
    "line break in the name": ({"name": "Sam\r\nBcc: all"}, "Please use only letters"),
    "control in the name": ({"name": "Sam\x00Reed"}, "Please use only letters"),
    "encoded word": ({"name": "=?utf-8?q?Sam?="}, "Please use only letters"),
    "no email": ({"email": ""}, "Enter your email"),
    "half an email": ({"email": "sam@"}, "Enter an email like"),
    "two emails": ({"email": "a@example.org,b@example.org"}, "Enter an email like"),
    "long email": ({"email": "a" * 260 + "@example.org"}, "Please use fewer characters."),
    "bad phone": ({"phone": "call me"}, "Enter a phone number like"),
    "long phone": ({"phone": "2" * 60}, "Enter a phone number like"),
    "no such zone": ({"time_zone": "Mars/Olympus"}, "Choose your time zone."),
    "half a zone": ({"time_zone": "America"}, "Choose your time zone."),
    "abbreviated zone": ({"time_zone": "EST"}, "Choose your time zone."),
    "no zone": ({"time_zone": ""}, "Choose your time zone."),
    "no such state": ({"state": "ZZ"}, "Choose the state you will be in."),
    "long pronouns": ({"pronouns": "x" * 41}, "Please use fewer characters."),
    "no such language": ({"language": "xx"}, "Please choose one of the answers we know."),
    "no such need": ({"need": "xx"}, "Please choose one of the answers we know."),
    "long note": ({"note": "x" * 301}, "Keep your note to 300 characters."),
    "control in the note": ({"note": "a\x07b"}, "Please use only letters"),
    "long access needs": ({"access_needs": "x" * 301}, "Keep this to 300 characters."),
    "texts without a number": ({"sms_consent": "yes"}, "Enter a phone number"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["consultation", "session"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_answer_is_named_kept_and_writes_nothing(
    browser: Browser, bad: tuple[dict[str, str], str], kind: str
) -> None:
    typed, words = bad
    page = about(browser, kind)
    before = everything()

    again = browser.press(page, "Continue", **(SAM | {"pronouns": "she/her"} | typed))

    assert again.status == 422
    assert words in again.text
    assert again.title.startswith("Error: ")
    form, _button = again.form("Continue")
    for name, value in (SAM | typed).items():
        if name not in {"time_zone", "state", "language"}:
            assert form.fields[name].replace("\r\n", "\n") == value.replace("\r\n", "\n")
    assert everything() == before


def test_a_letter_no_database_takes_is_refused_on_each(browser: Browser) -> None:
    page = about(browser)

    for typed in ({"name": "Sam\x00Reed"}, {"note": "a\x00b"}, {"pronouns": "\x00"}):
        again = browser.press(page, "Continue", **(SAM | typed))
        assert again.status == 422
        assert "Please use only letters" in again.text


@pytest.mark.one_database
def test_a_field_filled_in_by_a_program_is_turned_away(browser: Browser) -> None:
    page = about(browser, "consultation")

    again = browser.press(page, "Continue", **SAM, website="http://spam.example")

    assert again.status == 422
    assert again.form("Continue")[0].fields["name"] == "Sam Reed"
    assert count(Appointment) == 0


A9 = {
    "off the grid": "2030-03-04T14:07:00Z",
    "with seconds": "2030-03-04T14:00:30Z",
    "outside hours": "2030-03-04T11:00:00Z",
    "on a closed day": "2030-03-09T15:00:00Z",
    "under notice": "2030-03-01T20:00:00Z",
    "past": "2030-02-28T15:00:00Z",
    "beyond the horizon": "2030-06-03T14:00:00Z",
    "running past the end of hours": "2030-03-04T21:45:00Z",
}


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["consultation", "session"])
@pytest.mark.parametrize("slot", A9.values(), ids=A9)
def test_a9_a_tampered_time_is_refused_with_the_nearest_open_ones(
    browser: Browser, slot: str, kind: str
) -> None:
    page = browser.press(picker(browser, kind), "Continue", slot=slot)

    assert page.status == 422
    assert "Here are the closest open times." in page.text
    assert len([b for f in page.forms for b in f.buttons if b.name == "slot"]) == 3
    assert count(Appointment) == 0


def test_a9_a_time_inside_a_buffer_is_refused(browser: Browser, parts: Parts) -> None:
    wish = factories.wish(session_type="session")  # 9:00 to 9:50, and ten minutes after
    book(wish, key=factories.key(), parts=parts, now=NOW)
    page = about(browser, "consultation", TEN)
    assert page.status == 200

    refused = browser.press(
        picker(browser, "consultation"), "Continue", slot="2030-03-04T14:30:00Z"
    )

    assert refused.status == 409
    assert count(Appointment) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("slot", ["", "soon", "2030-03-04", "2030-03-04T14:00:00", "9" * 5000])
def test_a_time_that_is_none_is_asked_for_again(browser: Browser, slot: str) -> None:
    page = browser.press(picker(browser, modality="phone"), "Continue", slot=slot)

    assert page.status == 422
    assert "Choose one of the times that are shown." in page.text
    assert page.title.startswith("Error: ")
    assert page.form("Continue")[0].fields["modality"] == "phone"
    assert count(Appointment) == 0


def test_a_call_taken_while_the_form_was_filled_in_loses_nothing(
    browser: Browser, parts: Parts
) -> None:
    page = about(browser, "consultation", NINE)
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    typed = SAM | {"note": "Évening & <b>soon</b>", "modality": "phone", "phone": "212-555-0123"}

    taken = browser.press(page, "Continue", **typed)
    other_day = browser.press(taken, "Tuesday, March 5")
    checked = browser.press(other_day, "Continue", slot="2030-03-05T14:30:00Z")
    done = browser.press(checked, "Book this call")

    assert taken.status == 409
    assert "Someone booked that time a moment ago. Nothing was booked for you." in taken.text
    assert "Évening & <b>soon</b>" in checked.text
    assert "Tuesday, March 5" in done.text
    assert "Amara will call you at 212-555-0123" in done.text


def test_one_of_the_nearest_times_is_one_press_away(browser: Browser, parts: Parts) -> None:
    page = about(browser, "consultation", NINE)
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    taken = browser.press(page, "Continue", **SAM)
    checked = browser.press(taken, "Monday, March 4, 9:30 AM")

    assert "Book this call" in checked.text
    assert "9:30 AM" in checked.text


def test_a_hold_that_ran_out_says_so_calmly_and_can_be_had_again(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = check(browser)
    then.shift(11 * MINUTE)

    late = browser.press(page, "Book this session")
    again = browser.press(late, "Hold it again")
    done = browser.press(again, "Book this session")

    assert late.status == 409
    assert "Your 10 minutes ran out, so we let the time go. It is still open." in late.text
    assert "until 10:21 AM" in again.text
    assert "You are booked" in done.text
    assert count(Participant) == 1


def test_keep_holding_gives_ten_more_minutes_and_keeps_what_was_typed(
    browser: Browser, then: time_machine.Traveller
) -> None:
    page = about(browser)
    then.shift(8 * MINUTE)

    kept = browser.press(page, "Keep holding", name="Sam", email="not yet", sms_consent=None)

    assert "until 10:18 AM" in kept.text
    assert kept.form("Continue")[0].fields["name"] == "Sam"
    assert kept.form("Continue")[0].fields["email"] == "not yet"


def test_a_state_without_a_licence_is_told_at_the_field(browser: Browser) -> None:
    page = browser.get(f"/book/amara?type=consultation&slot={ELEVEN}")

    again = browser.press(page, "Continue", **SAM, state="TX")

    assert again.status == 422
    assert "Amara may not see people in that state on that date." in again.text
    assert count(Appointment) == 0


def test_a_state_without_a_licence_has_no_times(browser: Browser) -> None:
    page = picker(browser, state="TX")

    assert page.offered("slot") == []
    assert "Amara may only see people who are in New York." in page.text


def test_a_tampered_token_and_a_strangers_therapist_are_not_found(browser: Browser) -> None:
    factories.therapist(slug="ben")
    page = check(browser)
    tampered = page.path[:-1] + ("A" if page.path[-1] != "A" else "B")

    for path in (tampered, page.path.replace("amara", "ben"), "/book/amara/check/nonsense"):
        assert browser.get(path).status == 404
    assert browser.get("/book/nobody").status == 404
    assert browser.get("/book/amara?type=nothing").status == 404


def test_answers_nobody_could_have_meant_are_asked_again(browser: Browser) -> None:
    page = browser.get("/book/amara?type=session&state=%00&day=9999-99-99&need=<b>&modality=owl")

    assert page.status == 200
    assert "Where will you be during sessions?" in page.text
    assert "owl" not in page.html
