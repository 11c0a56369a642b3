"""Waiting for a time on a phone: said when, proved, offered, and booked by a yes."""

import pytest

from booking.clock import utcnow
from booking.demo.waiting import ZONES
from booking.domain.reminders import is_open
from booking.domain.waiting import QUIET
from booking.domain.zones import zone
from booking.services.waiting.offering import pass_on
from tests.browser.conftest import PHONE, Visit
from tests.browser.demo import Demo, somebody
from tests.browser.line import FAR_OFF, WREN


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_somebody_waits_is_asked_and_says_yes(visit: Visit, site: Demo, *, script: bool) -> None:
    email = somebody()
    awake = next(name for name in ZONES if is_open(utcnow(), zone(name), QUIET))
    visitor = visit(PHONE, script=script, timezone_id=awake)
    visitor.bring_cookies([f"zone={awake}"])
    visitor.go(f"/book/{WREN}?type=session&state=AZ")
    visitor.follow("Tell us when you could meet")
    visitor.fill("First day that suits you", (utcnow() + FAR_OFF).date().isoformat())
    visitor.fill("Name to use", "Maya")
    visitor.fill("Email", email)
    visitor.press("Wait for a time")
    assert visitor.reads("These fit and are open now")
    visitor.press("None of these: I would like to wait")
    assert visitor.reads("One more step: look in your mail")

    visitor.go(site.link(email, "/w/"))
    visitor.press("Yes, keep a place for me")
    assert visitor.reads("You are in the line")
    with site.app.app_context():
        pass_on(now=utcnow())
    visitor.go(site.link(email, "/offer/"))
    assert visitor.reads("Held for you until")
    visitor.press("Yes, book it")

    assert visitor.reads("You are booked")
