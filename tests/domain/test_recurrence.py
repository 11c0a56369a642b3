"""The dates of a standing hour: right weeks, right clock, right count, across every change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.recurrence import (
    MOST_DATES,
    ClockChange,
    Repeat,
    StandingTime,
    clock_changes,
    overlaps_itself,
)
from booking.domain.zones import zone

NEW_YORK, LONDON, PHOENIX = map(zone, ("America/New_York", "Europe/London", "America/Phoenix"))
TUESDAY, THURSDAY = 1, 3
OCTOBER_20 = date(2026, 10, 20)


def weekly(first: date, **more: int | date | None) -> Repeat:
    return Repeat(first=first, weekdays=frozenset({first.weekday()}), **more)  # type: ignore[arg-type]


def starts(repeat: Repeat, at: time, zone_name: str, most: int = MOST_DATES) -> list[datetime]:
    there = StandingTime(at, zone(zone_name))
    return [there.on(day) for day in repeat.first_dates(most)]


def hours(instants: list[datetime]) -> list[tuple[int, int, int]]:
    return [(each.month, each.day, each.hour) for each in instants]


def test_b1_a_weekly_hour_keeps_its_time_of_day_while_clocks_change() -> None:
    autumn = starts(weekly(date(2026, 10, 27), count=2), time(9), "America/New_York")
    spring = starts(weekly(date(2027, 3, 9), count=2), time(9), "America/New_York")

    assert hours(autumn) == [(10, 27, 13), (11, 3, 14)]
    assert hours(spring) == [(3, 9, 14), (3, 16, 13)]


def test_b4_a_client_elsewhere_sees_the_gap_weeks_between_two_clock_changes() -> None:
    found = starts(weekly(OCTOBER_20, count=3), time(9), "America/New_York")

    assert [each.astimezone(LONDON).hour for each in found] == [14, 13, 14]


def test_b5_a_skipped_hour_moves_on_and_a_repeated_one_is_its_first_showing() -> None:
    spring = starts(weekly(date(2027, 3, 7), count=3), time(2, 30), "America/New_York")
    autumn = starts(weekly(date(2026, 10, 25), count=3), time(1, 30), "America/New_York")

    assert [each.astimezone(NEW_YORK).time() for each in spring] == [
        time(2, 30),
        time(3, 30),
        time(2, 30),
    ]
    assert hours(autumn) == [(10, 25, 5), (11, 1, 5), (11, 8, 6)]


def test_b13_a_weekly_hour_in_helsinki_stays_on_its_weekday() -> None:
    found = starts(weekly(date(2026, 10, 22), count=4), time(0, 15), "Europe/Helsinki")

    assert {each.astimezone(zone("Europe/Helsinki")).weekday() for each in found} == {THURSDAY}


@pytest.mark.parametrize("every_weeks", [1, 2, 3, 4])
def test_d9_each_frequency_offered_makes_its_dates(every_weeks: int) -> None:
    found = weekly(OCTOBER_20, every_weeks=every_weeks, count=4).first_dates(10)

    assert found == [OCTOBER_20 + number * timedelta(weeks=every_weeks) for number in range(4)]


def test_d10_every_other_week_runs_on_across_a_year_of_53_weeks() -> None:
    found = weekly(date(2026, 12, 15), every_weeks=2, count=4).first_dates(10)

    assert found == [date(2026, 12, 15), date(2026, 12, 29), date(2027, 1, 12), date(2027, 1, 26)]


def test_several_days_a_week_come_in_order_and_the_first_week_begins_where_it_begins() -> None:
    repeat = Repeat(
        first=date(2026, 10, 22), weekdays=frozenset({TUESDAY, THURSDAY}), every_weeks=2, count=4
    )

    assert repeat.first_dates(10) == [
        date(2026, 10, 22),
        date(2026, 11, 3),
        date(2026, 11, 5),
        date(2026, 11, 17),
    ]


def test_it_ends_with_the_last_date_on_or_before_until() -> None:
    assert weekly(OCTOBER_20, until=date(2026, 11, 3)).first_dates(10)[-1] == date(2026, 11, 3)
    assert weekly(OCTOBER_20, until=date(2026, 11, 2)).first_dates(10)[-1] == date(2026, 10, 27)


def test_an_open_ended_one_goes_on_to_the_end_of_the_calendar() -> None:
    repeat = weekly(OCTOBER_20)

    assert repeat.is_open_ended
    assert len(list(islice(repeat.dates(), 1000))) == 1000
    assert list(weekly(date(9999, 12, 14), every_weeks=4).dates()) == [date(9999, 12, 14)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"every_weeks": 0}, "every 1 to 4"),
        ({"every_weeks": 5}, "every 1 to 4"),
        ({"weekdays": frozenset({TUESDAY, 7})}, "0 to 6"),
        ({"weekdays": frozenset({THURSDAY})}, "none of the weekdays"),
        ({"count": 0}, "dates, not 0"),
        ({"count": MOST_DATES + 1}, "dates, not"),
        ({"until": OCTOBER_20 - timedelta(days=1)}, "before it begins"),
        ({"count": 2, "until": date(2027, 1, 1)}, "not by both"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, object], said: str) -> None:
    given_: dict[str, object] = {"first": OCTOBER_20, "weekdays": frozenset({TUESDAY})}

    with pytest.raises(ValueError, match=said):
        Repeat(**(given_ | wrong))  # type: ignore[arg-type]


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 4),
    st.integers(1, MOST_DATES),
    st.data(),
)
def test_the_rest_of_it_is_the_rest_of_its_dates(
    weekdays: set[int], every_weeks: int, count: int, data: st.DataObject
) -> None:
    first = next(
        day
        for day in (OCTOBER_20 + number * timedelta(days=1) for number in range(7))
        if day.weekday() in weekdays
    )
    repeat = Repeat(first=first, weekdays=frozenset(weekdays), every_weeks=every_weeks, count=count)
    dates = repeat.first_dates(MOST_DATES)
    from_here = data.draw(st.integers(0, count - 1))

    rest = repeat.starting(dates[from_here])

    assert len(dates) == count
    assert rest.first_dates(MOST_DATES) == dates[from_here:]
    with pytest.raises(ValueError, match="no date from"):
        repeat.starting(dates[-1] + timedelta(days=1))


def test_clock_changes_stand_between_the_dates_they_fall_between() -> None:
    found = starts(weekly(OCTOBER_20, count=4), time(9), "America/New_York")

    assert clock_changes(found, [NEW_YORK, LONDON, PHOENIX, NEW_YORK]) == [
        ClockChange(found[0], LONDON, timedelta(hours=-1)),
        ClockChange(found[1], NEW_YORK, timedelta(hours=-1)),
    ]


def test_d5_a_session_longer_than_the_time_to_the_next_one_overlaps_itself() -> None:
    noon = datetime(2030, 3, 4, 12, tzinfo=UTC)
    daily = [noon, noon + timedelta(hours=1)]

    assert overlaps_itself(daily, timedelta(minutes=61))
    assert not overlaps_itself(daily, timedelta(minutes=60))
