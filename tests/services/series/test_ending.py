"""A series that nobody has agreed to yet, ended from a later date on: the rest still waits."""

import pytest
from sqlalchemy import func, select, update

from booking.domain.lifecycle import Status
from booking.domain.standing import SeriesStatus
from booking.models import Claim, Message, Series, db
from booking.services.parts import Parts
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.leaving import end_series
from booking.services.unit_of_work import unit_of_work
from tests.factories import NOW
from tests.services.series.standing import (
    MONDAYS,
    WEEK,
    asked_for,
    client_of,
    kinds_owed,
    live_dates,
    sign,
    starts,
)

pytestmark = pytest.mark.usefixtures("practice")


@pytest.fixture
def shortened(parts: Parts) -> Series:
    """Eight Mondays asked for, of which the client wants three only."""
    series = asked_for(parts)
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent")))
    for _twice in range(2):
        since = MONDAYS[3].date()
        end_series(series.id, since, accept_late=False, actor=client_of(series), now=NOW)
    return db.session.get_one(Series, series.id)


def test_what_is_left_still_waits_for_the_agreement(shortened: Series) -> None:
    assert starts(shortened.id) == MONDAYS[:3]
    assert shortened.status is SeriesStatus.REQUESTED
    assert kinds_owed() == ["series_changed", "therapist_series_changed"]


def test_agreeing_confirms_what_is_left(shortened: Series) -> None:
    sign(shortened.members[0].id)

    assert [date.status for date in live_dates(shortened.id)] == [Status.CONFIRMED] * 3
    assert db.session.get_one(Series, shortened.id).status is SeriesStatus.CONFIRMED


def test_what_is_left_is_let_go_of_when_nobody_agrees(shortened: Series) -> None:
    let_go_of_lapsed_series(now=NOW + WEEK)

    assert starts(shortened.id) == []
    assert db.session.scalars(select(func.count(Claim.id))).one() == 0


def test_a_request_of_which_nothing_is_left_is_over(parts: Parts) -> None:
    series = asked_for(parts)

    end_series(series.id, MONDAYS[0].date(), accept_late=False, actor=client_of(series), now=NOW)

    assert db.session.get_one(Series, series.id).status is SeriesStatus.ENDED
    assert starts(series.id) == []
