"""A5: series against series, against single bookings, and against the worker that tops up."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.models import Appointment, Series, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.booking import book_series
from booking.services.series.changing import Change, change_series
from booking.services.series.planning import NewHour
from booking.services.series.topping_up import top_up
from tests import factories
from tests.concurrency.racing import Act, race_acts
from tests.concurrency.test_double_booking import overlapping
from tests.factories import NOW
from tests.services.series.standing import MONDAYS, WEEK, agreed, client_of, starts

pytestmark = pytest.mark.usefixtures("practice")
LATER = NOW + 6 * WEEK


def url_of(app: Flask) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


def series(**values: object) -> Act:
    wish, key = factories.series_wish(**values), factories.key()
    return lambda parts: book_series(wish, key=key, parts=parts, now=NOW)


def single(index: int) -> Act:
    wish = factories.wish(session_type="session", starts_at=MONDAYS[index])
    key = factories.key()
    return lambda parts: book(wish, key=key, parts=parts, now=NOW)


def test_of_series_on_one_hour_one_is_booked_whole(app: Flask, tmp_path: Path) -> None:
    found = race_acts(url_of(app), tmp_path, [series() for _ in range(4)])

    assert sorted(found) == ["", *["slot_taken"] * 3]
    assert db.session.scalar(select(func.count(Appointment.id))) == 8
    assert overlapping() == 0


def test_a_series_and_single_bookings_share_no_minute(app: Flask, tmp_path: Path) -> None:
    acts = [series(), *(single(index) for index in (1, 4, 7))]

    found = race_acts(url_of(app), tmp_path, acts)

    assert overlapping() == 0
    # Whole, and then none of the singles; or not at all, and then all of them.
    assert found in (["", *["slot_taken"] * 3], ["slot_taken", "", "", ""])
    assert db.session.scalar(select(func.count(Series.id))) == (found[0] == "")


def test_a_top_up_and_a_booking_share_no_minute(app: Flask, parts: Parts, tmp_path: Path) -> None:
    standing = agreed(parts, pattern=Pattern())
    last = starts(standing.id)[-1]
    wish = factories.wish(session_type="session", starts_at=last + WEEK)
    key = factories.key()

    race_acts(
        url_of(app),
        tmp_path,
        [
            lambda _parts: top_up(now=LATER),
            lambda _parts: top_up(now=LATER),
            lambda parts: book(wish, key=key, parts=parts, now=LATER),
        ],
    )

    occurrences = db.session.scalars(
        select(Appointment.occurrence).where(Appointment.occurrence.is_not(None))
    ).all()
    assert overlapping() == 0
    assert len(occurrences) == len(set(occurrences))
    assert len(occurrences) in {23, 24}


def test_changes_of_one_series_at_once_leave_one_rule_whole(
    app: Flask, parts: Parts, tmp_path: Path
) -> None:
    standing = agreed(parts)
    actor, since = client_of(standing), MONDAYS[2].date()

    def to(hour: int) -> Act:
        new = NewHour(at=time(9 + hour))
        return lambda _parts: change_series(Change(standing.id, since, new), actor=actor, now=NOW)

    race_acts(url_of(app), tmp_path, [to(hour) for hour in (1, 2, 3)])

    found = starts(standing.id)
    shift = found[2] - MONDAYS[2]
    assert shift in {timedelta(hours=hour) for hour in (1, 2, 3)}
    assert found == MONDAYS[:2] + [start + shift for start in MONDAYS[2:]]
    assert overlapping() == 0
