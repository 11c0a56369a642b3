"""The page on which somebody answers an offer of standing times."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.models import Claim, Message, Person, Series, StandingOffer, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.series.offering import NewOffer, OfferedTime, offer_times, withdraw_offer
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.standing import MONDAYS, starts
from tests.services.series.test_offering import after_a_call, weekly
from tests.web.browsing import Browser, Page

pytestmark = pytest.mark.usefixtures("then")

PHOENIX = "America/Phoenix"
A_DAY = timedelta(days=1)
TUESDAYS = [each + A_DAY for each in MONDAYS]


@pytest.fixture
def sam(client: FlaskClient) -> Browser:
    return Browser(client, zone="America/New_York")


def offered(parts: Parts, *times: OfferedTime) -> str:
    """Return the path of an offer made to Sam."""
    appointment_id, therapist_id = after_a_call(parts)
    new = NewOffer(appointment_id=appointment_id, session_type="standing", times=times)
    offer_id = offer_times(therapist_id, new, now=NOW)
    offer = db.session.get_one(StandingOffer, offer_id)
    return f"/o/{parts.links.token(Purpose.OFFER, offer.link_id, offer.link_version)}"


def the_offer() -> StandingOffer:
    db.session.rollback()
    return db.session.scalars(select(StandingOffer)).one()


def count(of: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(of)) or 0


def taken(parts: Parts) -> None:
    wish = factories.wish(
        session_type="session",
        starts_at=TUESDAYS[3],
        guest=factories.guest(email="kim@example.org"),
    )
    book(wish, key=factories.key(), parts=parts, now=NOW)


def take(sam: Browser, page: Page, **choices: str) -> Page:
    return sam.press(page, "Take this time", **choices)


def test_each_time_is_shown_with_every_date_and_until_when_it_is_held(
    sam: Browser, parts: Parts
) -> None:
    page = sam.get(offered(parts, weekly(1), weekly(2, hours=1)))

    assert "Times for you with Amara" in page.text
    assert "Held for you until Sunday, March 3 at 10:00 AM New York time." in page.text
    assert "Tuesdays at 9:00 AM, every week" in page.text
    assert "Wednesdays at 10:00 AM, every week" in page.text
    assert page.text.count("8 are open.") == 2
    assert "Tue, Apr 23" in page.text
    assert "Sam" not in page.title


def test_somebody_elsewhere_reads_both_clocks(sam: Browser, parts: Parts) -> None:
    path = offered(parts, weekly(1))
    factories.changed(the_offer().person, time_zone=PHOENIX)

    page = sam.get(path)

    assert "Held for you until Sunday, March 3 at 8:00 AM Phoenix time." in page.text
    assert "That is Sunday, March 3 at 10:00 AM for Amara." in page.text
    assert "Tuesdays at 7:00 AM" in page.text
    assert "It stays at 9:00 AM for Amara." in page.text


def test_looking_changes_nothing(sam: Browser, parts: Parts) -> None:
    path = offered(parts, weekly(1))
    before = [count(Claim), count(Message), the_offer().status]

    for method in ("GET", "HEAD", "OPTIONS"):
        assert sam.client.open(path, method=method).status_code == 200

    assert [count(Claim), count(Message), the_offer().status] == before
    person = db.session.scalars(select(Person)).one()
    assert person.verified_at is None


def test_taking_one_lets_the_other_go_and_leads_to_the_agreement(
    sam: Browser, parts: Parts
) -> None:
    page = sam.get(offered(parts, weekly(1), weekly(2)))

    answer = take(sam, page)

    first, second = the_offer().series
    assert (first.status, second.status) == (SeriesStatus.REQUESTED, SeriesStatus.EXPIRED)
    assert starts(first.id) == TUESDAYS
    assert answer.path.startswith("/s/")
    assert answer.path.endswith("/agreement")
    assert first.members[0].person.verified_at is not None


def test_taking_it_twice_is_taking_it_once(sam: Browser, parts: Parts) -> None:
    path = offered(parts, weekly(1))
    page = sam.get(path)
    take(sam, page)
    before = count(Claim)

    assert take(sam, page).path.endswith("/agreement")
    assert count(Claim) == before
    assert "You have chosen your time" in sam.get(path).text


@pytest.mark.parametrize(("choice", "left"), [(None, 8), ("skip", 7)])
def test_a_date_that_could_not_be_held_is_chosen_by_the_person(
    sam: Browser, parts: Parts, choice: str | None, left: int
) -> None:
    taken(parts)
    page = sam.get(offered(parts, weekly(1)))
    field = "date-" + TUESDAYS[3].isoformat().replace("+00:00", "Z")
    assert "Already taken" in page.text
    assert page.offered(field)[-1] == "skip" or "skip" in page.offered(field)

    take(sam, page, **({} if choice is None else {field: choice}))

    found = starts(the_offer().series[0].id)
    assert len(found) == left
    assert (TUESDAYS[3] + HOUR in found) is (choice is None)


def test_a_date_that_went_meanwhile_books_nothing_and_is_shown_again(
    sam: Browser, parts: Parts
) -> None:
    taken(parts)
    page = sam.get(offered(parts, weekly(1)))
    wish = factories.wish(
        session_type="session",
        starts_at=TUESDAYS[3] + HOUR,
        guest=factories.guest(email="kit@example.org"),
    )
    book(wish, key=factories.key(), parts=parts, now=NOW)

    page = take(sam, page)

    assert page.status == 409
    assert "A date went a moment ago. Nothing is booked." in page.text
    assert the_offer().status is OfferStatus.OPEN
    assert take(sam, page).path.endswith("/agreement")


def test_none_of_them_lets_all_go_and_says_so(sam: Browser, parts: Parts) -> None:
    path = offered(parts, weekly(1), weekly(2))

    page = sam.press(sam.get(path), "None of these suits me")

    assert count(Claim) == 1
    assert "You said that none of these suits you" in page.text
    assert sam.client.post(f"{path}/decline").status_code == 303
    assert take_by_hand(sam, path) == 409


def take_by_hand(sam: Browser, path: str) -> int:
    series = the_offer().series[0].public_id
    return sam.client.post(f"{path}/take", data={"time": series}).status_code


@pytest.mark.parametrize("how", ["late", "withdrawn"])
def test_what_is_over_is_said_calmly_and_cannot_be_taken(
    sam: Browser, parts: Parts, then: time_machine.Traveller, how: str
) -> None:
    path = offered(parts, weekly(3))
    if how == "late":
        then.shift(timedelta(hours=48))
        words = "We could not hold these times any longer"
    else:
        withdraw_offer(the_offer().id, the_offer().therapist_id, now=NOW)
        words = "These times are no longer offered"

    page = sam.get(path)

    assert page.status == 200
    assert words in page.text
    assert "Take this time" not in page.text
    assert take_by_hand(sam, path) == 409
    assert {each.status for each in db.session.scalars(select(Series))} <= {
        SeriesStatus.OFFERED,
        SeriesStatus.EXPIRED,
    }


def test_every_other_link_is_the_same_404(sam: Browser, parts: Parts) -> None:
    path = offered(parts, weekly(1))
    offer = the_offer()
    link_id, version = offer.link_id, offer.link_version
    tokens = [
        path[3:-1] + ("A" if path[-1] != "A" else "B"),
        parts.links.token(Purpose.SERIES, link_id, version),
        parts.links.token(Purpose.OFFER, link_id, version + 1),
        parts.links.token(Purpose.OFFER, "0" * 32, 1),
        "offer",
    ]

    pages = [sam.get(f"/o/{token}") for token in tokens]

    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert sam.client.post(f"/o/{tokens[0]}/take").status_code == 404
    assert sam.client.post(f"/o/{tokens[0]}/decline").status_code == 404
