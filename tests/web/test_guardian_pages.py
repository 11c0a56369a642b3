"""What a guardian finds behind their links, and staff who say what that is."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.domain.minors import GuardianSees
from booking.domain.participants import Role
from booking.models import AuditEntry, Guardianship, Participant, Series, Therapist, db
from booking.services.parts import Parts
from booking.services.series.booking import book_series
from tests import factories
from tests.factories import NOW
from tests.support.owed import DAY, change
from tests.support.parties import FIFTEEN, booked_with, child, guardianship, payer, rows, seats
from tests.web.booking_flow import NEW_YORK, path_for
from tests.web.browsing import Browser
from tests.web.staff_pages import public_id, signed_in

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client, zone=NEW_YORK)


def paths(seat: Participant, parts: Parts) -> list[str]:
    purposes = (Purpose.MANAGE, Purpose.MAILED, Purpose.JOIN, Purpose.CALENDAR)
    return [path_for(seat, purpose, parts) for purpose in purposes]


def set_to(sees: GuardianSees) -> None:
    change(Guardianship, guardianship().id, sees=sees)


def test_a_guardian_who_is_told_nothing_has_dead_links(browser: Browser, parts: Parts) -> None:
    made = booked_with(parts, child(), session_type="session")
    mine = paths(seats(made)[0], parts)
    assert [browser.get(path).status for path in mine] == [200] * 4

    set_to(GuardianSees.NOTHING)

    assert [browser.get(path).status for path in mine] == [404] * 4
    token = mine[0].rpartition("/")[2]
    assert browser.get(f"/api/v1/appointments/{token}").status == 404
    assert "This link is no longer active." in browser.get(mine[0]).text


def test_so_have_all_once_the_child_is_of_age(
    browser: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    made = booked_with(parts, child(born=FIFTEEN), session_type="session")
    mine = path_for(seats(made)[0], Purpose.MANAGE, parts)

    then.move_to(NOW + 3 * 366 * DAY)

    assert browser.get(mine).status == 404


def test_another_guardian_who_sees_times_sees_no_more(browser: Browser, parts: Parts) -> None:
    mother = payer(role=Role.GUARDIAN)
    made = booked_with(parts, child(), mother, session_type="session")
    roe = seats(made)[2]
    row = rows(Guardianship, guardian_id=roe.person_id)[0]
    change(Guardianship, row.id, sees=GuardianSees.TIMES)
    manage, mailed, join, calendar = paths(roe, parts)

    page = browser.get(manage)

    assert "When it is" in page.text
    assert "Mon, Mar 4, 9:00 AM Booked" in page.text
    for telling in ("Amara", "Sam", "Robin", "$140", "session", "video"):
        assert telling not in page.html.partition("<main")[2].partition("</main>")[0]
    assert browser.get(mailed).status == 200
    assert [browser.get(each).status for each in (join, calendar)] == [404] * 2


def test_staff_see_who_takes_part_and_choose_what_a_guardian_is_told(
    app: Flask, parts: Parts
) -> None:
    made = booked_with(parts, child(), payer(), session_type="session")
    amara = signed_in(app, parts)
    path = f"/staff/appointments/{public_id(made)}"

    page = amara.get(path)
    after = amara.press(page, "Save", sees="nothing")

    assert "R. R. comes, 10 years old" in page.text
    assert "S. R. guardian, does not come" in page.text
    assert "R. M. only pays" in page.text
    assert "What S. R. is told of R. R." in page.text
    assert after.path == path
    assert guardianship().sees is GuardianSees.NOTHING
    assert len(rows(AuditEntry, act="guardian setting")) == 1


def test_no_other_choice_is_taken_and_nothing_of_others(app: Flask, parts: Parts) -> None:
    made = booked_with(parts, child(), session_type="session")
    amara = signed_in(app, parts)
    path = f"/staff/appointments/{public_id(made)}/guardian"
    row = str(guardianship().id)

    answers = [
        amara.client.post(path, data={"guardianship": row, "sees": "all"}).status_code,
        amara.client.post(path, data={"guardianship": "999", "sees": "times"}).status_code,
    ]

    assert answers == [422, 404]
    assert guardianship().sees is GuardianSees.MESSAGES


def test_staff_are_told_what_to_check_of_who_books_alone_under_age(
    app: Flask, parts: Parts
) -> None:
    amara = signed_in(app, parts)
    therapist = rows(Therapist, slug="amara")[0]
    factories.licence(therapist, state="CA", number="888")
    alone = factories.guest(state="CA", born=FIFTEEN)
    made = booked_with(parts, session_type="session", guest=alone)

    page = amara.get(f"/staff/appointments/{public_id(made)}")

    assert "S. R. comes, 15 years old" in page.text
    assert "Check that they are mature enough, and whether to involve a guardian." in page.text


def test_who_is_of_age_and_alone_is_not_listed(app: Flask, parts: Parts) -> None:
    made = booked_with(parts, session_type="session")

    page = signed_in(app, parts).get(f"/staff/appointments/{public_id(made)}")

    assert "Who takes part" not in page.text


def test_the_agenda_has_the_initials_of_all_who_come(app: Flask, parts: Parts) -> None:
    booked_with(parts, child(), payer(), session_type="session")

    page = signed_in(app, parts).get("/staff")

    assert "R. R." in page.text
    assert "S. R." not in page.text
    assert "Robin" not in page.html


def test_the_page_of_a_standing_hour_goes_by_the_setting_too(
    browser: Browser, parts: Parts
) -> None:
    mother = payer(role=Role.GUARDIAN)
    wish = factories.series_wish(party=(child(), mother, payer(email="pay@example.org")))
    made = book_series(wish, key=factories.key(), parts=parts, now=NOW)
    sam, _robin, roe, paying = db.session.get_one(Series, made.series_id).members
    roes = rows(Guardianship, guardian_id=roe.person_id)[0]
    change(Guardianship, roes.id, sees=GuardianSees.TIMES)
    mine, hers, theirs = (
        f"/s/{parts.links.token(Purpose.SERIES, each.link_id)}" for each in (sam, roe, paying)
    )

    assert "Read and agree" in browser.get(mine).text
    assert "Mon, Mar 11, 9:00 AM Booked" in browser.get(hers).text
    assert "Mon, Mar 11, 9:00 AM $140" in browser.get(theirs).text
    for token in (hers, theirs):
        assert browser.get(f"{token}/agreement").status == 404
        assert browser.get(f"{token}/change").path == token
        assert browser.get(f"/api/v1/series/{token[3:]}").status == 404
    change(Guardianship, roes.id, sees=GuardianSees.NOTHING)
    assert browser.get(hers).status == 404
