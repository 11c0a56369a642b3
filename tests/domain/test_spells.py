"""Between two clock changes the wall keeps one distance from UTC."""

from datetime import date

import pytest

from booking.domain.minutes import DAY, day_number, floor_minute, members
from booking.domain.spells import EMPTY_DAY, FULL_DAY, Spell, lay, local_days, spells
from booking.domain.zones import zone
from tests.domain.diaries import NEW_YORK, utc


def minute(text: str) -> int:
    return floor_minute(utc(text))


@pytest.mark.parametrize(
    ("name", "before", "change", "after", "offsets"),
    [
        ("America/New_York", "2026-10-30", "2026-11-01 06:00", "2026-11-05", (-240, -300)),
        ("America/New_York", "2027-03-13", "2027-03-14 07:00", "2027-03-16", (-300, -240)),
        ("Australia/Lord_Howe", "2026-04-03", "2026-04-04 15:00", "2026-04-06", (660, 630)),
        ("America/Santiago", "2026-09-05", "2026-09-06 04:00", "2026-09-07", (-240, -180)),
        ("Pacific/Chatham", "2026-04-03", "2026-04-04 14:00", "2026-04-06", (825, 765)),
    ],
)
def test_spells_meet_where_the_clocks_change(
    name: str, before: str, change: str, after: str, offsets: tuple[int, int]
) -> None:
    start, middle, end = minute(before), minute(change), minute(after)

    assert spells(zone(name), start=start, end=end) == [
        Spell(start, middle, offsets[0]),
        Spell(middle, end, offsets[1]),
    ]


def test_a_year_has_three_spells_and_the_next_takes_up_the_last() -> None:
    found = spells(NEW_YORK, start=minute("2026-01-01"), end=minute("2028-01-01"))

    assert [spell.offset for spell in found] == [-300, -240, -300, -240, -300]
    assert [one.end for one in found[:-1]] == [other.start for other in found[1:]]


def test_a_change_at_the_edge_belongs_to_what_follows_it() -> None:
    change = minute("2026-11-01 06:00")

    assert spells(NEW_YORK, start=change, end=change + 1) == [Spell(change, change + 1, -300)]
    assert spells(NEW_YORK, start=change - 1, end=change) == [Spell(change - 1, change, -240)]


@pytest.mark.parametrize("name", ["America/Phoenix", "Asia/Kathmandu", "UTC"])
def test_a_zone_that_keeps_its_clock_has_one_spell(name: str) -> None:
    assert len(spells(zone(name), start=minute("2026-01-01"), end=minute("2029-01-01"))) == 1


def test_a_day_laid_on_the_line_is_as_long_as_the_day() -> None:
    around = spells(NEW_YORK, start=minute("2026-10-31"), end=minute("2026-11-03"))
    sunday = day_number(date(2026, 11, 1))

    bits = lay(around, lambda days: [FULL_DAY if day == sunday else EMPTY_DAY for day in days])

    hours_of_utc_saturday_before = 28
    assert members(bits) == [hours_of_utc_saturday_before * 60 + i for i in range(25 * 60)]


def test_an_instant_is_on_the_day_the_wall_shows() -> None:
    around = spells(NEW_YORK, start=minute("2026-10-31"), end=minute("2026-11-03"))
    change = "2026-11-01 06:00"
    instants = [
        "2026-11-01 03:59",
        "2026-11-01 04:00",
        change,
        "2026-11-02 04:59",
        "2026-11-02 05:00",
    ]
    outside = ["2026-10-30 23:59", "2026-11-03 00:00"]

    days = local_days(around, [utc(text) for text in instants + outside])

    sunday = minute("2026-11-01") // DAY
    assert days == [sunday - 1, sunday, sunday, sunday, sunday + 1]
