"""What an estimate says of a series, and which changes of the series make it wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.domain.estimates import (
    RULES,
    Estimate,
    Line,
    Planned,
    Rhythm,
    differs,
    estimate_of,
)
from booking.domain.zones import to_instant, zone

NEW_YORK = zone("America/New_York")
FIFTY, NINETY = timedelta(minutes=50), timedelta(minutes=90)
TUESDAY = date(2026, 11, 3)
WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
MADE_ON = date(2026, 10, 30)


def session(on: date, price: int = 150_00, length: timedelta = FIFTY) -> Planned:
    return Planned(starts_at=to_instant(on, time(17), NEW_YORK), length=length, price_cents=price)


def weekly(count: int, *, every: int = 1, price: int = 150_00) -> list[Planned]:
    return [session(TUESDAY + n * every * WEEK, price) for n in range(count)]


def estimate(sessions: list[Planned], made_on: date = MADE_ON) -> Estimate:
    return estimate_of(sessions, NEW_YORK, made_on=made_on)


def moved(sessions: list[Planned], index: int, by: timedelta) -> list[Planned]:
    one = sessions[index]
    return [*sessions[:index], replace(one, starts_at=one.starts_at + by), *sessions[index + 1 :]]


def test_it_names_each_date_and_price_and_what_they_come_to() -> None:
    found = estimate([session(TUESDAY + WEEK, 140_00), session(TUESDAY, 150_00)])

    assert [(each.on, each.price_cents) for each in found.sessions] == [
        (TUESDAY, 150_00),
        (TUESDAY + WEEK, 140_00),
    ]
    assert found.total_cents == 290_00
    assert found.made_on == MADE_ON


def test_a_date_is_that_of_the_zone() -> None:
    late = Planned(starts_at=datetime(2026, 11, 4, 1, tzinfo=UTC), length=FIFTY, price_cents=150_00)

    assert [each.on for each in estimate([late]).sessions] == [TUESDAY]


def test_there_is_one_line_for_each_price_and_length() -> None:
    intake = session(TUESDAY, 200_00, NINETY)
    then = [session(TUESDAY + n * WEEK) for n in (1, 2, 3)]
    long = session(TUESDAY + 4 * WEEK, 150_00, NINETY)

    found = estimate([*then, long, intake])

    assert found.lines == [
        Line(length=NINETY, price_cents=200_00, count=1),
        Line(length=FIFTY, price_cents=150_00, count=3),
        Line(length=NINETY, price_cents=150_00, count=1),
    ]
    assert [line.total_cents for line in found.lines] == [200_00, 450_00, 150_00]
    assert found.total_cents == 800_00


def test_it_covers_twelve_months_from_the_first_session_and_no_day_more() -> None:
    last_day = date(2027, 11, 2)

    found = estimate([session(TUESDAY), session(last_day), session(last_day + A_DAY)])

    assert (found.covers_from, found.covers_until) == (TUESDAY, last_day)
    assert [each.on for each in found.sessions] == [TUESDAY, last_day]
    assert found.covers(TUESDAY)
    assert found.covers(last_day)
    assert not found.covers(TUESDAY - A_DAY)
    assert not found.covers(last_day + A_DAY)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 31), 12, date(2028, 12, 30)),
        (date(2027, 12, 1), 1, date(2027, 12, 31)),
    ],
)
def test_months_end_the_day_before_the_same_number(first: date, months: int, last: date) -> None:
    rules = (replace(RULES[0], months=months),)

    found = estimate_of([session(first)], NEW_YORK, made_on=first, rules=rules)

    assert found.covers_until == last


def test_what_was_before_it_was_made_is_not_expected_any_more() -> None:
    found = estimate(weekly(3), made_on=TUESDAY + WEEK)

    assert [each.on for each in found.sessions] == [TUESDAY + WEEK, TUESDAY + 2 * WEEK]
    assert found.covers_from == TUESDAY + WEEK


def test_there_is_no_estimate_of_nothing() -> None:
    with pytest.raises(ValueError, match="no session from 2026-11-04"):
        estimate(weekly(1), made_on=TUESDAY + A_DAY)


def test_there_is_no_estimate_before_the_law() -> None:
    with pytest.raises(ValueError, match="no rule for estimates holds on 2021-12-31"):
        estimate(weekly(1), made_on=date(2021, 12, 31))


@pytest.mark.parametrize(
    ("sessions", "rhythm"),
    [
        (weekly(4), Rhythm(sessions=1, every_weeks=1)),
        (weekly(4, every=2), Rhythm(sessions=1, every_weeks=2)),
        (
            [*weekly(4), *(session(TUESDAY + n * WEEK + 2 * A_DAY) for n in range(4))],
            Rhythm(sessions=2, every_weeks=1),
        ),
        (weekly(3), None),
    ],
)
def test_it_says_how_often_if_there_are_weeks_enough(
    sessions: list[Planned], rhythm: Rhythm | None
) -> None:
    assert estimate(sessions).rhythm == rhythm


WEEKLY = weekly(10)
SAME = [
    (WEEKLY, "nothing changed"),
    (moved(WEEKLY, 4, timedelta(days=2)), "moved within its week"),
    (moved(WEEKLY, 4, timedelta(days=7, hours=2)), "moved into another week"),
    ([replace(each, starts_at=each.starts_at + A_DAY) for each in WEEKLY], "another weekday"),
]
CHANGED = [
    (weekly(10, price=160_00), "another price"),
    ([*WEEKLY[:9], replace(WEEKLY[9], price_cents=0)], "another price of the last"),
    ([replace(each, length=NINETY) for each in WEEKLY], "another length"),
    (weekly(9), "one less"),
    (weekly(11), "one more"),
    (weekly(10, every=2), "every other week, as many in all"),
]


@pytest.mark.parametrize(("sessions", "story"), SAME, ids=[story for _, story in SAME])
def test_no_new_one_is_owed_for_a_date_that_moved(sessions: list[Planned], story: str) -> None:
    assert not differs(estimate(WEEKLY), estimate(sessions))


@pytest.mark.parametrize(("sessions", "story"), CHANGED, ids=[story for _, story in CHANGED])
def test_a_new_one_is_owed_when_price_or_scope_changed(sessions: list[Planned], story: str) -> None:
    assert differs(estimate(WEEKLY), estimate(sessions))


def test_with_few_weeks_a_move_is_not_taken_for_another_rhythm() -> None:
    assert not differs(estimate(weekly(3)), estimate(weekly(3, every=2)))
    assert not differs(estimate(weekly(4)), estimate(moved(weekly(4), 1, WEEK)))


def test_sessions_that_were_held_since_are_no_change() -> None:
    old, now = estimate(WEEKLY), estimate(WEEKLY, made_on=TUESDAY + 4 * WEEK + A_DAY)

    assert not differs(old, now)


def test_what_happens_to_the_session_of_the_day_itself_comes_too_late_for_a_new_one() -> None:
    today = TUESDAY + 4 * WEEK
    one_today_is_gone = [*WEEKLY[:4], *WEEKLY[5:]]

    assert not differs(estimate(WEEKLY), estimate(one_today_is_gone, made_on=today))


def test_a_higher_price_from_a_later_session_on_is_a_change() -> None:
    raised = [*WEEKLY[:5], *weekly(10, price=160_00)[5:]]

    assert differs(estimate(WEEKLY), estimate(raised, made_on=TUESDAY + 2 * WEEK))


def test_a_session_moved_from_the_past_is_no_change_for_the_day_of_the_old_one() -> None:
    later = moved(WEEKLY, 1, 3 * WEEK)

    assert not differs(estimate(WEEKLY), estimate(later))


def test_months_that_were_never_promised_are_no_change() -> None:
    two_years = weekly(104)
    old = estimate(two_years)
    much_later = TUESDAY + 40 * WEEK

    assert not differs(old, estimate(two_years, made_on=much_later))


def test_the_order_of_the_two_does_not_matter_to_days_already_past() -> None:
    old, later = estimate(WEEKLY), estimate(WEEKLY, made_on=TUESDAY + 2 * WEEK)

    assert not differs(later, old)
