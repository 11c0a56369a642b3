"""Choosing a standing hour from hours that a therapist opened to one person, without a script."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.domain.standing import OfferStatus
from booking.models import Appointment, Participant, Person, Series, StandingOffer, Therapist, db
from booking.services.booking import book
from booking.services.identity import prove_address
from booking.services.parts import Parts
from booking.services.series.offering import decline_offer, withdraw_offer
from booking.web.booking_pages.standing import fix_name
from tests import factories
from tests.factories import MONDAY_9AM, NOW
from tests.web.booking_flow import NINE, everything
from tests.web.browsing import Browser, Page
from tests.web.standing_flow import MONDAYS, booked_starts, fixed, held
from tests.web.test_offer_page import offered, the_offer

pytestmark = pytest.mark.usefixtures("then")

NEW_YORK, PHOENIX = "America/New_York", "America/Phoenix"


@pytest.fixture
def sam(client: FlaskClient) -> Browser:
    return Browser(client, zone=NEW_YORK)


@pytest.fixture
def path(parts: Parts) -> str:
    """Return where Sam reads that Amara's hours are open to them, and to no newcomer."""
    found = offered(parts)
    factories.changed(the_offer().session_type, open_to_new=False, needs_approval=True)
    factories.changed(db.session.scalars(select(Therapist)).one(), accepts_new=False)
    return found


def times(sam: Browser, path: str) -> Page:
    return sam.get(sam.get(path).link("See the times"))


def dates(sam: Browser, path: str, **said: str) -> Page:
    return sam.press(times(sam, path), "Show every date", **{"slot": NINE, "count": "8"} | said)


def checked(sam: Browser, path: str) -> Page:
    return sam.press(dates(sam, path), "Continue")


def series() -> Series:
    db.session.rollback()
    return db.session.scalars(select(Series)).one()


def test_a_known_person_chooses_checks_and_books(sam: Browser, path: str) -> None:
    page = checked(sam, path)
    assert "Please check this before you book" in page.text
    assert "sam@example.org" in page.text
    assert "About you" not in page.text

    done = sam.press(page, "Book 8 sessions")

    assert done.path.startswith("/s/")
    assert done.path.endswith("/agreement")
    assert booked_starts() == MONDAYS[:8]
    assert the_offer().status is OfferStatus.ACCEPTED
    assert series().members[0].person_id == the_offer().person_id
    assert series().members[0].person.verified_at is not None
    assert series().granted_at == NOW
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_the_offer_says_until_when_and_that_nothing_is_held(sam: Browser, path: str) -> None:
    page = sam.get(path)

    assert "Amara has opened their hours to you." in page.text
    assert "You can do that until Sunday, March 3 at 10:00 AM New York time." in page.text
    assert "We tell Amara." in page.text
    assert "We let the times go" not in page.text


def test_their_own_clock_and_place_are_known(sam: Browser, path: str) -> None:
    factories.changed(the_offer().person, time_zone=PHOENIX)

    page = times(sam, path)

    assert "Phoenix" in page.text
    assert "Where will you be" not in page.text
    assert page.offered("slot")[0] == NINE


def test_how_often_is_asked_and_just_once_is_no_answer(sam: Browser, path: str) -> None:
    page = times(sam, path)

    assert "How often would you like to meet?" in page.text
    assert "0" not in page.offered("every")
    once = sam.press(page, "Continue", slot=NINE, every="0")
    assert "Your 8 sessions" in once.text


def test_every_two_weeks_with_no_end_may_be_chosen(sam: Browser, path: str) -> None:
    page = sam.press(dates(sam, path, every="2", count="open"), "Continue")

    sam.press(page, "Book these sessions")

    assert series().part.every_weeks == 2
    assert series().part.hour.repeat.is_open_ended


def test_looking_around_writes_nothing(sam: Browser, path: str) -> None:
    before = everything()

    page = dates(sam, path)
    sam.get(page.link("Back to what is offered"))
    other_day = sam.get(page.link("Tuesday, March 5"))

    assert "offer=" in other_day.path
    assert everything() == before


def test_when_they_are_elsewhere_is_shown_as_taken(sam: Browser, path: str, parts: Parts) -> None:
    factories.amara(slug="bea")
    wish = factories.wish(therapist="bea", session_type="session", starts_at=MONDAYS[2])
    book(wish, key=factories.key(), parts=parts, now=NOW)
    for seat in db.session.scalars(select(Participant.id).order_by(Participant.id)).all():
        prove_address(seat, now=NOW)

    page = dates(sam, path)

    assert "7 are open. 1 needs a choice." in page.text
    assert fixed(page, MONDAYS[2]) in page.offered(fix_name(MONDAYS[2]))


