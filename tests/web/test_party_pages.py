"""Booking for more than oneself, in the one form and without a script."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Kind
from booking.domain.participants import Role
from booking.models import Appointment, Participant, Person, Series, db
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.parties import (
    FIFTEEN,
    KIM,
    ROE,
    TEN,
    amara_sees,
    booked_with,
    partner,
    payer,
    rows,
)
from tests.web import standing_flow
from tests.web.booking_flow import NEW_YORK, SAM, about, booked, check, count, path_for
from tests.web.browsing import Browser

KIMS = {"other-1-name": "Kim Lee", "other-1-email": KIM}
ROBIN = {"who": "child", "child-name": "Robin Reed", "child-born": "6/1/2019"}
PAID = {"payer-name": "Roe Moss", "payer-email": ROE}

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, zone=NEW_YORK)


def everybody() -> list[Participant]:
    db.session.rollback()
    return rows(Participant)


def test_a_couple_is_booked_in_one_form(browser: Browser) -> None:
    amara_sees(Kind.COUPLES)

    checked = check(browser, "couples", **KIMS, **PAID)
    done = browser.press(checked, "Book this session")

    assert "With you Kim Lee, kim@example.org" in checked.text
    assert "Who pays Roe Moss, roe@example.org" in checked.text
    assert "You are booked" in done.text
    assert [each.role for each in everybody()] == [Role.CLIENT, Role.CLIENT, Role.PAYER]
    kim = everybody()[1]
    assert (kim.person.time_zone, kim.state, kim.seat) == (NEW_YORK, "NY", 2)


def test_a_partner_may_be_elsewhere(browser: Browser) -> None:
    amara_sees(Kind.COUPLES, state="AZ")
    there = {"other-1-state": "AZ", "other-1-time_zone": "America/Phoenix"}

    booked(browser, "couples", **KIMS, **there)

    kim = everybody()[1]
    assert (kim.person.time_zone, kim.state) == ("America/Phoenix", "AZ")


def test_what_is_wrong_with_the_other_is_said_at_their_field(browser: Browser) -> None:
    amara_sees(Kind.COUPLES)
    form = about(browser, "couples")

    nobody = browser.press(form, "Continue", **SAM)
    twice = browser.press(nobody, "Continue", **KIMS | {"other-1-email": "SAM@example.org"})

    assert nobody.status == twice.status == 422
    assert "Enter the name to use for them." in nobody.text
    assert "Each person needs an email of their own. This one is here twice." in twice.text
    assert 'href="#other-1-email"' in twice.html
    assert 'value="Kim Lee"' in twice.html
    assert 'value="SAM@example.org"' in twice.html
    assert count(Person) == 0


def test_a_family_has_a_place_for_each_and_needs_one(browser: Browser) -> None:
    amara_sees(Kind.FAMILY)
    form = about(browser, "family")
    alone = browser.press(form, "Continue", **SAM)
    robin = {"other-2-name": "Robin Reed", "other-2-born": "2019-06-01"}

    checked = browser.press(alone, "Continue", **KIMS, **robin)
    browser.press(checked, "Book this session")

    assert "Enter the name to use for them." in alone.text
    assert "other-4-name" not in form.html
    assert "With you Robin Reed, born June 1, 2019" in checked.text
    assert [each.seat for each in everybody()] == [1, 2, 3]


def test_a_guardian_books_for_a_child(browser: Browser) -> None:
    checked = check(browser, **ROBIN)
    done = browser.press(checked, "Book this session")

    assert "Who it is for Robin Reed, born June 1, 2019" in checked.text
    assert "We expect the person you care for on Monday, March 4" in done.text
    sam, robin = everybody()
    assert (sam.role, sam.seat, robin.seat) == (Role.GUARDIAN, None, 1)
    assert (robin.person.born, robin.person.email) == (TEN, "")


def test_a_call_for_a_child_is_as_many_pages(browser: Browser) -> None:
    booked(browser, "consultation", **ROBIN)

    assert [each.role for each in everybody()] == [Role.GUARDIAN, Role.CLIENT]


def test_who_is_of_age_is_not_booked_for(browser: Browser) -> None:
    page = browser.press(about(browser), "Continue", **SAM | ROBIN | {"child-born": "6/1/2001"})

    assert page.status == 422
    assert "People who are of age book for themselves, with their own email." in page.text
    assert count(Person) == 0


def test_a_minor_is_told_who_books_in_their_state_and_nothing_is_written(
    browser: Browser,
) -> None:
    minor = {"who": "minor", "born": FIFTEEN.isoformat()}
    unsaid = browser.press(about(browser), "Continue", **SAM, who="minor")

    page = browser.press(unsaid, "Continue", **minor)

    assert "Enter a date of birth like 6/14/2012." in unsaid.text
    assert page.status == 422
    assert "In New York a parent or guardian books for people of your age." in page.text
    assert "602-555-0142" in page.text
    assert "988" in page.text
    assert count(Person) == count(Participant) == 0


def test_a_minor_books_alone_where_the_law_lets_them(browser: Browser) -> None:
    amara_sees(Kind.INTAKE, state="CA", slug="teen")
    minor = {"who": "minor", "born": "6/1/2014", "state": "CA"}

    done = booked(browser, "teen", **minor)

    assert "You are booked" in done.text
    (robin,) = everybody()
    assert (robin.role, robin.person.born) == (Role.CLIENT, FIFTEEN)


def test_what_was_typed_for_another_choice_does_not_count(browser: Browser) -> None:
    booked(browser, **ROBIN | {"who": "adult", "born": "nonsense"})

    assert [each.role for each in everybody()] == [Role.CLIENT]


def test_nobody_is_asked_who_pays_for_a_free_call(browser: Browser) -> None:
    assert "payer-email" not in about(browser, "consultation").html
    assert "payer-email" in about(browser, "session").html


def test_a_standing_hour_of_a_couple_is_booked_in_the_same_form(browser: Browser) -> None:
    amara_sees(Kind.COUPLES)
    form = standing_flow.about(browser, type="couples")

    checked = browser.press(form, "Continue", **SAM | KIMS)
    browser.press(checked, "Book 8 sessions")

    assert "With you Kim Lee, kim@example.org" in checked.text
    series = rows(Series)[0]
    assert [(each.seat, each.books) for each in series.members] == [(1, True), (2, False)]


def test_a_partner_sees_it_and_can_neither_move_nor_cancel_it(
    browser: Browser, parts: Parts
) -> None:
    amara_sees(Kind.COUPLES)
    booked_with(parts, partner(), session_type="couples")
    kim = everybody()[1]
    path = path_for(kim, Purpose.MANAGE, parts)

    page = browser.get(path)

    assert "Go to the join page" in page.text
    assert "Sam" not in page.html
    assert [words for words, _href in page.links if "Cancel" in words or "Change" in words] == []
    for act in ("move", "cancel"):
        assert browser.get(f"{path}/{act}").path == path
        browser.client.post(f"{path}/{act}", data={"slot": "2030-03-04T16:00:00Z"})
    appointment = rows(Appointment)[0]
    assert (appointment.version, appointment.status) == (1, "confirmed")


def test_who_pays_reads_what_it_costs_and_when(browser: Browser, parts: Parts) -> None:
    booked_with(parts, payer(), session_type="session")
    roe = everybody()[1]
    path = path_for(roe, Purpose.MANAGE, parts)

    page = browser.get(path)

    assert "What it costs, and when" in page.text
    assert "Mon, Mar 4, 9:00 AM $140" in page.text
    for telling in ("Amara", "Sam", "session", "Join", "video"):
        assert telling not in page.html.partition("<main")[2].partition("</main>")[0]
    assert browser.get(path_for(roe, Purpose.JOIN, parts)).status == 404
    assert browser.get(path_for(roe, Purpose.CALENDAR, parts)).status == 404
    token = path.rpartition("/")[2]
    assert browser.get(f"/api/v1/appointments/{token}").status == 404


def test_everything_typed_about_others_comes_back_from_the_check(browser: Browser) -> None:
    amara_sees(Kind.COUPLES, state="AZ")
    there = {"other-1-state": "AZ", "other-1-time_zone": "America/Phoenix"}
    checked = check(browser, "couples", **KIMS, **there, **PAID)

    form = browser.get(checked.link("Back to your answers"))
    again = browser.press(form, "Continue")

    for typed in (KIM, "Kim Lee", ROE, "Roe Moss"):
        assert f'value="{typed}"' in form.html
    assert (
        '<option value="America/Phoenix" selected>' in form.html.partition("other-1-time_zone")[2]
    )
    assert "With you Kim Lee" in again.text
