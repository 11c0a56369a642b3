"""A day that a place left out: Samoa went from December 29 to December 31 in 2011."""

from datetime import UTC, datetime

from booking.domain.minutes import floor_minute, instant_at
from booking.domain.starts import WHENS, Part, When, parts_between
from booking.domain.zones import zone

APIA = zone("Pacific/Apia")


def test_a_day_that_never_was_has_no_morning_and_takes_none_from_its_neighbours() -> None:
    first = floor_minute(datetime(2011, 12, 28, tzinfo=UTC))
    last = floor_minute(datetime(2012, 1, 2, tzinfo=UTC))
    parts = parts_between(first, last, APIA)

    for minute in range(first, last, 15):
        local = instant_at(minute).astimezone(APIA)
        hour = local.hour
        part = Part.MORNING if hour < 12 else Part.AFTERNOON if hour < 17 else Part.EVENING
        bit = 1 << (minute // 15 - parts.origin)
        found = [when for when, those in zip(WHENS, parts.of, strict=True) if those & bit]
        assert found == [When(part, local.weekday() >= 5)], local
