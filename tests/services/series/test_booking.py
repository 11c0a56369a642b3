"""Booking a standing hour: every date or none, once, and held until it is agreed to."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.messages import MessageKind
from booking.domain.standing import SeriesStatus
from booking.errors import InvalidInput, RuleBroken, SlotTaken
from booking.models import (
    Appointment,
    Base,
    Claim,
    Message,
    Participant,
    Series,
    Therapist,
    db,
)
from booking.services.booking import book
from booking.services.holds import Choice, hold
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices, book_series
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.support.parties import amara_sees, partner

pytestmark = pytest.mark.usefixtures("practice")
A_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# Clocks in New York go forward on the Sunday after the first Monday.
SECOND = MONDAY_9AM + WEEK - HOUR


def count(table: type[Base]) -> int | None:
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_series_holds_every_date_and_waits_for_the_agreement(parts: Parts) -> None:
    booked = book_series(factories.series_wish(), key=factories.key(), parts=parts, now=NOW)

    series = db.session.get_one(Series, booked.series_id)
    dates = db.session.scalars(select(Appointment).order_by(Appointment.starts_at)).all()
    assert series.status is SeriesStatus.REQUESTED
    assert [date.starts_at for date in dates] == [MONDAY_9AM] + [
        SECOND + week * WEEK for week in range(7)
    ]
    assert {date.status for date in dates} == {Status.REQUESTED}
    assert {date.expires_at for date in dates} == {MONDAY_9AM}  # sooner than in three days
    assert count(Claim) == count(Participant) == 8
    kinds = db.session.scalars(select(Message.kind)).all()
    assert sorted(kinds) == [MessageKind.SERIES_REQUESTED, MessageKind.THERAPIST_SERIES_REQUESTED]


def test_a_date_that_went_meanwhile_leaves_nothing_written(parts: Parts) -> None:
    last = SECOND + 6 * WEEK
    book(
        factories.wish(session_type="session", starts_at=last),
        key=factories.key(),
        parts=parts,
        now=NOW,
    )

    with pytest.raises(SlotTaken):
        book_series(factories.series_wish(), key=factories.key(), parts=parts, now=NOW)

    assert count(Appointment) == 1
    assert count(Series) == 0


def test_a_date_is_skipped_or_moved_as_chosen(parts: Parts) -> None:
    choices = Choices(skip=frozenset({SECOND}), move={SECOND + WEEK: SECOND + WEEK + HOUR})
    wish = factories.series_wish(choices=choices, pattern=Pattern(count=3))

    book_series(wish, key=factories.key(), parts=parts, now=NOW)

    found = db.session.scalars(select(Appointment).order_by(Appointment.starts_at)).all()
    assert [date.starts_at for date in found] == [MONDAY_9AM, SECOND + WEEK + HOUR]
    assert [date.occurrence for date in found] == [
        MONDAY_9AM.date(),
        (MONDAY_9AM + 2 * WEEK).date(),
    ]


@pytest.mark.parametrize(
    "choices",
    [
        Choices(skip=frozenset({MONDAY_9AM + HOUR})),
        Choices(move={MONDAY_9AM + HOUR: MONDAY_9AM}),
        Choices(skip=frozenset({SECOND}), move={SECOND: SECOND + HOUR}),
        Choices(skip=frozenset({MONDAY_9AM, SECOND})),
    ],
)
def test_choices_about_dates_there_are_not_are_refused(parts: Parts, choices: Choices) -> None:
    wish = factories.series_wish(choices=choices, pattern=Pattern(count=2))

    with pytest.raises(InvalidInput):
        book_series(wish, key=factories.key(), parts=parts, now=NOW)


@pytest.mark.parametrize(
    "moved_to", [SECOND + timedelta(minutes=30), SECOND + 9 * HOUR, MONDAY_9AM, NOW]
)
def test_a_date_is_moved_only_to_what_is_offered(parts: Parts, moved_to: object) -> None:
    wish = factories.series_wish(choices=Choices(move={SECOND: moved_to}))  # type: ignore[dict-item]

    with pytest.raises(SlotTaken):
        book_series(wish, key=factories.key(), parts=parts, now=NOW)


def test_the_hold_on_its_first_date_is_given_up_for_the_series(parts: Parts) -> None:
    choice = Choice("amara", "standing", MONDAY_9AM, Modality.VIDEO, "NY")
    held = hold(choice, {}, parts=parts, now=NOW)
    key = factories.key()

    with pytest.raises(SlotTaken):
        book_series(factories.series_wish(), key=factories.key(), parts=parts, now=NOW)
    wish = factories.series_wish(hold_id=held)
    first = book_series(wish, key=key, parts=parts, now=NOW)
    again = book_series(wish, key=key, parts=parts, now=NOW)

    assert count(Claim) == 8
    assert again.series_id == first.series_id


def test_what_is_booked_one_by_one_is_no_standing_hour(parts: Parts) -> None:
    with pytest.raises(RuleBroken):
        book_series(
            factories.series_wish(session_type="session"),
            key=factories.key(),
            parts=parts,
            now=NOW,
        )


def test_the_same_request_again_books_nothing_more(parts: Parts) -> None:
    key = factories.key()
    first = book_series(factories.series_wish(), key=key, parts=parts, now=NOW)

    again = book_series(factories.series_wish(), key=key, parts=parts, now=NOW)

    assert again.again
    assert again.series_id == first.series_id
    assert count(Appointment) == 8


def test_a_key_from_the_day_before_books_anew(parts: Parts) -> None:
    key = factories.key()
    first = book_series(factories.series_wish(), key=key, parts=parts, now=NOW)
    wish = factories.series_wish(starts_at=SECOND + HOUR)

    other = book_series(wish, key=key, parts=parts, now=NOW + A_DAY)

    assert not other.again
    assert other.series_id != first.series_id
    assert count(Appointment) == 16


def test_what_ran_out_stands_in_no_standing_hours_way(parts: Parts) -> None:
    choice = Choice("amara", "session", SECOND + HOUR, Modality.VIDEO, "NY")
    hold(choice, {}, parts=parts, now=NOW)
    waiting = book_series(
        factories.series_wish(starts_at=SECOND), key=factories.key(), parts=parts, now=NOW
    )
    later = NOW + 3 * A_DAY  # so long an agreement is waited for

    for starts_at in (SECOND, SECOND + HOUR):
        wish = factories.series_wish(starts_at=starts_at)
        book_series(wish, key=factories.key(), parts=parts, now=later)

    assert db.session.get_one(Series, waiting.series_id).status is SeriesStatus.EXPIRED
    assert count(Claim) == 16
    query = select(Message.kind).filter_by(kind=MessageKind.SERIES_EXPIRED)
    assert len(db.session.scalars(query).all()) == 1


def test_each_who_comes_must_be_where_the_therapist_may_see_them(parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    wish = factories.series_wish(session_type=slug, party=(partner(state="AZ"),))

    with pytest.raises(SlotTaken):
        book_series(wish, key=factories.key(), parts=parts, now=NOW)
    assert count(Series) == 0
    amara = db.session.scalars(select(Therapist)).one()
    factories.licence(amara, state="AZ", number="777")

    book_series(wish, key=factories.key(), parts=parts, now=NOW)

    assert count(Appointment) == 8


@pytest.mark.one_database
def test_d5_where_a_day_is_left_out_two_dates_cannot_fall_together(parts: Parts) -> None:
    """Samoa went from December 29 to December 31 in 2011."""
    amara = db.session.scalars(select(Therapist)).one()
    factories.changed(amara, time_zone="Pacific/Apia")
    thursday = datetime(2011, 12, 29, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    thursday_to_saturday = Pattern(weekdays=frozenset({3, 4, 5}), count=3)
    wish = factories.series_wish(starts_at=thursday, pattern=thursday_to_saturday)

    with pytest.raises(InvalidInput) as refused:
        book_series(wish, key=factories.key(), parts=parts, now=thursday - 9 * A_DAY)

    assert [(each.field, each.code) for each in refused.value.problems] == [("repeat", "overlap")]
