"""The rules of `booking.domain.openings` told slowly: minute by minute, with datetimes alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking.domain.availability import WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, SessionRules
from booking.errors import Rule

MINUTE = timedelta(minutes=1)


def minutes_in(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the whole minutes from `start`, or the first after it, up to `end`."""
    at = start.replace(second=0, microsecond=0)
    while at < end:
        if at >= start:
            yield at
        at += MINUTE


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_due(hours: WeeklyHours, day: date) -> bool:
    if hours.weekday != day.weekday():
        return False
    if hours.anchor is None:
        return True
    return (monday_of(day) - monday_of(hours.anchor)).days // 7 % hours.every_weeks == 0


@dataclass
class Reference:
    diary: Diary
    rules: SessionRules
    now: datetime
    state: str | None = None
    # What was found out once, or the tests would take minutes.
    _spans: dict[date, list[tuple[int, int]]] = field(default_factory=dict)
    _begins: dict[date, list[int | None]] = field(default_factory=dict)
    _open: dict[datetime, bool] = field(default_factory=dict)

    def openings(self, window: Interval) -> list[datetime]:
        starts = minutes_in(window.start, window.end)
        return [start for start in starts if self.refusal(start) is None]

    def refusal(self, start: datetime) -> Rule | None:
        rules, diary = self.rules, self.diary
        session = Interval(start, start + MINUTE * rules.minutes)
        padded = session.padded(
            before=MINUTE * rules.buffer_before, after=MINUTE * rules.buffer_after
        )
        busy = [*diary.claims, *diary.outside]
        broken: dict[Rule, Callable[[], bool]] = {
            Rule.PAST: lambda: start <= self.now,
            Rule.NOTICE: lambda: start < self.now + rules.notice,
            Rule.HORIZON: lambda: start > self.now + rules.horizon,
            Rule.LICENCE: lambda: self.state is not None and not self.is_licensed(start),
            Rule.OUTSIDE_HOURS: lambda: not self.is_open_throughout(session),
            Rule.OFF_GRID: lambda: not self.is_on_grid(start),
            Rule.LIMIT: lambda: self.is_full(start),
            Rule.TAKEN: lambda: any(session.overlaps(taken) for taken in busy),
            Rule.BUFFER: lambda: any(padded.overlaps(taken) for taken in busy),
        }
        return next((rule for rule, is_broken in broken.items() if is_broken()), None)

    def is_open_throughout(self, session: Interval) -> bool:
        if session.start.second or session.start.microsecond:
            return False
        return not any(session.overlaps(away) for away in self.diary.time_off) and all(
            self.is_open(at) for at in minutes_in(session.start, session.end)
        )

    def is_open(self, at: datetime) -> bool:
        if at not in self._open:
            wall = at.astimezone(self.diary.zone)
            self._open[at] = self.is_in_hours(wall.date(), wall.hour * 60 + wall.minute)
        return self._open[at]

    def is_in_hours(self, day: date, minute: int) -> bool:
        return any(start <= minute < end for start, end in self.spans_on(day))

    def spans_on(self, day: date) -> list[tuple[int, int]]:
        if day not in self._spans:
            self._spans[day] = [
                (hours.from_minute, hours.until_minute)
                for hours in self.diary.weekly
                if is_due(hours, day)
            ]
            for override in self.diary.overrides:
                if override.day == day:
                    self._spans[day] = list(override.blocks)
        return self._spans[day]

    def is_on_grid(self, start: datetime) -> bool:
        wall = start.astimezone(self.diary.zone)
        minute = wall.hour * 60 + wall.minute
        begin = self.begins_on(wall.date())[minute]
        return begin is not None and (minute - begin) % self.rules.step == 0

    def begins_on(self, day: date) -> list[int | None]:
        """Return, for each minute of the clock, when the hours it lies in began."""
        if day not in self._begins:
            begins: list[int | None] = []
            begin = None
            for minute in range(24 * 60):
                if not self.is_in_hours(day, minute):
                    begin = None
                elif begin is None:
                    begin = minute
                begins.append(begin)
            self._begins[day] = begins
        return self._begins[day]

    def is_full(self, start: datetime) -> bool:
        diary = self.diary
        today = start.astimezone(diary.zone).date()
        held = [session.astimezone(diary.zone).date() for session in diary.sessions]
        this_week = [day for day in held if monday_of(day) == monday_of(today)]
        return (diary.daily_limit is not None and held.count(today) >= diary.daily_limit) or (
            diary.weekly_limit is not None and len(this_week) >= diary.weekly_limit
        )

    def is_licensed(self, start: datetime) -> bool:
        today = start.astimezone(self.diary.zone).date()
        return any(
            licence.state == self.state
            and licence.valid_from <= today
            and (licence.valid_until is None or today <= licence.valid_until)
            for licence in self.diary.licences
        )
