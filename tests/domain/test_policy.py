from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.domain.policy import (
    Cancellation,
    Policy,
    cancel_until,
    cancellation,
    check_move,
    move_until,
)
from booking.errors import Rule, RuleBroken

STARTS = datetime(2030, 1, 9, 16, 0, tzinfo=UTC)
LONG_AGO = datetime(2029, 12, 1, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)
POLICY = Policy(
    cancel_cutoff=timedelta(hours=24), move_cutoff=timedelta(hours=12), late_fee_cents=5000
)
FREE = Cancellation(late=False, fee_cents=0)
LATE = Cancellation(late=True, fee_cents=5000)


def cancel(now: datetime, *, booked_at: datetime = LONG_AGO) -> Cancellation:
    return cancellation(POLICY, starts_at=STARTS, booked_at=booked_at, now=now)


def move(now: datetime, *, booked_at: datetime = LONG_AGO) -> None:
    check_move(POLICY, starts_at=STARTS, booked_at=booked_at, now=now)


def test_cancelling_is_free_up_to_the_cut_off_itself() -> None:
    cutoff = STARTS - timedelta(hours=24)

    assert cancel_until(POLICY, STARTS) == cutoff
    assert cancel(cutoff) == FREE
    assert cancel(cutoff + A_MOMENT) == LATE


def test_cancelling_late_stays_possible_until_the_start() -> None:
    assert cancel(STARTS - A_MOMENT) == LATE
    with pytest.raises(RuleBroken) as refused:
        cancel(STARTS)
    assert refused.value.rule is Rule.PAST


def test_moving_is_possible_up_to_its_own_cut_off() -> None:
    cutoff = STARTS - timedelta(hours=12)

    assert move_until(POLICY, STARTS) == cutoff
    move(cutoff)
    with pytest.raises(RuleBroken) as refused:
        move(cutoff + A_MOMENT)
    assert refused.value.rule is Rule.POLICY


def test_nothing_moves_once_it_has_started_not_even_in_the_grace() -> None:
    with pytest.raises(RuleBroken) as refused:
        move(STARTS, booked_at=STARTS - A_MOMENT)
    assert refused.value.rule is Rule.PAST


def test_both_are_free_for_three_minutes_after_a_late_booking() -> None:
    booked_at = STARTS - timedelta(hours=1)
    grace_ends = booked_at + timedelta(minutes=3)

    move(grace_ends, booked_at=booked_at)
    assert cancel(grace_ends, booked_at=booked_at) == FREE

    assert cancel(grace_ends + A_MOMENT, booked_at=booked_at) == LATE
    with pytest.raises(RuleBroken):
        move(grace_ends + A_MOMENT, booked_at=booked_at)


def test_the_cut_off_counts_hours_that_pass_not_hours_on_the_clock() -> None:
    # FACTS G.3: the clocks go back that night, so the day has 25 hours.
    new_york = ZoneInfo("America/New_York")
    starts_at = datetime(2026, 11, 1, 17, 0, tzinfo=new_york)

    assert cancel_until(POLICY, starts_at) == datetime(2026, 10, 31, 18, 0, tzinfo=new_york)


def test_a_policy_without_a_fee_is_still_late() -> None:
    free_of_charge = Policy(timedelta(hours=24), timedelta(hours=24), late_fee_cents=0)

    outcome = cancellation(
        free_of_charge, starts_at=STARTS, booked_at=LONG_AGO, now=STARTS - timedelta(hours=1)
    )

    assert outcome == Cancellation(late=True, fee_cents=0)


@pytest.mark.parametrize(
    ("cancel_hours", "move_hours", "fee"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1)]
)
def test_a_policy_cannot_be_negative(cancel_hours: int, move_hours: int, fee: int) -> None:
    with pytest.raises(ValueError, match="must not"):
        Policy(timedelta(hours=cancel_hours), timedelta(hours=move_hours), fee)
