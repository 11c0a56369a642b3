"""Booking for two, and for a child, on a phone: the same few pages as for oneself."""

from sqlalchemy import select

from booking.models import Participant
from tests.browser.conftest import Visit
from tests.browser.demo import Demo, somebody
from tests.browser.parties import DANIEL, ELLIOT, asked, slot
from tests.browser.visitor import Visitor


def fill_in(visitor: Visitor, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        visitor.page.locator(f"[name='{name}']").fill(text)


def test_a_couple_is_booked_and_the_other_gets_a_link_of_their_own(
    visit: Visit, site: Demo
) -> None:
    visitor, kim = visit(script=False), somebody()
    visitor.go(asked(site, ELLIOT, "couples"))
    fill_in(visitor, {"name": "Maya", "email": somebody()})
    visitor.watch.expected.add(422)
    visitor.press("Continue")
    assert visitor.reads("Enter the name to use for them.")

    fill_in(visitor, {"other-1-name": "Kim Lee", "other-1-email": kim})
    visitor.press("Continue")
    assert visitor.reads(kim)
    visitor.press("Book this session")
    assert visitor.reads("You are booked")

    visitor.go(site.link(kim, "/b/"))
    assert visitor.reads("You are booked")
    assert not visitor.reads("Maya")
    assert visitor.page.get_by_role("link", name="Change the time").count() == 0


def test_a_child_is_booked_for_in_the_same_form(visit: Visit, site: Demo) -> None:
    visitor, email = visit(), somebody()
    at = slot(site, DANIEL, "consultation")
    visitor.go(f"/book/{DANIEL}?type=consultation&state=AZ&slot={at}")
    page = visitor.page
    assert not page.get_by_label("Their name").is_visible()
    assert not page.get_by_label("Your date of birth").is_visible()

    visitor.pick(page.get_by_label("My child, or someone I care for"))
    fill_in(visitor, {"name": "Maya", "email": email})
    fill_in(visitor, {"child-name": "Robin", "child-born": "5/4/2018"})
    visitor.press("Continue")
    assert visitor.reads("born May 4, 2018")
    visitor.press("Book this call")

    assert visitor.reads("It is booked")
    visitor.go(site.link(email, "/b/"))
    assert visitor.reads("It is booked")
    newest = select(Participant).order_by(Participant.id.desc()).limit(2)
    child, guardian = site.read(lambda session: session.scalars(newest).all())
    assert (guardian.seat, child.seat) == (None, 1)
