"""A standing hour without an end: always some way ahead, never doubled, never forced."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.models import Appointment, Message, Series, SeriesQuestion, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.series import topping_up
from booking.services.series.asking import Pattern
from booking.services.series.changing import Change, change_series
from booking.services.series.dates import make_dates_of
from booking.services.series.pausing import Pause, look_after_pause, pause, resume
from booking.services.series.planning import NewHour
from booking.services.series.topping_up import top_up
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import (
    MONDAYS,
    WEEK,
    agreed,
    client_of,
    kinds_owed,
    live_dates,
    starts,
)

pytestmark = pytest.mark.usefixtures("practice")
OPEN_ENDED = Pattern()
HORIZON = timedelta(days=60)
A_DAY = timedelta(days=1)


def standing(parts: Parts, **values: object) -> Series:
    return agreed(parts, **{"pattern": OPEN_ENDED} | values)


def test_it_is_booked_twelve_dates_ahead(parts: Parts) -> None:
    series = standing(parts)

    found = starts(series.id)
    assert found == [MONDAY_9AM, *(MONDAY_9AM - HOUR + week * WEEK for week in range(1, 12))]
    top_up(now=NOW)
    assert starts(series.id) == found


@pytest.mark.parametrize(
    "pattern", [OPEN_ENDED, Pattern(weekdays=frozenset({0, 2, 4})), Pattern(every_weeks=4)]
)
def test_nobody_can_book_into_it_whenever_it_is_looked_at(parts: Parts, pattern: Pattern) -> None:
    series = standing(parts, pattern=pattern)

    for week in range(30):
        now = NOW + week * WEEK
        top_up(now=now)
        last = starts(series.id)[-1]
        assert last > now + HORIZON
        interval = pattern.every_weeks * WEEK
        gaps = [after - before for before, after in pairwise(starts(series.id))]
        assert max(gaps) <= interval + HOUR
    occurrences = [date.occurrence for date in live_dates(series.id)]
    assert len(occurrences) == len(set(occurrences))


def test_topping_up_again_makes_nothing_twice(parts: Parts) -> None:
    series = standing(parts)
    later = NOW + 6 * WEEK

    top_up(now=later)
    once = starts(series.id)
    top_up(now=later)

    assert starts(series.id) == once
    assert len(once) == 24


def test_broken_off_anywhere_it_goes_on_from_there(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = standing(parts)
    second = standing(parts, starts_at=MONDAY_9AM + 2 * HOUR)
    monkeypatch.setattr(topping_up, "AT_ONCE", 1)
    tries = iter([make_dates_of])

    def breaks(*args: Any, **values: Any) -> Any:
        make = next(tries, None)
        if make is None:
            raise KeyboardInterrupt
        return make(*args, **values)

    monkeypatch.setattr(topping_up, "make_dates_of", breaks)
    with pytest.raises(KeyboardInterrupt):
        top_up(now=NOW + 6 * WEEK)
    monkeypatch.undo()
    half = [len(starts(first.id)), len(starts(second.id))]
    top_up(now=NOW + 6 * WEEK)

    assert half == [24, 12]
    assert [len(starts(first.id)), len(starts(second.id))] == [24, 24]


def test_a_date_that_cannot_be_had_is_asked_about_and_never_forced(parts: Parts) -> None:
    series = standing(parts)
    day = starts(series.id)[-1] + 2 * WEEK
    off = Interval(day - 2 * HOUR, day + 2 * HOUR)
    add_time_off(series.therapist_id, off, actor=SYSTEM, now=NOW)

    top_up(now=NOW + 6 * WEEK)
    top_up(now=NOW + 7 * WEEK)

    question = db.session.scalars(select(SeriesQuestion)).one()
    assert (question.starts_at, question.why) == (day, "away")
    assert day not in starts(series.id)
    assert day + WEEK in starts(series.id)
    assert kinds_owed().count("therapist_series_questions") == 1


def test_a_single_booking_is_never_written_over(parts: Parts) -> None:
    series = standing(parts)
    taken = starts(series.id)[-1] + WEEK
    wish = factories.wish(session_type="session", starts_at=taken)
    book(wish, key=factories.key(), parts=parts, now=taken - HORIZON)

    top_up(now=NOW + 6 * WEEK)

    assert taken not in starts(series.id)
    claims = db.session.scalar(
        select(func.count()).select_from(Appointment).where(Appointment.starts_at == taken)
    )
    assert claims == 1


def test_no_dates_are_made_in_a_pause(parts: Parts) -> None:
    series = standing(parts)
    last = starts(series.id)[-1]
    wanted = Pause(series.id, (last - 2 * A_DAY).date(), (last + 3 * WEEK).date())
    pause(wanted, accept_late=False, actor=client_of(series), now=NOW)

    top_up(now=NOW + 6 * WEEK)

    found = starts(series.id)
    assert not [start for start in found if last <= start <= last + 3 * WEEK]
    assert last + 4 * WEEK in found


def test_of_dates_that_are_all_paused_nothing_is_said(parts: Parts) -> None:
    series = standing(parts)
    last = starts(series.id)[-1]
    wanted = Pause(series.id, (last + A_DAY).date(), (last + 30 * WEEK).date())
    pause(wanted, accept_late=False, actor=client_of(series), now=NOW)
    before = db.session.scalars(select(Message.id)).all()

    top_up(now=NOW + 6 * WEEK)

    assert starts(series.id)[-1] == last
    assert db.session.scalars(select(Message.id).where(Message.id.not_in(before))).all() == []
    again = MONDAYS[1] + 14 * WEEK
    resume(series.id, again.date(), actor=client_of(series), now=NOW + 6 * WEEK)
    assert starts(series.id)[12:] == [again + week * WEEK for week in range(9)]


def test_of_dates_that_can_none_of_them_be_had_the_therapist_alone_is_told(parts: Parts) -> None:
    series = standing(parts)
    last = starts(series.id)[-1]
    off = Interval(last + A_DAY, last + 13 * WEEK)
    add_time_off(series.therapist_id, off, actor=SYSTEM, now=NOW)
    before = db.session.scalars(select(Message.id)).all()

    top_up(now=NOW + 6 * WEEK)

    query = select(Message.kind).where(Message.id.not_in(before))
    assert [kind.value for kind in db.session.scalars(query)] == ["therapist_series_questions"]
    assert db.session.scalar(select(func.count(SeriesQuestion.id))) == 12
    assert starts(series.id)[-1] == last


def test_c14_new_dates_come_with_their_reminders_and_one_calendar_update(parts: Parts) -> None:
    series = standing(parts)
    before = db.session.scalars(select(Message.id)).all()

    top_up(now=NOW + 6 * WEEK)

    query = select(Message.kind).where(Message.id.not_in(before))
    kinds = [kind.value for kind in db.session.scalars(query)]
    assert kinds.count("reminder") == 12
    assert sorted(set(kinds)) == ["reminder", "series_calendar", "therapist_series_calendar"]
    assert {date.status for date in live_dates(series.id)} == {Status.CONFIRMED}


def test_a_series_with_an_end_is_never_topped_up(parts: Parts) -> None:
    series = agreed(parts)

    assert top_up(now=NOW + 6 * WEEK) == 0
    assert starts(series.id) == MONDAYS


def test_what_a_pause_kept_from_being_made_comes_back_with_the_rest(parts: Parts) -> None:
    """The pause begins within what is made and ends after it."""
    series = standing(parts)
    weeks = [MONDAYS[1] + (week - 1) * WEEK for week in range(24)]
    away = Pause(series.id, weeks[10].date(), weeks[15].date())
    pause(away, accept_late=False, actor=client_of(series), now=NOW)
    later = NOW + 6 * WEEK
    top_up(now=later)
    assert starts(series.id)[1:] == [*weeks[1:10], *weeks[16:]]
    day = weeks[13].date()

    judged = look_after_pause(db.session(), db.session.get_one(Series, series.id), day, now=later)
    resume(series.id, day, actor=client_of(series), now=later)

    assert [rung.starts_at for rung in judged] == weeks[13:16]
    assert starts(series.id)[1:] == [*weeks[1:10], *weeks[13:]]
    resume(series.id, weeks[11].date(), actor=client_of(series), now=later)
    assert starts(series.id)[1:] == [*weeks[1:10], *weeks[11:]]
    assert {len(date.participants) for date in live_dates(series.id)} == {1}


def test_what_a_pause_kept_from_being_made_follows_the_rule(parts: Parts) -> None:
    series = standing(parts)
    weeks = [MONDAYS[1] + (week - 1) * WEEK for week in range(24)]
    away = Pause(series.id, weeks[13].date(), weeks[14].date() + A_DAY)
    pause(away, accept_late=False, actor=client_of(series), now=NOW)
    later = NOW + 6 * WEEK
    top_up(now=later)
    tuesdays = Change(series.id, weeks[8].date(), NewHour(weekdays=frozenset({1})))
    change_series(tuesdays, actor=client_of(series), now=later)

    resume(series.id, weeks[13].date(), actor=client_of(series), now=later)

    assert starts(series.id)[8:] == [week + A_DAY for week in weeks[8:]]
