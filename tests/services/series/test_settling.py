"""A date that could not be made: left out, or made at another time; and one date skipped."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from booking.domain.interval import Interval
from booking.domain.judging import DateStatus
from booking.domain.lifecycle import Status
from booking.domain.messages import MessageState
from booking.errors import IllegalTransition, NotFound, SlotTaken
from booking.models import Appointment, Message, Series, SeriesQuestion, TimeOff, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off, remove_time_off
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.changing import Change, change_series
from booking.services.series.leaving import end_series
from booking.services.series.pausing import Pause, pause
from booking.services.series.planning import NewHour
from booking.services.series.settling import look_at_question, settle_question, still_asked
from booking.services.series.skipping import skip_date
from booking.services.series.topping_up import top_up
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import (
    MONDAYS,
    WEEK,
    agreed,
    kinds_owed,
    live_dates,
    starts,
    therapist_of,
)

pytestmark = pytest.mark.usefixtures("practice")
LATER, A_DAY = NOW + 6 * WEEK, timedelta(days=1)
# The clocks have gone forward by then.
FOURTEENTH = MONDAY_9AM - HOUR + 13 * WEEK
FIFTEENTH = FOURTEENTH + WEEK


@pytest.fixture
def series(parts: Parts) -> Series:
    """Mondays without an end, two of which cannot be had."""
    found = agreed(parts, pattern=Pattern())
    for start in (FOURTEENTH, FIFTEENTH):
        add_time_off(found.therapist_id, Interval(start, start + HOUR), actor=SYSTEM, now=NOW)
    top_up(now=LATER)
    everything_is_sent()
    return db.session.get_one(Series, found.id)


def everything_is_sent() -> None:
    sent = update(Message).values(state=MessageState.SENT, attempts=1)
    unit_of_work(lambda session: session.execute(sent))


def questions() -> list[SeriesQuestion]:
    db.session.expire_all()
    return list(db.session.scalars(select(SeriesQuestion).order_by(SeriesQuestion.starts_at)))


def settle(to: datetime | None, number: int = 0) -> None:
    found = questions()[number]
    settle_question(found.id, found.series.therapist_id, to, now=LATER)


def changes_told() -> list[dict[str, Any]]:
    query = select(Message).filter_by(kind="series_changed", state="due")
    return [message.facts for message in db.session.scalars(query)]


def test_a_question_says_why_and_what_is_open_that_week(series: Series) -> None:
    first = questions()[0]

    rung = look_at_question(db.session(), first, now=LATER)

    assert still_asked(first, now=LATER)
    assert (rung.starts_at, rung.status) == (FOURTEENTH, DateStatus.AWAY)
    assert rung.alternatives[0] == FOURTEENTH + HOUR
    db.session.rollback()


def test_a_date_left_out_is_settled_and_nobody_is_told(series: Series) -> None:
    before = starts(series.id)

    settle(None)
    settle(FOURTEENTH + HOUR)

    assert questions()[0].settled_as == "skipped"
    assert starts(series.id) == before
    assert changes_told() == []


def test_another_time_is_made_once_and_stands_for_its_date(series: Series) -> None:
    before = len(starts(series.id))

    settle(FOURTEENTH + HOUR)
    settle(FOURTEENTH + HOUR)
    settle(None)

    made = next(d for d in live_dates(series.id) if d.starts_at == FOURTEENTH + HOUR)
    assert len(starts(series.id)) == before + 1
    assert (made.status, made.occurrence) == (Status.CONFIRMED, FOURTEENTH.date())
    assert [len(made.participants), questions()[0].settled_as] == [1, "added"]
    assert kinds_owed().count("series_changed") == 1
    to = (FOURTEENTH + HOUR).isoformat().replace("+00:00", "Z")
    assert [(f["what"], f["changes"]) for f in changes_told()] == [("added", [[None, to]])]


def test_two_dates_settled_one_after_the_other_are_told_in_one_message(series: Series) -> None:
    settle(FOURTEENTH + HOUR)
    settle(FIFTEENTH + 2 * HOUR, 1)

    facts = changes_told()
    assert len(facts) == 1
    assert len(facts[0]["changes"]) == 2


def test_the_same_time_can_be_had_once_it_is_open_again(series: Series) -> None:
    off = db.session.scalars(select(TimeOff.id).filter_by(from_at=FOURTEENTH)).one()
    remove_time_off(series.therapist_id, off, actor=SYSTEM, now=LATER)

    settle(FOURTEENTH)

    assert FOURTEENTH in starts(series.id)


@pytest.mark.parametrize("to", [FOURTEENTH, FOURTEENTH - 10 * HOUR, FOURTEENTH + WEEK])
def test_a_time_that_is_not_open_is_refused_and_nothing_is_settled(
    series: Series, to: datetime
) -> None:
    before = starts(series.id)

    with pytest.raises(SlotTaken):
        settle(to)

    assert starts(series.id) == before
    assert questions()[0].settled_at is None


def test_a_time_somebody_took_meanwhile_is_refused_with_others(
    series: Series, parts: Parts
) -> None:
    row = db.session.scalars(select(Appointment).limit(1)).one()
    moved = FOURTEENTH + HOUR
    factories.changed(row, starts_at=moved, ends_at=moved + HOUR)
    factories.changed(row.claims[0], from_at=moved, until_at=moved + HOUR)

    with pytest.raises(SlotTaken) as refused:
        settle(moved)

    assert moved not in refused.value.alternatives
    assert refused.value.alternatives


def test_another_therapist_settles_nothing(series: Series) -> None:
    with pytest.raises(NotFound):
        settle_question(questions()[0].id, series.therapist_id + 1, None, now=LATER)
    with pytest.raises(NotFound):
        settle_question(0, series.therapist_id, None, now=LATER)

    assert questions()[0].settled_at is None


def test_after_a_pause_over_it_or_the_end_a_date_is_no_longer_made(series: Series) -> None:
    actor, day = therapist_of(series), FOURTEENTH.date()
    pause(Pause(series.id, day, day + timedelta(days=6)), accept_late=True, actor=actor, now=LATER)
    assert [still_asked(each, now=LATER) for each in questions()] == [False, True]
    with pytest.raises(IllegalTransition):
        settle(FOURTEENTH + HOUR)

    end_series(series.id, day, accept_late=True, actor=actor, now=LATER)
    assert not any(still_asked(each, now=LATER) for each in questions())
    settle(None, 1)
    assert questions()[1].settled_as == "skipped"


def test_a_date_that_is_past_is_no_longer_asked_for(series: Series) -> None:
    found = questions()

    assert [still_asked(each, now=FOURTEENTH) for each in found] == [False, True]


def test_a_question_follows_the_rule_to_its_new_day(series: Series) -> None:
    tuesdays = Change(series.id, MONDAYS[7].date(), NewHour(weekdays=frozenset({1})))
    change_series(tuesdays, actor=therapist_of(series), now=LATER)

    assert [each.starts_at for each in questions()] == [FOURTEENTH + A_DAY, FIFTEENTH + A_DAY]
    assert all(still_asked(each, now=LATER) for each in questions())
    settle(FOURTEENTH + A_DAY)

    made = next(d for d in live_dates(series.id) if d.starts_at == FOURTEENTH + A_DAY)
    part = db.session.get_one(Series, series.id).part
    assert (made.series_part_id, made.occurrence) == (part.id, made.starts_at.date())


def test_a_question_about_a_week_that_is_left_out_is_asked_anew_if_it_comes_back(
    parts: Parts,
) -> None:
    series = agreed(parts, pattern=Pattern())
    actor, last = therapist_of(series), MONDAYS[1] + 22 * WEEK
    add_time_off(series.therapist_id, Interval(last, last + HOUR), actor=SYSTEM, now=NOW)
    top_up(now=LATER)
    assert [each.starts_at for each in questions()] == [last]

    for every_weeks in (2, 1):
        new = NewHour(every_weeks=every_weeks)
        change_series(Change(series.id, MONDAYS[6].date(), new), actor=actor, now=LATER)
        assert questions() == []
    top_up(now=LATER + 8 * WEEK)

    assert [each.starts_at for each in questions()] == [last]


def test_a_skipped_date_is_free_and_told_once_with_the_one_before(parts: Parts) -> None:
    series = agreed(parts)
    everything_is_sent()
    days = [MONDAYS[2].date(), MONDAYS[4].date()]

    for day in (*days, days[0]):
        skip_date(series.id, series.therapist_id, day, now=NOW)

    assert starts(series.id) == [each for each in MONDAYS if each.date() not in days]
    cancelled = db.session.scalars(select(Appointment).filter_by(status=Status.CANCELLED))
    assert {each.cancelled_by for each in cancelled} == {"therapist"}
    assert [(len(f["changes"]), f["what"]) for f in changes_told()] == [(2, "skipped")]


def test_only_their_own_therapist_skips_a_date(parts: Parts) -> None:
    series = agreed(parts)

    with pytest.raises(NotFound):
        skip_date(series.id, series.therapist_id + 1, MONDAYS[2].date(), now=NOW)

    assert len(starts(series.id)) == 8
