"""A standing hour, chosen and booked on a phone, with a script and without one."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.demo import Demo, somebody
from tests.browser.opened import opened_hours
from tests.browser.sight import axe_violations, overflow
from tests.browser.standing import AMARA, every_date
from tests.browser.visitor import Visitor

NARROW = {"width": 320, "height": 640}


def looks_right(visitor: Visitor) -> list[str]:
    """Return what is wrong with the page for those who see little, or little of it."""
    wide = visitor.page.viewport_size
    faults = axe_violations(visitor.page)
    visitor.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if (by := overflow(visitor.page)) > 0:
        faults.append(f"{by} px too wide")
    assert wide is not None
    visitor.page.set_viewport_size(wide)
    return faults


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_eight_sessions_are_booked_on_a_phone(visit: Visit, site: Demo, *, script: bool) -> None:
    visitor, email = visit(script=script), somebody()
    visitor.bring_cookies(["zone=America/Phoenix"])
    slot = site.openings(AMARA, "session", "AZ")[-1 if script else -8]

    visitor.go(f"/book/{AMARA}?type=session&state=AZ&slot={slot}")
    visitor.pick(visitor.page.get_by_label("Every week", exact=True))
    visitor.press("Show every date")
    assert visitor.reads("Your 8 sessions")
    assert visitor.reads("Nothing is booked yet.")
    faults = looks_right(visitor) if script else []

    visitor.press("Continue")
    visitor.fill("Name to use", "Maya")
    visitor.fill("Email", email)
    visitor.press("Continue")
    assert visitor.reads(email)
    faults += looks_right(visitor) if script else []

    visitor.press("Book 8 sessions")
    visitor.page.wait_for_url("**/s/*")
    assert faults == []


def test_a_date_that_cannot_be_had_is_settled_without_a_script(visit: Visit, site: Demo) -> None:
    visitor = visit(script=False)
    visitor.bring_cookies(["zone=America/Phoenix"])
    slot = site.openings(AMARA, "session", "AZ")[-15]

    visitor.go(every_date(site, slot))
    clash = visitor.page.locator(".clash", has_text="Amara is away")
    assert clash.get_by_role("radio").first.is_checked()
    visitor.pick(clash.get_by_label("Skip this week"))
    visitor.press("Continue")

    assert visitor.reads("23 sessions: ")


def test_opened_hours_lead_to_the_agreement_without_a_script(visit: Visit, site: Demo) -> None:
    visitor = visit(script=False)
    visitor.bring_cookies(["zone=America/Phoenix"])

    visitor.go(opened_hours(site))
    visitor.follow("See the times")
    assert not visitor.reads("Just this once")
    visitor.pick(visitor.page.locator(".slot-choice input").first)
    visitor.pick(visitor.page.get_by_label("Every 2 weeks", exact=True))
    visitor.press("Show every date")
    assert visitor.reads("Your 8 sessions")
    visitor.press("Continue")
    assert not visitor.reads("About you")
    visitor.press("Book 8 sessions")

    visitor.page.wait_for_url("**/s/*/agreement")
