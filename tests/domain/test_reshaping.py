"""A rule changes: dates that were arranged by hand stay as arranged, all others follow."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.reshaping import OldDate, Standing, reshaped

TUESDAY = date(2030, 3, 5)
A_DAY, WEEK = timedelta(days=1), timedelta(days=7)


def tuesdays(*standings: Standing) -> list[OldDate]:
    return [
        OldDate(TUESDAY + week * WEEK, standing, None if standing is Standing.OFF else week)
        for week, standing in enumerate(standings)
    ]


def weekly(first: date, count: int, every: int = 1) -> list[date]:
    return [first + week * every * WEEK for week in range(count)]


RULED, MOVED, OFF = Standing.RULED, Standing.MOVED, Standing.OFF


def test_dates_follow_in_order_to_another_weekday() -> None:
    thursdays = weekly(TUESDAY + 2 * A_DAY, 3)

    found = reshaped(tuesdays(RULED, RULED, RULED), thursdays)

    assert found.moved == dict(zip(thursdays, [0, 1, 2], strict=True))
    assert (found.kept, found.made, found.dropped) == ({}, [], [])


def test_a_moved_date_stays_moved_and_a_week_left_out_stays_out() -> None:
    thursdays = weekly(TUESDAY + 2 * A_DAY, 3)

    found = reshaped(tuesdays(RULED, MOVED, OFF), thursdays)

    assert found.moved == {thursdays[0]: 0}
    assert found.kept == {thursdays[1]: 1}
    assert (found.made, found.dropped) == ([], [])


def test_a_moved_date_follows_when_told_to() -> None:
    found = reshaped(tuesdays(RULED, MOVED), weekly(TUESDAY, 2), keep_moved=False)

    assert found.moved == {TUESDAY: 0, TUESDAY + WEEK: 1}


def test_every_other_week_takes_the_same_sessions_twice_as_far() -> None:
    dates = weekly(TUESDAY, 4, every=2)

    found = reshaped(tuesdays(RULED, RULED, RULED, RULED), dates)

    assert found.moved == dict(zip(dates, range(4), strict=True))


def test_a_moved_date_of_a_week_that_falls_away_follows_like_the_others() -> None:
    dates = weekly(TUESDAY, 2, every=2)

    found = reshaped(tuesdays(RULED, MOVED), dates)

    assert found.moved == {dates[0]: 0, dates[1]: 1}


@pytest.mark.parametrize(("count", "made", "dropped"), [(3, 1, 0), (1, 0, 1)])
def test_more_dates_are_made_and_fewer_end(count: int, made: int, dropped: int) -> None:
    found = reshaped(tuesdays(RULED, RULED), weekly(TUESDAY, count))

    assert (len(found.made), len(found.dropped)) == (made, dropped)


def test_of_two_days_a_week_the_one_that_stays_keeps_what_was_arranged_for_it() -> None:
    thursday = TUESDAY + 2 * A_DAY
    old = [OldDate(TUESDAY, OFF), OldDate(thursday, RULED, 1)]

    assert reshaped(old, [thursday]).moved == {thursday: 1}
    assert reshaped(old, [TUESDAY, thursday + A_DAY]).moved == {thursday + A_DAY: 1}


@given(
    st.lists(st.sampled_from(Standing), max_size=12),
    st.integers(0, 6),
    st.integers(1, 4),
    st.integers(0, 14),
    st.booleans(),
)
def test_no_date_is_lost_or_doubled(
    standings: list[Standing], shift: int, every: int, count: int, keep: bool
) -> None:
    old = tuesdays(*standings)
    new = weekly(TUESDAY - A_DAY + shift * A_DAY, count, every)

    found = reshaped(old, new, keep_moved=keep)

    used = [*found.moved.values(), *found.kept.values(), *found.dropped]
    assert sorted(used) == [each.id for each in old if each.id is not None]
    days = [*found.moved, *found.kept, *found.made]
    assert len(days) == len(set(days))
    assert set(days) <= set(new)
    assert len(new) - len(days) <= standings.count(OFF)
