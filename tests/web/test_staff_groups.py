"""Groups on the staff pages: started with every date in view, seen by initials, one taken out."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.models import Appointment, AuditEntry, Series, SeriesMember, db
from booking.services.parts import Parts
from tests.factories import MONDAY_9AM, NOW
from tests.services.groups import join as join_single
from tests.services.groups import owed_to, seats, with_group
from tests.services.series.groups import MONDAYS, join, member, owed, places, seats_of, started
from tests.services.series.standing import live_dates, sign
from tests.support.owed import change, sweep
from tests.web.browsing import Browser
from tests.web.staff_pages import another_therapist, signed_in
from tests.web.standing_flow import away

NEW = "/staff/groups/new"
WHEN = {"day-1": "2030-03-04", "at-1": "9:00 AM", "count-1": "8"}


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def page_of(series: Series) -> str:
    return f"/staff/series/{series.public_id}"


def test_every_date_is_shown_before_a_group_is_started(amara: Browser) -> None:
    with_group(allows_series=True)
    away(MONDAY_9AM.replace(day=18))

    page = amara.press(amara.get(NEW), "Show every date", **WHEN)

    assert "7 dates are open. 1 is not, and is left out." in page.text
    assert "You are away" in page.text
    assert db.session.scalars(select(Series)).all() == []


def test_a_group_is_started_with_the_dates_that_were_shown(amara: Browser) -> None:
    with_group(allows_series=True)
    away(MONDAY_9AM.replace(day=18))
    page = amara.press(amara.get(NEW), "Show every date", **WHEN)

    done = amara.press(page, "Start the group")

    assert "Group · 0 of 3" in done.text
    assert "The group is there." in done.text
    series = db.session.scalars(select(Series)).one()
    assert len(live_dates(series.id)) == MONDAYS - 1


def test_dates_that_changed_meanwhile_are_shown_again(amara: Browser) -> None:
    with_group(allows_series=True)
    page = amara.press(amara.get(NEW), "Show every date", **WHEN)
    away(MONDAY_9AM.replace(day=18))

    again = amara.press(page, "Start the group")

    assert again.status == 409
    assert "The dates changed since you opened this." in again.text
    assert db.session.scalars(select(Series)).all() == []


def test_what_is_no_time_is_said_at_its_field(amara: Browser) -> None:
    with_group(allows_series=True)

    page = amara.press(amara.get(NEW), "Show every date", **(WHEN | {"at-1": "noonish"}))

    assert "Enter a time like 4:30 PM." in page.text


def test_without_a_kind_for_it_no_group_is_offered(amara: Browser) -> None:
    with_group()

    assert "None of your kinds of session is a standing group yet." in amara.get(NEW).text
    assert amara.get("/staff/series").hrefs("Start a group") == []


def test_the_lists_say_how_many_places_are_taken(amara: Browser, parts: Parts) -> None:
    series = started()
    for number in range(2):
        sign(join(parts, series, number).member_id)

    assert "Group · 2 of 3" in amara.get("/staff/series").text
    agenda = amara.get("/staff").text
    assert "Group · 2 of 3: S. R. and K. L." in agenda
    assert "Sam Reed" not in agenda


def test_a_date_to_which_nobody_comes_yet_has_a_page(amara: Browser) -> None:
    series = started()

    agenda = amara.get("/staff")
    page = amara.get(agenda.link("Group · 0 of 3"))

    assert "Nobody yet." in page.text
    assert len(live_dates(series.id)) == MONDAYS


def test_the_page_of_a_session_names_each_with_how_they_stand(amara: Browser, parts: Parts) -> None:
    with_group()
    one = join_single(parts, 0)
    join_single(parts, 1)
    page = amara.get(amara.get("/staff").link("Group"))

    done = amara.press(page, "Take Sam Reed out")

    assert "Group · 2 of 3" in page.text
    assert "Sam Reed" in page.text
    assert "They are taken out, and told by mail in three minutes." in done.text
    assert "does not come since" in done.text
    assert seats() == [2]
    assert [m.kind for m in owed_to(one.participant_id)] == ["cancelled"]
    entry = db.session.scalars(select(AuditEntry).filter_by(act="left")).one()
    assert (entry.actor, entry.subject_id) == ("therapist", one.participant_id)


def test_nobody_is_taken_out_of_what_is_another_therapists(app: Flask, parts: Parts) -> None:
    with_group()
    one = join_single(parts, 0)
    another_therapist()
    bo = signed_in(app, parts, "bo@alder.example")
    public_id = db.session.scalars(select(Appointment.hold_id)).one()

    path = f"/staff/appointments/{public_id}/people/{one.participant_id}/remove"
    assert bo.client.post(path).status_code == 404

    assert seats() == [1]


def test_a_member_is_taken_out_of_a_group(amara: Browser, parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    sign(booked.member_id)
    sweep(parts, NOW)

    done = amara.press(amara.get(page_of(series)), "Take Sam Reed out")

    assert "They are taken out, and told by mail in three minutes." in done.text
    assert "has left" in done.text
    assert places(series.id) == []
    assert owed(booked) == ["series_ended"]


def test_a_place_that_is_held_says_until_when(amara: Browser, parts: Parts) -> None:
    series = started()
    join(parts, series, 0)

    page = amara.get(page_of(series))

    assert "their place is held until Monday, March 4, 9:00 AM" in page.text
    assert "Has not agreed yet." in page.text


def test_somebody_who_asks_for_a_place_is_given_one(amara: Browser, parts: Parts) -> None:
    series = started(needs_approval=True)
    booked = join(parts, series, 0)
    assert "Somebody asks for a place" in amara.get("/staff/series").text

    done = amara.press(amara.get(page_of(series)), "Give them a place")

    assert "Accepted. The place is theirs once they have read and agreed." in done.text
    assert member(booked).status == "attending"
    assert [seat.seat for seat in seats_of(booked)] == [1] * MONDAYS
    sign(booked.member_id)
    assert member(booked).expires_at is None


def test_somebody_who_asks_for_a_place_is_declined(amara: Browser, parts: Parts) -> None:
    series = started(needs_approval=True)
    booked = join(parts, series, 0)
    sweep(parts, NOW)

    done = amara.press(amara.get(page_of(series)), "Decline")

    assert "Declined. They are told by mail in three minutes." in done.text
    assert places(series.id) == []
    assert owed(booked) == ["series_declined"]


def test_an_answer_that_comes_too_late_changes_nothing(amara: Browser, parts: Parts) -> None:
    series = started(needs_approval=True)
    booked = join(parts, series, 0)
    page = amara.get(page_of(series))
    change(SeriesMember, booked.member_id, expires_at=NOW)

    late = amara.press(page, "Give them a place")

    assert "This was answered before, or it ran out." in late.text
    assert member(booked).status == "asked"
