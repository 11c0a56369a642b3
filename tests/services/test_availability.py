"""What a therapist says about their time, and what it does to their openings."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.openings import openings
from booking.errors import InvalidInput, NotFound
from booking.models import Appointment, SessionType, TimeOff, db
from booking.queries.agenda import kept_within
from booking.queries.diaries import diary_of, session_rules
from booking.queries.hours import days_that_differ, time_off_ahead, weekly_hours_of
from booking.services import availability
from booking.services.audit import Actor, therapist
from booking.services.parts import Parts
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.owed import booked
from tests.web.staff_pages import another_therapist, the_therapist

pytestmark = pytest.mark.usefixtures("practice")

MONDAY = date(2030, 3, 4)
NINE, NOON, FIVE = 9 * 60, 12 * 60, 17 * 60
THAT_DAY = Interval(datetime(2030, 3, 4, 5, tzinfo=UTC), datetime(2030, 3, 5, 5, tzinfo=UTC))
MORNING = Interval(MONDAY_9AM, MONDAY_9AM + 3 * HOUR)


def amara() -> int:
    return the_therapist().id


def who() -> Actor:
    return therapist(amara())


def set_hours(*hours: WeeklyHours) -> None:
    availability.set_weekly_hours(amara(), hours, actor=who(), now=NOW)


def add_off(span: Interval) -> None:
    availability.add_time_off(amara(), span, actor=who(), now=NOW)


def open_starts(window: Interval = THAT_DAY) -> list[datetime]:
    """Return when a session could start, as clients are offered it."""
    db.session.rollback()
    amara = the_therapist()
    kind = db.session.scalars(
        select(SessionType).filter_by(therapist_id=amara.id, slug="consultation")
    ).one()
    diary = diary_of(db.session(), amara, window)
    return list(openings(diary, session_rules(kind), window=window, now=NOW, state="NY"))


def version() -> int:
    db.session.rollback()
    return the_therapist().diary_version


def test_new_hours_take_the_place_of_the_old() -> None:
    wanted = (WeeklyHours(0, NINE, NOON), WeeklyHours(2, NOON, FIVE, 2, MONDAY))

    set_hours(*wanted)

    assert weekly_hours_of(db.session(), amara()) == wanted
    assert max(open_starts()) == MONDAY_9AM + 2.5 * HOUR


def test_whatever_changes_openings_raises_the_version_of_the_diary() -> None:
    acts: list[Callable[[], None]] = [
        lambda: set_hours(WeeklyHours(0, NINE, NOON)),
        lambda: add_off(MORNING),
        lambda: availability.set_day(amara(), MONDAY, [], actor=who(), now=NOW),
        lambda: availability.clear_day(amara(), MONDAY, actor=who(), now=NOW),
        lambda: availability.remove_time_off(
            amara(), time_off_ahead(db.session(), amara(), now=NOW)[0].id, actor=who(), now=NOW
        ),
    ]
    for act in acts:
        before = version()
        act()
        assert version() > before


@pytest.mark.parametrize(
    "other",
    [
        WeeklyHours(0, NOON - 1, FIVE),
        WeeklyHours(0, NINE, NOON),
        WeeklyHours(0, NINE + 60, NINE + 90),
        WeeklyHours(0, NOON - 60, FIVE, 2, MONDAY),
    ],
)
def test_hours_that_overlap_on_some_date_are_refused_by_their_day(other: WeeklyHours) -> None:
    before = weekly_hours_of(db.session(), amara())

    with pytest.raises(InvalidInput) as refused:
        set_hours(WeeklyHours(3, NINE, NOON), WeeklyHours(0, NINE, NOON), other)

    assert [(p.field, p.code) for p in refused.value.problems] == [("weekday_0", "overlap")]
    db.session.rollback()
    assert weekly_hours_of(db.session(), amara()) == before


@pytest.mark.parametrize(
    "other",
    [
        WeeklyHours(0, NOON, FIVE),
        WeeklyHours(1, NINE, NOON),
        WeeklyHours(0, NINE, NOON, 2, MONDAY + timedelta(days=7)),
    ],
)
def test_hours_that_touch_or_never_meet_are_fine(other: WeeklyHours) -> None:
    every = 1 if other.every_weeks == 1 else 2
    first = WeeklyHours(0, NINE, NOON, every, None if every == 1 else MONDAY)

    set_hours(first, other)

    assert set(weekly_hours_of(db.session(), amara())) == {first, other}


def test_hours_of_the_same_other_weeks_overlap_whatever_their_anchors() -> None:
    months_later = MONDAY + timedelta(days=3 + 7 * 8)

    with pytest.raises(InvalidInput):
        set_hours(WeeklyHours(0, NINE, NOON, 2, MONDAY), WeeklyHours(0, 600, 660, 2, months_later))


def test_there_is_an_end_to_how_many_blocks_there_may_be() -> None:
    many = [
        WeeklyHours(day, start * 60, start * 60 + 30) for day in range(7) for start in range(11)
    ]

    with pytest.raises(InvalidInput) as refused:
        set_hours(*many)

    assert refused.value.problems[0].code == "too_long"


def test_one_date_can_have_hours_of_its_own() -> None:
    availability.set_day(amara(), MONDAY, [(NOON, FIVE)], actor=who(), now=NOW)

    assert min(open_starts()) == MONDAY_9AM + 3 * HOUR
    assert days_that_differ(db.session(), amara(), since=MONDAY) == [
        DayHours(MONDAY, ((NOON, FIVE),))
    ]


def test_a_date_without_hours_is_away_all_day_until_it_is_cleared() -> None:
    availability.set_day(amara(), MONDAY, [], actor=who(), now=NOW)
    assert open_starts() == []

    availability.clear_day(amara(), MONDAY, actor=who(), now=NOW)

    assert min(open_starts()) == MONDAY_9AM
    assert days_that_differ(db.session(), amara(), since=MONDAY) == []


def test_a_date_set_again_has_the_last_hours_only() -> None:
    for blocks in ([(NINE, NOON)], [(NOON, FIVE)]):
        availability.set_day(amara(), MONDAY, blocks, actor=who(), now=NOW)

    assert min(open_starts()) == MONDAY_9AM + 3 * HOUR


@pytest.mark.parametrize("blocks", [[(NOON, NINE)], [(0, 1441)], [(NINE, NOON), (NINE, FIVE)]])
def test_hours_of_a_date_that_make_no_sense_are_refused(blocks: list[tuple[int, int]]) -> None:
    with pytest.raises(InvalidInput):
        availability.set_day(amara(), MONDAY, blocks, actor=who(), now=NOW)


def test_time_off_holds_back_every_opening_in_it() -> None:
    add_off(MORNING)

    assert min(open_starts()) == MORNING.end


def test_time_off_added_twice_is_there_once() -> None:
    for _ in range(2):
        add_off(MORNING)

    assert db.session.scalars(select(func.count(TimeOff.id))).one() == 1


def test_time_off_taken_back_opens_the_time_again() -> None:
    add_off(MORNING)
    [row] = time_off_ahead(db.session(), amara(), now=NOW)

    availability.remove_time_off(amara(), row.id, actor=who(), now=NOW)

    assert min(open_starts()) == MONDAY_9AM
    assert time_off_ahead(db.session(), amara(), now=NOW) == []


def test_nobody_takes_back_the_time_off_of_another() -> None:
    add_off(MORNING)
    [row] = time_off_ahead(db.session(), amara(), now=NOW)
    bo = another_therapist().id

    with pytest.raises(NotFound):
        availability.remove_time_off(bo, row.id, actor=therapist(bo), now=NOW)

    assert time_off_ahead(db.session(), bo, now=NOW) == []
    assert len(time_off_ahead(db.session(), amara(), now=NOW)) == 1


def test_time_off_that_is_over_or_longer_than_a_year_is_refused() -> None:
    for span, code in (
        (Interval(NOW - 2 * HOUR, NOW), "past"),
        (Interval(NOW, NOW + timedelta(days=367)), "too_long"),
    ):
        with pytest.raises(InvalidInput) as refused:
            add_off(span)
        assert refused.value.problems[0].code == code


def test_what_is_booked_stays_booked_whatever_is_changed(parts: Parts) -> None:
    made = booked(parts)

    add_off(MORNING)
    availability.set_day(amara(), MONDAY, [], actor=who(), now=NOW)
    set_hours()

    db.session.rollback()
    appointment = db.session.get_one(Appointment, made.appointment_id)
    assert appointment.status is Status.CONFIRMED
    assert len(appointment.claims) > 0
    assert [each.id for each in kept_within(db.session(), amara(), MORNING)] == [appointment.id]


def test_what_only_touches_time_off_does_not_fall_into_it(parts: Parts) -> None:
    booked(parts)
    after = Interval(MONDAY_9AM + HOUR / 4, MONDAY_9AM + HOUR)

    assert kept_within(db.session(), amara(), after) == []
