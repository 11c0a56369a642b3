"""Changing standing hours as a therapist: what each act touches is shown first, then done."""

import pytest
from flask import Flask

from booking.domain.interval import Interval
from booking.domain.standing import SeriesStatus
from booking.models import Series, db
from booking.services.audit import SYSTEM, therapist
from booking.services.availability import add_time_off
from booking.services.parts import Parts
from booking.services.series.pausing import Pause, pause
from booking.services.series.skipping import skip_date
from tests.factories import HOUR, NOW
from tests.services.series.standing import MONDAYS, agreed, starts
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import signed_in

pytestmark = pytest.mark.usefixtures("then")


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


def change(amara: Browser, series: Series, **fields: str | None) -> Page:
    return amara.press(amara.get(path(series, "/change")), "Show what changes", **fields)


def test_a_change_shows_its_dates_first_and_then_makes_it(amara: Browser, series: Series) -> None:
    since = MONDAYS[4].date().isoformat()

    page = change(amara, series, since=since, at="13:00")
    assert "This touches 4 dates. Nothing is changed yet." in page.text
    assert "They are told by mail three minutes after you change it" in page.text
    assert starts(series.id) == MONDAYS

    page = amara.press(page, "Change these 4 dates")
    assert starts(series.id) == [*MONDAYS[:4], *(each + 4 * HOUR for each in MONDAYS[4:])]
    assert "The dates are changed." in page.text


def test_a_clash_is_shown_with_why_and_settled_in_the_same_step(
    amara: Browser, series: Series
) -> None:
    clash = MONDAYS[5] + 4 * HOUR
    off = Interval(clash, clash + HOUR)
    add_time_off(series.therapist_id, off, actor=SYSTEM, now=NOW)

    page = change(amara, series, at="13:00")
    assert "You are away" in page.text
    assert "1 needs a choice." in page.text

    field = "date-" + clash.isoformat().replace("+00:00", "Z")
    page = amara.press(page, "Change these 8 dates", **{field: "skip"})
    assert len(starts(series.id)) == 7
    assert page.status == 200


def test_what_was_not_shown_is_not_done(amara: Browser, series: Series) -> None:
    page = change(amara, series, at="13:00")
    amara.press(amara.get(path(series, f"/skip?day={MONDAYS[2].date()}")), "Leave this date out")

    page = amara.press(page, "Change these 8 dates")

    assert page.status == 409
    assert "Nothing is done. Please look again." in page.text
    assert MONDAYS[1] in starts(series.id)


def test_a_change_that_cannot_be_read_keeps_what_was_typed(amara: Browser, series: Series) -> None:
    page = change(amara, series, at="noonish", every="2", days=None)

    assert "Choose at least one day." in page.text
    assert page.title.startswith("Error:")
    assert page.forms[-1].fields["every"] == "2"


def test_a_date_is_left_out_after_it_was_shown(amara: Browser, series: Series) -> None:
    page = amara.press(
        amara.get(path(series, "/skip")), "Show which dates", day=MONDAYS[3].date().isoformat()
    )
    assert "1 date falls away Mon, Mar 25" in page.text
    assert starts(series.id) == MONDAYS

    page = amara.press(page, "Leave this date out")
    assert starts(series.id) == [*MONDAYS[:3], *MONDAYS[4:]]
    assert "You cancelled" in page.text
    assert "7 of 7 left" in page.text


def test_a_pause_and_its_early_end_show_their_dates(amara: Browser, series: Series) -> None:
    days = {"first": MONDAYS[2].date().isoformat(), "last": MONDAYS[4].date().isoformat()}
    page = amara.press(amara.get(path(series, "/pause")), "Show which dates", **days)
    assert "3 dates fall away" in page.text
    page = amara.press(page, "Pause, without these 3 dates")
    assert "Pauses from Mar 18" in page.text
    assert len(starts(series.id)) == 5

    on = MONDAYS[3].date().isoformat()
    page = amara.press(amara.get(path(series, "/resume")), "Show which dates", on=on)
    assert "2 dates come back" in page.text
    page = amara.press(page, "Go on from then")
    assert starts(series.id) == [*MONDAYS[:2], *MONDAYS[3:]]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "2030-03-20", "Choose a day."),
        ("2030-03-20", "2030-03-10", "The last day must not be before the first."),
        ("2030-01-01", "2030-01-02", "That day has passed already."),
    ],
)
def test_days_that_make_no_sense_are_said_at_the_field(
    amara: Browser, series: Series, first: str, last: str, words: str
) -> None:
    days = {"first": first, "last": last}
    shown = amara.press(amara.get(path(series, "/pause")), "Show which dates", **days)
    answer = amara.client.post(path(series, "/pause"), data=days)

    assert words in shown.text
    assert shown.title.startswith("Error:")
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert starts(series.id) == MONDAYS


def test_the_end_shows_its_dates_and_costs_nobody_a_fee(amara: Browser, series: Series) -> None:
    since = MONDAYS[6].date().isoformat()
    page = amara.press(amara.get(path(series, "/end")), "Show which dates", since=since)
    assert "2 dates fall away" in page.text

    page = amara.press(page, "End it, without these 2 dates")

    assert fresh(series).status is SeriesStatus.ENDED
    assert starts(series.id) == MONDAYS[:6]
    assert "Ended" in page.text
    assert "Change from a date on" not in page.text
    assert amara.get(path(series, "/end")).path.endswith(fresh(series).public_id)


def test_dates_that_were_not_shown_do_not_fall_away(amara: Browser, series: Series) -> None:
    since = MONDAYS[3].date().isoformat()
    page = amara.press(amara.get(path(series, "/end")), "Show which dates", since=since)
    skip_date(series.id, series.therapist_id, MONDAYS[5].date(), now=NOW)

    page = amara.press(page, "End it, without these 5 dates")

    assert page.status == 409
    assert "4 dates fall away" in page.text
    assert len(starts(series.id)) == 7


def test_a_date_of_a_pause_that_went_meanwhile_comes_back_elsewhere_or_not_at_all(
    amara: Browser, series: Series
) -> None:
    day = MONDAYS[3].date()
    actor = therapist(series.therapist_id)
    pause(Pause(series.id, day, day), accept_late=True, actor=actor, now=NOW)
    page = amara.press(amara.get(path(series, "/resume")), "Show which dates", on=day.isoformat())
    off = Interval(MONDAYS[3], MONDAYS[3] + HOUR)
    add_time_off(series.therapist_id, off, actor=SYSTEM, now=NOW)

    page = amara.press(page, "Go on from then")
    assert page.status == 409
    assert "You are away" in page.text
    assert len(starts(series.id)) == 7

    amara.press(page, "Go on from then")
    assert MONDAYS[3] + HOUR in starts(series.id)
