"""What a practice asks of people who cancel or move, and when it is free."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from booking.errors import Rule, RuleBroken

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Policy:
    """The cut-offs are hours that pass before the start, whatever the clocks do meanwhile."""

    cancel_cutoff: timedelta
    move_cutoff: timedelta
    late_fee_cents: int
    grace: timedelta = timedelta(minutes=3)

    def __post_init__(self) -> None:
        if min(self.cancel_cutoff, self.move_cutoff, self.grace) < NOTHING:
            raise ValueError(f"a policy must not count backwards: {self}")
        if self.late_fee_cents < 0:
            raise ValueError(f"a late fee must not be negative: {self.late_fee_cents}")


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling at one moment means; `fee_cents` is 0 unless it is late."""

    late: bool
    fee_cents: int


def cancel_until(policy: Policy, starts_at: datetime) -> datetime:
    """Return the last instant at which cancelling costs nothing."""
    return starts_at.astimezone(UTC) - policy.cancel_cutoff


def move_until(policy: Policy, starts_at: datetime) -> datetime:
    """Return the last instant at which the appointment may be moved."""
    return starts_at.astimezone(UTC) - policy.move_cutoff


def cancellation(
    policy: Policy, *, starts_at: datetime, booked_at: datetime, now: datetime
) -> Cancellation:
    """Return what cancelling now means: free up to the cut-off and in the grace after booking.

    Raises `RuleBroken(Rule.PAST)` from the start on.
    """
    _check_not_started(starts_at, now)
    if now <= cancel_until(policy, starts_at) or _in_grace(policy, booked_at, now=now):
        return Cancellation(late=False, fee_cents=0)
    return Cancellation(late=True, fee_cents=policy.late_fee_cents)


def check_move(policy: Policy, *, starts_at: datetime, booked_at: datetime, now: datetime) -> None:
    """Raise `RuleBroken` if the appointment that starts at `starts_at` may not be moved now.

    The rule is `PAST` from the start on, and `POLICY` past the cut-off outside the grace.
    """
    _check_not_started(starts_at, now)
    if now > move_until(policy, starts_at) and not _in_grace(policy, booked_at, now=now):
        raise RuleBroken(Rule.POLICY)


def _check_not_started(starts_at: datetime, now: datetime) -> None:
    if now >= starts_at:
        raise RuleBroken(Rule.PAST)


def _in_grace(policy: Policy, booked_at: datetime, *, now: datetime) -> bool:
    return now - booked_at <= policy.grace
