"""When to remind a person: early enough, at a decent hour, and never of what has begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from booking.domain.messages import Channel
from booking.domain.zones import to_instant

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Remind over `channel`, so many hours that really pass before the start."""

    channel: Channel
    before: timedelta

    def __post_init__(self) -> None:
        if self.before <= timedelta(0):
            raise ValueError(f"a reminder must come before the start: {self.before}")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The part of a day in which people are written to, on their own clocks.

    Open from `opens` up to, not including, `closes`. Plans aim no later than `aim_until`, so
    that a message held up for a while still goes out the same evening.
    """

    opens: time = time(9, 0)
    closes: time = time(20, 0)
    aim_until: time = time(19, 30)

    def __post_init__(self) -> None:
        if not self.opens <= self.aim_until < self.closes:
            raise ValueError(f"aim_until must lie between opens and closes: {self}")


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message owed at `due_at`, useless from `stale_at` on; both in UTC."""

    channel: Channel
    due_at: datetime
    stale_at: datetime


def plan(
    rules: Iterable[ReminderRule],
    *,
    starts_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    quiet: QuietHours,
) -> list[Reminder]:
    """Return the reminders owed for a session that starts at `starts_at`, soonest first.

    What falls outside the quiet hours in `zone`, the person's own, moves earlier. What would
    then not lie after `now` is left out, and two that meet on one channel become one.
    """
    start = starts_at.astimezone(UTC)
    owed = dict.fromkeys(
        Reminder(rule.channel, _decent(start - rule.before, zone, quiet), start) for rule in rules
    )
    return sorted((each for each in owed if each.due_at > now), key=attrgetter("due_at"))


def is_open(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> bool:
    """Return whether a person in `zone` may be written to at `instant`."""
    return quiet.opens <= instant.astimezone(zone).time() < quiet.closes


def next_opening(
    instant: datetime, zone: ZoneInfo, quiet: QuietHours, *, before: datetime
) -> datetime | None:
    """Return the first moment from `instant` on at which a person may be written to.

    That is `instant` itself while the window is open. None if it would not lie before
    `before`: the message came too late to be of use, and is dropped.
    """
    opening = instant if is_open(instant, zone, quiet) else _next_morning(instant, zone, quiet)
    return opening if opening < before else None


def starts_before_window_opens(
    starts_at: datetime, *, now: datetime, zone: ZoneInfo, quiet: QuietHours
) -> bool:
    """Return whether waiting for the window would tell of a cancel or move too late.

    Such a message goes at once, at whatever hour.
    """
    return not is_open(now, zone, quiet) and _next_morning(now, zone, quiet) >= starts_at


def _decent(due_at: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    local = due_at.astimezone(zone)
    if local.time() < quiet.opens:
        return to_instant(local.date() - ONE_DAY, quiet.aim_until, zone)
    if local.time() > quiet.aim_until:
        return to_instant(local.date(), quiet.aim_until, zone)
    return due_at


def _next_morning(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    day = instant.astimezone(zone).date()
    opening = to_instant(day, quiet.opens, zone)
    return opening if opening > instant else to_instant(day + ONE_DAY, quiet.opens, zone)
