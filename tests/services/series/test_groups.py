"""Standing groups: started by the therapist, joined by whoever finds a place in time."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Modality
from booking.domain.standing import SeriesStatus
from booking.errors import (
    IllegalTransition,
    NotFound,
    Rule,
    RuleBroken,
    SlotTaken,
)
from booking.models import (
    Appointment,
    Message,
    Practice,
    Series,
    SeriesMember,
    Therapist,
    db,
)
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.booking import book_series
from booking.services.series.granting_places import decline_place, grant_place
from booking.services.series.groups import NewGroup, start_group
from booking.services.series.joining import join_group, let_go_of_lapsed_places
from booking.services.series.topping_up import top_up
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.groups import wish_of
from tests.services.series.groups import (
    MONDAYS,
    join,
    member,
    owed,
    places,
    seats_of,
    started,
    wish_for,
)
from tests.services.series.standing import live_dates, sign
from tests.support.owed import change

pytestmark = pytest.mark.usefixtures("practice")


def test_a_group_is_there_before_anybody_comes(parts: Parts) -> None:
    series = started()

    assert series.status is SeriesStatus.CONFIRMED
    dates = live_dates(series.id)
    assert len(dates) == MONDAYS
    assert not any(each.participants for each in dates)
    assert [len(each.claims) for each in dates] == [1] * MONDAYS
    kinds = db.session.scalars(select(Message.kind)).all()
    assert kinds == ["therapist_series_calendar"]


def test_a_group_without_an_end_is_topped_up(parts: Parts) -> None:
    series = started(Pattern())
    booked = join(parts, series, 0)
    made = len(live_dates(series.id))

    top_up(now=NOW + timedelta(days=70))

    assert len(live_dates(series.id)) > made
    assert len(seats_of(booked)) == len(live_dates(series.id))


def test_nothing_else_can_be_booked_then(parts: Parts) -> None:
    started()

    with pytest.raises(SlotTaken):
        book(factories.wish(session_type="session"), key=factories.key(), parts=parts, now=NOW)


def test_what_meets_as_a_group_is_never_booked_alone(parts: Parts) -> None:
    started()
    later = wish_of(0, starts_at=MONDAY_9AM + 3 * HOUR)
    standing = factories.series_wish(session_type="group", starts_at=MONDAY_9AM + 3 * HOUR)

    for attempt in (partial(book, later), partial(book_series, standing)):
        with pytest.raises(RuleBroken) as refused:
            attempt(key=factories.key(), parts=parts, now=NOW)
        assert refused.value.rule is Rule.SESSION_TYPE


def test_who_joins_has_a_place_on_every_date(parts: Parts) -> None:
    series = started()

    first, second = join(parts, series, 0), join(parts, series, 1)

    assert places(series.id) == [1, 2]
    assert [seat.seat for seat in seats_of(second)] == [2] * MONDAYS
    assert not member(first).books
    assert owed(first) == ["series_requested"]
    assert db.session.get_one(Series, series.id).status is SeriesStatus.CONFIRMED


def test_a8_the_last_place_is_the_last(parts: Parts) -> None:
    series = started()
    for number in range(3):
        join(parts, series, number)

    with pytest.raises(SlotTaken):
        join(parts, series, 3)

    assert places(series.id) == [1, 2, 3]


def test_a12_the_same_request_joins_once(parts: Parts) -> None:
    series = started()
    key = factories.key()

    first = join_group(wish_for(series, 0), key=key, parts=parts, now=NOW)
    again = join_group(wish_for(series, 0), key=key, parts=parts, now=NOW)

    assert again.again
    assert again.member_id == first.member_id
    assert places(series.id) == [1]


def test_dates_that_are_too_soon_are_left_out(parts: Parts) -> None:
    series = started()

    booked = join(parts, series, 0, now=MONDAY_9AM - HOUR)

    assert len(seats_of(booked)) == MONDAYS - 1


def test_nobody_joins_from_where_the_therapist_may_not_see_people(parts: Parts) -> None:
    series = started()

    wish = wish_for(series, 0, state="CA")
    with pytest.raises(RuleBroken) as refused:
        join_group(wish, key=factories.key(), parts=parts, now=NOW)

    assert refused.value.rule is Rule.LICENCE


def test_a_standing_hour_of_one_person_cannot_be_joined(parts: Parts) -> None:
    series = started()
    series.public_id = "nowhere"

    with pytest.raises(NotFound):
        join(parts, series, 0)


def test_accepting_the_agreement_makes_the_place_theirs(parts: Parts) -> None:
    series = started()
    booked, other = join(parts, series, 0), join(parts, series, 1)

    sign(booked.member_id)

    assert member(booked).expires_at is None
    assert owed(booked).count("reminder") == MONDAYS
    assert owed(booked)[-1] == "series_booked"
    assert owed(other) == ["series_requested"]
    assert db.session.get_one(Series, series.id).version == 1
    let_go_of_lapsed_places(now=MONDAY_9AM)
    assert places(series.id) == [1]


def test_a_place_nobody_accepted_for_is_free_again(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    assert member(booked).expires_at == MONDAY_9AM

    assert let_go_of_lapsed_places(now=MONDAY_9AM - MINUTE) == 0
    assert let_go_of_lapsed_places(now=MONDAY_9AM) == 1
    assert let_go_of_lapsed_places(now=MONDAY_9AM) == 0

    assert places(series.id) == []
    assert {seat.status for seat in seats_of(booked)[1:]} == {"left"}
    assert owed(booked)[-1] == "series_expired"
    assert len(live_dates(series.id)) == MONDAYS


def test_a_place_is_held_until_the_first_date_at_most(parts: Parts) -> None:
    series = started()

    change(Practice, 1, agreement_hours=24)

    first = join(parts, series, 0)
    second = join(parts, series, 1, now=MONDAY_9AM - 13 * HOUR)

    assert member(first).expires_at == NOW + timedelta(hours=24)
    assert member(second).expires_at == MONDAY_9AM


def test_a_place_that_ran_out_is_given_to_who_comes_next(parts: Parts) -> None:
    """Also where nobody has swept meanwhile."""
    series = started(seats=1)
    first = join(parts, series, 0)

    second = join(parts, series, 1, now=MONDAY_9AM)

    assert member(first).seat is None
    assert member(second).seat == 1
    with pytest.raises(IllegalTransition):
        sign(first.member_id, now=MONDAY_9AM)


def test_where_each_is_asked_about_a_place_waits_for_the_therapist(parts: Parts) -> None:
    series = started(needs_approval=True)

    booked = join(parts, series, 0)

    assert member(booked).status == "asked"
    assert seats_of(booked) == []
    assert places(series.id) == [1]
    query = select(Message.kind).order_by(Message.id)
    assert list(db.session.scalars(query))[1:] == [
        "series_requested",
        "therapist_series_requested",
    ]


def test_dates_of_a_group_are_its_members_own(parts: Parts) -> None:
    """Nobody books a single one of them, and the database has one row for each."""
    series = started()
    join(parts, series, 0)

    assert len(db.session.scalars(select(Appointment)).all()) == MONDAYS
    assert db.session.scalars(select(SeriesMember.series_id)).all() == [series.id]
    assert db.session.scalars(select(Therapist)).one().slug == "amara"


def test_a_key_that_is_too_old_joins_anew(parts: Parts) -> None:
    series = started()
    key, later = factories.key(), NOW + timedelta(hours=25)
    first = join_group(wish_for(series, 0), key=key, parts=parts, now=NOW)

    second = join_group(wish_for(series, 1), key=key, parts=parts, now=later)

    assert second.member_id != first.member_id
    assert places(series.id) == [1, 2]


def test_a_group_that_has_no_date_ahead_is_not_joined(parts: Parts) -> None:
    series = started(Pattern(count=1))

    with pytest.raises(RuleBroken) as refused:
        join(parts, series, 0, now=MONDAY_9AM)

    assert refused.value.rule is Rule.OUTSIDE_HOURS


def test_only_what_meets_as_a_group_is_started_as_one() -> None:
    whose = db.session.scalars(select(Therapist.id)).one()
    alone = NewGroup(
        session_type="standing",
        starts_at=MONDAY_9AM,
        pattern=Pattern(count=MONDAYS),
        modality=Modality.VIDEO,
    )

    with pytest.raises(RuleBroken):
        start_group(whose, alone, now=NOW)
    with pytest.raises(NotFound):
        start_group(whose, replace(alone, session_type="nothing"), now=NOW)


def test_an_answer_to_who_asks_for_a_place_is_given_once(parts: Parts) -> None:
    series = started(needs_approval=True)
    one, other = join(parts, series, 0), join(parts, series, 1)
    whose = series.therapist_id

    for _ in range(2):
        grant_place(one.member_id, whose, now=NOW)
        decline_place(other.member_id, whose, now=NOW)

    assert len(seats_of(one)) == MONDAYS
    assert places(series.id) == [1]
    with pytest.raises(NotFound):
        grant_place(one.member_id, whose + 1, now=NOW)
    with pytest.raises(IllegalTransition):
        decline_place(one.member_id, whose, now=NOW)
