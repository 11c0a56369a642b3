"""The page of an estimate of cost: what it says, to whom it opens, and what became of it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.models import Appointment, CostEstimate, Participant, db
from booking.services.booking import book
from booking.services.estimates import owe_estimates
from booking.services.messages.urls import estimate_path
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from tests import factories
from tests.factories import NOW
from tests.services.series.standing import agreed, live_dates
from tests.services.test_estimates import SECOND
from tests.support.owed import change
from tests.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("then")


def paths(parts: Parts) -> list[str]:
    """Owe what is owed; return where every edition is, oldest first."""
    owe_estimates(now=NOW)
    db.session.rollback()
    found = db.session.scalars(select(CostEstimate).order_by(CostEstimate.id))
    return [estimate_path(each, parts.links) for each in found]


def test_the_page_says_who_when_and_how_much(browser: Browser, parts: Parts) -> None:
    agreed(parts)

    page = browser.get(paths(parts)[0])

    for words in (
        "Made on Friday, March 1, 2030.",
        "This is an estimate, not a bill.",
        "Sam Reed",
        "Amara Okafor, PsyD",
        "New York 12345",
        "Alder Street Therapy",
        "Monday, March 4, 2030",
        "Monday, April 22, 2030",
        "50-minute session",
        "8 at $140 each: $1,120",
        "Is your bill $400 or more above this?",
        "within 120 days of the date on the bill",
        "It costs $25 to ask.",
    ):
        assert words in page.text
    assert "A newer page" not in page.text


@pytest.mark.one_database
def test_a_long_one_says_the_rhythm_and_has_every_date_folded_away(
    browser: Browser, parts: Parts
) -> None:
    agreed(parts, pattern=Pattern())

    page = browser.get(paths(parts)[0])

    assert "About 1 session, every week." in page.text
    assert "From Monday, March 4, 2030 to Monday, March 3, 2031." in page.text
    assert "See every date" in page.text
    assert "53 at $140 each: $7,420" in page.text


def test_one_appointment_has_an_estimate_as_well(browser: Browser, parts: Parts) -> None:
    wish = factories.wish(session_type="session", starts_at=SECOND)
    book(wish, key=factories.key(), parts=parts, now=NOW)

    page = browser.get(paths(parts)[0])

    assert "Monday, March 11, 2030" in page.text
    assert "$140" in page.text
    assert "each" not in page.text.partition("50-minute session")[2].partition("All together")[0]


def test_an_older_one_says_so_and_leads_to_the_newer(browser: Browser, parts: Parts) -> None:
    series = agreed(parts)
    paths(parts)
    for each in live_dates(series.id)[2:]:
        change(Appointment, each.id, price_cents=150_00)
    old, new = paths(parts)

    page = browser.get(old)

    assert "A newer page took the place of this one on Friday, March 1, 2030." in page.text
    assert "8 at $140 each: $1,120" in page.text
    assert f'href="{new}"' in page.html
    newer = browser.get(new)
    assert "2 at $140 each: $280" in newer.text
    assert "6 at $150 each: $900" in newer.text
    assert "A newer page" not in newer.text


def test_only_its_own_link_opens_it(client: FlaskClient, parts: Parts) -> None:
    agreed(parts)
    [path] = paths(parts)
    row = db.session.scalars(select(CostEstimate)).one()
    seat = db.session.scalars(select(Participant)).first()
    assert seat is not None
    others = [
        parts.links.token(Purpose.MANAGE, row.link_id),
        parts.links.token(Purpose.ESTIMATE, row.link_id, 2),
        parts.links.token(Purpose.ESTIMATE, seat.link_id),
        path[3:-1] + ("A" if path[-1] != "A" else "B"),
        "nobody",
    ]

    answers = [client.get(f"/e/{token}") for token in others]

    assert {answer.status_code for answer in answers} == {404}
    assert client.get(path).status_code == 200
    change(CostEstimate, row.id, link_version=2)
    assert client.get(path).status_code == 404


@pytest.mark.one_database
def test_nothing_outside_the_page_tells_what_it_is(client: FlaskClient, parts: Parts) -> None:
    agreed(parts)

    answer = client.get(paths(parts)[0])

    title = answer.text.partition("<title>")[2].partition("</title>")[0]
    assert title.strip() == "What to expect to pay \u2013 Alder Street"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
