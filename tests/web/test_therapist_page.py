"""`/t/<slug>`: one therapist, what decides first."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.models import TherapistFacet
from tests import factories
from tests.factories import NOW
from tests.support.parties import amara_sees
from tests.web.browsing import Browser
from tests.web.test_find import PHOENIX, slots


@pytest.fixture(autouse=True)
def _then(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, PHOENIX)


@pytest.mark.usefixtures("practice")
def test_the_page_says_who_it_is_and_the_title_does_not(browser: Browser) -> None:
    page = browser.get("/t/amara")

    for said in (
        "Amara Okafor, PsyD",
        "Psychologist · she/her",
        "I help people slow racing thoughts",
        "Licensed in New York",
        "$140 a session · takes Aetna",
        "You: Phoenix, 8:00 AM now",
        "Amara: New York, 10:00 AM now",
        "You can cancel at no cost up to 24 hours before.",
        "After that the late fee is $50.",
        "You can move to another time up to 24 hours before.",
        "Nothing is charged when you book.",
    ):
        assert said in page.text
    assert page.title.startswith("Profile ")
    assert page.title.endswith(" Alder Street")


@pytest.mark.usefixtures("practice")
def test_the_next_times_lie_on_different_days_and_can_be_booked(browser: Browser) -> None:
    page = browser.get("/t/amara?state=NY&payment=aetna")

    calls = [href for href in slots(page) if "type=consultation" in href]
    assert len(calls) == 3
    assert len({href.partition("slot=")[2][:10] for href in calls}) == 3
    assert all(href.endswith("&state=NY&payment=aetna") for href in calls)
    assert [href for href in slots(page) if "type=intake" in href]
    assert "In network with Aetna · $140 without insurance" in page.text
    assert page.link("Back to therapists") == "/find?state=NY&payment=aetna"


@pytest.mark.usefixtures("practice")
def test_a_state_they_may_not_see_people_in_is_said_at_once(browser: Browser) -> None:
    page = browser.get("/t/amara?state=WY")

    assert "Amara may not see people who are in Wyoming during sessions." in page.text
    assert slots(page) == []


def test_licences_are_shown_with_the_dates_that_matter(browser: Browser) -> None:
    factories.practice()
    amara = factories.therapist(slug="amara")
    for state, valid_from, valid_until in (
        ("AZ", date(2020, 1, 1), None),
        ("CA", date(2020, 1, 1), date(2030, 4, 1)),
        ("NM", date(2030, 5, 1), None),
        ("TX", date(2020, 1, 1), date(2030, 2, 28)),  # over
        ("UT", date(2020, 1, 1), date(2033, 1, 1)),  # ends, but not soon
    ):
        factories.licence(amara, state=state, valid_from=valid_from, valid_until=valid_until)

    said = "Licensed in Arizona, California (until April 1), New Mexico (from May 1) and Utah"
    assert said in browser.get("/t/amara").text


def test_what_they_do_is_told_in_plain_words(browser: Browser) -> None:
    factories.practice()
    amara = factories.amara(about="We begin with what is hardest.", first_call="We just talk.")
    chosen = [(Facet.APPROACH, "cbt"), (Facet.ACCESS, "captions"), (Facet.AGE, "teens")]
    rows = [TherapistFacet(therapist_id=amara.id, facet=f, value=value) for f, value in chosen]
    factories.saved(*rows)

    page = browser.get("/t/amara")

    for said in (
        "You look at thoughts and habits that keep you stuck",
        "We begin with what is hardest.",
        "We just talk.",
        "Live captions",
        "Works with: Teens.",
    ):
        assert said in page.text


@pytest.mark.parametrize("closed", [{"accepts_new": False}, {}])
def test_who_takes_nobody_new_has_a_page_with_the_phone(
    browser: Browser, closed: dict[str, bool]
) -> None:
    factories.practice()
    if closed:
        factories.amara(**closed)
    else:
        factories.therapist(slug="amara")  # with nothing to book

    page = browser.get("/t/amara")

    assert "Amara is not taking new clients right now." in page.text
    assert slots(page) == []
    assert page.hrefs("602") or page.hrefs("(602)")


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("slug", ["nobody", "AMARA", "amara-", "a" * 100])
def test_a_page_that_is_not_there_is_not_found_in_words(browser: Browser, slug: str) -> None:
    page = browser.get(f"/t/{slug}")

    assert page.status == 404
    assert "We could not find that" in page.text
    assert page.link("Find a time") == "/find"


@pytest.mark.usefixtures("practice")
def test_who_left_is_not_found(browser: Browser) -> None:
    factories.therapist(slug="gone", active=False)

    assert browser.get("/t/gone").status == 404


@pytest.mark.usefixtures("practice")
def test_times_for_couples_are_on_the_page_of_who_sees_couples(browser: Browser) -> None:
    before = browser.get("/t/amara")
    amara_sees(Kind.COUPLES)
    amara_sees(Kind.FAMILY)

    page = browser.get("/t/amara")

    assert "session for two" not in before.text
    assert "50-minute session for two" in page.text
    assert "50-minute family session" in page.text
    assert [href for _words, href in page.links if "type=couples" in href]
