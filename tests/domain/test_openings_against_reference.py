"""The sets of minutes agree with the rules told slowly, near every kind of clock change."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.interval import Interval
from booking.domain.openings import Diary, SessionRules, openings, refusal
from tests.domain.diaries import PLACES, STATES, any_diary, any_rules
from tests.domain.reference import Reference, minutes_in

SECONDS = st.sampled_from([0, 0, 1, 59])


@dataclass(frozen=True)
class Question:
    diary: Diary
    rules: SessionRules
    window: Interval
    now: datetime
    state: str | None


@st.composite
def questions(draw: st.DrawFn, *, hours: int) -> Question:
    """Draw what may be asked about a few hours within a day of something odd."""
    name, day = draw(st.sampled_from(PLACES))
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    start = midnight + timedelta(minutes=draw(st.integers(-600, 1300)), seconds=draw(SECONDS))
    return Question(
        diary=draw(any_diary((name, day))),
        rules=draw(any_rules()),
        window=Interval(start, start + timedelta(hours=hours)),
        now=start + timedelta(minutes=draw(st.integers(-2600, 100)), seconds=draw(SECONDS)),
        state=draw(st.sampled_from([None, None, None, *STATES])),
    )


@settings(max_examples=30, deadline=None)
@given(questions(hours=6))
def test_what_is_offered_is_what_no_rule_holds_back(asked: Question) -> None:
    offered = openings(
        asked.diary, asked.rules, window=asked.window, now=asked.now, state=asked.state
    )

    expected = Reference(asked.diary, asked.rules, asked.now, asked.state)
    assert offered == expected.openings(asked.window)


@settings(max_examples=20, deadline=None)
@given(questions(hours=1), SECONDS)
def test_a_time_is_refused_for_the_first_rule_it_breaks_and_offered_if_none(
    asked: Question, seconds: int
) -> None:
    rules, now, state = asked.rules, asked.now, asked.state
    offered = openings(asked.diary, rules, window=asked.window, now=now, state=state)

    expected = Reference(asked.diary, rules, now, state)
    for minute in minutes_in(asked.window.start, asked.window.end):
        start = minute + timedelta(seconds=seconds)
        rule = refusal(asked.diary, rules, start, now=now, state=state)
        assert rule is expected.refusal(start)
        assert (rule is None) == (start in offered)
