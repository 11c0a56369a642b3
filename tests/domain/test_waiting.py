"""When somebody could come, and until when a time is held out to them."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.reminders import QuietHours, is_open
from booking.domain.starts import Part, When
from booking.domain.waiting import (
    AFTER_THE_NIGHT,
    WORTHWHILE,
    Window,
    clock_minute,
    deadline,
    fits,
    joined,
    windows_of,
)
from booking.domain.zones import zone

NEW_YORK, LONDON, AUCKLAND = (
    zone("America/New_York"),
    zone("Europe/London"),
    zone("Pacific/Auckland"),
)
HOUR = timedelta(hours=1)
LENGTH = timedelta(minutes=50)
# Tuesday, five in the afternoon in New York.
FIVE = datetime(2030, 3, 5, 22, 0, tzinfo=UTC)
EVENING = Window(1, 17 * 60, 24 * 60)
QUIET = QuietHours()


@pytest.mark.parametrize(
    ("start", "fit"),
    [
        (FIVE, True),
        (FIVE - timedelta(minutes=1), False),
        (FIVE + timedelta(days=1), False),
        (FIVE + timedelta(days=7) - HOUR, True),  # the clocks went forward
        (FIVE + timedelta(days=7) - 2 * HOUR, False),
        (FIVE + 6 * HOUR + timedelta(minutes=10), True),  # it ends as the day does
        (FIVE + 6 * HOUR + timedelta(minutes=11), False),
    ],
)
def test_after_five_on_tuesdays_is_meant_by_the_clock_of_the_client(
    start: datetime, fit: bool
) -> None:
    assert fits(start, LENGTH, [EVENING], NEW_YORK) is fit


def test_the_same_instant_is_another_day_elsewhere() -> None:
    wednesday = Window(2, 10 * 60, 12 * 60)

    assert fits(FIVE, LENGTH, [wednesday], AUCKLAND)
    assert not fits(FIVE, LENGTH, [EVENING], AUCKLAND)
    assert fits(FIVE, LENGTH, [Window(1, 22 * 60, 23 * 60)], LONDON)


def test_without_windows_any_time_will_do() -> None:
    assert fits(FIVE, LENGTH, [], NEW_YORK)


def test_a_session_does_not_reach_out_of_its_window() -> None:
    assert fits(FIVE, LENGTH, [Window(1, 17 * 60, 17 * 60 + 50)], NEW_YORK)
    assert not fits(FIVE, LENGTH, [Window(1, 17 * 60, 17 * 60 + 49)], NEW_YORK)


def test_parts_of_days_are_windows() -> None:
    found = windows_of([When(Part.EVENING, weekend=False), When(Part.MORNING, weekend=True)])

    assert found == [
        *(Window(day, 17 * 60, 24 * 60) for day in range(5)),
        *(Window(day, 0, 12 * 60) for day in (5, 6)),
    ]


windows = st.builds(
    lambda day, one, two: Window(day, min(one, two), max(one, two) + 1),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(0, 1439),
)


@given(st.lists(windows, max_size=8))
def test_windows_that_meet_are_one_and_cover_the_same(these: list[Window]) -> None:
    def minutes(of: list[Window]) -> set[tuple[int, int]]:
        return {(w.weekday, m) for w in of for m in range(w.from_minute, w.until_minute)}

    found = joined(these)

    assert minutes(found) == minutes(these)
    for one, other in pairwise(found):
        assert one.weekday < other.weekday or one.until_minute < other.from_minute


@pytest.mark.parametrize(
    ("values", "why"), [((7, 0, 60), "weekdays"), ((1, 60, 60), "stretch"), ((1, 0, 1441), "day")]
)
def test_a_window_is_a_stretch_of_one_day(values: tuple[int, int, int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Window(*values)


@pytest.mark.parametrize(
    ("now", "told", "until"),
    [
        ("2030-03-01 10:00", "2030-03-01 10:00", "2030-03-02 10:00"),  # 10 PM is at night
        ("2030-03-01 19:10", "2030-03-01 19:10", "2030-03-02 10:00"),
        ("2030-03-01 22:00", "2030-03-02 09:00", "2030-03-03 10:00"),
        ("2030-03-01 05:00", "2030-03-01 09:00", "2030-03-02 10:00"),
        ("2030-03-09 19:10", "2030-03-09 19:10", "2030-03-10 10:00"),  # the clocks go forward
    ],
)
def test_the_hours_count_from_when_they_are_told_and_end_by_day(
    now: str, told: str, until: str
) -> None:
    found = deadline(at(now), NEW_YORK, hours=12, latest=at("2030-04-01 09:00"))

    assert found is not None
    assert (found.told_at, found.until) == (at(told), at(until))


def test_it_ends_on_a_quarter_of_an_hour() -> None:
    found = deadline(at("2030-03-01 10:07"), NEW_YORK, hours=3, latest=at("2030-04-01 09:00"))

    assert found is not None
    assert found.until == at("2030-03-01 13:15")


@pytest.mark.parametrize(
    ("latest", "until"),
    [
        ("2030-03-01 15:20", "2030-03-01 15:20"),
        ("2030-03-02 02:00", "2030-03-01 20:00"),
        ("2030-03-01 11:00", "2030-03-01 11:00"),
        ("2030-03-01 10:59", None),
    ],
)
def test_it_never_outlasts_the_latest_and_is_worth_an_hour(latest: str, until: str | None) -> None:
    found = deadline(at("2030-03-01 10:00"), NEW_YORK, hours=12, latest=at(latest))

    assert (found and found.until) == (at(until) if until else None)


def test_nothing_is_offered_at_night_that_is_over_by_morning() -> None:
    night, morning = at("2030-03-01 23:00"), at("2030-03-02 09:30")

    assert deadline(night, NEW_YORK, hours=12, latest=morning) is None
    assert deadline(night, NEW_YORK, hours=12, latest=morning + HOUR) is not None


@given(
    now=st.integers(0, 60 * 24 * 365),
    ahead=st.integers(0, 60 * 24 * 5),
    hours=st.integers(1, 72),
    here=st.sampled_from([NEW_YORK, LONDON, AUCKLAND]),
)
def test_a_deadline_is_always_one_that_people_awake_can_meet(
    now: int, ahead: int, hours: int, here: object
) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=now)
    latest = start + timedelta(minutes=ahead)

    found = deadline(start, here, hours=hours, latest=latest)  # type: ignore[arg-type]

    if found is not None:
        assert start <= found.told_at < found.until <= latest
        assert found.until - found.told_at >= WORTHWHILE
        assert is_open(found.told_at, here, QUIET)  # type: ignore[arg-type]
        assert is_open(found.until - timedelta(minutes=1), here, QUIET)  # type: ignore[arg-type]
        assert found.until <= found.told_at + hours * HOUR + 14 * HOUR + AFTER_THE_NIGHT


@pytest.mark.parametrize(("text", "minute"), [("00:00", 0), ("17:30", 1050), ("24:00", 1440)])
def test_the_clock_is_read_by_the_minute(text: str, minute: int) -> None:
    assert clock_minute(text) == minute


@pytest.mark.parametrize("text", ["", "25:00", "17:30:01", "five", "17:30Z"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the standard library words it
        clock_minute(text)


def at(wall: str) -> datetime:
    """Return the instant at which clocks in New York show it."""
    return datetime.fromisoformat(wall).replace(tzinfo=NEW_YORK).astimezone(UTC)
