"""The openings of one therapist as a pure call.

The reference is 8 ms of CPU for one host and one month, the best open scheduler measured; it
knows hours, busy times and buffers. The second set of figures has every rule of ours in force.
"""

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bench.figures import Effort, Figure, reported
from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, Licence, SessionRules, openings
from booking.domain.zones import local_date, zone

REFERENCE_US = 8000
GOAL = 50
NOW = datetime(2026, 10, 5, 13, 20, tzinfo=UTC)
NEW_YORK = zone("America/New_York")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plain(days: int, busy: int) -> Diary:
    """Return two blocks of hours a working day, about half taken, across a clock change."""
    weekly = tuple(
        WeeklyHours(weekday, start, end)
        for weekday in range(5)
        for start, end in ((9 * 60, 12 * 60), (13 * 60, 19 * 60))
    )
    ahead = (NOW.replace(minute=0) + HOUR * hour for hour in range(days * 24))
    worked = [at for at in ahead if local_date(at, NEW_YORK).weekday() < 5 and 13 <= at.hour < 23]
    taken = [worked[i * len(worked) // busy] for i in range(busy)]
    return Diary(
        zone=NEW_YORK,
        weekly=weekly,
        claims=[Interval(start, start + HOUR) for start in taken[::2]],
        outside=[Interval(start, start + HOUR + timedelta(seconds=30)) for start in taken[1::2]],
    )


def with_every_rule(days: int, busy: int) -> Diary:
    diary = plain(days, busy)
    return replace(
        diary,
        overrides=(DayHours(date(2026, 10, 17), ((600, 780),)), DayHours(date(2026, 10, 23), ())),
        time_off=(Interval(NOW + 8 * DAY, NOW + 9 * DAY),),
        sessions=[claim.start for claim in diary.claims],
        daily_limit=3,
        weekly_limit=30,
        licences=(Licence("NY", date(2020, 1, 1), None), Licence("NJ", date(2020, 1, 1), None)),
    )


def call_for(diary: Diary, *, days: int, state: str | None) -> Callable[[], list[datetime]]:
    rules = SessionRules(
        minutes=50,
        step=30,
        buffer_before=5,
        buffer_after=10,
        notice=12 * HOUR,
        horizon=(days + 1) * DAY,
    )
    window = Interval(NOW, NOW + days * DAY)
    return lambda: openings(diary, rules, window=window, now=NOW, state=state)


def median_us(call: Callable[[], object], rounds: int) -> float:
    """Return the median CPU time of one call, in microseconds."""
    took = []
    for _ in range(rounds):
        began = time.process_time_ns()
        call()
        took.append(time.process_time_ns() - began)
    return statistics.median(took) / 1000


def peak_kib(call: Callable[[], object]) -> float:
    tracemalloc.start()
    call()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1024


def figures(effort: Effort) -> Iterator[Figure]:
    """Time a month and two, plain and with every rule in force."""
    rounds = effort.of(1000, 3000)
    for title, make, state in (
        ("hours, busy times, buffers", plain, None),
        ("every rule in force", with_every_rule, "NY"),
    ):
        for days, busy in ((30, 100), (60, 200)):
            call = call_for(make(days, busy), days=days, state=state)
            took, what = median_us(call, rounds), f"{title}: {days} days, {busy} busy"
            if days == 30:
                ratio = REFERENCE_US / took
                goal, met = f"{GOAL} x faster than 8 ms", ratio >= GOAL
                # The reference knows no more than hours, busy times and buffers.
                is_alike = make is plain
                yield Figure(what, f"{took:,.0f} us", goal, ratio, met if is_alike else None)
            else:
                yield reported(what, f"{took:,.0f} us")
            yield reported(
                f"  {len(call())} openings; memory for them", f"{peak_kib(call):.0f} KiB"
            )
