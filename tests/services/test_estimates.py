"""Estimates of cost: who is owed one by when, once each, and what makes a new one due."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from booking.domain.messages import MessageKind
from booking.domain.participants import Role
from booking.errors import NotFound
from booking.models import (
    Appointment,
    CostEstimate,
    Message,
    Participant,
    Practice,
    Series,
    SeriesMember,
    SessionType,
    db,
)
from booking.services import estimates as writing
from booking.services.booking import book
from booking.services.estimates import owe_estimates, request_estimate
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.pausing import Pause, pause
from booking.services.series.topping_up import top_up
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.couples import join_in
from tests.services.series.standing import agreed, asked_for, client_of, live_dates
from tests.support.meanwhile import before_it_writes
from tests.support.owed import change, states

pytestmark = pytest.mark.usefixtures("practice")

A_DAY, WEEK = timedelta(days=1), timedelta(days=7)
# The second Monday of the series, in summer time.
SECOND = MONDAY_9AM - HOUR + WEEK


def estimates() -> Sequence[CostEstimate]:
    db.session.rollback()
    return db.session.scalars(select(CostEstimate).order_by(CostEstimate.id)).all()


def kinds() -> list[MessageKind]:
    db.session.rollback()
    query = select(Message.kind).where(Message.kind == MessageKind.ESTIMATE)
    return list(db.session.scalars(query))


def single(parts: Parts, starts_at: datetime, *, now: datetime = NOW, **guest: object) -> int:
    """Book one paid session; return the participant."""
    who = factories.guest(**guest)
    wish = factories.wish(session_type="session", starts_at=starts_at, guest=who)
    return book(wish, key=factories.key(), parts=parts, now=now).participant_id


def changed_price(series: Series, cents: int) -> None:
    """Let every date of the series from the third on cost so much."""
    for each in live_dates(series.id)[2:]:
        change(Appointment, each.id, price_cents=cents)


@pytest.mark.parametrize(
    ("starts_at", "due_on"),
    [
        # Booked on Friday, March 1: Wednesday is three business days on, Tuesday is two.
        (datetime(2030, 3, 6, 14, tzinfo=MONDAY_9AM.tzinfo), date(2030, 3, 4)),
        (datetime(2030, 3, 5, 14, tzinfo=MONDAY_9AM.tzinfo), None),
        # The tenth business day on is Friday, March 15.
        (datetime(2030, 3, 14, 13, tzinfo=MONDAY_9AM.tzinfo), date(2030, 3, 4)),
        (datetime(2030, 3, 15, 13, tzinfo=MONDAY_9AM.tzinfo), date(2030, 3, 6)),
    ],
)
def test_it_is_due_one_or_three_business_days_after_booking(
    parts: Parts, starts_at: datetime, due_on: date | None
) -> None:
    single(parts, starts_at)

    owe_estimates(now=NOW)

    assert [row.due_on for row in estimates()] == ([due_on] if due_on else [])


def test_a_holiday_is_no_business_day(parts: Parts) -> None:
    """Booked before the long weekend of Memorial Day, which is Monday, May 27."""
    friday = datetime(2030, 5, 24, 15, tzinfo=MONDAY_9AM.tzinfo)
    wednesday, thursday = friday + 5 * A_DAY, friday + 6 * A_DAY
    single(parts, wednesday.replace(hour=13), now=friday)
    owe_estimates(now=friday)
    assert estimates() == []

    single(parts, thursday.replace(hour=13), now=friday, email="kim@example.org")
    owe_estimates(now=friday)

    assert [row.due_on for row in estimates()] == [date(2030, 5, 28)]


@pytest.mark.parametrize("payment", ["aetna", "medicaid"])
@pytest.mark.one_database
def test_who_pays_through_insurance_is_owed_none(parts: Parts, payment: str) -> None:
    single(parts, SECOND + HOUR, payment=payment)
    agreed(parts, guest=factories.guest(payment=payment, email="kim@example.org"))

    assert owe_estimates(now=NOW) == 0


@pytest.mark.one_database
def test_a_free_call_and_a_practice_abroad_owe_none(parts: Parts) -> None:
    book(factories.wish(starts_at=SECOND), key=factories.key(), parts=parts, now=NOW)
    assert owe_estimates(now=NOW) == 0

    single(parts, SECOND + HOUR, payment="self_pay")
    change(Practice, 1, country="CA")
    assert owe_estimates(now=NOW) == 0

    change(Practice, 1, country="US")
    assert owe_estimates(now=NOW) == 1


def test_a_series_is_estimated_whole_though_its_first_date_is_near(parts: Parts) -> None:
    series = asked_for(parts)

    owe_estimates(now=NOW)

    [row] = estimates()
    assert (row.member_id, row.number, row.why) == (series.members[0].id, 1, "scheduled")
    assert (row.made_on, row.due_on) == (date(2030, 3, 1), date(2030, 3, 4))
    assert (row.covers_from, row.covers_until) == (date(2030, 3, 4), date(2031, 3, 3))
    assert row.total_cents == 8 * 140_00


def test_an_hour_without_an_end_is_estimated_for_a_year_and_no_topping_up_changes_it(
    parts: Parts,
) -> None:
    agreed(parts, pattern=Pattern())

    owe_estimates(now=NOW)
    assert top_up(now=NOW + 4 * WEEK) == 1
    owe_estimates(now=NOW + 4 * WEEK)

    [row] = estimates()
    assert (row.total_cents, row.covers_until) == (53 * 140_00, date(2031, 3, 3))


def test_twice_makes_one_and_one_mail(parts: Parts) -> None:
    agreed(parts)
    single(parts, SECOND + HOUR, email="kim@example.org")

    assert [owe_estimates(now=NOW), owe_estimates(now=NOW), owe_estimates(now=NOW + HOUR)] == [
        2,
        0,
        0,
    ]

    assert len(estimates()) == len(kinds()) == 2


def test_each_who_comes_is_given_their_own(parts: Parts) -> None:
    series = agreed(parts)
    kim = join_in(series.id)

    owe_estimates(now=NOW)

    assert {row.member_id for row in estimates()} == {series.members[0].id, kim}


@pytest.mark.one_database
def test_who_only_pays_is_given_one_of_everything(parts: Parts) -> None:
    series = agreed(parts)
    payer = join_in(series.id, role=Role.PAYER)

    owe_estimates(now=NOW)

    found = {row.member_id: row.total_cents for row in estimates()}
    assert found == dict.fromkeys([series.members[0].id, payer], 8 * 14000)


@pytest.mark.one_database
def test_a_partner_who_said_nothing_of_it_pays_as_the_other_does(parts: Parts) -> None:
    series = agreed(parts, guest=factories.guest(payment="aetna"))
    join_in(series.id)

    assert owe_estimates(now=NOW) == 0


def test_another_price_brings_a_new_one_before_it_is_charged(parts: Parts) -> None:
    series = agreed(parts)
    owe_estimates(now=NOW)

    changed_price(series, 150_00)
    owe_estimates(now=NOW + HOUR)

    old, new = estimates()
    assert (old.replaced_at, new.replaced_at) == (NOW + HOUR, None)
    assert (new.number, new.why, new.total_cents) == (2, "changed", 2 * 140_00 + 6 * 150_00)
    assert new.due_on == date(2030, 3, 15)  # the third date is Monday, March 18
    assert owe_estimates(now=NOW + 2 * HOUR) == 0
    assert states(MessageKind.ESTIMATE) == [("due", ""), ("due", "")]


def test_the_price_of_what_is_not_made_yet_counts_too(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern())
    owe_estimates(now=NOW)

    change(SessionType, series.part.session_type_id, price_cents=160_00)

    assert owe_estimates(now=NOW) == 1


def test_a_pause_brings_a_new_one_and_a_moved_date_none(parts: Parts) -> None:
    series = agreed(parts)
    owe_estimates(now=NOW)

    first, *_, last = live_dates(series.id)
    for date_, by in ((first, -A_DAY / 24), (last, 2 * A_DAY)):
        moved = {"starts_at": date_.starts_at + by, "ends_at": date_.ends_at + by}
        change(Appointment, date_.id, **moved)
    assert owe_estimates(now=NOW) == 0

    gap = Pause(series.id, date(2030, 3, 18), date(2030, 3, 26))
    pause(gap, accept_late=False, actor=client_of(series), now=NOW)
    owe_estimates(now=NOW)

    assert [row.total_cents for row in estimates()] == [8 * 140_00, 6 * 140_00]


def test_dates_that_pass_bring_none(parts: Parts) -> None:
    agreed(parts, pattern=Pattern(count=8))
    owe_estimates(now=NOW)

    assert [owe_estimates(now=NOW + week * WEEK) for week in range(1, 9)] == [0] * 8


def test_one_that_runs_out_is_followed_by_the_next(parts: Parts) -> None:
    agreed(parts, pattern=Pattern())
    owe_estimates(now=NOW)

    # It covers all up to Monday, March 3; the next is March 10.
    assert owe_estimates(now=NOW + 51 * WEEK) == 0
    assert owe_estimates(now=NOW + 52 * WEEK) == 1

    assert [each.why for each in estimates()] == ["scheduled", "scheduled"]


def test_asking_brings_one_within_three_business_days_and_once(parts: Parts) -> None:
    series = agreed(parts, guest=factories.guest(payment="aetna"))
    member_id = series.members[0].id

    first = request_estimate(SeriesMember, member_id, now=NOW)
    again = request_estimate(SeriesMember, member_id, now=NOW + HOUR)

    [row] = estimates()
    assert first == again == row.id
    assert (row.why, row.due_on) == ("requested", date(2030, 3, 6))
    assert len(kinds()) == 1


def test_who_asked_a_moment_before_a_sweep_writes_is_given_no_second_one(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    participant_id = single(parts, SECOND)
    asks = partial(request_estimate, Participant, participant_id, now=NOW)
    before_it_writes(monkeypatch, writing, asks)

    assert owe_estimates(now=NOW) == 0

    assert [row.why for row in estimates()] == ["requested"]
    assert len(kinds()) == 1


@pytest.mark.one_database
def test_nothing_that_costs_nothing_can_be_asked_about(parts: Parts) -> None:
    booked = book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    with pytest.raises(NotFound):
        request_estimate(Participant, booked.participant_id, now=NOW)
    with pytest.raises(NotFound):
        request_estimate(SeriesMember, 1, now=NOW)

    assert estimates() == []
