"""The main job: a free call, found and booked on a phone, kept, moved, cancelled and undone."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, Visit
from tests.browser.demo import Demo, somebody
from tests.browser.visitor import Visitor

MOST_ACTS = 12
LOADS = 4
A_CALL = 'a[href*="type=consultation"][href*="slot="]'
A_TIME = "input[name=slot]"


def book_a_call(visitor: Visitor, email: str) -> None:
    """Find a time, say who comes, check, book."""
    visitor.go("/find?state=AZ")
    visitor.act(visitor.page.locator(A_CALL).first)
    tell_and_book(visitor, email)


def tell_and_book(visitor: Visitor, email: str) -> None:
    visitor.fill("Name to use", "Maya")
    visitor.fill("Email", email)
    visitor.press("Continue")
    assert visitor.reads(email)
    visitor.press("Book this call")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_call_is_booked_in_four_pages_and_few_acts(
    visit: Visit, *, script: bool, scheme: str
) -> None:
    visitor = visit(script=script, scheme=scheme)
    visitor.go("/how-it-works")  # from here on the site knows the device's zone, given a script
    visitor.start_counting()

    book_a_call(visitor, somebody())

    assert visitor.path.startswith("/b/")
    assert visitor.reads("You are booked")
    assert visitor.acts <= MOST_ACTS
    assert visitor.loads == LOADS


def test_a_call_is_booked_with_a_keyboard_alone(visit: Visit) -> None:
    visitor = visit(DESK)
    visitor.bring_cookies(["zone=America/Phoenix"])
    page = visitor.page
    visitor.go("/find?state=AZ")

    visitor.enter_at(page.locator(A_CALL).first)
    visitor.type_at(page.get_by_label("Name to use"), "Maya")
    visitor.type_at(page.get_by_label("Email").first, somebody())
    visitor.enter_at(page.get_by_role("button", name="Continue"))
    visitor.enter_at(page.get_by_role("button", name="Book this call"))

    assert visitor.reads("You are booked")


def test_the_first_page_ever_is_asked_for_once_more_to_show_the_right_clock(visit: Visit) -> None:
    visitor = visit(timezone_id="America/New_York")

    visitor.go("/find?state=AZ")
    visitor.page.get_by_text("Your time: New York").wait_for()

    assert visitor.loads == 2


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_a_call_is_kept_moved_cancelled_and_undone_from_the_mailed_link(
    visit: Visit, site: Demo, *, script: bool
) -> None:
    visitor, email = visit(script=script), somebody()
    slot = site.openings("amara-okafor", "consultation", "AZ")[-1]  # late enough to be moved
    visitor.go(f"/book/amara-okafor?type=consultation&state=AZ&slot={slot}")
    tell_and_book(visitor, email)

    visitor.go(site.link(email, "/b/"))
    visitor.press("Yes, this is my email")
    assert visitor.reads("Thank you. We know now that this is your email.")

    visitor.follow("Change the time")
    visitor.pick(visitor.page.locator(A_TIME).last)
    visitor.press("Move to this time")
    assert visitor.reads("Your time is changed.")

    visitor.follow("Cancel this call")
    visitor.press("Cancel this call")
    assert visitor.reads("That call is cancelled")

    visitor.press("Undo: keep my call")
    assert visitor.reads("Nothing is cancelled. You are booked as before.")


def test_the_demo_mailbox_shows_the_mail_and_its_link_leads_to_the_booking(
    visit: Visit, site: Demo
) -> None:
    visitor, email = visit(), somebody()
    book_a_call(visitor, email)
    site.link(email, "/b/")

    visitor.go(f"/demo/mailbox?to={email}")
    visitor.act(visitor.page.get_by_role("heading", level=2).get_by_role("link"))
    # The mail stands in a frame of its own, as the person sees it.
    visitor.act(visitor.page.frame_locator("iframe").locator("a[href*='/b/']").first)

    visitor.page.wait_for_url("**/b/**")
    assert visitor.reads("You are booked")


def test_the_calendar_file_comes_down_and_says_nothing(visit: Visit) -> None:
    visitor = visit(DESK)
    book_a_call(visitor, "file@example.com")

    with visitor.page.expect_download() as coming:
        visitor.follow("Calendar file")

    file = coming.value
    assert file.suggested_filename == "appointment.ics"
    text = Path(file.path()).read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert re.search(r"^SUMMARY:Appointment", text, re.MULTILINE)
    assert not re.search(r"therap|consult|maya", text, re.IGNORECASE)
