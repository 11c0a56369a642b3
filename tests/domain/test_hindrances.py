"""Why a time is not offered: all that holds it back, and exactly when something does."""

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings

from booking.domain.availability import WeeklyHours
from booking.domain.hindrances import Hindrance, hindrances
from booking.domain.interval import Interval
from booking.domain.openings import Diary, Licence, SessionRules, refusal
from booking.errors import Rule
from tests.domain.diaries import NEW_YORK, WORKDAY, every_day, span, utc
from tests.domain.test_openings_against_reference import Question, questions

# A Tuesday; clocks in New York are five hours behind.
NOW = utc("2026-12-01 12:00")
NINE = utc("2026-12-08 14:00")
RULES = SessionRules(
    50,
    60,
    buffer_before=0,
    buffer_after=10,
    notice=timedelta(hours=24),
    horizon=timedelta(days=60),
)
OPEN = Diary(NEW_YORK, every_day(WORKDAY))
# What one refusal stands for here: the words of a therapist's calendar are finer.
FINER = {
    Rule.OUTSIDE_HOURS: {Hindrance.OUTSIDE_HOURS, Hindrance.AWAY, Hindrance.CLOSED},
    Rule.LIMIT: {Hindrance.DAY_FULL, Hindrance.WEEK_FULL},
    Rule.TAKEN: {Hindrance.TAKEN, Hindrance.ELSEWHERE},
    Rule.BUFFER: {Hindrance.BUFFER, Hindrance.ELSEWHERE},
}


def why(diary: Diary, start: datetime = NINE, *, state: str | None = None) -> list[Hindrance]:
    return [each.hindrance for each in hindrances(diary, RULES, start, now=NOW, state=state)]


def test_nothing_holds_back_what_is_offered() -> None:
    assert why(OPEN) == []


def test_everything_is_named_and_not_the_first_thing_alone() -> None:
    hour = Interval(NINE, NINE + timedelta(hours=1))
    full = Diary(
        NEW_YORK,
        (WeeklyHours(0, *WORKDAY),),
        time_off=[hour],
        closures=[hour],
        claims=[hour],
        outside=[hour],
        sessions=[NINE],
        daily_limit=1,
        weekly_limit=1,
    )

    assert why(full, state="NY") == [
        Hindrance.LICENCE,
        Hindrance.OUTSIDE_HOURS,
        Hindrance.AWAY,
        Hindrance.CLOSED,
        Hindrance.DAY_FULL,
        Hindrance.WEEK_FULL,
        Hindrance.TAKEN,
        Hindrance.ELSEWHERE,
    ]


def test_the_clock_holds_back_what_is_too_soon_or_too_far() -> None:
    assert why(OPEN, NOW) == [Hindrance.PAST, Hindrance.OUTSIDE_HOURS]
    assert why(OPEN, utc("2026-12-02 11:00")) == [Hindrance.NOTICE, Hindrance.OUTSIDE_HOURS]
    assert why(OPEN, utc("2027-03-01 14:00")) == [Hindrance.HORIZON]


def test_a_time_between_two_starts_is_off_the_grid_alone() -> None:
    assert why(OPEN, NINE + timedelta(minutes=20)) == [Hindrance.OFF_GRID]


def test_a_session_that_only_its_buffer_keeps_away_is_told_apart() -> None:
    next_one = span("2026-12-08 14:55", "2026-12-08 16:00")

    found = hindrances(
        Diary(NEW_YORK, OPEN.weekly, claims=[next_one]), RULES, NINE, now=NOW, state=None
    )

    assert [(each.hindrance, list(each.spans)) for each in found] == [
        (Hindrance.BUFFER, [next_one])
    ]


def test_only_what_meets_the_session_is_named() -> None:
    that = span("2026-12-08 13:00", "2026-12-08 14:20")
    other = span("2026-12-08 18:00", "2026-12-08 19:00")

    off, taken = (
        hindrances(diary, RULES, NINE, now=NOW)[0]
        for diary in (
            Diary(NEW_YORK, OPEN.weekly, time_off=[other, that]),
            Diary(NEW_YORK, OPEN.weekly, claims=[that, other]),
        )
    )

    assert (off.hindrance, list(off.spans)) == (Hindrance.AWAY, [that])
    assert (taken.hindrance, list(taken.spans)) == (Hindrance.TAKEN, [that])


def test_a_licence_counts_on_the_therapists_own_day() -> None:
    until = Licence("NY", date(2026, 1, 1), date(2026, 12, 7))
    licensed = Diary(NEW_YORK, every_day((0, 24 * 60)), licences=(until,))
    late = datetime.combine(date(2026, 12, 7), time(23), tzinfo=NEW_YORK)

    assert why(licensed, late, state="NY") == []
    assert why(licensed, late + timedelta(hours=1), state="NY") == [Hindrance.LICENCE]


@settings(max_examples=60, deadline=None)
@given(questions(hours=1))
def test_something_is_named_exactly_when_the_time_is_refused(asked: Question) -> None:
    start = asked.window.start

    found = hindrances(asked.diary, asked.rules, start, now=asked.now, state=asked.state)

    rule = refusal(asked.diary, asked.rules, start, now=asked.now, state=asked.state)
    named = {each.hindrance for each in found}
    if rule is None:
        assert named == set()
    else:
        assert named & (FINER.get(rule) or {Hindrance(rule.value)})
