"""The page of sessions that cannot follow their clock, and what is decided there."""

import pytest
from flask import Flask
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.zones import TZDATA_VERSION
from booking.models import Appointment, db
from booking.services.booking import Booked
from booking.services.changes import cancel
from booking.services.identity import prove_address
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.test_zone_changes import booked_under_older_data
from tests.web.booking_flow import everything
from tests.web.browsing import Browser
from tests.web.staff_pages import BO, another_therapist, booked, signed_in

pytestmark = pytest.mark.usefixtures("then")

KIM = {"email": "kim@example.org", "name": "Kim Vale", "phone": None}


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def stuck(parts: Parts) -> tuple[str, Booked]:
    """Return what ought to be at nine and is at ten, and Kim's booking at nine."""
    mine = booked_under_older_data(parts, off_by=HOUR)
    return the(mine).hold_id, booked(parts, guest=factories.guest(**KIM))


def the(appointment_id: int) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment_id)


def only(public_id: str) -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment).filter_by(hold_id=public_id)).one()


def test_the_agenda_leads_to_what_waits_for_a_decision(amara: Browser, parts: Parts) -> None:
    quiet = amara.get("/staff")
    stuck(parts)

    page = amara.get("/staff")

    assert "A law has changed" not in quiet.text
    assert "A law has changed the clocks, and 1 session cannot keep its time." in page.text
    assert page.link("See and decide") == "/staff/clashes"


def test_both_times_are_shown_and_what_is_in_the_way(amara: Browser, parts: Parts) -> None:
    public_id, _ = stuck(parts)

    page = amara.get("/staff/clashes")

    assert "Agreed for Monday, March 4, 9:00 AM." in page.text
    assert "Now at: S. R., Monday, March 4, 10:00 AM" in page.text
    assert "You have: K. V., Monday, March 4, 9:00 AM" in page.text
    assert page.offered(f"choice-{public_id}") == ["later", "keep", "offer", "cancel"]
    assert "Keep it at 10:00 AM" in page.text


def test_nothing_is_decided_unless_somebody_decides(amara: Browser, parts: Parts) -> None:
    stuck(parts)
    page = amara.get("/staff/clashes")
    before = everything()

    page = amara.press(page, "Save")

    assert "Nothing was changed." in page.text
    assert everything()["appointment"] == before["appointment"]
    assert everything()["message"] == before["message"]


@pytest.mark.parametrize("choice", ["keep", "cancel"])
def test_what_is_decided_is_done(amara: Browser, parts: Parts, choice: str) -> None:
    public_id, _ = stuck(parts)
    page = amara.get("/staff/clashes")

    page = amara.press(page, "Save", **{f"choice-{public_id}": choice})

    assert "Saved. Whoever it concerns is told." in page.text
    assert "Every session is where its clock has it." in page.text
    found = only(public_id)
    kept = choice == "keep"
    assert found.status is (Status.CONFIRMED if kept else Status.CANCELLED)
    assert (found.tzdata == TZDATA_VERSION) is kept


def test_one_whose_time_is_free_again_may_be_moved_there(amara: Browser, parts: Parts) -> None:
    public_id, kims = stuck(parts)
    cancel(kims.participant_id, accept_late=True, reason="", parts=parts, now=NOW)

    page = amara.get("/staff/clashes")
    after = amara.press(page, "Save", **{f"choice-{public_id}": "move"})

    assert "That time is free now." in page.text
    assert page.offered(f"choice-{public_id}")[1] == "move"
    assert "Saved." in after.text
    assert only(public_id).starts_at == MONDAY_9AM


def test_what_a_client_has_elsewhere_is_not_told(amara: Browser, parts: Parts) -> None:
    another_therapist()
    there = booked(parts, therapist="bo")
    mine = booked_under_older_data(parts, off_by=HOUR)
    for made in (there.participant_id, the(mine).participants[0].id):
        prove_address(made, now=NOW)

    page = amara.get("/staff/clashes")

    assert "They have another appointment then." in page.text
    assert "You have:" not in page.text


def test_they_are_the_therapists_own(app: Flask, amara: Browser, parts: Parts) -> None:
    public_id, _ = stuck(parts)
    another_therapist()
    bo = signed_in(app, parts, BO)

    page = bo.get("/staff/clashes")
    fields = {f"choice-{public_id}": "cancel", f"version-{public_id}": "1"}
    answer = bo.client.post("/staff/clashes", data=fields)

    assert public_id not in page.html
    assert answer.headers["Location"].endswith("done=as-is")
    assert only(public_id).status is Status.CONFIRMED
