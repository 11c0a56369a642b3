"""A series goes on otherwise: every date follows, what was arranged by hand stays."""

from datetime import time, timedelta

import pytest
from sqlalchemy import func, select, update

from booking.domain.lifecycle import Modality, Status
from booking.errors import InvalidInput, RuleBroken, SlotTaken
from booking.models import Appointment, Claim, Message, Series, db
from booking.services.booking import book
from booking.services.changes import cancel, move
from booking.services.parts import Parts
from booking.services.series.booking import Choices
from booking.services.series.changing import Change, change_series
from booking.services.series.planning import NewHour
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.standing import (
    MONDAYS,
    WEEK,
    agreed,
    client_of,
    kinds_owed,
    live_dates,
    starts,
    therapist_of,
)

pytestmark = pytest.mark.usefixtures("practice")
A_DAY = timedelta(days=1)
TEN = NewHour(at=time(10))


def change(series: Series, index: int, new: NewHour, choices: Choices = Choices()) -> None:  # noqa: B008
    since = MONDAYS[index].date()
    change_series(Change(series.id, since, new, choices), actor=client_of(series), now=NOW)


def test_this_and_the_following_move_and_the_earlier_stay(parts: Parts) -> None:
    series = agreed(parts)
    before = [date.id for date in live_dates(series.id)]

    change(series, 3, TEN)

    assert starts(series.id) == MONDAYS[:3] + [start + HOUR for start in MONDAYS[3:]]
    assert [date.id for date in live_dates(series.id)] == before
    assert len(series.parts) == 2
    assert series.parts[0].until == MONDAYS[3].date() - A_DAY
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 8


def test_all_of_them_move_under_the_same_calendar_uid(parts: Parts) -> None:
    series = agreed(parts)
    uid = series.part.uid

    change(series, 0, NewHour(weekdays=frozenset({1})))

    assert starts(series.id) == [start + A_DAY for start in MONDAYS]
    assert [part.uid for part in series.parts] == [uid]


def test_every_other_week_keeps_the_number_of_dates(parts: Parts) -> None:
    series = agreed(parts)

    change(series, 1, NewHour(every_weeks=2))

    found = starts(series.id)
    assert len(found) == 8
    assert found[1:] == [MONDAYS[1] + 2 * week * WEEK for week in range(7)]


def test_a_moved_date_stays_moved_and_a_cancelled_one_stays_cancelled(parts: Parts) -> None:
    series = agreed(parts)
    dates = live_dates(series.id)
    move(dates[2].participants[0].id, MONDAYS[2] + A_DAY, now=NOW)
    cancel(dates[4].participants[0].id, accept_late=False, reason="", parts=parts, now=NOW)

    change(series, 1, TEN)

    expected = [start + HOUR for start in MONDAYS]
    expected[0], expected[2] = MONDAYS[0], MONDAYS[2] + A_DAY
    del expected[4]
    assert starts(series.id) == expected


def test_a_moved_date_follows_when_told_otherwise(parts: Parts) -> None:
    series = agreed(parts)
    move(live_dates(series.id)[2].participants[0].id, MONDAYS[2] + A_DAY, now=NOW)

    change(series, 1, NewHour(at=time(10), keep_moved=False))

    assert starts(series.id) == MONDAYS[:1] + [start + HOUR for start in MONDAYS[1:]]


def test_where_only_what_was_moved_by_hand_is_left_a_change_moves_nothing(parts: Parts) -> None:
    series = agreed(parts)
    moved = MONDAYS[7] + A_DAY
    move(live_dates(series.id)[7].participants[0].id, moved, now=NOW)
    version, owed = series.version, kinds_owed()

    change(series, 7, TEN)

    db.session.expire_all()
    assert (db.session.get_one(Series, series.id).version, kinds_owed()) == (version, owed)
    assert starts(series.id) == [*MONDAYS[:7], moved]


def test_what_was_moved_by_hand_keeps_its_time_and_changes_its_place(parts: Parts) -> None:
    series = agreed(parts)
    moved = MONDAYS[7] + A_DAY
    move(live_dates(series.id)[7].participants[0].id, moved, now=NOW)

    change(series, 7, NewHour(modality=Modality.PHONE))

    dates = live_dates(series.id)
    assert [date.starts_at for date in dates] == [*MONDAYS[:7], moved]
    assert [date.modality.value for date in dates] == ["video"] * 7 + ["phone"]


