"""`/find`: who has time, in the clock of the one who looks, and what else could be asked."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.models import Therapist, TherapistFacet, TimeOff
from booking.web.views.find import PER_PAGE
from tests import factories
from tests.factories import NOW
from tests.services.test_directory import statements
from tests.web.browsing import Browser, Page

PHOENIX = "America/Phoenix"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _then(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, PHOENIX)


def hire(slug: str, **words: str) -> Therapist:
    """Add somebody like Amara, with these facets beside hers: `identity="woman black"`."""
    values = {name: words.pop(name) for name in ("name", "title") if name in words}
    row = factories.amara(slug=slug, **values)
    chosen = [(Facet(facet), value) for facet, text in words.items() for value in text.split()]
    rows = [TherapistFacet(therapist_id=row.id, facet=f, value=value) for f, value in chosen]
    factories.saved(*rows)
    return row


def slots(page: Page) -> list[str]:
    return [href for _words, href in page.links if "&slot=" in href]


def counts(page: Page, name: str) -> dict[str, int]:
    """Return the options of a filter, with how many each would leave."""
    found = re.findall(
        rf'name="{name}" value="([\w-]+)"[^>]*>[^<]*<span class="number">.*?</span>(\d+)', page.html
    )
    return {value: int(count) for value, count in found}


def names(page: Page) -> list[str]:
    return re.findall(r'<h3 id="t-([\w-]+)"', page.html)


@pytest.mark.usefixtures("practice")
def test_times_are_on_the_clock_of_the_one_who_looks(browser: Browser) -> None:
    page = browser.get("/find")

    assert "Your time: Phoenix, 8:00 AM now" in page.text
    # Nine in the morning in New York.
    assert page.link("Monday, March 4, 7:00 AM with Amara Okafor, PsyD").startswith("/book/amara")


@pytest.mark.usefixtures("practice")
def test_a_time_leads_to_its_booking_with_what_was_answered(browser: Browser) -> None:
    page = browser.get("/find?state=NY&need=anxiety&payment=aetna")

    address = urlsplit(slots(page)[0])
    assert address.path == "/book/amara"
    assert parse_qs(address.query) == {
        "type": ["consultation"],
        "slot": ["2030-03-04T14:00:00Z"],
        "state": ["NY"],
        "need": ["anxiety"],
        "payment": ["aetna"],
    }
    assert browser.get(slots(page)[0]).status == 200


@pytest.mark.usefixtures("practice")
def test_first_full_sessions_are_intakes_and_where_there_is_none_single_ones(
    browser: Browser,
) -> None:
    ben = factories.therapist(slug="ben")
    factories.weekly(ben)
    factories.session_type(ben, slug="session", kind=Kind.INDIVIDUAL)

    page = browser.get(browser.get("/find").link("First full session"))

    kinds = {urlsplit(href).path: parse_qs(urlsplit(href).query)["type"] for href in slots(page)}
    assert kinds == {"/book/amara": ["intake"], "/book/ben": ["session"]}
    assert names(browser.get("/find")) == ["amara"]


@pytest.mark.usefixtures("practice")
def test_the_one_language_that_was_asked_for_goes_along_to_the_booking(browser: Browser) -> None:
    hire("ben", language="es")

    assert all("&language=es" in href for href in slots(browser.get("/find?language=es")))
    assert not any("language" in h for h in slots(browser.get("/find?language=es&language=en")))


@pytest.mark.usefixtures("practice")
def test_looking_writes_nothing_and_takes_no_more_statements_for_more_therapists(
    browser: Browser,
) -> None:
    browser.get("/find")
    with statements() as few:
        browser.get("/find?state=NY&when=morning-weekdays")
    for number in range(20):
        hire(f"t{number}", identity="woman")
    browser.get("/find")

    with statements() as many:
        browser.get("/find?state=NY&when=morning-weekdays")

    assert len(many) == len(few) <= 4
    assert all(statement.startswith("SELECT") for statement in many)


def test_without_a_zone_times_are_those_of_the_practice_and_the_page_says_so(
    client: FlaskClient, practice: None
) -> None:
    page = Browser(client).get("/find")

    assert "We do not know your time zone yet. Times are shown for New York." in page.text
    assert "data-zone-unknown" in page.html
    assert page.link("Monday, March 4, 9:00 AM")


def test_a_state_says_which_zone_is_likely(client: FlaskClient, practice: None) -> None:
    assert "Times are shown for Phoenix." in Browser(client).get("/find?state=AZ").text


@pytest.mark.one_database
@pytest.mark.usefixtures("practice")
def test_another_zone_can_be_chosen_and_leads_back_to_the_same_board(browser: Browser) -> None:
    asked = browser.get("/find?need=anxiety")

    chosen = browser.press(
        browser.get(asked.link("Change your time zone")), "Use this time zone", zone="Asia/Tokyo"
    )

    assert chosen.path == "/find?need=anxiety"
    assert "Your time: Tokyo" in chosen.text
    assert chosen.link("Monday, March 4, 11:00 PM")


@pytest.mark.one_database
@pytest.mark.usefixtures("practice")
def test_every_option_brings_back_as_many_as_it_says(browser: Browser) -> None:
    hire("ben", identity="man black", language="es", approach="cbt")
    hire("carla", identity="woman black", language="es fr")
    page = browser.get("/find?language=es")

    for name in ("identity", "language", "approach"):
        for value, count in counts(page, name).items():
            language = "" if name == "language" else "&language=es"
            alone = browser.get(f"/find?{name}={value}{language}")
            assert len(names(alone)) == count, (name, value)
    assert counts(page, "identity") == {"woman": 1, "man": 1, "black": 2}


@pytest.mark.one_database
@pytest.mark.usefixtures("practice")
def test_no_option_leads_to_nobody_unless_it_is_chosen_already(browser: Browser) -> None:
    hire("ben", identity="woman", faith="jewish")

    page = browser.get("/find?identity=woman&identity=veteran")

    assert counts(page, "identity") == {"woman": 1, "veteran": 0}
    assert counts(page, "faith") == {"jewish": 1}
    assert 'value="morning-weekends" disabled' in page.html
    assert 'value="morning-weekdays" disabled' not in page.html


@pytest.mark.usefixtures("practice")
def test_filters_add_up_and_are_all_let_go_of_at_once(browser: Browser) -> None:
    hire("ben", identity="man", language="es")
    page = browser.press(browser.get("/find?need=anxiety"), "Use these filters", identity="man")

    assert names(page) == ["ben"]
    assert "Filters , on: 1" in page.text
    assert page.link("Clear all") == "/find?need=anxiety"


@pytest.mark.one_database
@pytest.mark.usefixtures("practice")
def test_parts_of_the_day_are_those_of_the_one_who_looks(browser: Browser) -> None:
    # Open from nine to five in New York: from seven to three in Phoenix.
    assert names(browser.get("/find?when=afternoon-weekdays")) == ["amara"]
    assert names(browser.get("/find?when=evening-weekdays")) == []
    page = browser.get("/find?when=afternoon-weekdays")
    assert all("PM" in words for words, href in page.links if "&slot=" in href)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("payment", "sliding", "said"),
    [
        ("aetna", None, "In network with Aetna · $140 without insurance"),
        ("aetna", 6000, "In network with Aetna · sliding scale from $60"),
        ("self_pay", None, "$140 a session"),
        ("self_pay", 6000, "$140 a session · sliding scale from $60"),
        (None, None, "$140 a session · takes Aetna"),
        (None, 6050, "$140 a session · sliding scale from $60.50"),
    ],
)
def test_the_price_is_that_for_the_one_who_asks(
    browser: Browser, payment: str | None, sliding: int | None, said: str
) -> None:
    factories.practice()
    amara = factories.amara(sliding_from_cents=sliding)
    factories.saved(TherapistFacet(therapist_id=amara.id, facet=Facet.INSURANCE, value="self_pay"))

    page = browser.get(f"/find?payment={payment}" if payment else "/find")

    assert said in page.text


@pytest.mark.usefixtures("practice")
def test_who_has_no_time_soon_stays_with_the_soonest_there_is(browser: Browser) -> None:
    away = hire("away", name="Priya Shah")
    factories.saved(TimeOff(therapist_id=away.id, from_at=NOW, until_at=NOW + 20 * DAY))

    page = browser.get("/find")

    assert names(page) == ["amara", "away"]
    assert "No openings in the next 7 days. The soonest is:" in page.text
    assert page.link("Thu, Mar 21, 8:00 AM with Priya Shah")


@pytest.mark.usefixtures("practice")
def test_who_takes_nobody_new_says_so_and_offers_the_phone(browser: Browser) -> None:
    factories.amara(slug="tom", first_name="Tom", accepts_new=False)

    page = browser.get("/find")

    assert names(page) == ["amara", "tom"]
    assert "Tom is not taking new clients right now. Ask us at" in page.text
    assert not [href for href in slots(page) if "tom" in href]


@pytest.mark.usefixtures("practice")
def test_later_days_lead_back_to_earlier_ones(browser: Browser) -> None:
    first = browser.get("/find")
    later = browser.get(first.link("Later days"))

    assert "Monday, March 4" in first.text
    assert "Monday, March 4" not in later.text
    assert "Friday, March 8" in later.text
    assert slots(browser.get(later.link("Earlier days"))) == slots(first)
    assert not first.hrefs("Earlier days")


@pytest.mark.usefixtures("practice")
def test_the_last_days_there_are_have_no_later_ones(browser: Browser) -> None:
    page = browser.get("/find?from=2030-04-29")

    assert "Monday, April 29" in page.text
    assert not page.hrefs("Later days")


def test_more_therapists_are_on_the_next_page_and_nobody_is_lost(browser: Browser) -> None:
    factories.practice()
    for number in range(PER_PAGE + 2):
        hire(f"t{number}", name=f"Nobody {number}")

    first = browser.get("/find")
    second = browser.get(first.link("Show 2 more therapists"))

    assert f"{PER_PAGE + 2} therapists, soonest first" in first.text
    assert len(names(first)) == PER_PAGE
    assert sorted(names(first) + names(second)) == sorted(f"t{n}" for n in range(PER_PAGE + 2))
    assert names(browser.get(second.link("Back to the ones before"))) == names(first)
    assert names(browser.get("/find?page=99")) == names(first)
