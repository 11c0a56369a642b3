"""Two changes in a row that nobody has heard of yet are told as one, or not at all."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from booking.models import Message, Series, db
from booking.services.parts import Parts
from booking.services.series.changing import Change, change_series
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour
from booking.services.series.unsaid import joined
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW
from tests.services.series.standing import MONDAYS, agreed, therapist_of

pytestmark = pytest.mark.usefixtures("practice")
A, B, C = "2030-03-04T14:00:00Z", "2030-03-05T14:00:00Z", "2030-03-06T14:00:00Z"
SOON = NOW + timedelta(minutes=1)


def told(parts: Parts) -> Series:
    series = agreed(parts)
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent")))
    return series


def changes_owed() -> list[object]:
    query = select(Message.facts).where(Message.kind == "series_changed", Message.state == "due")
    return [facts["changes"] for facts in db.session.scalars(query)]


def to(series: Series, index: int, at: time) -> None:
    change = Change(series.id, MONDAYS[index].date(), NewHour(at=at))
    change_series(change, actor=therapist_of(series), now=SOON)


def test_a_date_moved_twice_is_told_from_where_it_was_to_where_it_is(parts: Parts) -> None:
    series = told(parts)

    to(series, 6, time(10))
    to(series, 6, time(11))

    (changes,) = changes_owed()
    assert changes == [
        ["2030-04-15T13:00:00Z", "2030-04-15T15:00:00Z"],
        ["2030-04-22T13:00:00Z", "2030-04-22T15:00:00Z"],
    ]


def test_a_pause_and_a_move_are_told_in_one_message(parts: Parts) -> None:
    series = told(parts)
    wanted = Pause(series.id, MONDAYS[2].date(), MONDAYS[2].date())

    pause(wanted, accept_late=False, actor=therapist_of(series), now=NOW)
    to(series, 7, time(10))

    (changes,) = changes_owed()
    assert changes == [
        ["2030-03-18T13:00:00Z", None],
        ["2030-04-22T13:00:00Z", "2030-04-22T14:00:00Z"],
    ]


def test_what_is_taken_back_before_anybody_heard_is_not_told(parts: Parts) -> None:
    series = told(parts)
    wanted = Pause(series.id, MONDAYS[2].date(), MONDAYS[3].date())

    pause(wanted, accept_late=False, actor=therapist_of(series), now=NOW)
    resume(series.id, MONDAYS[2].date(), actor=therapist_of(series), now=SOON)

    assert changes_owed() == []


@pytest.mark.one_database
def test_changes_are_joined_date_by_date() -> None:
    assert joined([[A, B]], [[B, C]]) == [[A, C]]
    assert joined([[A, B]], [[B, A]]) == []
    assert joined([[A, B]], [[C, None]]) == [[A, B], [C, None]]
    assert joined([[A, None]], [[None, A]]) == []
    assert joined([[A, None]], [[None, B]]) == [[A, None], [None, B]]
    assert joined([[None, B]], [[B, None]]) == []
    assert joined([], [[A, B]]) == [[A, B]]
