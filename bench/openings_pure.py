"""Time the openings of one therapist as a pure call: `python -m bench.openings_pure`.

The reference is 8 ms of CPU for one host and one month, the best open scheduler measured.
"""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, Licence, SessionRules, openings
from booking.domain.zones import zone

REFERENCE_US = 8000
GOAL = 50
ROUNDS = 2000
NOW = datetime(2026, 10, 5, 13, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def diary(days: int, busy: int) -> Diary:
    """Return a full practice across a clock change: split days, time off, limits, licences."""
    weekly = tuple(
        WeeklyHours(weekday, start, end)
        for weekday in range(5)
        for start, end in ((9 * 60, 12 * 60), (13 * 60, 19 * 60))
    )
    # A session every other hour of the working week, more or less: about half of it is taken.
    hours = [
        NOW.replace(minute=0) + HOUR * hour
        for hour in range(days * 24)
        if (NOW + HOUR * hour).weekday() < 5 and 13 <= (NOW + HOUR * hour).hour < 22
    ]
    claims = [
        Interval(start, start + HOUR)
        for start in (hours[i * len(hours) // busy] for i in range(busy))
    ]
    return Diary(
        zone=zone("America/New_York"),
        weekly=weekly,
        overrides=(DayHours(date(2026, 10, 17), ((600, 780),)), DayHours(date(2026, 10, 23), ())),
        time_off=(Interval(NOW + timedelta(days=8), NOW + timedelta(days=9)),),
        claims=claims[::2],
        outside=[Interval(each.start, each.end + timedelta(seconds=30)) for each in claims[1::2]],
        sessions=[each.start for each in claims[::2]],
        daily_limit=8,
        weekly_limit=30,
        licences=(Licence("NY", date(2020, 1, 1), None), Licence("NJ", date(2020, 1, 1), None)),
    )


def month(days: int, busy: int) -> Callable[[], list[datetime]]:
    book = diary(days, busy)
    rules = SessionRules(
        minutes=50,
        step=30,
        buffer_before=5,
        buffer_after=10,
        notice=timedelta(hours=12),
        horizon=timedelta(days=days + 1),
    )
    window = Interval(NOW, NOW + timedelta(days=days))
    return lambda: openings(book, rules, window=window, now=NOW, state="NY")


def median_us(call: Callable[[], object]) -> float:
    """Return the median CPU time of one call, in microseconds."""
    took = []
    for _ in range(ROUNDS):
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


def main() -> None:
    for days, busy in ((30, 100), (60, 200), (92, 300)):
        call = month(days, busy)
        offered = len(call())
        took = median_us(call)
        print(
            f"{days} days, {busy} busy spans: {offered} openings, {took:.0f} us,"
            f" peak memory {peak_kib(call):.0f} KiB"
        )
        if days == 30:
            ratio = REFERENCE_US / took
            verdict = "met" if ratio >= GOAL else "MISSED"
            print(f"  {ratio:.0f} x faster than {REFERENCE_US} us; goal >= {GOAL}x: {verdict}")


if __name__ == "__main__":
    main()
