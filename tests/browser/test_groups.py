"""Joining a standing group on a phone, agreeing, and leaving it again; also without a script."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.demo import Demo, somebody
from tests.browser.groups import LIST
from tests.browser.sight import axe_violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_place_is_taken_agreed_to_and_given_up(visit: Visit, site: Demo, *, script: bool) -> None:
    visitor, email = visit(script=script), somebody()
    visitor.bring_cookies(["zone=America/Phoenix"])
    visitor.go(LIST)
    places = visitor.page.locator("main section strong").first.inner_text()
    visitor.follow("See all dates")
    visitor.watch.expected.add(422)
    visitor.press("Take a place")
    assert visitor.reads("Enter a name we can use.")

    visitor.fill("Name to use", "Maya")
    visitor.fill("Email", email)
    visitor.press("Take a place")
    assert visitor.reads("One more step: read and agree")
    visitor.follow("Read and agree")
    visitor.fill("Type your name to agree", "Maya")
    visitor.press("I agree")
    assert visitor.reads("You are booked")

    visitor.go(site.link(email, "/s/").removesuffix("/agreement"))
    assert axe_violations(visitor.page) == [] if script else True
    visitor.act(visitor.page.locator("a.button[href$='/leave']"))
    visitor.press("Leave for good")
    assert visitor.reads("You have left these sessions")
    visitor.go(LIST)
    assert visitor.page.locator("main section strong").first.inner_text() == places


def test_one_date_is_left_out_and_taken_back(visit: Visit, site: Demo) -> None:
    visitor, email = visit(), somebody()
    visitor.bring_cookies(["zone=America/Phoenix"])
    visitor.go(LIST)
    visitor.follow("See all dates")
    visitor.fill("Name to use", "Robin")
    visitor.fill("Email", email)
    visitor.press("Take a place")
    visitor.act(visitor.page.locator(".ladder a").nth(1))
    visitor.follow("I cannot come")
    visitor.press("I cannot come")
    assert visitor.reads("You are not coming to this session")

    visitor.press("Undo: I will come")

    assert visitor.reads("You are booked as before.")
