"""A calendar of one's own appointments, for clients: what it says, and who may have one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.domain.minors import GuardianSees
from booking.errors import NotFound
from booking.models import CalendarFeed, Participant, db
from booking.services.audit import SYSTEM
from booking.services.calendars.feeds import (
    end_own_feed,
    make_own_feed,
)
from booking.services.guardians import choose_what_guardian_sees
from booking.services.identity import prove_address, prove_member
from booking.services.parts import Parts
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, agreed
from tests.support.owed import booked, change
from tests.support.parties import booked_with, child, guardianship, payer, rows
from tests.web.browsing import Browser
from tests.web.feeds import KIM, TELLING, own_path, person_of, starts, summaries
from tests.web.staff_pages import the_therapist

pytestmark = pytest.mark.usefixtures("then")


def test_a_clients_feed_holds_their_own_appointments_and_no_word_more(
    client: FlaskClient, parts: Parts
) -> None:
    made = booked(parts)
    agreed(parts, starts_at=MONDAY_9AM + 2 * HOUR)
    [series_seat] = {seat.member for seat in rows(Participant) if seat.member}
    assert series_seat is not None
    prove_address(rows(Participant, member_id=series_seat.id)[0].id, now=NOW)
    booked(parts, starts_at=MONDAY_9AM + HOUR, guest=KIM)

    feed = client.get(own_path(parts, person_of(made).id))

    assert set(summaries(feed)) == {"Appointment"}
    assert starts(feed) == [MONDAY_9AM, *(monday + 2 * HOUR for monday in MONDAYS)]
    words = (*TELLING, "Amara", "Okafor", "Kim", "Phone", "602")
    assert [word for word in words if word in feed.text] == []


def test_only_who_proved_their_address_has_a_feed(parts: Parts) -> None:
    unproved = booked(parts, proved=False)

    with pytest.raises(NotFound):
        make_own_feed(person_of(unproved).id, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        make_own_feed(0, actor=SYSTEM, now=NOW)
    assert rows(CalendarFeed) == []


def test_somebody_may_end_their_feed(client: FlaskClient, parts: Parts) -> None:
    person = person_of(booked(parts))
    path = own_path(parts, person.id)

    end_own_feed(person.id, actor=SYSTEM, now=NOW)
    end_own_feed(person.id, actor=SYSTEM, now=NOW)

    assert client.get(path).status_code == 404


def test_a_guardians_feed_holds_what_they_see_all_of_and_no_payers(
    client: FlaskClient, parts: Parts
) -> None:
    made = booked_with(parts, child(), payer(), session_type="session")
    prove_address(made.participant_id, now=NOW)
    sam = person_of(made)
    roe = next(each for each in rows(Participant) if each.person.name == "Roe Moss")
    prove_address(roe.id, now=NOW)
    path = own_path(parts, sam.id)

    assert starts(client.get(path)) == [MONDAY_9AM]
    payers = own_path(parts, db.session.get_one(Participant, roe.id).person_id)
    assert starts(client.get(payers)) == []

    change(Participant, made.participant_id, books=False)
    amara, row = the_therapist().id, guardianship()
    choose_what_guardian_sees(row.id, GuardianSees.TIMES, therapist_id=amara, now=NOW)
    assert starts(client.get(path)) == []


def test_a_minors_own_booking_is_in_no_guardians_feed(client: FlaskClient, parts: Parts) -> None:
    with_child = booked_with(parts, child(), session_type="session")
    prove_address(with_child.participant_id, now=NOW)
    sam = person_of(with_child)
    robin = next(each for each in rows(Participant) if each.person.name == "Robin Reed")
    alone = booked(parts, starts_at=MONDAY_9AM + 2 * HOUR, guest={"email": "robin@example.org"})
    change(Participant, alone.participant_id, person_id=robin.person_id)

    assert starts(client.get(own_path(parts, sam.id))) == [MONDAY_9AM]


def test_a_client_makes_and_ends_it_on_the_page_a_mail_led_to(
    app: Flask, client: FlaskClient, parts: Parts
) -> None:
    made = booked(parts, proved=False)
    participant = db.session.get_one(Participant, made.participant_id)
    mailed, shown = (
        f"/b/{parts.links.token(purpose, participant.link_id)}"
        for purpose in (Purpose.MAILED, Purpose.MANAGE)
    )
    browser = Browser(client)

    assert "All your appointments" not in browser.get(shown).text
    assert client.post(f"{shown}/feed").status_code == 404
    prove_address(made.participant_id, now=NOW)
    assert client.post(f"{shown}/feed").status_code == 404
    assert client.post(f"{shown}/feed/end").status_code == 404
    assert rows(CalendarFeed) == []

    page = browser.press(browser.get(mailed), "Make a secret address")
    [path] = set(re.findall(r"/feeds/[^\"]+\.ics", page.html))
    assert starts(client.get(path)) == [MONDAY_9AM]
    assert "/feeds/" not in browser.get(shown).html

    page = browser.press(page, "Make another address")
    assert client.get(path).status_code == 404
    page = browser.press(page, "End it")
    assert "no longer works" in page.text
    assert rows(CalendarFeed) == []


def test_it_is_made_on_the_page_of_a_standing_hour_too(client: FlaskClient, parts: Parts) -> None:
    member = agreed(parts).members[0]
    prove_member(member.id, now=NOW)  # so that only the link is in the way
    mailed, shown = (
        f"/s/{parts.links.token(purpose, member.link_id)}"
        for purpose in (Purpose.SERIES_MAILED, Purpose.SERIES)
    )
    browser = Browser(client)

    assert "All your appointments" not in browser.get(shown).text
    assert client.post(f"{shown}/feed").status_code == 404

    page = browser.press(browser.get(mailed), "Make a secret address")
    assert "The address is ready." in page.text
    [path] = set(re.findall(r"/feeds/[^\"]+\.ics", page.html))
    assert starts(client.get(path)) == MONDAYS

    assert "no longer works" in browser.press(page, "End it").text
    assert client.get(path).status_code == 404
