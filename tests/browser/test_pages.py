"""Every page there is: open to all, fit for its window, light, quiet, and with help at hand.

A route that is in neither table fails the first test. A page is opened once and looked at in
every way, since opening a window is most of the work; each look says what is wrong in words.
"""

import pytest

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.demo import Demo
from tests.browser.made import Places
from tests.browser.no_pages import NO_PAGES
from tests.browser.places import PAGES
from tests.browser.sight import axe_violations, first_visit, overflow, stops, with_large_text
from tests.browser.visitor import Visitor

NARROW = (320, 640)
HEAVIEST, MOST_REQUESTS = 60 * 1024, 8
TELLING = ("therap", "consult", "intake", "counsel", "psych", "anxi", "amara", "daniel", "maya")
HELP = "aside.help a[href='tel:988']"


@pytest.fixture(scope="session")
def places(site: Demo) -> Places:
    return Places(site)


def test_every_route_is_a_page_to_look_at_or_known_to_be_none(site: Demo) -> None:
    routes = {r.endpoint for r in site.app.url_map.iter_rules() if "GET" in (r.methods or ())}

    assert {page.endpoint for page in PAGES.values()} | set(NO_PAGES) == routes


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_what_is_promised_of_every_page(
    name: str, visit: Visit, places: Places
) -> None:
    visitor, page = visit(), PAGES[name]
    visitor.bring_cookies(["zone=America/Phoenix"])  # or a script would ask once more, for its sake
    page.open(visitor, places)

    faults = [*_title(visitor), *_keyboard(visitor)]
    if page.is_for_clients:
        faults += _help(visitor)
        faults += _weight(visitor) if not page.acts else []  # else more than one was loaded
    faults += [*_access(visitor), *_window(visitor)]

    assert faults == []


def _title(visitor: Visitor) -> list[str]:
    title = visitor.page.title()
    ends_well = title.removeprefix("Error: ").endswith("\u2013 Alder Street")
    tells = [word for word in TELLING if word in title.lower()]
    return [] if ends_well and not tells else [f"title: {title}"]


def _keyboard(visitor: Visitor) -> list[str]:
    """Tab must reach every control, in the order of the page."""
    wanted, reached = stops(visitor.page)
    return [] if reached == wanted else [f"Tab should reach {wanted} and reached {reached}"]


def _help(visitor: Visitor) -> list[str]:
    return [] if visitor.page.locator(HELP).is_visible() else ["no help bar"]


def _weight(visitor: Visitor) -> list[str]:
    requests, weight = first_visit(visitor)
    faults = [f"{requests} requests"] if requests > MOST_REQUESTS else []
    return [*faults, f"{weight} bytes"] if weight > HEAVIEST else faults


def _access(visitor: Visitor) -> list[str]:
    faults = []
    for size in (PHONE, DESK):
        _resize(visitor, size)
        visitor.page.emulate_media(color_scheme="light")
        faults += [f"{size[0]} px: {bad}" for bad in axe_violations(visitor.page)]
        visitor.page.emulate_media(color_scheme="dark")
        found = axe_violations(visitor.page, colours_only=True)
        faults += [f"{size[0]} px, dark: {bad}" for bad in found]
    return faults


def _window(visitor: Visitor) -> list[str]:
    """Nothing may stand out at the side, on a small phone or with large text."""
    faults = []
    _resize(visitor, NARROW)
    if (wide := overflow(visitor.page)) > 0:
        faults.append(f"{wide} px too wide at 320")
    _resize(visitor, PHONE)
    with_large_text(visitor.page)
    if (wide := overflow(visitor.page)) > 0:
        faults.append(f"{wide} px too wide at 390 with text of twice the size")
    return faults


def _resize(visitor: Visitor, size: tuple[int, int]) -> None:
    visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
