"""Who reaches which staff page: every route, by nobody, by its owner, by another therapist."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

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
from tests.services.series.standing import MONDAYS, WEEK, agreed
from tests.services.waiting.line import waits
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

pytestmark = pytest.mark.usefixtures("then")


@dataclass(frozen=True)
class Route:
    """One staff route: how to call it, and what its owner and another therapist get.

    `{session}`, `{request}`, `{off}` and so on stand for things of Amara's.
    """

    method: str
    path: str
    owner: int
    other: int
    form: dict[str, str] = field(default_factory=dict)


MATRIX = {
    "staff.agenda": Route("GET", "/staff", 200, 200),
    "staff.requests": Route("GET", "/staff/requests?answered={request}", 200, 200),
    "staff.accept": Route("POST", "/staff/requests/{request}/accept", 303, 404),
    "staff.decline": Route("POST", "/staff/requests/{request}/decline", 303, 404),
    "staff.appointment": Route("GET", "/staff/appointments/{session}", 200, 404),
    "staff.join": Route("POST", "/staff/appointments/{session}/join", 200, 404),
    "staff.hours": Route("GET", "/staff/hours", 200, 200),
    "staff.set_hours": Route("POST", "/staff/hours", 303, 303),
    "staff.time_off": Route("GET", "/staff/time-off", 200, 200),
    "staff.add_time_off": Route("POST", "/staff/time-off", 303, 303, {"first_day": "2030-03-20"}),
    "staff.remove_time_off": Route("POST", "/staff/time-off/remove", 303, 404, {"id": "{off}"}),
    "staff.touched": Route("GET", "/staff/time-off/{off}/sessions", 200, 404),
    "staff.settle_touched_sessions": Route("POST", "/staff/time-off/{off}/sessions", 303, 404),
    "staff.clashes": Route("GET", "/staff/clashes", 200, 200),
    "staff.settle_clash": Route("POST", "/staff/clashes", 303, 303),
    "staff.set_day": Route(
        "POST",
        "/staff/time-off/day",
        303,
        303,
        {"day": "2030-03-05", "from_1": "09:00", "until_1": "12:00"},
    ),
    "staff.clear_day": Route("POST", "/staff/time-off/day/clear", 303, 303, {"day": "2030-03-05"}),
    "staff.agreement": Route("GET", "/staff/agreement", 200, 200),
    "staff.save_agreement": Route("POST", "/staff/agreement", 422, 422),
    "staff.offer": Route("GET", "/staff/appointments/{session}/offer", 200, 404),
    "staff.send_offer": Route(
        "POST",
        "/staff/appointments/{session}/offer",
        303,
        404,
        {"type": "standing", "how": "hours"},
    ),
    "staff.withdraw": Route("POST", "/staff/offers/{offer}/withdraw", 303, 404),
    "staff.series_list": Route("GET", "/staff/series", 200, 200),
    "staff.settle": Route("POST", "/staff/series/questions/{question}", 303, 404, {"to": "skip"}),
    "staff.series_page": Route("GET", "/staff/series/{series}", 200, 404),
    "staff.grant": Route("POST", "/staff/series/{series}/grant", 303, 404),
    "staff.decline_standing": Route("POST", "/staff/series/{series}/decline", 409, 404),
    "staff.change_form": Route("GET", "/staff/series/{series}/change", 200, 404),
    "staff.change_look": Route("GET", "/staff/series/{series}/change/look", 200, 404),
    "staff.change_standing": Route("POST", "/staff/series/{series}/change", 409, 404),
    "staff.ask_act": Route("GET", "/staff/series/{series}/pause", 200, 404),
    "staff.act": Route("POST", "/staff/series/{series}/end", 422, 404),
    "staff.ask_resume": Route("GET", "/staff/series/{series}/resume", 200, 404),
    "staff.resume_standing": Route("POST", "/staff/series/{series}/resume", 422, 404),
    "staff.waiting_list": Route("GET", "/staff/waiting", 200, 200),
    "staff.end_waiting": Route("POST", "/staff/waiting/{waiting}/end", 303, 404),
    "staff.sign_out": Route("POST", "/staff/sign-out", 303, 303),
    "staff.sign_out_everywhere": Route("POST", "/staff/sign-out-everywhere", 303, 303),
}
NAMES = ("Sam", "Reed", "S. R.", "sam@example.org", "555-0123")
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
    return found | standing_things(parts, amara, session.appointment_id)


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
    assert not any(name in answer.text for name in NAMES)
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
        assert not any(name in title[1] for name in NAMES)


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