def test_a_change_sends_one_message_that_names_exactly_its_dates(parts: Parts) -> None:
    series = agreed(parts)
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent")))

    change(series, 6, TEN)

    assert kinds_owed() == [
        "series_calendar",
        "therapist_series_calendar",
        "series_changed",
        "therapist_series_changed",
    ]


def test_a_change_that_touches_nothing_changes_nothing(parts: Parts) -> None:
    series = agreed(parts)
    version, owed = series.version, kinds_owed()

    change(series, 2, NewHour(at=time(9)))

    db.session.expire_all()
    assert (db.session.get_one(Series, series.id).version, kinds_owed()) == (version, owed)


def test_a_date_that_is_taken_leaves_everything_as_it_was(parts: Parts) -> None:
    series = agreed(parts)
    in_the_way = MONDAYS[5] + HOUR
    wish = factories.wish(session_type="session", starts_at=in_the_way)
    book(wish, key=factories.key(), parts=parts, now=NOW)

    with pytest.raises(SlotTaken):
        change(series, 2, TEN)

    assert starts(series.id) == MONDAYS


def test_a_date_that_is_taken_is_skipped_or_meets_elsewhere(parts: Parts) -> None:
    series = agreed(parts)
    for index in (4, 5):
        wish = factories.wish(session_type="session", starts_at=MONDAYS[index] + HOUR)
        book(wish, key=factories.key(), parts=parts, now=NOW)
    choices = Choices(
        skip=frozenset({MONDAYS[4] + HOUR}), move={MONDAYS[5] + HOUR: MONDAYS[5] + 3 * HOUR}
    )

    change(series, 3, TEN, choices)

    later = [start + HOUR for start in MONDAYS[3:]]
    later[2] += 2 * HOUR
    del later[1]
    assert starts(series.id) == MONDAYS[:3] + later


def test_a_series_may_move_into_its_own_old_hours(parts: Parts) -> None:
    series = agreed(parts)

    change(series, 1, NewHour(at=time(9, 30)))

    half_past = [start + HOUR / 2 for start in MONDAYS[1:]]
    assert starts(series.id) == MONDAYS[:1] + half_past


def test_the_place_changes_and_no_date_does(parts: Parts) -> None:
    series = agreed(parts)

    change(series, 4, NewHour(modality=Modality.PHONE))

    dates = live_dates(series.id)
    assert starts(series.id) == MONDAYS
    assert [date.modality.value for date in dates] == ["video"] * 4 + ["phone"] * 4


def test_a_client_too_late_to_move_the_next_date_moves_nothing(parts: Parts) -> None:
    series = agreed(parts)
    late = Change(series.id, MONDAYS[0].date(), TEN)

    with pytest.raises(RuleBroken):
        change_series(late, actor=client_of(series), now=MONDAYS[0] - 2 * HOUR)

    assert starts(series.id) == MONDAYS
    with pytest.raises(InvalidInput):
        change(series, 0, NewHour(every_weeks=9))


def test_what_staff_change_is_told_a_little_later(parts: Parts) -> None:
    series = agreed(parts)

    change_series(Change(series.id, MONDAYS[3].date(), TEN), actor=therapist_of(series), now=NOW)

    told = select(Message.due_at).filter_by(kind="series_booked", state="due")
    assert db.session.scalars(told).one() - NOW == timedelta(minutes=3)


def test_a_change_of_length_takes_the_time_it_needs(parts: Parts) -> None:
    factories.session_type(
        db.session.get_one(Series, agreed(parts).id).therapist,
        slug="long",
        kind="individual",
        minutes=80,
        step=60,
        price_cents=20000,
        allows_series=True,
    )
    series = db.session.scalars(select(Series)).one()

    change(series, 2, NewHour(session_type="long"))

    dates = live_dates(series.id)
    assert {d.ends_at - d.starts_at for d in dates[2:]} == {timedelta(minutes=80)}
    assert {d.price_cents for d in dates[2:]} == {20000}
    assert {d.ends_at - d.starts_at for d in dates[:2]} == {timedelta(minutes=50)}


def test_dates_that_fall_away_are_cancelled_rows(parts: Parts) -> None:
    series = agreed(parts)
    cancel(
        live_dates(series.id)[7].participants[0].id,
        accept_late=False,
        reason="",
        parts=parts,
        now=NOW,
    )

    change(series, 0, NewHour(weekdays=frozenset({0, 2})))

    statuses = db.session.scalars(select(Appointment.status)).all()
    assert len(starts(series.id)) == statuses.count(Status.CONFIRMED)
