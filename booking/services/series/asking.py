"""A standing hour that somebody would like, date by date, against the therapist's diary."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from booking.domain.interval import Interval
from booking.domain.judging import Asked, Judge
from booking.domain.ladder import Rung, check_first, clearer_time, rungs_of
from booking.domain.lifecycle import Kind
from booking.domain.openings import Diary, SessionRules
from booking.domain.recurrence import (
    MOST_DATES,
    ClockChange,
    Repeat,
    StandingHour,
    StandingTime,
    clock_changes,
    overlaps_itself,
)
from booking.domain.zones import zone
from booking.errors import InvalidInput, Problem
from booking.models import Practice, Series, SessionType, Therapist
from booking.queries.diaries import diary_of, session_rules

# Other times are looked for in the whole week of a date.
A_WEEK = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How often, as somebody asks for it. `weekdays` (0 is Monday) may be left to the first date.

    It ends after `count` dates, or with the date `until`, or is open-ended.
    """

    every_weeks: int = 1
    weekdays: frozenset[int] = frozenset()
    count: int | None = None
    until: date | None = None

    def from_(self, starts_at: datetime, anchor: ZoneInfo) -> StandingHour:
        """Return the standing hour whose first session is at `starts_at`.

        Raises `InvalidInput` for a pattern that makes no sense.
        """
        wall = starts_at.astimezone(anchor)
        try:
            repeat = Repeat(
                first=wall.date(),
                weekdays=self.weekdays or frozenset({wall.weekday()}),
                every_weeks=self.every_weeks,
                count=self.count,
                until=self.until,
            )
        except ValueError as error:
            raise InvalidInput(Problem("repeat", "pattern")) from error
        if not repeat.is_open_ended and len(repeat.first_dates(MOST_DATES + 1)) > MOST_DATES:
            raise InvalidInput(Problem("repeat", "too_long"))
        return StandingHour(repeat, StandingTime(wall.time().replace(fold=0), anchor))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAsk:
    """What is asked for: whose time, what for, which dates, and where the client will be.

    `minutes` is the length of each session, `busy` when the client is elsewhere. `own` are
    claims that must not stand in the way, and `own_starts` sessions that must not count: those
    of the dates this series is to replace.
    """

    therapist: Therapist
    session_type: SessionType
    hour: StandingHour
    minutes: int
    state: str | None
    busy: Sequence[Interval] = ()
    own: Collection[Interval] = ()
    own_starts: Collection[datetime] = ()

    @classmethod
    def of(cls, session_type: SessionType, hour: StandingHour, state: str | None) -> Self:
        """Return the series of a session type.

        Raises `InvalidInput` if a session would still be going on when the next one starts.
        """
        if overlaps_itself(list(hour.starts()), timedelta(minutes=session_type.minutes)):
            raise InvalidInput(Problem("repeat", "overlap"))
        return cls(
            therapist=session_type.therapist,
            session_type=session_type,
            hour=hour,
            minutes=session_type.minutes,
            state=state,
        )

    @property
    def rules(self) -> SessionRules:
        return replace(session_rules(self.session_type), minutes=self.minutes)

    @property
    def client(self) -> Asked:
        return Asked(self.state, self.busy)


@dataclass(frozen=True, slots=True)
class Looked:
    """Every date before anything is booked.

    `clearer` is the first start of another time of that week which is open throughout, where
    the wished one clashes often.
    """

    rungs: Sequence[Rung]
    clock_changes: Sequence[ClockChange]
    clearer: datetime | None


def anchor_of(practice: Practice, therapist: Therapist, client_zone: str) -> ZoneInfo:
    """Return the clock on which a standing hour keeps its time of day."""
    return zone(client_zone if practice.anchored_to_client else therapist.time_zone)


def look(session: Session, asked: SeriesAsk, *, client_zone: ZoneInfo, now: datetime) -> Looked:
    """Return every date, with what is open instead of those that cannot be had.

    Reads only. Raises `RuleBroken` where the series may not begin with its first date.
    """
    diary = diary_for(session, asked)
    starts = list(asked.hour.starts())
    check_first(diary, asked.rules, starts[0], asked=asked.client, now=now)
    judge = Judge.of(diary, asked.rules, starts, asked=asked.client, now=now)
    rungs = rungs_of(judge)
    clearer = clearer_time(judge, asked.hour, rungs)
    zones = [client_zone, asked.hour.time.zone]
    return Looked(rungs, clock_changes([rung.starts_at for rung in rungs], zones), clearer)


def climb(
    session: Session, asked: SeriesAsk, starts: Sequence[datetime], *, now: datetime
) -> list[Rung]:
    """Return the rungs of exactly these ascending starts, judged by the series' rules."""
    diary = diary_for(session, asked, starts)
    return rungs_of(Judge.of(diary, asked.rules, starts, asked=asked.client, now=now))


def diary_for(session: Session, asked: SeriesAsk, starts: Sequence[datetime] = ()) -> Diary:
    """Return the therapist's diary over all the weeks of the series."""
    instants = starts or list(asked.hour.starts())
    window = Interval(instants[0] - A_WEEK, instants[-1] + A_WEEK)
    diary = diary_of(session, asked.therapist, window)
    if not asked.own:
        return diary
    own, own_starts = set(asked.own), set(asked.own_starts)
    return replace(
        diary,
        claims=[each for each in diary.claims if each not in own],
        sessions=[each for each in diary.sessions if each not in own_starts],
    )


def as_asked(series: Series) -> SeriesAsk:
    """Return a series as what it was asked for, to judge more of its dates."""
    part = series.part
    # A group meets wherever the one or the other of its members is.
    alone = part.session_type.kind is not Kind.GROUP
    member = next(iter(series.members), None) if alone else None
    return SeriesAsk(
        therapist=series.therapist,
        session_type=part.session_type,
        hour=StandingHour(part.hour.repeat, part.hour.time),
        minutes=part.minutes,
        state=member.state if member is not None else None,
    )
