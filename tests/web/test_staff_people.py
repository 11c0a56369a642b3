"""Who works here, as an admin sees and changes it; and whose diary a front desk opens."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.models import AuditEntry, StaffAccount, Therapist, TimeOff, db
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.accounts import an_account
from tests.support.mail import MailSpy
from tests.support.owed import change, sweep
from tests.support.parties import booked_with, child
from tests.web.browsing import Browser
from tests.web.staff_pages import (
    another_therapist,
    booked,
    link_in,
    public_id,
    signed_in,
    the_account,
)

pytestmark = pytest.mark.usefixtures("then")

JONAH, INES = "jonah@alder.example", "ines@alder.example"


@pytest.fixture
def jonah(app: Flask, parts: Parts) -> Browser:
    an_account(parts, email=JONAH, name="Jonah Weiss", is_admin=True)
    return signed_in(app, parts, JONAH)


@pytest.fixture
def ines(app: Flask, parts: Parts) -> Browser:
    an_account(parts, email=INES, name="Ines Moreau", is_desk=True)
    return signed_in(app, parts, INES)


def test_somebody_is_invited_comes_in_and_has_their_part(
    app: Flask, jonah: Browser, parts: Parts, mail: MailSpy
) -> None:
    page = jonah.get("/staff/people-here")
    typed = {"name": "Noor Haddad", "email": "noor@alder.example", "parts": "desk"}

    listed = jonah.press(page, "Invite by mail", **typed)
    sweep(parts, NOW)

    assert "Invited. The mail is on its way" in listed.text
    assert "Noor Haddad front desk not set up yet" in listed.text
    noor = Browser(app.test_client())
    assert noor.press(noor.get(link_in(mail, parts)), "Sign in").path == "/staff/set-up"


@pytest.mark.one_database
def test_what_cannot_be_taken_is_said_and_stays_in_the_form(jonah: Browser) -> None:
    page = jonah.get("/staff/people-here")

    again = jonah.press(page, "Invite by mail", name="Noor", email=JONAH, parts="desk")
    assert again.status == 422
    assert "This one is in use already." in again.text
    form, _button = again.form("Invite by mail")
    assert form.fields.to_dict() == {"name": "Noor", "email": JONAH, "parts": "desk"}
    none = jonah.press(page, "Invite by mail", name="Noor", email="noor@alder.example")
    assert "Please choose what they do here." in none.text


def test_a_part_that_is_taken_away_is_gone_at_their_next_request(
    app: Flask, jonah: Browser, parts: Parts
) -> None:
    noor_id = an_account(parts, email="noor@alder.example", is_desk=True, is_admin=True)
    noor = signed_in(app, parts, "noor@alder.example")
    assert noor.get("/staff/people-here").status == 200

    page = jonah.get(f"/staff/people-here/{noor_id}")
    saved = jonah.press(page, "Save", parts="desk")

    assert "Saved. It holds from their next page on." in saved.text
    assert noor.get("/staff/people-here").status == 403


def test_the_last_admin_stays_one(jonah: Browser, parts: Parts) -> None:
    account_id = the_account(parts, JONAH)

    page = jonah.press(jonah.get(f"/staff/people-here/{account_id}"), "Save", parts="desk")

    assert page.status == 422
    assert "Somebody here has to be an admin" in page.text
    assert jonah.get("/staff/people-here").status == 200


def test_whoever_lets_themself_in_again_starts_at_the_mail(jonah: Browser, parts: Parts) -> None:
    account_id = the_account(parts, JONAH)

    page = jonah.press(jonah.get(f"/staff/people-here/{account_id}"), "Let them in again")

    assert page.path.startswith("/staff/sign-in")


def test_letting_in_again_and_letting_go_and_back(
    app: Flask, jonah: Browser, ines: Browser, parts: Parts
) -> None:
    ines_id = the_account(parts, INES)
    page = jonah.get(f"/staff/people-here/{ines_id}")

    again = jonah.press(page, "Let them in again")
    assert "A new invitation is on its way." in again.text
    assert ines.get("/staff").path.startswith("/staff/sign-in")
    gone = jonah.press(again, "End their access")
    assert "They are signed out everywhere and cannot sign in." in gone.text
    back = jonah.press(gone, "Give access again")
    assert "They can sign in again, as before." in back.text


def test_who_may_do_what_is_changed_by_whoever_has_just_shown_who_they_are(
    jonah: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    noor_id = an_account(parts, is_desk=True)
    invite, noor = jonah.get("/staff/people-here"), jonah.get(f"/staff/people-here/{noor_id}")
    then.shift(11 * 60)

    for page, button in ((invite, "Invite by mail"), (noor, "End their access")):
        assert jonah.press(page, button).path.startswith("/staff/prove")

    db.session.rollback()
    assert db.session.get_one(StaffAccount, noor_id).active


def test_a_front_desk_works_at_the_diary_it_opened_and_the_record_says_so(
    ines: Browser, parts: Parts
) -> None:
    another_therapist()
    page = ines.get("/staff/time-off")
    assert page.path == "/staff/working-for?next=/staff/time-off"

    diary = ines.press(page, "Open: Bo Lind")
    assert diary.path == "/staff/time-off"
    assert "Working for Bo Lind" in diary.text
    ines.press(diary, "Add time off", first_day="2030-03-20")

    db.session.rollback()
    bo = db.session.scalars(select(Therapist.id).filter_by(slug="bo")).one()
    assert db.session.scalars(select(TimeOff.therapist_id)).one() == bo
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.actor_id) == ("therapist", bo)
    assert entry.account_id == the_account(parts, INES)


def test_a_front_desk_sees_neither_what_was_written_nor_what_it_may_not_press(
    app: Flask, ines: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    session = public_id(booked(parts, guest=factories.guest(note="About my father")))
    cared_for = public_id(
        booked_with(parts, child(), session_type="session", starts_at=MONDAY_9AM + 72 * HOUR)
    )
    then.move_to(MONDAY_9AM, tick=False)
    amara, ines = signed_in(app, parts), signed_in(app, parts, INES)
    ines.press(ines.get("/staff"), "Open: Amara")
    paths = [f"/staff/appointments/{each}" for each in (session, cared_for)]
    paths += ["/staff", "/staff/series"]

    hers, shown = ["".join(each.get(path).html for path in paths) for each in (amara, ines)]

    for what in ("About my father", "/join", "/guardian", "/staff/agreement"):
        assert what in hers
        assert what not in shown


@pytest.mark.one_database
def test_in_a_large_practice_one_looks_for_a_name(ines: Browser) -> None:
    for number in range(61):
        factories.therapist(name=f"Nobody {number}")

    page = ines.get("/staff/working-for")
    assert "And 2 more: type a part of the name." in page.text
    found = ines.press(page, "Find", q="amara")
    assert [each.value for form in found.forms for each in form.buttons if each.value] == []
    assert "Amara Okafor" in found.text
    assert "Nobody 1" not in found.text
    assert "Nobody of that name" in ines.press(page, "Find", q="zzz").text


@pytest.mark.one_database
def test_whoever_left_is_not_in_the_list(ines: Browser, parts: Parts) -> None:
    change(Therapist, 1, active=False)

    assert "Amara Okafor" not in ines.get("/staff/working-for").text
