"""When the practice is closed nothing is offered, single or standing, on both databases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.judging import DateStatus
from booking.domain.zones import zone
from booking.errors import InvalidInput, NotFound, RuleBroken
from booking.models import Appointment, Closure, Practice, Therapist, db
from booking.services.booking import book
from booking.services.closures import close_on_holidays, close_practice, open_again
from booking.services.openings import Days, find_look, offered
from booking.services.parts import Parts
from booking.services.series.asking import as_asked, climb
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, agreed
from tests.support.owed import booked

pytestmark = pytest.mark.usefixtures("practice")

DAY = timedelta(days=1)
NEW_YORK = zone("America/New_York")
FIRST = MONDAY_9AM.date()
MONDAY = Interval(MONDAY_9AM - 9 * HOUR, MONDAY_9AM + 15 * HOUR)


def offered_on(day: date) -> Sequence[datetime]:
    db.session.remove()
    of = find_look(db.session(), "amara", "consultation")
    return offered(
        db.session(), of, days=Days(day, day + DAY, NEW_YORK), now=NOW, state="NY"
    ).starts


def versions() -> tuple[list[int], int]:
    db.session.rollback()
    practice = db.session.get_one(Practice, 1)
    return list(db.session.scalars(select(Therapist.diary_version))), practice.directory_version


def closures() -> list[Interval]:
    db.session.rollback()
    query = select(Closure).order_by(Closure.from_at)
    return [Interval(row.from_at, row.until_at) for row in db.session.scalars(query)]


def test_nothing_is_offered_or_booked_while_the_practice_is_closed(parts: Parts) -> None:
    assert offered_on(FIRST)

    close_practice("Away day", MONDAY, now=NOW)

    assert offered_on(FIRST) == []
    assert offered_on(FIRST + DAY)
    with pytest.raises(RuleBroken):
        book(factories.wish(), key=factories.key(), parts=parts, now=NOW)


def test_the_dates_of_a_standing_hour_are_said_to_be_closed(parts: Parts) -> None:
    series = agreed(parts)
    asked = as_asked(series)
    later = MONDAYS[7] + 7 * DAY
    close_practice("Away day", Interval(later - HOUR, later + 2 * HOUR), now=NOW)
    db.session.rollback()

    rungs = climb(db.session(), asked, [later, later + 7 * DAY], now=NOW)

    assert [rung.status for rung in rungs] == [DateStatus.CLOSED, DateStatus.OPEN]


def test_what_is_booked_stays(parts: Parts) -> None:
    made = booked(parts)

    close_practice("Away day", MONDAY, now=NOW)

    db.session.rollback()
    assert db.session.get_one(Appointment, made.appointment_id).status.is_live


def test_every_diary_and_the_directory_are_read_anew() -> None:
    factories.amara(slug="bo", email="bo@alder.example")
    diaries, directory = versions()

    closure = close_practice("Away day", MONDAY, now=NOW)
    closed = versions()
    open_again(closure, now=NOW)

    assert closed == ([version + 1 for version in diaries], directory + 1)
    assert versions() == ([version + 2 for version in diaries], directory + 2)


def test_opening_again_offers_what_was_offered() -> None:
    before = offered_on(FIRST)
    closure = close_practice("Away day", MONDAY, now=NOW)
    assert offered_on(FIRST) == []

    open_again(closure, now=NOW)

    assert offered_on(FIRST) == before
    with pytest.raises(NotFound):
        open_again(closure, now=NOW)


def test_holidays_are_whole_days_by_the_clock_of_the_practice() -> None:
    days = close_on_holidays(None, 2030, now=NOW)

    assert date(2030, 7, 4) in days
    assert date(2030, 1, 1) not in days  # it is over
    july = Interval(datetime(2030, 7, 4, 4, tzinfo=UTC), datetime(2030, 7, 5, 4, tzinfo=UTC))
    assert july in closures()


def test_a_region_has_holidays_of_its_own() -> None:
    assert date(2030, 4, 15) in close_on_holidays("MA", 2030, now=NOW)
    assert date(2030, 4, 15) not in close_on_holidays("AZ", 2030, now=NOW)


def test_closing_twice_changes_nothing() -> None:
    close_on_holidays(None, 2030, now=NOW)
    once = closures()

    close_on_holidays(None, 2030, now=NOW)

    assert closures() == once
    assert close_practice("A", MONDAY, now=NOW) == close_practice("A", MONDAY, now=NOW)


@pytest.mark.parametrize(
    ("name", "span"),
    [
        (" ", MONDAY),
        ("x" * 101, MONDAY),
        ("Away", Interval(NOW - DAY, NOW)),
        ("Away", Interval(NOW, NOW + 400 * DAY)),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused(name: str, span: Interval) -> None:
    with pytest.raises(InvalidInput):
        close_practice(name, span, now=NOW)

    assert closures() == []


def test_an_unknown_region_closes_nothing() -> None:
    with pytest.raises(InvalidInput):
        close_on_holidays("ZZ", 2030, now=NOW)

    assert closures() == []
