"""The law moves the clock under a standing hour: every date follows, and people hear it once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.domain.zones import TZDATA_VERSION
from booking.models import Appointment, Claim, Message, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from booking.services.zone_changes import follow_zone_data
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.standing import MONDAYS, agreed, kinds_owed, live_dates, starts

pytestmark = pytest.mark.usefixtures("practice")


def made_by_older_data(parts: Parts, off_by: timedelta) -> int:
    """Return a series whose last five dates look as older data, wrong by `off_by`, had them."""
    series_id = agreed(parts).id
    for date in live_dates(series_id)[3:]:
        for claim in list(date.claims):
            moved = {"from_at": claim.from_at + off_by, "until_at": claim.until_at + off_by}
            factories.changed(claim, **moved)
        factories.changed(
            date, tzdata="2019a", starts_at=date.starts_at + off_by, ends_at=date.ends_at + off_by
        )
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent", attempts=1)))
    return series_id


def test_b11_every_date_follows_and_people_are_told_once(parts: Parts) -> None:
    series_id = made_by_older_data(parts, HOUR)

    followed = follow_zone_data(now=NOW)
    again = follow_zone_data(now=NOW)

    assert (followed.moved, again.moved) == (5, 0)
    assert starts(series_id) == MONDAYS
    assert kinds_owed() == ["series_changed", "therapist_series_changed"]
    held = [claim.from_at for claim in db.session.scalars(select(Claim).order_by(Claim.from_at))]
    assert held == MONDAYS


def test_dates_that_keep_their_instant_only_note_the_edition(parts: Parts) -> None:
    made_by_older_data(parts, timedelta(0))

    followed = follow_zone_data(now=NOW)

    assert (followed.kept, followed.moved) == (5, 0)
    assert set(db.session.scalars(select(Appointment.tzdata))) == {TZDATA_VERSION}
    assert kinds_owed() == []


def test_a_date_whose_time_is_taken_stays_and_is_named(parts: Parts) -> None:
    series_id = made_by_older_data(parts, HOUR)
    wish = factories.wish(session_type="session", starts_at=MONDAYS[5])
    book(wish, key=factories.key(), parts=parts, now=NOW)
    stays = live_dates(series_id)[5].id

    followed = follow_zone_data(now=NOW)

    assert (followed.moved, followed.clashes) == (4, (stays,))
    expected = [*MONDAYS]
    expected[5] += HOUR
    assert starts(series_id) == expected
