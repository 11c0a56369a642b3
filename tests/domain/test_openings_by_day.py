"""Rules that open or close whole local days: limits and licences (CASES F5)."""

from dataclasses import replace
from datetime import date

from booking.domain.openings import Diary, Licence, openings, refusal
from booking.errors import Rule
from tests.domain.diaries import LONG_AGO, NEW_YORK, clocks, every_day, rules, span, utc

TUESDAY = date(2026, 6, 2)
MORNING = Diary(NEW_YORK, every_day((9 * 60, 12 * 60)))


def test_f5_the_daily_limit_counts_local_days_and_hides_the_day() -> None:
    """Late sessions on the fourth are already the fifth in UTC."""
    late = Diary(NEW_YORK, every_day((18 * 60, 23 * 60)), daily_limit=2)
    two_late_on_the_fourth = [utc("2026-06-04 22:00"), utc("2026-06-05 02:00")]

    full = replace(late, sessions=two_late_on_the_fourth)

    assert clocks(full, date(2026, 6, 4), rules(60)) == []
    assert len(clocks(full, date(2026, 6, 5), rules(60))) == 5
    assert refusal(full, rules(60), utc("2026-06-02 23:00"), now=LONG_AGO) is None
    assert refusal(full, rules(60), utc("2026-06-05 01:00"), now=LONG_AGO) is Rule.LIMIT


def test_f5_the_weekly_limit_counts_from_monday_and_sees_days_not_asked_about() -> None:
    monday_and_sunday = [utc("2026-06-01 13:00"), utc("2026-06-08 03:30")]
    diary = replace(MORNING, weekly_limit=2, sessions=monday_and_sunday)

    assert clocks(diary, date(2026, 5, 31), rules(60)) != []
    assert clocks(diary, date(2026, 6, 3), rules(60)) == []
    assert clocks(diary, date(2026, 6, 7), rules(60)) == []
    assert clocks(diary, date(2026, 6, 8), rules(60)) != []


def test_a_limit_of_none_at_all_closes_every_day() -> None:
    assert clocks(replace(MORNING, daily_limit=0), TUESDAY, rules(60)) == []


def test_a_licence_covers_the_local_dates_it_names_both_included() -> None:
    late = Diary(
        NEW_YORK,
        every_day((21 * 60, 22 * 60)),
        licences=(Licence("NJ", TUESDAY, date(2026, 6, 3)), Licence("NY", LONG_AGO.date(), None)),
    )
    window = span("2026-06-01 12:00", "2026-06-05 12:00")

    offered = openings(late, rules(60), window=window, now=LONG_AGO, state="NJ")

    assert offered == [utc("2026-06-03 01:00"), utc("2026-06-04 01:00")]
    before_the_term = utc("2026-06-02 01:00")
    for state, rule in (("NJ", Rule.LICENCE), ("NY", None), ("CA", Rule.LICENCE)):
        assert refusal(late, rules(60), before_the_term, now=LONG_AGO, state=state) is rule
