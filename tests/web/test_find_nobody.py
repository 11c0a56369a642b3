"""When nobody fits: what to give up, and how many that would bring back."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from tests import factories
from tests.factories import NOW
from tests.web.browsing import Browser, Page
from tests.web.test_find import PHOENIX, hire, names


@pytest.fixture(autouse=True)
def _then(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, PHOENIX)


def ways(page: Page) -> dict[str, tuple[str, int]]:
    """Return what may be given up: by its words, where that leads and how many it promises."""
    found = {}
    for words, href in page.links:
        if match := re.fullmatch(r"(.*): (\d+) therapists?", words):
            found[match[1]] = (href, int(match[2]))
    return found


@pytest.mark.usefixtures("practice")
def test_each_way_out_brings_back_as_many_as_it_says(browser: Browser) -> None:
    hire("ben", identity="man", language="es")
    hire("carla", identity="woman", language="es")

    page = browser.get("/find?identity=man&language=es&when=evening-weekdays&need=anxiety")

    assert names(page) == []
    assert "No one has an open time that fits all of this yet" in page.text
    assert {words: count for words, (_href, count) in ways(page).items()} == {
        "At any time of day": 1
    }
    for href, count in ways(page).values():
        assert len(names(browser.get(href))) == count


@pytest.mark.usefixtures("practice")
def test_the_way_that_brings_back_most_comes_first(browser: Browser) -> None:
    for slug in ("ben", "dan"):
        hire(slug, identity="man", language="es")
    hire("carla", identity="woman")

    page = browser.get("/find?identity=woman&language=es")

    assert list(ways(page).values()) == [("/find?language=es", 2), ("/find?identity=woman", 1)]


@pytest.mark.usefixtures("practice")
def test_where_one_is_not_enough_all_filters_are_given_up(browser: Browser) -> None:
    page = browser.get("/find?state=NY&identity=man&language=es&need=anxiety")

    ((words, (href, count)),) = ways(page).items()
    assert (words, count) == ("Without the filters beside the times", 1)
    assert href == "/find?state=NY&need=anxiety"
    assert names(browser.get(href)) == ["amara"]


@pytest.mark.usefixtures("practice")
def test_where_that_is_not_enough_only_the_state_is_kept(browser: Browser) -> None:
    page = browser.get("/find?state=NY&identity=man&language=es&need=grief&payment=cigna")

    assert ways(page) == {"With only your state": ("/find?state=NY", 1)}


@pytest.mark.usefixtures("practice")
def test_a_state_nobody_may_see_people_in_is_named_with_those_they_may(browser: Browser) -> None:
    page = browser.get("/find?state=WY&need=anxiety")

    assert "No one here may see people in Wyoming yet" in page.text
    assert "They can see people who are in: New York." in page.text
    assert names(browser.get(page.link("Look without a state"))) == ["amara"]


def test_before_there_is_anybody_the_page_says_so(browser: Browser) -> None:
    factories.practice()

    page = browser.get("/find?state=NY")

    assert page.status == 200
    assert "No therapist takes bookings here yet. Please call us" in page.text


def test_where_nobody_offers_calls_sessions_are_shown(browser: Browser) -> None:
    factories.practice()
    ben = factories.therapist(slug="ben")
    factories.weekly(ben)
    factories.session_type(ben, slug="intake", kind="intake")

    page = browser.get("/find")

    assert names(page) == ["ben"]
    assert not page.hrefs("First full session")


def test_who_has_no_time_at_all_offers_the_phone(browser: Browser) -> None:
    factories.practice()
    factories.session_type(factories.therapist(slug="ben"))

    assert "No open times right now. Ask us at" in browser.get("/find").text
