"""When calendars elsewhere are read, and what is made of the times in them."""

from datetime import UTC, datetime, timedelta

from booking.domain import feeds
from booking.domain.interval import Interval
from booking.domain.outside import EVERY, LONGEST_WAIT, joined, next_reading, window_at

NOON = datetime(2030, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def span(start: timedelta, end: timedelta) -> Interval:
    return Interval(NOON + start, NOON + end)


def test_spans_that_meet_are_one_and_others_stay_apart() -> None:
    spans = [span(2 * HOUR, 3 * HOUR), span(0 * HOUR, HOUR), span(HOUR, 90 * MINUTE)]

    assert joined(spans) == [span(0 * HOUR, 90 * MINUTE), span(2 * HOUR, 3 * HOUR)]
    assert joined([span(0 * HOUR, 3 * HOUR), span(HOUR, 2 * HOUR)]) == [span(0 * HOUR, 3 * HOUR)]


def test_a_minute_that_is_begun_is_taken_whole() -> None:
    second = timedelta(seconds=1)

    assert joined([span(second, MINUTE + second)]) == [span(0 * HOUR, 2 * MINUTE)]


def test_the_wait_doubles_and_has_an_end() -> None:
    waits = [next_reading(failures, now=NOON) - NOON for failures in (0, 1, 2, 5, 500)]

    assert waits == [EVERY, 2 * EVERY, 4 * EVERY, LONGEST_WAIT, LONGEST_WAIT]


def test_windows_move_once_a_day() -> None:
    for window in (window_at, feeds.window_at):
        assert window(NOON) == window(NOON + 11 * HOUR)
        assert window(NOON) != window(NOON + DAY)
        assert window(NOON).contains(Interval(NOON - 12 * HOUR, NOON + 390 * DAY))
