"""Weekly hours on one page, without a script."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from booking.domain.availability import WeeklyHours
from booking.models import db
from booking.queries.hours import weekly_hours_of
from booking.services.audit import therapist
from booking.services.availability import set_weekly_hours
from booking.services.parts import Parts
from booking.web.staff.hours import summary
from booking.web.staff.hours_form import as_offered, minute_of, span_of
from tests.factories import NOW
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import signed_in, the_therapist

pytestmark = pytest.mark.usefixtures("then")

NINE, NOON, FIVE = 9 * 60, 12 * 60, 17 * 60
THIS_MONDAY, LAST_MONDAY = date(2030, 2, 25), date(2030, 2, 18)
NEXT_MONDAY = date(2030, 3, 4)


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def hours() -> tuple[WeeklyHours, ...]:
    db.session.rollback()
    return weekly_hours_of(db.session(), the_therapist().id)


def set_hours(*wanted: WeeklyHours) -> None:
    amara = the_therapist().id
    set_weekly_hours(amara, wanted, actor=therapist(amara), now=NOW)


def sent(amara: Browser, button: tuple[str, str] | None, **fields: list[str]) -> Page:
    """Send the form with exactly these fields, `from_0` standing for `from-0`."""
    form = MultiDict(
        (name.replace("_", "-"), value) for name, values in fields.items() for value in values
    )
    if button is not None:
        form.add(*button)
    answer = amara.client.post("/staff/hours", data=form)
    page = amara.get("/staff/hours")
    page.status, page.html = answer.status_code, answer.text
    return page


def test_the_page_shows_the_hours_as_they_are(amara: Browser) -> None:
    page = amara.get("/staff/hours")

    assert page.html.count('value="09:00"') == page.html.count('value="17:00"') == 5
    assert "40 hours a week, nothing on Saturday and Sunday" in page.text
    assert "You: New York, 10:00 AM now" in page.text


def test_saving_the_page_untouched_changes_nothing(amara: Browser) -> None:
    set_hours(WeeklyHours(0, NINE, NOON), WeeklyHours(4, NOON, 1440, 2, LAST_MONDAY))
    before = hours()

    page = amara.press(amara.get("/staff/hours"), "Save hours")

    assert "Saved." in page.text
    weeks = range(21_000, 21_000 + 28)
    assert [[h.fall_on(day) for day in weeks] for h in hours()] == [
        [h.fall_on(day) for day in weeks] for h in before
    ]


def test_hours_that_were_typed_are_kept(amara: Browser) -> None:
    page = sent(
        amara,
        None,
        from_0=["9:00 AM", "14:00"],
        until_0=["12 pm", "00:00"],
        every_0=["1", f"2:{NEXT_MONDAY}"],
        from_6=["10"],
        until_6=["11.30"],
        every_6=["1"],
    )

    assert page.status == 303
    assert hours() == (
        WeeklyHours(0, NINE, NOON),
        WeeklyHours(0, 14 * 60, 1440, 2, NEXT_MONDAY),
        WeeklyHours(6, 600, 690),
    )


def test_empty_rows_are_left_out(amara: Browser) -> None:
    page = sent(amara, None, from_0=["", " "], until_0=["", ""], every_0=["1", "1"])

    assert page.status == 303
    assert hours() == ()
    assert "0 hours a week" in amara.get("/staff/hours").text


@pytest.mark.one_database
def test_a_row_is_added_without_a_script_and_nothing_saved(amara: Browser) -> None:
    before = hours()

    page = amara.press(amara.get("/staff/hours"), "Add hours on Saturday")

    assert page.status == 200
    assert 'id="from-5-0"' in page.html
    assert "autofocus" in page.html.split('id="from-5-0"')[1].split(">")[0]
    assert "Not saved yet" in page.text
    assert hours() == before


@pytest.mark.one_database
def test_what_was_typed_outlives_the_other_buttons(amara: Browser) -> None:
    typed = {"from_0": ["08:15"], "until_0": ["09:45"], "every_0": ["1"]}

    for button in (("add", "2"), ("remove", "3:0"), ("copy", "0")):
        page = sent(amara, button, **typed)
        assert page.status == 200
        assert 'value="08:15"' in page.html


@pytest.mark.one_database
def test_a_row_is_removed(amara: Browser) -> None:
    page = amara.press(amara.get("/staff/hours"), "Remove Wednesday, block 1")

    assert 'id="from-2-0"' not in page.html
    assert 'id="from-1-0"' in page.html


def test_monday_is_copied_to_the_other_working_days(amara: Browser) -> None:
    set_hours(WeeklyHours(0, 600, 660), WeeklyHours(4, NINE, NOON), WeeklyHours(5, NINE, NOON))

    page = amara.press(amara.get("/staff/hours"), "Copy Monday")
    amara.press(page, "Save hours")

    assert hours() == (
        *(WeeklyHours(day, 600, 660) for day in range(5)),
        WeeklyHours(5, NINE, NOON),
    )


@pytest.mark.one_database
@pytest.mark.parametrize("button", [("add", "7"), ("add", "x"), ("remove", "0:9"), ("remove", "")])
def test_a_button_nobody_has_changes_nothing(amara: Browser, button: tuple[str, str]) -> None:
    assert sent(amara, button, from_0=["08:15"], until_0=["09:45"], every_0=["1"]).status == 200


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("starts", "ends", "every", "field", "words"),
    [
        ("", "10:00", "1", "from-1-0", "Tuesday: Please say from when"),
        ("25:00", "10:00", "1", "from-1-0", "Tuesday: Please say from when"),
        ("09:00", "", "1", "until-1-0", "Tuesday: Please say until when"),
        ("09:00", "09:00", "1", "until-1-0", "Tuesday: The end must be after the start."),
        ("09:00", "08:00", "1", "until-1-0", "Tuesday: The end must be after the start."),
        ("09:00", "10:00", "2", "every-1-0", "Tuesday: Please choose which weeks."),
        ("09:00", "10:00", "9:2030-03-04", "every-1-0", "Tuesday: Please choose which weeks."),
        ("09:00", "10:00", "0:2030-03-04", "every-1-0", "Tuesday: Please choose which weeks."),
    ],
)
def test_what_is_wrong_is_said_at_the_top_and_at_the_row_and_nothing_lost(
    amara: Browser, starts: str, ends: str, every: str, field: str, words: str
) -> None:
    before = hours()

    page = sent(
        amara,
        None,
        from_0=["08:15"],
        until_0=["09:45"],
        every_0=["1"],
        from_1=[starts],
        until_1=[ends],
        every_1=[every],
    )

    assert page.status == 422
    assert f'<a href="#{field}">{words}' in page.html
    assert f'id="{field}"' in page.html
    assert "<title>Error: " in page.html
    assert 'value="08:15"' in page.html
    assert "Nothing was saved" in page.html
    assert hours() == before


@pytest.mark.one_database
def test_hours_that_overlap_are_said_to_by_their_day(amara: Browser) -> None:
    before = hours()

    page = sent(
        amara,
        None,
        from_3=["09:00", "11:00"],
        until_3=["12:00", "13:00"],
        every_3=["1", "1"],
    )

    assert page.status == 422
    assert '<a href="#weekday-3">Thursday: Two of these times overlap.' in page.html
    assert 'value="11:00"' in page.html
    assert hours() == before


@pytest.mark.one_database
def test_more_rows_than_anybody_has_are_refused(amara: Browser) -> None:
    rows = [f"{n // 4:02}:{n % 4 * 15:02}" for n in range(80)]
    until = [f"{n // 4:02}:{n % 4 * 15 + 10:02}" for n in range(80)]

    page = sent(amara, None, from_0=rows, until_0=until, every_0=["1"] * 80)

    assert page.status == 422
    assert "Please use fewer rows in all." in page.html


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("every", "today", "expected"),
    [
        ("1", NEXT_MONDAY, "1"),
        (f"2:{THIS_MONDAY}", date(2030, 3, 1), f"2:{THIS_MONDAY}"),
        (f"2:{THIS_MONDAY}", date(2030, 3, 5), "2:2030-03-11"),
        ("2:2030-03-14", date(2030, 3, 5), "2:2030-03-11"),
        ("3:2030-03-04", date(2030, 2, 28), "3:2030-03-04"),
        ("nonsense", NEXT_MONDAY, "1"),
    ],
)
def test_other_weeks_are_offered_from_the_next_one_that_counts(
    every: str, today: date, expected: str
) -> None:
    assert as_offered(every, today) == expected


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("00:00", 0),
        ("9", 540),
        ("09:05", 545),
        ("9.30 am", 570),
        ("12 AM", 0),
        ("12:15 p.m.", 735),
        ("5pm", 1020),
        ("24:00", 1440),
        ("17:30:00", 1050),
    ],
)
def test_times_are_read_as_people_write_them(text: str, minute: int) -> None:
    assert minute_of(text) == minute


@pytest.mark.one_database
@pytest.mark.parametrize("text", ["", "nine", "24:01", "9:60", "13 pm", "0 am", "\uff19:00", "-1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="format"):
        minute_of(text)


@pytest.mark.one_database
def test_midnight_as_an_end_is_the_end_of_the_day() -> None:
    assert span_of("22:00", "00:00") == (1320, 1440)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([WeeklyHours(d, NINE, FIVE) for d in range(7)], "56 hours a week"),
        ([WeeklyHours(0, NINE, NINE + 90)], "1.5 hours a week, nothing on Tuesday, Wednesday, Th"),
        (
            [WeeklyHours(d, NINE, NINE + 60) for d in range(6)],
            "6 hours a week, nothing on Sunday",
        ),
        (
            [
                *(WeeklyHours(d, NINE, NINE + 60) for d in range(6)),
                WeeklyHours(6, NINE, NINE + 60, 2, THIS_MONDAY),
            ],
            "7 hours this week, 6 hours the next",
        ),
        ([WeeklyHours(0, 60, 180), WeeklyHours(0, 120, 240, 2, THIS_MONDAY)], "3 hours this week"),
        ([WeeklyHours(0, NINE, NINE + 60)], "1 hour a week"),
    ],
)
def test_the_summary_adds_up(app: Flask, wanted: list[WeeklyHours], words: str) -> None:
    with app.test_request_context():
        assert summary(wanted, date(2030, 3, 1)).startswith(words)
