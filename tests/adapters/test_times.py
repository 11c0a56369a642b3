"""Times in words: the reader's own clock, the other one where it differs, and the date there."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.adapters.wording import times
from booking.domain.texts import is_gsm7
from booking.domain.zones import zone, zone_names

NEW_YORK, PHOENIX = zone("America/New_York"), zone("America/Phoenix")
LOS_ANGELES, LONDON = zone("America/Los_Angeles"), zone("Europe/London")
NOV_3 = datetime(2026, 11, 4, 0, 0, tzinfo=UTC)


def test_a_time_is_said_on_the_readers_own_clock() -> None:
    assert times.long_time(NOV_3, PHOENIX) == "Tuesday, November 3, 5:00 PM"
    assert times.short_time(NOV_3, PHOENIX) == "Tue Nov 3, 5:00 PM"
    assert times.short_day(NOV_3, PHOENIX) == "Tue, Nov 3"


def test_b12_the_date_is_the_local_one() -> None:
    six_pm = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)

    assert times.long_time(six_pm, LOS_ANGELES) == "Tuesday, June 30, 6:00 PM"
    assert times.long_time(six_pm, LONDON) == "Wednesday, July 1, 2:00 AM"


def test_a_zone_is_named_by_its_city() -> None:
    assert times.zone_words(PHOENIX) == "Phoenix time"
    assert times.zone_words(NEW_YORK) == "New York time"


def test_the_second_clock_is_shown_only_where_it_differs_on_that_date() -> None:
    # In summer Phoenix and Los Angeles show the same, in winter they do not.
    summer, winter = datetime(2026, 7, 1, 20, tzinfo=UTC), datetime(2026, 12, 1, 20, tzinfo=UTC)

    assert times.other_clock(summer, PHOENIX, LOS_ANGELES) is None
    assert times.other_clock(winter, PHOENIX, LOS_ANGELES) == "12:00 PM in Los Angeles"


def test_another_weekday_on_the_second_clock_is_spelled_out() -> None:
    half_past_midnight = datetime(2026, 11, 4, 5, 30, tzinfo=UTC)

    said = times.other_clock(half_past_midnight, NEW_YORK, LOS_ANGELES)

    assert said == "Tuesday 9:30 PM in Los Angeles"


@pytest.mark.parametrize(
    ("utc_hour", "said"),
    [
        (5, "1:30 AM (before the clocks go back)"),
        (6, "1:30 AM (after the clocks go back)"),
        (7, "2:30 AM"),
    ],
)
def test_an_hour_that_comes_twice_says_which_it_is(utc_hour: int, said: str) -> None:
    instant = datetime(2026, 11, 1, utc_hour, 30, tzinfo=UTC)

    assert times.clock(instant, NEW_YORK) == said


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        (PHOENIX, NEW_YORK, "2 hours ahead of you"),
        (NEW_YORK, PHOENIX, "2 hours behind you"),
        (LOS_ANGELES, PHOENIX, "1 hour ahead of you"),
        (NEW_YORK, zone("America/Toronto"), None),
        (LONDON, zone("Asia/Kathmandu"), "5.75 hours ahead of you"),
    ],
)
def test_how_far_another_clock_is(mine: ZoneInfo, theirs: ZoneInfo, said: str | None) -> None:
    assert times.ahead(NOV_3, mine, theirs) == said


def test_clocks_that_change_before_the_time_are_named_with_their_date() -> None:
    before, after = datetime(2027, 3, 10, 12, tzinfo=UTC), datetime(2027, 3, 16, 20, tzinfo=UTC)

    assert times.change_between(before, after, NEW_YORK) == times.ClockChange(
        date(2027, 3, 14), forward=True
    )
    assert times.change_words(before, after, NEW_YORK) == (
        "Clocks in New York go forward on March 14. 4:00 PM is the time after that."
    )
    assert times.change_words(before, after, PHOENIX) is None
    assert times.change_words(after, after.replace(day=20), NEW_YORK) is None


def test_clocks_that_go_back_are_said_to_go_back() -> None:
    before, after = datetime(2026, 10, 30, 12, tzinfo=UTC), datetime(2026, 11, 3, 21, tzinfo=UTC)

    assert times.change_words(before, after, NEW_YORK) == (
        "Clocks in New York go back on November 1. 4:00 PM is the time after that."
    )


def test_every_zone_can_be_put_into_words() -> None:
    for name in sorted(zone_names()):
        assert times.zone_words(zone(name)).endswith(" time")
        assert is_gsm7(times.short_time(NOV_3, zone(name)))
