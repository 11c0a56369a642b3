"""Who reaches which staff page: every route, by nobody, by its owner, by another therapist."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from booking.domain.interval import Interval
from booking.models import Series, SeriesQuestion, TimeOff, db
from booking.services import availability
from booking.services.audit import therapist
from booking.services.parts import Parts
from booking.services.series.offering import NewOffer, offer_times
from booking.services.series.pausing import Pause, pause
from booking.web.access import SIGN_IN_ROUTES
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.groups import join, with_group
from tests.services.series.standing import MONDAYS, WEEK, agreed
from tests.services.waiting.line import waits
from tests.support.parties import booked_with, child, guardianship
from tests.web.booking_flow import everything
from tests.web.browsing import Browser
from tests.web.staff_pages import (
    ASKED,
    BO,
    another_therapist,
    booked,
    public_id,
    signed_in,
    takes_requests,
    the_therapist,
)
from tests.web.staff_routes import MATRIX

pytestmark = pytest.mark.usefixtures("then")


NAMES = ("Sam", "Reed", "S. R.", "sam@example.org", "555-0123")
NAMED = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in NAMES))
EVERY = pytest.mark.parametrize("endpoint", MATRIX)


@pytest.fixture
def things(parts: Parts, then: time_machine.Traveller) -> dict[str, str]:
    """A session, a request and time off of Amara's; the session's door is open."""
    takes_requests()
    session = booked(parts)
    span = Interval(MONDAY_9AM + 100 * HOUR, MONDAY_9AM + 101 * HOUR)
    amara = the_therapist().id
    availability.add_time_off(amara, span, actor=therapist(amara), now=NOW)
    then.move_to(MONDAY_9AM, tick=False)
    request = booked(parts, session_type=ASKED, starts_at=MONDAY_9AM + 24 * HOUR)
    off = db.session.scalars(select(TimeOff.id)).one()
    found = {"session": public_id(session), "request": public_id(request), "off": str(off)}
    found |= shared_things(parts)
    return found | standing_things(parts, amara, session.appointment_id)


def shared_things(parts: Parts) -> dict[str, str]:
    """A group with one seat taken, and a session that a guardian booked."""
    with_group(minutes=50)
    group = join(parts, 0, starts_at=MONDAY_9AM + 48 * HOUR)
    cared_for = booked_with(
        parts, child(), session_type="session", starts_at=MONDAY_9AM + 72 * HOUR
    )
    return {
        "group": public_id(group),
        "seat": str(group.participant_id),
        "cared_for": public_id(cared_for),
        "guardianship": str(guardianship().id),
    }


def standing_things(parts: Parts, amara: int, appointment_id: int) -> dict[str, str]:
    """A standing hour of Amara's in a pause, a date of it to decide about, and an offer."""
    series = agreed(parts, starts_at=MONDAY_9AM + 2 * HOUR)
    days = Pause(series.id, MONDAYS[6].date(), MONDAYS[6].date())
    pause(days, accept_late=True, actor=therapist(amara), now=NOW)
    part = db.session.get_one(Series, series.id).part
    question = SeriesQuestion(
        series_id=series.id,
        part_id=part.id,
        occurrence=MONDAYS[7].date() + WEEK,
        starts_at=MONDAYS[7] + WEEK,
        why="away",
        asked_at=NOW,
    )
    factories.saved(question)
    offer = NewOffer(appointment_id=appointment_id, session_type="standing")
    return {
        "series": db.session.get_one(Series, series.id).public_id,
        "member": str(db.session.get_one(Series, series.id).members[0].id),
        "question": str(question.id),
        "offer": str(offer_times(amara, offer, now=MONDAY_9AM)),
        "waiting": str(waits()),
    }


Ask = Callable[[Browser, str], TestResponse]


@pytest.fixture
def ask(things: dict[str, str]) -> Ask:
    def ask(browser: Browser, endpoint: str) -> TestResponse:
        route = MATRIX[endpoint]
        form = {name: value.format(**things) for name, value in route.form.items()}
        path = route.path.format(**things)
        return browser.client.open(path, method=route.method, data=form or None)

    return ask


