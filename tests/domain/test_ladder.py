"""Every date of a standing hour before it is booked: the same answer as for single times."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.judging import NO_HORIZON, Asked, DateStatus, Judge
from booking.domain.ladder import Rung, check_first, clearer_time, refused, rungs_of
from booking.domain.openings import Diary, Licence, SessionRules, refusal
from booking.domain.recurrence import Repeat, StandingHour, StandingTime
from booking.errors import Rule, RuleBroken
from tests.domain.diaries import NEW_YORK, local_day

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
TUESDAY = date(2026, 10, 6)
A_DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
RULES = SessionRules(
    50, 60, buffer_after=10, notice=timedelta(hours=12), horizon=timedelta(days=60)
)
WORKWEEK = tuple(WeeklyHours(day, 9 * 60, 17 * 60) for day in range(5))
NOBODY = Asked()


def hour(at: time = time(15), **more: object) -> StandingHour:
    given_ = {"first": TUESDAY, "weekdays": frozenset({1}), "count": 6} | more
    return StandingHour(Repeat(**given_), StandingTime(at, NEW_YORK))  # type: ignore[arg-type]


def starts(standing: StandingHour | None = None) -> list[datetime]:
    return list((standing or hour()).starts())


def diary(**more: object) -> Diary:
    return Diary(NEW_YORK, WORKWEEK, **more)  # type: ignore[arg-type]


def booked(*days: datetime) -> list[Interval]:
    return [Interval(day, day + HOUR) for day in days]


def judge(
    found: Diary, dates: Sequence[datetime], asked: Asked = NOBODY, rules: SessionRules = RULES
) -> Judge:
    return Judge.of(found, rules, dates, asked=asked, now=NOW)


def climbed(
    found: Diary, dates: Sequence[datetime], asked: Asked = NOBODY, rules: SessionRules = RULES
) -> list[Rung]:
    return rungs_of(judge(found, dates, asked, rules))


def statuses(found: Diary, asked: Asked = NOBODY, rules: SessionRules = RULES) -> list[str]:
    rungs = climbed(found, starts(), asked, rules)
    return [rung.status.value for rung in rungs]


def test_each_date_says_what_stands_in_its_way() -> None:
    dates = starts()
    found = diary(
        claims=booked(dates[1]),
        time_off=[local_day(TUESDAY + 2 * WEEK)],
        closures=[local_day(TUESDAY + 3 * WEEK)],
        overrides=(DayHours(TUESDAY + 4 * WEEK, ((9 * 60, 12 * 60),)),),
        licences=(Licence("NY", date(2020, 1, 1), TUESDAY + 4 * WEEK),),
    )

    assert statuses(found, Asked("NY")) == [
        "open",
        "taken",
        "away",
        "closed",
        "away",
        "licence",
    ]


def test_a_date_outside_the_hours_of_some_weeks_says_so() -> None:
    every_other = WeeklyHours(1, 9 * 60, 17 * 60, 2, TUESDAY)

    found = Diary(NEW_YORK, (every_other,))

    assert statuses(found) == ["open", "outside_hours"] * 3


def test_what_is_open_instead_lies_in_that_week_and_never_twice() -> None:
    dates = starts()
    rungs = climbed(diary(claims=booked(dates[1], dates[2])), dates)

    for rung in rungs[1:3]:
        assert rung.alternatives[0] - rung.starts_at == -HOUR
        weeks = {(each.astimezone(NEW_YORK).isocalendar().week) for each in rung.alternatives}
        assert weeks == {rung.starts_at.astimezone(NEW_YORK).isocalendar().week}
    assert rungs[0].alternatives == ()


def test_of_two_clashes_in_a_week_the_second_is_not_offered_what_the_first_may_take() -> None:
    both = hour(weekdays=frozenset({1, 2}), count=2)
    one, other = both.starts()
    days_off = [local_day(TUESDAY + day * A_DAY) for day in (-1, 2, 3)]
    hours_left = [Interval(one, one + HOUR), Interval(other, other + HOUR)]
    free = Diary(
        NEW_YORK,
        (WeeklyHours(1, 14 * 60, 16 * 60), WeeklyHours(2, 15 * 60, 16 * 60)),
        time_off=days_off,
        claims=hours_left,
    )

    rungs = climbed(free, [one, other])

    assert [rung.alternatives for rung in rungs] == [(one - HOUR,), ()]


def test_the_clients_own_appointments_are_in_the_way_too() -> None:
    dates = starts()

    assert statuses(diary(), Asked(busy=booked(dates[3]))) == ["open"] * 3 + [
        "taken",
        "open",
        "open",
    ]


def test_later_dates_need_no_grid_and_no_horizon() -> None:
    shifted = DayHours(TUESDAY + WEEK, ((9 * 60 + 30, 17 * 60),))
    long = hour(count=40)

    found = climbed(diary(overrides=(shifted,)), starts(long))

    assert {rung.status for rung in found} == {DateStatus.OPEN}
    assert found[-1].starts_at > NOW + RULES.horizon


@pytest.mark.parametrize(
    ("first", "rule"),
    [
        (starts(hour(time(15, 20)))[0], Rule.OFF_GRID),
        (NOW + RULES.horizon + HOUR, Rule.HORIZON),
        (NOW + HOUR, Rule.NOTICE),
        (NOW, Rule.PAST),
    ],
)
def test_a_series_may_not_begin_where_a_single_session_may_not(first: datetime, rule: Rule) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_first(diary(), RULES, first, asked=NOBODY, now=NOW)

    assert broken.value.rule is rule


def test_the_dates_of_the_series_count_towards_the_limits_themselves() -> None:
    thrice = starts(hour(weekdays=frozenset({1, 2, 3}), count=6))
    found = diary(weekly_limit=2, daily_limit=1, sessions=[thrice[4] - 3 * HOUR])

    rungs = climbed(found, thrice)

    assert [rung.status.value for rung in rungs] == [
        *("open", "open", "taken"),
        *("open", "taken", "taken"),
    ]


def test_a_time_that_is_open_throughout_is_named_when_the_wished_one_clashes_often() -> None:
    dates = starts()
    found = diary(claims=booked(*dates[1:4]))
    rungs = climbed(found, dates)

    clearer = clearer_time(judge(found, starts()), hour(), rungs)

    assert clearer is not None
    local = clearer.astimezone(NEW_YORK)
    assert (local.time(), local.date() != TUESDAY) == (time(15), True)
    seldom = diary(claims=booked(*dates[1:3]))
    rungs = climbed(seldom, dates)
    assert clearer_time(judge(seldom, starts()), hour(), rungs) is None


def test_no_clearer_time_is_named_where_there_is_none() -> None:
    dates = starts()
    weeks_off = [
        Interval(start, start + 6 * A_DAY)
        for start in (local_day(TUESDAY + week * WEEK - A_DAY).start for week in (1, 2, 3))
    ]
    found = diary(time_off=weeks_off)
    rungs = climbed(found, dates)

    assert clearer_time(judge(found, starts()), hour(), rungs) is None


def test_choices_are_refused_that_are_no_offer_or_too_close_to_each_other() -> None:
    dates = starts()
    free = diary(claims=booked(dates[2]))

    def left(**moved: datetime) -> list[datetime]:
        chosen = {start: moved.get(f"d{number}", start) for number, start in enumerate(dates)}
        return refused(free, RULES, chosen, asked=NOBODY, now=NOW)

    assert left() == [dates[2]]
    assert left(d2=dates[2] + HOUR) == []
    assert left(d2=dates[2] + HOUR / 2) == [dates[2]]
    assert len(left(d2=dates[3])) == 1


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 23), st.integers(1, 30)), max_size=12)


def spans(drawn: Sequence[tuple[int, int, int]]) -> list[Interval]:
    first = datetime(2026, 9, 28, tzinfo=UTC)
    return [
        Interval(first + day * A_DAY + start * HOUR, first + day * A_DAY + (start + length) * HOUR)
        for day, start, length in drawn
    ]


@given(SPANS, SPANS, SPANS, st.integers(9, 16), st.sampled_from([1, 2, 3]))
def test_what_is_open_on_the_ladder_is_what_no_rule_refuses(
    claims: list[tuple[int, int, int]],
    off: list[tuple[int, int, int]],
    outside: list[tuple[int, int, int]],
    at: int,
    every: int,
) -> None:
    found = diary(claims=spans(claims), time_off=spans(off), outside=spans(outside))
    far = SessionRules(50, 60, buffer_after=10, horizon=NO_HORIZON)
    dates = starts(hour(time(at), every_weeks=every))

    rungs = climbed(found, dates)

    for rung in rungs:
        against = refusal(found, far, rung.starts_at, now=NOW)
        assert rung.is_open == (against is None)
        for other in rung.alternatives:
            assert refusal(found, far, other, now=NOW) is None
