"""Waiting for a time: when somebody could come, and until when a time is held out to them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from booking.domain.minutes import DAY, HOUR
from booking.domain.reminders import ONE_DAY, QuietHours, next_opening
from booking.domain.starts import EVENING, NOON, SATURDAY, Part, When
from booking.domain.zones import to_instant

QUIET = QuietHours()
# Less than this to answer in is no offer.
WORTHWHILE = timedelta(hours=1)
# Nobody can answer while quiet hours run, so who could answer until then may a while longer.
AFTER_THE_NIGHT = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
# Whoever lets so many offers in a row pass is asked whether they still wait.
SILENCES = 3

_WEEKDAYS, _WEEKENDS = range(SATURDAY), range(SATURDAY, 7)


class WaitingStatus(StrEnum):
    """`paused`: several offers went unanswered, and no more are made until they say they wait."""

    WAITING = "waiting"
    PAUSED = "paused"
    BOOKED = "booked"
    ENDED = "ended"

    @property
    def is_open(self) -> bool:
        return self in {WaitingStatus.WAITING, WaitingStatus.PAUSED}


class WaitingOfferStatus(StrEnum):
    """What became of one time that was held out to one person."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From one minute to another of a day of the week (0 is Monday), on the client's own clock."""

    weekday: int
    from_minute: int
    until_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < 7:  # noqa: PLR2004  # days of a week
            raise ValueError(f"weekdays must be 0 to 6: {self.weekday}")
        if not 0 <= self.from_minute < self.until_minute <= DAY:
            raise ValueError(f"no stretch of a day: {self.from_minute} to {self.until_minute}")


_PARTS = {
    Part.MORNING: (0, NOON.hour * HOUR),
    Part.AFTERNOON: (NOON.hour * HOUR, EVENING.hour * HOUR),
    Part.EVENING: (EVENING.hour * HOUR, DAY),
}


def windows_of(whens: Iterable[When]) -> list[Window]:
    """Return parts of weekdays and of weekends as windows."""
    return [
        Window(day, *_PARTS[when.part])
        for when in whens
        for day in (_WEEKENDS if when.weekend else _WEEKDAYS)
    ]


def joined(windows: Iterable[Window]) -> list[Window]:
    """Return the same times with windows that touch or overlap made one, in order."""
    found: list[Window] = []
    for each in sorted(windows):
        last = found[-1] if found else None
        if last and last.weekday == each.weekday and each.from_minute <= last.until_minute:
            until = max(last.until_minute, each.until_minute)
            found[-1] = Window(last.weekday, last.from_minute, until)
        else:
            found.append(each)
    return found


def fits(start: datetime, length: timedelta, windows: Collection[Window], zone: ZoneInfo) -> bool:
    """Return whether a session lies in one of the windows from beginning to end.

    The clock is that of `zone`, as it stands on that day. Without windows any time will do.
    """
    if not windows:
        return True
    begins, ends = start.astimezone(zone), (start + length).astimezone(zone)
    first, last = _minute(begins), _minute(ends)
    if begins.date() != ends.date():
        if last or ends.date() - begins.date() != ONE_DAY:
            return False
        last = DAY  # it ends as the day does
    return any(
        each.weekday == begins.weekday() and each.from_minute <= first and last <= each.until_minute
        for each in windows
    )


def _minute(wall: datetime) -> int:
    return wall.hour * HOUR + wall.minute


@dataclass(frozen=True, slots=True)
class Deadline:
    """When somebody is told of an offer, and until when they can answer; both in UTC."""

    told_at: datetime
    until: datetime


def deadline(
    now: datetime,
    zone: ZoneInfo,
    *,
    hours: int,
    latest: datetime,
    quiet: QuietHours = QUIET,
) -> Deadline | None:
    """Return until when an offer made now is held, or None if that leaves too little time.

    The hours count from when the person, who is in `zone`, may be written to. It ends on a
    quarter of an hour while nobody is asleep, and never after `latest`.
    """
    told_at = next_opening(now, zone, quiet, before=latest)
    if told_at is None:
        return None
    until = _awake(_to_quarter(told_at + timedelta(hours=hours)), zone, quiet)
    if until > latest:
        until = _before_the_night(latest, zone, quiet)
    return Deadline(told_at, until) if until - told_at >= WORTHWHILE else None


def _to_quarter(instant: datetime) -> datetime:
    """Return the first quarter of an hour at or after `instant`; every zone has the same."""
    over = (instant - datetime.min.replace(tzinfo=instant.tzinfo)) % QUARTER
    return instant + (QUARTER - over) if over else instant


def _awake(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """Return `instant`, or an hour after the quiet hours that it falls in."""
    there = instant.astimezone(zone)
    if _is_by_day(there, quiet):
        return instant
    day = there.date() + (ONE_DAY if there.time() > quiet.closes else timedelta(0))
    return to_instant(day, quiet.opens, zone) + AFTER_THE_NIGHT


def _before_the_night(instant: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    """Return `instant`, or the moment at which the quiet hours that it falls in began."""
    there = instant.astimezone(zone)
    if _is_by_day(there, quiet):
        return instant
    day = there.date() - (ONE_DAY if there.time() <= quiet.opens else timedelta(0))
    return to_instant(day, quiet.closes, zone)


def _is_by_day(wall: datetime, quiet: QuietHours) -> bool:
    """Return whether the minutes before it are ones in which people answer."""
    return quiet.opens < wall.time() <= quiet.closes


def clock_minute(text: str) -> int:
    """Return "17:30" as a minute of the day; "24:00" ends it. Raises `ValueError`."""
    if text == "24:00":
        return DAY
    at = time.fromisoformat(text)
    if at.tzinfo is not None or at.second or at.microsecond:
        raise ValueError("format")
    return at.hour * HOUR + at.minute
