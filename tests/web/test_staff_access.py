"""Who reaches which staff page: every route, by nobody, its owner, another, every part."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import bindparam, select
from werkzeug.test import TestResponse

from booking.models import StaffSession
from booking.services.accounts.sessions import work_for
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from booking.web import access
from booking.web.roles import DOORS, SETTING_UP, SIGN_IN_ROUTES
from tests.factories import NOW
from tests.support.accounts import an_account
from tests.support.owed import change
from tests.web.booking_flow import everything
from tests.web.browsing import Browser
from tests.web.staff_pages import (
    BO,
    another_therapist,
    signed_in,
)
from tests.web.staff_routes import MATRIX
from tests.web.staff_things import staff_things

pytestmark = pytest.mark.usefixtures("then")


FORBIDDEN = 403
MINE = select(StaffSession.id).where(StaffSession.account_id == bindparam("mine"))
NAMES = ("Sam", "Reed", "S. R.", "sam@example.org", "555-0123")
NAMED = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in NAMES))
EVERY = pytest.mark.parametrize("endpoint", MATRIX)


@pytest.fixture
def things(parts: Parts, then: time_machine.Traveller) -> dict[str, str]:
    return staff_things(parts, then)


def works_for_amara(app: Flask, parts: Parts, part: str) -> Browser:
    """Return the browser of a front desk or of an admin who has Amara's diary open."""
    email = f"{part}@alder.example"
    account_id = an_account(parts, email=email, **{f"is_{part}": True})
    browser = signed_in(app, parts, email)
    opened = unit_of_work(lambda session: session.scalars(MINE, {"mine": account_id}).one())
    work_for(opened, account_id, "amara", now=NOW)
    return browser


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
    assert set(DOORS) == set(MATRIX)


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


@pytest.mark.one_database
@pytest.mark.parametrize("part", ["desk", "admin"])
def test_a_front_desk_and_an_admin_reach_what_their_part_needs(
    app: Flask, parts: Parts, ask: Ask, part: str
) -> None:
    """One browser after the other, since what one act changes must not refuse the next."""
    colleague = works_for_amara(app, parts, part)
    refused = set()

    for endpoint in sorted(MATRIX, key=lambda each: each == "staff.sign_out"):
        answer = ask(colleague, endpoint)
        assert "/staff/sign-in?next" not in answer.headers.get("Location", ""), endpoint
        if answer.status_code == FORBIDDEN:
            refused.add(endpoint)
            assert not any(name in answer.text for name in NAMES)

    assert refused == {e for e, r in MATRIX.items() if r.for_part(part) == FORBIDDEN}


@pytest.mark.one_database
def test_who_has_no_second_factor_yet_gets_no_further_than_setting_one_up(
    app: Flask, parts: Parts, ask: Ask
) -> None:
    amara = signed_in(app, parts)
    change(StaffSession, 1, proved_at=None)
    before = everything()

    answers = {each: ask(amara, each) for each in MATRIX if each not in SETTING_UP}

    assert {each.headers["Location"] for each in answers.values()} == {"/staff/set-up"}
    assert everything() == before


@pytest.mark.one_database
def test_a_page_that_is_not_in_the_table_is_refused_to_everybody(
    app: Flask, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = [signed_in(app, parts)]
    everyone += [works_for_amara(app, parts, part) for part in ("desk", "admin")]
    doors = {endpoint: door for endpoint, door in DOORS.items() if endpoint != "staff.hours"}
    monkeypatch.setattr(access, "DOORS", doors)

    assert [each.get("/staff/hours").status for each in everyone] == [FORBIDDEN] * 3


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
        assert answer.status_code in {200, 303, 403, 405}
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
        then.shift(14 * 60)
        assert amara.get("/staff").status == 200

    then.shift(15 * 60)
    page = amara.get("/staff/hours")

    assert page.path == "/staff/sign-in?next=/staff/hours"


def test_what_is_sent_after_the_session_ended_is_said_to_be_lost(
    then: time_machine.Traveller, app: Flask, parts: Parts
) -> None:
    amara = signed_in(app, parts)
    page = amara.get("/staff/hours")
    then.shift(15 * 60)

    after = amara.press(page, "Save hours")

    assert "What you just sent was not saved." in after.text
    assert "next=/staff/hours" in after.path
