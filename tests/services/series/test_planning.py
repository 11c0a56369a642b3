"""What a change makes of a rule without an end or until a day, and what it may not ask for."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Modality, Status
from booking.errors import InvalidInput, RuleBroken
from booking.models import Appointment, Claim, Series, db
from booking.services.changes import cancel, move, undo_cancel
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.changing import Change, change_series
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour, all_since
from booking.services.series.topping_up import top_up
from tests.factories import HOUR, NOW
from tests.services.series.standing import (
    MONDAYS,
    WEEK,
    agreed,
    client_of,
    live_dates,
    starts,
    therapist_of,
)

pytestmark = pytest.mark.usefixtures("practice")
A_DAY = timedelta(days=1)
TUESDAYS = NewHour(weekdays=frozenset({1}))


def change(series: Series, index: int, new: NewHour) -> None:
    since = MONDAYS[index].date()
    change_series(Change(series.id, since, new), actor=client_of(series), now=NOW)


def test_what_has_no_end_goes_on_otherwise_without_one(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern())
    made = len(starts(series.id))

    change(series, 2, TUESDAYS)

    assert starts(series.id)[:4] == [*MONDAYS[:2], *(start + A_DAY for start in MONDAYS[2:4])]
    assert len(starts(series.id)) == made
    top_up(now=NOW + 6 * WEEK)
    later = starts(series.id)[made:]
    assert later
    assert {start.weekday() for start in later} == {1}


def test_what_ends_on_a_day_has_fewer_dates_every_other_week(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern(until=MONDAYS[7].date()))

    change(series, 2, NewHour(every_weeks=2))

    expected = [*MONDAYS[:2], *MONDAYS[2::2]]
    assert starts(series.id) == expected
    gone = db.session.scalars(select(Appointment).filter_by(status=Status.CANCELLED)).all()
    assert [date.cancelled_by for date in gone] == ["change"] * 3
    held = db.session.scalars(select(Claim.from_at).order_by(Claim.from_at))
    assert held.all() == expected


def test_dates_of_a_pause_come_back_by_the_rule_there_is_then(parts: Parts) -> None:
    series = agreed(parts)
    away = Pause(series.id, MONDAYS[3].date(), MONDAYS[4].date() + A_DAY)
    pause(away, accept_late=False, actor=client_of(series), now=NOW)

    change(series, 1, NewHour(weekdays=frozenset({1}), at=time(10)))
    resume(series.id, away.first, actor=client_of(series), now=NOW)

    expected = [MONDAYS[0], *(start + A_DAY + HOUR for start in MONDAYS[1:])]
    assert starts(series.id) == expected
    assert [date.occurrence for date in live_dates(series.id)] == [day.date() for day in expected]


def test_the_last_date_left_out_stays_so_and_more_follow_it(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern())
    *others, last = live_dates(series.id)
    cancel(last.participants[0].id, accept_late=False, reason="", parts=parts, now=NOW)

    change(series, 0, NewHour(at=time(10)))
    top_up(now=NOW + 6 * WEEK)

    found = starts(series.id)
    assert len(found) > len(others)
    assert last.starts_at + HOUR not in found
    assert last.starts_at + WEEK + HOUR in found


def test_every_week_again_after_every_other_one_is_every_week(parts: Parts) -> None:
    series = agreed(parts)
    seats = [date.participants[0].id for date in live_dates(series.id)]
    cancel(seats[3], accept_late=False, reason="", parts=parts, now=NOW)
    change(series, 0, NewHour(every_weeks=2))

    change(series, 0, NewHour(every_weeks=1))

    assert starts(series.id) == MONDAYS
    with pytest.raises(RuleBroken):
        undo_cancel(seats[3], now=NOW)


def test_what_took_place_stays_in_its_rule_whichever_date_was_named(parts: Parts) -> None:
    series = agreed(parts)
    all_of_it = Change(series.id, MONDAYS[0].date(), NewHour(every_weeks=2))

    change_series(all_of_it, actor=therapist_of(series), now=MONDAYS[2] + A_DAY)

    expected = [*MONDAYS[:3], *(MONDAYS[3] + 2 * week * WEEK for week in range(5))]
    assert starts(series.id) == expected
    parts_ = db.session.get_one(Series, series.id).parts
    assert [part.first_day for part in parts_] == [MONDAYS[0].date(), MONDAYS[3].date()]


def test_from_after_the_last_date_nothing_goes_on_otherwise(parts: Parts) -> None:
    series = agreed(parts)
    since = (MONDAYS[7] + A_DAY).date()

    with pytest.raises(InvalidInput):
        change_series(Change(series.id, since, TUESDAYS), actor=client_of(series), now=NOW)

    assert starts(series.id) == MONDAYS


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewHour(modality=Modality.IN_PERSON), InvalidInput),
        (NewHour(session_type="session"), RuleBroken),
        (NewHour(session_type="nothing-of-that-name"), RuleBroken),
    ],
)
@pytest.mark.one_database
def test_a_series_goes_on_only_as_what_is_given_every_week(
    parts: Parts, new: NewHour, refusal: type[Exception]
) -> None:
    series = agreed(parts)

    with pytest.raises(refusal):
        change(series, 2, new)

    assert starts(series.id) == MONDAYS


@pytest.mark.one_database
def test_all_of_it_is_what_is_not_too_soon_to_change(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern(count=2))

    assert all_since(db.session(), series, now=NOW) == MONDAYS[0].date()
    late = MONDAYS[0] - 2 * HOUR
    assert all_since(db.session(), series, now=late) == MONDAYS[1].date()
    with pytest.raises(RuleBroken):
        all_since(db.session(), series, now=MONDAYS[1] - 2 * HOUR)


@pytest.mark.one_database
def test_what_was_moved_by_hand_and_is_too_soon_holds_up_no_change_of_all(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern(count=3))
    moved = MONDAYS[0] + A_DAY
    move(live_dates(series.id)[2].participants[0].id, moved, now=NOW)

    assert all_since(db.session(), series, now=moved - 2 * HOUR) == MONDAYS[1].date()


@pytest.mark.one_database
def test_all_of_it_begins_after_the_last_date_that_is_too_soon(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern(count=3))
    behind_the_next = MONDAYS[1] + 2 * A_DAY
    move(live_dates(series.id)[0].participants[0].id, behind_the_next, now=NOW)

    assert all_since(db.session(), series, now=MONDAYS[1] - 2 * HOUR) == MONDAYS[2].date()
