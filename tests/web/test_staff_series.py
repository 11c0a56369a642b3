"""A therapist's standing hours in the browser: in one line each, settled, answered, changed."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.standing import SeriesStatus
from booking.models import AuditEntry, Series, SeriesQuestion, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.topping_up import top_up
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import WEEK, agreed, asked_for, sign, starts
from tests.web.browsing import Browser
from tests.web.staff_pages import BO, another_therapist, signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")

LATER = NOW + 6 * WEEK
FOURTEENTH = MONDAY_9AM - HOUR + 13 * WEEK


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


@pytest.fixture
def series(parts: Parts) -> Series:
    return agreed(parts)


def path(series: Series, rest: str = "") -> str:
    return f"/staff/series/{fresh(series).public_id}{rest}"


def fresh(series: Series) -> Series:
    db.session.expire_all()
    return db.session.get_one(Series, series.id)


def needs_a_yes(parts: Parts) -> Series:
    factories.session_type(
        the_therapist(),
        slug="asked",
        kind=Kind.INDIVIDUAL,
        minutes=50,
        step=60,
        buffer_after=10,
        needs_approval=True,
        allows_series=True,
    )
    return asked_for(parts, session_type="asked")


def with_a_question(app: Flask, parts: Parts, then: time_machine.Traveller) -> Browser:
    """Return a browser six weeks on, when one date of a series needs a decision."""
    found = agreed(parts, pattern=Pattern())
    off = Interval(FOURTEENTH, FOURTEENTH + HOUR)
    add_time_off(found.therapist_id, off, actor=SYSTEM, now=NOW)
    then.move_to(LATER)
    top_up(now=LATER)
    return signed_in(app, parts)


def settled_as() -> str | None:
    db.session.expire_all()
    return db.session.scalars(select(SeriesQuestion.settled_as)).one()


def test_without_any_the_page_says_what_will_be_here(amara: Browser) -> None:
    page = amara.get("/staff/series")

    assert "After a session you can offer somebody up to three times" in page.text


def test_a_standing_hour_is_one_line_with_initials(amara: Browser, series: Series) -> None:
    page = amara.get("/staff/series")

    assert "Mondays 9:00 AM, 8 of 8 left, ends Apr 22" in page.text
    assert "Confirmed" in page.text
    assert "S. R." in page.text
    assert "Sam Reed" not in page.html


def test_one_without_an_end_says_so(amara: Browser, parts: Parts) -> None:
    agreed(parts, pattern=Pattern(every_weeks=2))

    assert "Mondays 9:00 AM, every 2 weeks, no end" in amara.get("/staff/series").text


def test_the_page_of_one_names_people_and_every_date_and_is_noted(
    amara: Browser, series: Series
) -> None:
    page = amara.get(path(series))

    assert "Sam Reed" in page.text
    assert page.html.count('href="/staff/appointments/') == 8
    assert "Clocks change in New York on Sunday, March 10." in page.text
    assert "Agreed to edition 1 on Friday, March 1, 10:00 AM" in page.text
    assert "Sam" not in page.title
    seen = db.session.scalars(select(AuditEntry).filter_by(act="viewed", subject="series")).all()
    assert [entry.subject_id for entry in seen] == [series.id]


def test_another_therapist_finds_nothing(app: Flask, parts: Parts, series: Series) -> None:
    another_therapist()
    bo = signed_in(app, parts, BO)

    for rest in ("", "/change", "/skip", "/pause", "/resume", "/end"):
        assert bo.get(path(series, rest)).status == 404
    for rest in ("/grant", "/decline", "/change", "/skip", "/pause", "/resume", "/end"):
        assert bo.client.post(path(series, rest)).status_code == 404
    assert "S. R." not in bo.get("/staff/series").text
    assert len(starts(series.id)) == 8


def test_a_date_that_needs_a_decision_stands_on_top_and_is_made_elsewhere(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    amara = with_a_question(app, parts, then)
    page = amara.get("/staff/series")
    assert "1 date needs a decision" in page.text
    assert "Mon, Jun 3, 9:00 AM: You are away" in page.text
    assert page.offered("to")[0] == "2030-06-03T14:00:00Z"
    assert page.offered("to")[-1] == "skip"

    page = amara.press(page, "Settle this date")

    assert settled_as() == "added"
    assert "They are told by mail in three minutes." in page.text
    assert "needs a decision" not in page.text


def test_a_date_left_out_is_settled_too(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    amara = with_a_question(app, parts, then)

    page = amara.press(amara.get("/staff/series"), "Settle this date", to="skip")

    assert settled_as() == "skipped"
    assert "nobody is told" in page.text


@pytest.mark.parametrize(
    ("to", "status"), [("", 422), ("whenever", 422), ("2030-06-03T13:00:00Z", 409)]
)
def test_a_time_that_cannot_be_had_settles_nothing(
    app: Flask, parts: Parts, then: time_machine.Traveller, to: str, status: int
) -> None:
    amara = with_a_question(app, parts, then)

    page = amara.press(amara.get("/staff/series"), "Settle this date", to=to)

    assert (page.status, settled_as()) == (status, None)
    assert "1 date needs a decision" in page.text


def test_another_therapist_cannot_settle_it(
    app: Flask, parts: Parts, then: time_machine.Traveller
) -> None:
    with_a_question(app, parts, then)
    another_therapist()
    bo = signed_in(app, parts, BO)

    answer = bo.client.post("/staff/series/questions/1", data={"to": "skip"})

    assert (answer.status_code, settled_as()) == (404, None)


def test_a_standing_hour_waits_once_among_the_requests_and_is_accepted(
    amara: Browser, parts: Parts
) -> None:
    series = needs_a_yes(parts)
    sign(series.members[0].id)
    page = amara.get("/staff/requests")
    assert "A standing hour: Mondays 9:00 AM" in page.text
    assert "Requests 1" in page.text
    assert "1 request waits for your answer" in amara.get("/staff").text

    page = amara.press(amara.get(page.link("See every date and answer")), "Accept all dates")

    assert fresh(series).status is SeriesStatus.CONFIRMED
    assert "They are told by mail in three minutes." in page.text
    assert "Requests 1" not in page.text


def test_its_dates_are_never_accepted_one_by_one(amara: Browser, parts: Parts) -> None:
    needs_a_yes(parts)
    date = amara.get("/staff").link("S. R.").rpartition("/")[2]

    answer = amara.client.post(f"/staff/requests/{date}/accept")

    assert answer.status_code == 404


def test_declining_frees_the_dates(amara: Browser, parts: Parts) -> None:
    series = needs_a_yes(parts)

    page = amara.press(amara.get(path(series)), "Decline this standing hour")

    assert fresh(series).status is SeriesStatus.DECLINED
    assert "The times are open again." in page.text
    assert "Accept all dates" not in amara.get(path(series)).text


def test_an_answer_that_comes_too_late_changes_nothing(
    amara: Browser, parts: Parts, then: time_machine.Traveller
) -> None:
    series = needs_a_yes(parts)
    page = amara.get(path(series))
    then.shift(timedelta(minutes=10))
    db.session.rollback()
    factories.changed(fresh(series), expires_at=NOW + timedelta(minutes=5))

    page = amara.press(page, "Accept all dates")

    assert page.status == 409
    assert "This was answered before, or it ran out." in page.text


def test_dates_that_wait_for_the_agreement_do_not_ask_the_therapist(
    amara: Browser, parts: Parts
) -> None:
    asked_for(parts)
    page = amara.get("/staff")

    assert "Waits for the agreement" in page.text
    assert "Waits for your answer" not in page.text
    assert "standing hour" in page.text


def test_rows_of_the_agenda_lead_to_the_standing_hour(amara: Browser, series: Series) -> None:
    page = amara.get("/staff")
    assert page.link("standing hour") == path(series)

    page = amara.get(page.link("S. R."))
    assert page.link("standing hour") == path(series)
    assert "Offer standing times" not in page.text