@pytest.mark.one_database
def test_no_staff_route_is_left_out_of_the_matrix(app: Flask) -> None:
    routes = {r.endpoint for r in app.url_map.iter_rules() if r.rule.startswith("/staff")}

    assert routes == set(MATRIX) | SIGN_IN_ROUTES


@pytest.mark.one_database
@EVERY
def test_nobody_is_led_to_the_sign_in_page_and_changes_nothing(
    app: Flask, ask: Ask, endpoint: str
) -> None:
    before = everything()

    answer = ask(Browser(app.test_client()), endpoint)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/staff/sign-in?next=/staff")
    assert everything() == before


@EVERY
def test_a_therapist_reaches_what_is_theirs(
    app: Flask, parts: Parts, ask: Ask, endpoint: str
) -> None:
    answer = ask(signed_in(app, parts), endpoint)

    assert answer.status_code == MATRIX[endpoint].owner


@EVERY
def test_what_is_another_therapists_is_not_there(
    app: Flask, parts: Parts, ask: Ask, things: dict[str, str], endpoint: str
) -> None:
    another_therapist()
    bo = signed_in(app, parts, BO)

    answer = ask(bo, endpoint)

    assert answer.status_code == MATRIX[endpoint].other
    assert not NAMED.search(answer.text)
    assert things["session"] not in answer.text


@pytest.mark.one_database
@EVERY
def test_a_key_that_was_made_up_is_nobodys(app: Flask, ask: Ask, endpoint: str) -> None:
    client = app.test_client()
    client.set_cookie("staff", "x" * 43)

    assert ask(Browser(client), endpoint).headers["Location"].startswith("/staff/sign-in")


@pytest.mark.one_database
@pytest.mark.parametrize("endpoint", [e for e, r in MATRIX.items() if r.method == "POST"])
def test_what_changes_something_cannot_be_reached_by_looking(
    app: Flask, parts: Parts, things: dict[str, str], endpoint: str
) -> None:
    path = MATRIX[endpoint].path.format(**things)
    amara = signed_in(app, parts)
    before = everything()

    for method in ("GET", "HEAD"):
        answer = amara.client.open(path, method=method)
        assert answer.status_code in {200, 405}
    assert everything() == before


@pytest.mark.one_database
@pytest.mark.parametrize("endpoint", [e for e, r in MATRIX.items() if r.method == "POST"])
def test_another_site_cannot_press_a_button(
    app: Flask, parts: Parts, things: dict[str, str], endpoint: str
) -> None:
    amara = signed_in(app, parts)
    before = everything()

    path = MATRIX[endpoint].path.format(**things)
    answer = amara.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.one_database
def test_no_staff_page_is_kept_or_named_for_whom_it_shows(
    app: Flask, parts: Parts, ask: Ask
) -> None:
    amara = signed_in(app, parts)

    for endpoint in (e for e, r in MATRIX.items() if r.method == "GET"):
        answer = ask(amara, endpoint)
        title = re.search(r"<title>(.*?)</title>", answer.text)
        assert title is not None
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert not NAMED.search(title[1])


def test_a_browser_in_use_stays_signed_in_and_an_idle_one_does_not(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    amara = signed_in(app, parts)
    for _ in range(3):
        then.shift(50 * 60)
        assert amara.get("/staff").status == 200

    then.shift(61 * 60)
    page = amara.get("/staff/hours")

    assert page.path == "/staff/sign-in?next=/staff/hours"


def test_what_is_sent_after_the_session_ended_is_said_to_be_lost(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    amara = signed_in(app, parts)
    page = amara.get("/staff/hours")
    then.shift(61 * 60)

    after = amara.press(page, "Save hours")

    assert "What you just sent was not saved." in after.text
    assert "next=/staff/hours" in after.path
