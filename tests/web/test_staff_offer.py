"""Offering standing times after a call: every date first, then held, then taken back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Modality
from booking.domain.standing import OfferStatus
from booking.models import Claim, SessionType, StandingOffer, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, kinds_owed
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import (
    BO,
    another_therapist,
    booked,
    public_id,
    signed_in,
    the_therapist,
)

pytestmark = pytest.mark.usefixtures("then")

A_DAY = timedelta(days=1)
TUESDAY = {"day-1": "2030-03-05", "at-1": "09:00"}
WEDNESDAY = {"day-2": "2030-03-06", "at-2": "09:00"}


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


@pytest.fixture
def there(parts: Parts) -> str:
    """The page on which times are offered to Sam, who comes for a call on Monday at two."""
    made = booked(parts, starts_at=MONDAY_9AM + 5 * HOUR)
    return f"/staff/appointments/{public_id(made)}/offer"


def claims() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Claim)) or 0


def offers() -> list[StandingOffer]:
    db.session.rollback()
    return list(db.session.scalars(select(StandingOffer).order_by(StandingOffer.id)))


def look(amara: Browser, there: str, **fields: str) -> Page:
    return amara.press(amara.get(there), "Show every date", **fields)


def send(amara: Browser, there: str, **fields: str) -> Page:
    return amara.press(amara.get(there), "Hold and offer", **fields)


def test_the_page_of_a_call_leads_there(amara: Browser, there: str) -> None:
    page = amara.get(there.removesuffix("/offer"))

    assert page.link("Offer standing times") == there
    assert "Offer standing times to S. R." in amara.get(there).text


def test_every_date_is_shown_before_any_is_held(amara: Browser, there: str) -> None:
    off = Interval(MONDAYS[3] + A_DAY, MONDAYS[3] + A_DAY + HOUR)
    add_time_off(the_therapist().id, off, actor=SYSTEM, now=NOW)

    page = look(amara, there, **TUESDAY)

    assert "Tuesdays at 9:00 AM, every week" in page.text
    assert "7 dates are open. 1 is not: they choose another time" in page.text
    assert "Tue, Mar 26 You are away" in page.text
    assert "Clocks change in New York on Sunday, March 10." in page.text
    assert page.forms[-1].fields["day-1"] == "2030-03-05"
    assert (claims(), offers()) == (1, [])


def test_the_dates_of_somebody_elsewhere_stand_on_both_clocks(amara: Browser, parts: Parts) -> None:
    guest = factories.guest(time_zone="America/Phoenix")
    made = booked(parts, guest=guest, starts_at=MONDAY_9AM + 6 * HOUR)

    page = look(amara, f"/staff/appointments/{public_id(made)}/offer", **TUESDAY)

    assert "7:00 AM in Phoenix for S. R." in page.text
    assert "6:00 AM in Phoenix for S. R." in page.text


def test_times_are_held_and_told_once(amara: Browser, there: str) -> None:
    page = send(amara, there, **TUESDAY, **WEDNESDAY, **{"every-2": "2", "count-2": "4"})

    assert claims() == 1 + 8 + 4
    assert kinds_owed().count("standing_offer") == 1
    assert "The offer is on its way by mail." in page.text
    assert "Held for them until Sunday, March 3, 10:00 AM." in page.text
    assert "Wednesdays 9:00 AM, every 2 weeks" in page.text
    assert "S. R.: Tuesdays 9:00 AM; Wednesdays" in amara.get("/staff/series").text


def test_a_preview_does_not_clash_with_what_is_held_for_the_same_person(
    amara: Browser, there: str
) -> None:
    send(amara, there, **TUESDAY)

    page = look(amara, there, **TUESDAY)
    assert "8 dates are open." in page.text

    amara.press(page, "Hold and offer")
    assert [each.status for each in offers()] == [OfferStatus.WITHDRAWN, OfferStatus.OPEN]
    assert claims() == 1 + 8


def test_without_an_end_more_dates_follow(amara: Browser, there: str) -> None:
    page = look(amara, there, **TUESDAY, **{"count-1": "open"})

    assert "12 dates are open. More follow until one of you ends it." in page.text


def test_hours_are_opened_without_holding_anything(amara: Browser, there: str) -> None:
    page = send(amara, there, how="hours")

    assert (claims(), len(offers())) == (1, 1)
    assert "Your hours are open to them until Sunday, March 3, 10:00 AM." in page.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Fill in one time at least, or open your hours to them."),
        ({"day-1": "2030-03-05"}, "Enter a time like 4:30 PM."),
        ({"at-1": "09:00"}, "Choose the date of the first session."),
        ({"day-1": "2030-02-05", "at-1": "09:00"}, "That has passed already."),
        ({"day-1": "2030-03-10", "at-1": "02:30"}, "Clocks skip that time on that date."),
        (
            {"day-1": "2030-03-09", "at-1": "09:00"},
            "The first date cannot be had: Outside your hours.",
        ),
    ],
)
def test_what_cannot_be_offered_is_said_and_what_was_typed_stays(
    amara: Browser, there: str, fields: dict[str, str], words: str
) -> None:
    page = send(amara, there, **fields, **{"every-3": "4"})

    assert page.status == 422
    assert page.title.startswith("Error:")
    assert words in page.text
    assert page.forms[-1].fields["every-3"] == "4"
    assert (claims(), offers()) == (1, [])


def test_a_first_date_that_is_taken_comes_with_what_is_open(
    amara: Browser, there: str, parts: Parts
) -> None:
    guest = factories.guest(email="kim@example.org")
    booked(parts, session_type="session", guest=guest, starts_at=MONDAY_9AM + A_DAY)

    page = send(amara, there, **TUESDAY)

    assert "Already taken. Open that week: Tue, Mar 5, 10:00 AM" in page.text
    assert offers() == []


def test_the_same_time_twice_holds_nothing(amara: Browser, there: str) -> None:
    again = {"day-2": "2030-03-05", "at-2": "09:00"}

    page = send(amara, there, **TUESDAY, **again)

    assert page.status == 409
    assert "Nothing is held." in page.text
    assert (claims(), offers()) == (1, [])


def test_an_offer_is_taken_back(amara: Browser, there: str) -> None:
    page = amara.press(send(amara, there, **TUESDAY), "Take it back")

    assert claims() == 1
    assert "The offer is taken back" in page.text
    assert "not answered yet" not in page.text


def test_another_therapist_neither_offers_nor_takes_back(
    amara: Browser, there: str, app: Flask, parts: Parts
) -> None:
    send(amara, there, **TUESDAY)
    another_therapist()
    bo = signed_in(app, parts, BO)

    assert bo.get(there).status == 404
    assert bo.client.post(there, data={"how": "hours"}).status_code == 404
    assert bo.client.post(f"/staff/offers/{offers()[0].id}/withdraw").status_code == 404
    assert [each.status for each in offers()] == [OfferStatus.OPEN]


def test_without_a_kind_that_repeats_the_page_says_so(amara: Browser, there: str) -> None:
    standing = db.session.scalars(select(SessionType).filter_by(slug="standing")).one()
    factories.changed(standing, allows_series=False)

    assert "None of your kinds of session can be a standing hour yet." in amara.get(there).text
    assert amara.client.post(there, data={"type": "standing"}).status_code == 422


def test_the_way_to_meet_is_that_of_the_form(amara: Browser, there: str) -> None:
    send(amara, there, **TUESDAY, **{"way-1": "phone"})

    assert offers()[0].series[0].part.modality is Modality.PHONE
