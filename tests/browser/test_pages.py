"""Every page there is, at both widths and in both schemes: open to all, small, and quiet.

A route that is in neither table fails the first test.
"""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.demo import Demo
from tests.browser.places import NO_PAGES, PAGES, Places
from tests.browser.sight import LARGE_TEXT, axe_violations, first_visit, overflow, stops
from tests.browser.visitor import Visitor

NARROW = (320, 640)
HEAVIEST, MOST_REQUESTS = 60 * 1024, 8
TELLING = ("therap", "consult", "intake", "counsel", "psych", "anxi", "amara", "daniel", "maya")

EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
CLIENT_PAGES = [n for n, page in PAGES.items() if page.is_for_clients]


@pytest.fixture(scope="session")
def places(site: Demo) -> Places:
    return Places(site)


def test_every_route_is_a_page_to_look_at_or_known_to_be_none(site: Demo) -> None:
    routes = {r.endpoint for r in site.app.url_map.iter_rules() if "GET" in (r.methods or ())}

    assert {page.endpoint for page in PAGES.values()} | set(NO_PAGES) == routes


@EVERY_PAGE
def test_a_page_is_open_to_all(name: str, visit: Visit, places: Places) -> None:
    visitor = PAGES[name].open(visit(), places)

    found = {
        f"{size[0]} px, {scheme}": axe_violations(visitor.page)
        for size, scheme in _ways_to_look(visitor)
    }

    assert {where: bad for where, bad in found.items() if bad} == {}


def _ways_to_look(visitor: Visitor) -> Iterator[tuple[tuple[int, int], str]]:
    for size in (PHONE, DESK):
        _resize(visitor, size)
        visitor.page.emulate_media(color_scheme="light")
        yield size, "light"
        visitor.page.emulate_media(color_scheme="dark")
        yield size, "dark"


@EVERY_PAGE
def test_a_page_fits_its_window(name: str, visit: Visit, places: Places) -> None:
    visitor = PAGES[name].open(visit(NARROW), places)
    assert overflow(visitor.page) <= 0, "320 px"

    _resize(visitor, PHONE)
    visitor.page.evaluate(LARGE_TEXT)
    assert overflow(visitor.page) <= 0, "390 px with text of twice the size"


@EVERY_PAGE
def test_a_page_is_quiet_in_its_title(name: str, visit: Visit, places: Places) -> None:
    title = PAGES[name].open(visit(), places).page.title()

    assert title.removeprefix("Error: ").endswith("\u2013 Alder Street")
    assert not [word for word in TELLING if word in title.lower()]


@pytest.mark.parametrize("name", CLIENT_PAGES)
def test_a_client_page_has_help_and_is_light(name: str, visit: Visit, places: Places) -> None:
    visitor = visit()
    visitor.bring_cookies(["zone=America/Phoenix"])  # or a script would ask once more, for its sake
    PAGES[name].open(visitor, places)

    assert visitor.page.locator("aside.help a[href='tel:988']").is_visible()
    if not PAGES[name].acts:  # else more than one page was loaded
        requests, weight = first_visit(visitor)
        assert requests <= MOST_REQUESTS
        assert weight <= HEAVIEST


@EVERY_PAGE
def test_the_tab_key_reaches_every_control_in_order(
    name: str, visit: Visit, places: Places
) -> None:
    visitor = PAGES[name].open(visit(), places)

    wanted, reached = stops(visitor.page)

    assert reached == wanted


def _resize(visitor: Visitor, size: tuple[int, int]) -> None:
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
