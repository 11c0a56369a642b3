"""Living with a standing hour on a phone: agree, move the rest, pause; also without a script."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.life import agreed, asked_for, free_hour
from tests.browser.sight import axe_violations, overflow
from tests.browser.visitor import Visitor

NARROW = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
PHOENIX = ZoneInfo("America/Phoenix")


def faults(visitor: Visitor, *, script: bool) -> list[str]:
    """Return what is wrong with the page for those who see little, or little of it."""
    if not script:
        return []
    found = axe_violations(visitor.page)
    visitor.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if (by := overflow(visitor.page)) > 0:
        found.append(f"{visitor.path}: {by} px too wide")
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_the_agreement_is_read_and_the_dates_are_booked(
    visit: Visit, site: Demo, *, script: bool
) -> None:
    visitor = visit(script=script)
    visitor.go(asked_for(site, free_hour(site, 3)))
    assert visitor.reads("One more step: read and agree")
    found = faults(visitor, script=script)

    visitor.follow("Read and agree")
    found += faults(visitor, script=script)
    visitor.fill("Type your name to agree", "Maya")
    visitor.press("I agree")

    assert visitor.reads("You are booked")
    assert visitor.reads("Maya agreed on")
    found += faults(visitor, script=script)
    assert found == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_the_rest_is_moved_as_it_was_shown(visit: Visit, site: Demo, *, script: bool) -> None:
    visitor = visit(script=script)
    visitor.go(agreed(site, free_hour(site, 9)))
    visitor.follow("Change")
    visitor.page.get_by_label("Or begin with another date").select_option(index=2)
    visitor.press("Show it")
    visitor.pick(visitor.page.get_by_label("This and the"))
    found = faults(visitor, script=script)
    visitor.press("Continue")
    time = visitor.page.locator(".pill:has([name=at]:not(:checked))").first
    words = time.inner_text()
    visitor.act(time)
    found += faults(visitor, script=script)
    visitor.press("Show what changes")

    assert visitor.reads("Nothing is changed yet.")
    found += faults(visitor, script=script)
    visitor.press("Change the")

    assert visitor.reads("Your dates are changed.")
    assert visitor.reads(f"at {words}, every week")
    assert found == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_pause_leaves_out_what_it_showed(visit: Visit, site: Demo, *, script: bool) -> None:
    visitor = visit(script=script)
    slot = free_hour(site, 15)
    day = datetime.fromisoformat(slot).astimezone(PHOENIX).date().isoformat()
    visitor.go(agreed(site, slot))
    visitor.follow("Pause")
    visitor.fill("First day of the pause", day)
    visitor.fill("Last day of the pause", day)
    visitor.press("Show the dates")

    assert visitor.reads("1 date falls away")
    found = faults(visitor, script=script)
    visitor.press("Pause and leave out this date")

    assert visitor.reads("Your pause is in.")
    assert visitor.page.locator(".off del").count() == 1
    assert found + faults(visitor, script=script) == []


def test_one_date_is_moved_by_itself_and_the_page_says_so(visit: Visit, site: Demo) -> None:
    visitor = visit()
    visitor.go(agreed(site, free_hour(site, 21)))
    visitor.act(visitor.page.locator(".ladder a").first)
    assert visitor.reads("This is one of your")
    visitor.follow("Change only this date")
    visitor.pick(visitor.page.locator("input[name=slot]").first)
    visitor.press("Move to this time")
    visitor.follow("See all dates")

    assert visitor.reads("Moved from")