def test_a_date_that_went_meanwhile_books_nothing_and_keeps_the_way_open(
    sam: Browser, path: str, parts: Parts
) -> None:
    page = checked(sam, path)
    factories.changed(the_offer().therapist, accepts_new=True)
    wish = factories.wish(session_type="session", starts_at=MONDAYS[3])
    book(wish, key=factories.key(), parts=parts, now=NOW)

    again = sam.press(page, "Book 8 sessions")
    done = sam.press(sam.press(again, "Continue"), "Book 8 sessions")

    assert again.status == 409
    assert "7 are open. 1 needs a choice." in again.text
    assert done.path.endswith("/agreement")
    assert MONDAYS[3] not in booked_starts()


def test_who_changes_an_answer_is_not_asked_who_they_are(sam: Browser, path: str) -> None:
    page = checked(sam, path)
    assert not [words for words, _ in page.links if "your email" in words or "name" in words]

    form = sam.get(page.link("where you will be"))
    again = sam.press(form, "Continue", note="Ring twice.", email="kim@example.org")
    sam.press(again, "Book 8 sessions")

    assert "Name to use" not in form.text
    assert "Ring twice." in again.text
    assert "kim@example.org" not in again.text
    assert series().members[0].person_id == the_offer().person_id


def test_pressed_twice_it_books_once(sam: Browser, path: str) -> None:
    page = checked(sam, path)

    first = sam.press(page, "Book 8 sessions")
    again = sam.press(page, "Book 8 sessions")

    assert (first.status, again.status) == (200, 200)
    assert again.path.startswith("/s/")
    assert len(booked_starts()) == 8


def test_a_hold_that_ran_out_may_be_taken_again(
    sam: Browser, path: str, then: time_machine.Traveller
) -> None:
    page = checked(sam, path)
    then.shift(timedelta(minutes=11))

    late = sam.get(page.path)
    back = sam.press(late, "Hold it again")

    assert held() == [MONDAY_9AM]
    assert sam.press(back, "Book 8 sessions").path.endswith("/agreement")


@pytest.mark.parametrize("step", ["times", "dates", "check"])
@pytest.mark.parametrize("how", ["late", "withdrawn", "declined", "taken"])
def test_an_offer_that_has_ended_leads_back_and_says_so(
    sam: Browser, path: str, then: time_machine.Traveller, how: str, step: str
) -> None:
    makes = {"times": times, "dates": dates, "check": checked}
    page = makes[step](sam, path)
    offer = the_offer()
    said = "This offer has ended"
    if how == "late":
        then.move_to(offer.expires_at)
        if step == "check":
            return  # the hold ran out long before
    elif how == "withdrawn":
        withdraw_offer(offer.id, offer.therapist_id, now=NOW)
    elif how == "declined":
        said = "You said that this does not suit you"
        decline_offer(offer.id, now=NOW)
    else:
        said = "You have chosen your time"
        sam.press(checked(sam, path), "Book 8 sessions")
    booked = len(booked_starts())

    button = "Book 8 sessions" if step == "check" else "Continue"
    after = sam.press(page, button, **({} if step == "check" else {"slot": NINE}))

    assert (after.status, after.path) == (200, path)
    assert said in after.text
    assert len(booked_starts()) == booked


def test_without_the_link_it_stays_closed(sam: Browser, path: str) -> None:
    token = path.removeprefix("/o/")
    ask = f"/book/amara?type=standing&state=NY&slot={NINE}&every=1&count=8"
    factories.amara(slug="bea")

    assert sam.get(ask).status == 422
    assert sam.get(f"{ask}&offer={token[:-1]}x").status == 404
    assert sam.get(f"/book/bea?offer={token}").status == 404
    other = sam.get(f"/book/amara?type=session&offer={token}")
    assert "How often would you like to meet?" in other.text  # it opens what was offered


def test_a_kind_of_session_that_is_given_no_more_is_asked_for_by_phone(
    sam: Browser, path: str
) -> None:
    factories.changed(the_offer().session_type, active=False)

    assert "Please call the front desk to find a time." in sam.get(path).text


def test_the_address_tells_nobody_of_the_offer(sam: Browser, path: str) -> None:
    page = times(sam, path)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Sam" not in page.title
    assert db.session.scalars(select(StandingOffer.link_id)).one() not in page.title
    assert db.session.scalars(select(Appointment.draft)).all() == [None]
