"""Saying when one could meet: the form, and what comes of it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.models import (
    SmsConsent,
    Therapist,
    db,
)
from booking.services.parts import Parts
from tests import factories
from tests.services.waiting.line import (
    place,
    waits,
)
from tests.web.browsing import Browser
from tests.web.line_flow import ADDRESS, WHEN, WHO, everybody, joined

pytestmark = pytest.mark.usefixtures("then")


@pytest.fixture
def sam(client: FlaskClient) -> Browser:
    return Browser(client, zone="America/New_York")


def test_what_is_open_already_is_shown_first(sam: Browser) -> None:
    page = joined(sam)

    assert "These fit and are open now" in page.text
    assert everybody() == []
    there = page.link("Tue, Mar 5, 2:00 PM with Amara")
    assert sam.get(there).status == 200
    waited = sam.press(page, "None of these: I would like to wait")
    assert "One more step" in waited.text
    assert [each.every_weeks for each in everybody()] == [0]


def test_the_form_says_whom_it_is_for(sam: Browser) -> None:
    page = sam.get(ADDRESS)

    assert "This is for you yourself, if you are 18 or older." in page.text
    assert "For anyone younger, call the front desk at 602-555-0142." in page.text


def test_what_was_typed_is_kept_and_every_mistake_named(sam: Browser) -> None:
    page = joined(sam, email="nonsense", until="13:00", until_day="2030-02-30")

    assert page.status == 422
    assert "Enter an email like name@example.com." in page.text
    assert "Choose an end that comes after the beginning." in page.text
    assert "Enter a date like 2027-06-30" in page.text
    assert page.title.startswith("Error: ")
    assert 'value="Sam Reed"' in page.html
    assert everybody() == []


def test_a_last_day_that_is_past_is_refused(sam: Browser) -> None:
    page = joined(sam, until_day="2030-02-28")

    assert "Choose a last day that is not before the first one." in page.text


def test_sent_twice_it_is_one_place(sam: Browser) -> None:
    page = sam.get(ADDRESS)
    for _ in range(2):
        answer = sam.press(page, "Wait for a time", **WHEN, **WHO, anyway="yes")

    assert answer.path.startswith("/w/")
    assert len(everybody()) == 1


def test_a_first_call_is_waited_for_once(sam: Browser) -> None:
    joined(sam, kind="consultation", every="1", anyway="yes")

    assert [(each.kind, each.every_weeks) for each in everybody()] == [("consultation", 0)]


def test_more_than_one_therapist_may_be_waited_for(sam: Browser) -> None:
    bo = factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@alder.example")
    page = sam.get(ADDRESS)
    assert "Bo Lind" in page.text

    data = {**WHEN, **WHO, "kind": "individual", "modality": "video", "state": "NY"}
    form = {**data, "therapists": ["amara", "bo", "nobody"], "anyway": "yes"}
    sam.client.post("/wait/amara", data=form)

    assert len(everybody()[0].therapists) == 2
    assert everybody()[0].therapists[1].therapist_id == bo.id
    factories.changed(db.session.get_one(Therapist, bo.id), accepts_new=False)
    assert "Bo Lind" not in sam.get(ADDRESS).text


def test_a_yes_to_texts_is_kept_in_the_words_it_was_given_to(sam: Browser) -> None:
    page = joined(sam, anyway="yes", sms_consent="yes", phone="212-555-0123")
    assert page.path.startswith("/w/")

    consent = db.session.scalars(select(SmsConsent)).one()
    assert consent.wording.startswith("Yes, text me when you hold a time for me")
    assert (consent.phone, consent.person_id) == ("+12125550123", everybody()[0].person_id)


def test_programs_that_fill_in_everything_do_not_wait(sam: Browser) -> None:
    page = joined(sam, website="https://spam.example", anyway="yes")

    assert page.status == 422
    assert everybody() == []


def test_no_answer_tells_whether_an_address_is_known(sam: Browser) -> None:
    waits("sam")
    known = joined(sam, anyway="yes")
    unknown = joined(sam, anyway="yes", email="new@example.org")

    assert known.text.replace("s•••", "n•••") == unknown.text
    assert [each.person.verified_at is None for each in everybody()] == [False, True, True]


def test_the_link_in_the_browser_proves_nothing(sam: Browser, parts: Parts) -> None:
    waiting_id = waits(proved=False)
    token = parts.links.token(Purpose.WAITING, place(waiting_id).link_id)

    assert "Yes, keep a place" not in sam.get(f"/w/{token}").html
    sam.client.post(f"/w/{token}/keep")

    assert place(waiting_id).person.verified_at is None


def test_the_times_lead_to_the_line(sam: Browser) -> None:
    page = sam.get("/book/amara?type=session&state=NY&need=anxiety")

    there = page.link("Tell us when you could meet")

    assert there.startswith("/wait/amara?")
    page = sam.get(there)
    assert page.status == 200
    assert 'value="anxiety"' in page.html


def test_a_therapist_nobody_waits_for_has_no_such_page(sam: Browser) -> None:
    assert sam.get("/wait/nobody").status == 404
