"""The law moves the clock under a standing hour: every date follows, and people hear it once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.domain.lifecycle import Status
from booking.domain.zones import TZDATA_VERSION
from booking.models import (
    Appointment,
    Claim,
    Message,
    Practice,
    Series,
    SeriesQuestion,
    db,
)
from booking.services.booking import book
from booking.services.changes import move
from booking.services.parts import Parts
from booking.services.series.pausing import Pause, pause, resume
from booking.services.unit_of_work import unit_of_work
from booking.services.zone_changes import follow_zone_data
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
)

pytestmark = pytest.mark.usefixtures("practice")


def made_by_older_data(parts: Parts, off_by: timedelta, **values: object) -> int:
    """Return a series whose last five dates look as older data, wrong by `off_by`, had them."""
    series_id = agreed(parts, **values).id
    look_older(live_dates(series_id)[3:], off_by)
    return series_id


def look_older(dates: Sequence[Appointment], off_by: timedelta) -> None:
    for date in dates:
        for claim in list(date.claims):
            moved = {"from_at": claim.from_at + off_by, "until_at": claim.until_at + off_by}
            factories.changed(claim, **moved)
        factories.changed(
            date, tzdata="2019a", starts_at=date.starts_at + off_by, ends_at=date.ends_at + off_by
        )
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent", attempts=1)))


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


LONDON = "Europe/London"
# Clocks in London go forward on March 31.
IN_LONDON = [
    each - (HOUR if each.month == 4 else timedelta(0))
    for each in (MONDAYS[0] + week * WEEK for week in range(8))
]


def by_the_clients_clock(parts: Parts, off_by: timedelta) -> int:
    """Return a series at 2 PM in London, whose clocks go forward three weeks after New York's."""
    factories.changed(db.session.get_one(Practice, 1), anchored_to_client=True)
    guest = factories.guest(time_zone=LONDON)
    return made_by_older_data(parts, off_by, guest=guest)


def on_the_wall(series_id: int) -> set[tuple[str, str]]:
    dates = live_dates(series_id)
    return {(f"{date.wall_starts:%H:%M}", date.time_zone) for date in dates}


def test_what_keeps_to_the_clients_clock_follows_the_law_of_the_clients_zone(parts: Parts) -> None:
    series_id = by_the_clients_clock(parts, HOUR)
    assert on_the_wall(series_id) == {("14:00", LONDON)}

    followed = follow_zone_data(now=NOW)

    assert followed.moved == 5
    assert starts(series_id) == IN_LONDON
    assert kinds_owed() == ["series_changed", "therapist_series_changed"]


def test_one_of_them_moved_by_hand_keeps_to_it_too(parts: Parts) -> None:
    factories.changed(db.session.get_one(Practice, 1), anchored_to_client=True)
    series = agreed(parts, guest=factories.guest(time_zone=LONDON))
    date = live_dates(series.id)[5]
    move(date.participants[0].id, date.starts_at + HOUR, now=NOW)
    look_older([db.session.get_one(Appointment, date.id)], HOUR)

    follow_zone_data(now=NOW)

    moved = db.session.get_one(Appointment, date.id)
    assert (f"{moved.wall_starts:%H:%M}", moved.time_zone) == ("15:00", LONDON)
    assert starts(series.id)[5] == IN_LONDON[5] + HOUR


def test_dates_of_a_pause_come_back_at_the_time_the_clocks_show_now(parts: Parts) -> None:
    series = agreed(parts)
    first, last = MONDAYS[3].date(), MONDAYS[4].date()
    pause(Pause(series.id, first, last), accept_late=True, actor=client_of(series), now=NOW)
    paused = db.session.scalars(select(Appointment).filter_by(status=Status.CANCELLED)).all()
    look_older(paused, HOUR)

    followed = follow_zone_data(now=NOW)
    resume(series.id, first, actor=client_of(db.session.get_one(Series, series.id)), now=NOW)

    assert followed.moved == 0
    assert starts(series.id) == MONDAYS


def test_of_a_pause_the_dates_that_are_over_stay_as_they_were(parts: Parts) -> None:
    series = agreed(parts)
    first, last = MONDAYS[3].date(), MONDAYS[4].date()
    pause(Pause(series.id, first, last), accept_late=True, actor=client_of(series), now=NOW)
    query = select(Appointment).filter_by(status=Status.CANCELLED).order_by(Appointment.starts_at)
    look_older(db.session.scalars(query).all(), HOUR)

    follow_zone_data(now=MONDAYS[3] + 2 * HOUR)

    db.session.expire_all()
    found = [each.starts_at for each in db.session.scalars(query)]
    assert found == [MONDAYS[3] + HOUR, MONDAYS[4]]


def test_what_the_therapist_was_asked_about_follows_too(parts: Parts) -> None:
    series_id = made_by_older_data(parts, timedelta(0))
    part = db.session.get_one(Series, series_id).part
    question = SeriesQuestion(
        series_id=series_id,
        part_id=part.id,
        occurrence=MONDAYS[7].date() + WEEK,
        starts_at=MONDAYS[7] + WEEK + HOUR,
        why="taken",
        asked_at=NOW,
    )
    factories.saved(question)

    follow_zone_data(now=NOW)

    found = db.session.scalars(select(SeriesQuestion.starts_at)).one()
    assert found == MONDAYS[7] + WEEK
