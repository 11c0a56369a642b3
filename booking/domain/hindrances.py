"""Why a time is not offered: everything that holds it back, each asked about by itself.

`refusal` names the first rule that a time breaks. Here the same function is asked once for each
thing in the diary, with nothing else in it: what is named is what would refuse it, were all the
rest put right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from booking.domain.availability import WeeklyHours
from booking.domain.interval import Interval
from booking.domain.judging import NO_HORIZON
from booking.domain.minutes import DAY, WEEK_DAYS, floor_minute, instant_at
from booking.domain.openings import NO_NOTICE, Diary, SessionRules, out_of_reach, refusal
from booking.errors import Rule

ALWAYS = tuple(WeeklyHours(weekday, 0, DAY) for weekday in range(WEEK_DAYS))
A_MOMENT = timedelta(minutes=1)


class Hindrance(StrEnum):
    """What may hold a time back, in the order in which a therapist would look for it."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    LICENCE = "licence"
    OUTSIDE_HOURS = "outside_hours"
    OFF_GRID = "off_grid"
    AWAY = "away"
    CLOSED = "closed"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    TAKEN = "taken"
    BUFFER = "buffer"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Found:
    """One hindrance, and the times in the diary that make it one, where there are such."""

    hindrance: Hindrance
    spans: Sequence[Interval] = ()


def hindrances(
    diary: Diary,
    rules: SessionRules,
    starts_at: datetime,
    *,
    now: datetime,
    state: str | None = None,
) -> list[Found]:
    """Return all that holds `starts_at` back; nothing exactly if `openings` would offer it."""
    starts_at = starts_at.astimezone(UTC)
    too_far = out_of_reach(rules, starts_at, now=now)
    found = [Found(Hindrance(too_far.value))] if too_far else []
    wide = replace(rules, notice=NO_NOTICE, horizon=NO_HORIZON)
    at_minute = instant_at(floor_minute(starts_at))
    before = at_minute - A_MOMENT
    if state is not None:
        licences = Diary(diary.zone, ALWAYS, licences=diary.licences)
        if refusal(licences, wide, at_minute, now=before, state=state, on_grid=False):
            found.append(Found(Hindrance.LICENCE))
    hours = refusal(Diary(diary.zone, diary.weekly, diary.overrides), wide, starts_at, now=before)
    if hours is not None:
        found.append(Found(Hindrance(hours.value)))
    for hindrance, alone in _one_by_one(diary):
        rule = refusal(alone, wide, at_minute, now=before, on_grid=False)
        if rule is not None:
            only_buffers = hindrance is Hindrance.TAKEN and rule is Rule.BUFFER
            spans = _near(alone, wide, at_minute)
            found.append(Found(Hindrance.BUFFER if only_buffers else hindrance, spans))
    return found


def _one_by_one(diary: Diary) -> Iterator[tuple[Hindrance, Diary]]:
    """Yield each thing that may fill a diary, in one that is open otherwise."""
    always = Diary(diary.zone, ALWAYS)
    yield Hindrance.AWAY, replace(always, time_off=diary.time_off)
    yield Hindrance.CLOSED, replace(always, closures=diary.closures)
    held = replace(always, sessions=diary.sessions)
    yield Hindrance.DAY_FULL, replace(held, daily_limit=diary.daily_limit)
    yield Hindrance.WEEK_FULL, replace(held, weekly_limit=diary.weekly_limit)
    yield Hindrance.TAKEN, replace(always, claims=diary.claims)
    yield Hindrance.ELSEWHERE, replace(always, outside=diary.outside)


def _near(alone: Diary, rules: SessionRules, start: datetime) -> list[Interval]:
    """Return what of the diary meets a session at `start`, its buffers included."""
    session = Interval(start, start + timedelta(minutes=rules.minutes))
    booked = session.padded(
        before=timedelta(minutes=rules.buffer_before), after=timedelta(minutes=rules.buffer_after)
    )
    away = [*alone.time_off, *alone.closures]
    busy = [*alone.claims, *alone.outside]
    return [each for each in away if each.overlaps(session)] + [
        each for each in busy if each.overlaps(booked)
    ]
