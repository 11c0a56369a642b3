"""Whole sessions by the four weeks: by phone, by request, and when something comes between."""

from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

import pytest

from booking.clock import utcnow
from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

CONFLICT = 409
PHOENIX = ZoneInfo("America/Phoenix")


def choose_a_time(visitor: Visitor, site: Demo, slug: str, kind: str, number: int) -> str:
    """Open the four weeks at the day of an open time, choose it, and return it."""
    slot = site.openings(slug, kind, "AZ")[number]
    visitor.go(f"/book/{slug}?{urlencode({'type': kind, 'state': 'AZ', 'day': _day(slot)})}")
    visitor.pick(visitor.page.locator(f'input[name=slot][value="{slot}"]'))
    return slot


def _day(slot: str) -> str:
    return datetime.fromisoformat(slot).astimezone(PHOENIX).date().isoformat()


def say_who_comes(visitor: Visitor, email: str, **more: str) -> None:
    for label, text in {"Name to use": "Maya", "Email": email, **more}.items():
        visitor.fill(label, text)
    visitor.press("Continue")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_session_by_phone_says_who_calls_whom(visit: Visit, site: Demo, *, script: bool) -> None:
    visitor = visit(script=script)
    choose_a_time(visitor, site, "amara-okafor", "session", 3 + script)
    visitor.pick(visitor.page.get_by_role("radio", name="phone"))
    visitor.press("Continue")
    say_who_comes(visitor, "by.phone@example.com", Phone="(602) 555-0177")

    assert visitor.reads("Amara will call you at 602-555-0177")
    visitor.press("Book this session")

    assert visitor.reads("You are booked")


def test_a_session_that_needs_a_yes_is_sent_as_a_request(visit: Visit, site: Demo) -> None:
    visitor, began = visit(), utcnow()
    choose_a_time(visitor, site, "daniel-reyes", "intake", 0)
    visitor.press("Continue")
    say_who_comes(visitor, "asks@example.com")
    visitor.press("Send request")

    assert visitor.reads("Your request is in")
    assert site.link("daniel@alder.example", "/staff", since=began)


def test_a_time_taken_meanwhile_is_told_kindly_with_others_near(visit: Visit, site: Demo) -> None:
    visitor = visit()
    visitor.watch.expected.add(CONFLICT)
    visitor.go("/find?state=AZ")
    visitor.act(visitor.page.locator('a[href*="type=consultation"][href*="slot="]').last)
    place = urlsplit(visitor.path)
    slot = parse_qs(place.query)["slot"][0]
    site.book(slot, therapist=place.path.split("/")[2])
    say_who_comes(visitor, "late@example.com")

    assert visitor.reads("Someone booked that time a moment ago. Nothing was booked for you.")
    assert visitor.page.evaluate("document.activeElement.id") == "taken"
    visitor.act(visitor.page.locator(".nearby button").first)
    assert visitor.reads("late@example.com"), "what was typed is kept"
    visitor.press("Book this call")
    assert visitor.reads("You are booked")


def test_a_hold_that_ran_out_is_had_again_with_all_that_was_typed(visit: Visit, site: Demo) -> None:
    visitor = visit()
    choose_a_time(visitor, site, "amara-okafor", "session", 8)
    visitor.press("Continue")
    site.let_go(urlsplit(visitor.path).path.split("/")[-1])
    say_who_comes(visitor, "slow@example.com")

    assert visitor.reads("Your 10 minutes ran out, so we let the time go.")
    visitor.press("Hold it again")
    assert visitor.reads("slow@example.com")
    visitor.press("Book this session")
    assert visitor.reads("You are booked")
