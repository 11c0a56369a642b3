"""Diaries to ask for openings: state only what the claim is about."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from booking.domain.availability import DayHours, WeeklyHours
from booking.domain.interval import Interval
from booking.domain.openings import Diary, Licence, SessionRules, openings
from booking.domain.zones import to_instant, zone

NEW_YORK = zone("America/New_York")
WORKDAY = (9 * 60, 17 * 60)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=36500)
STATES = ("NY", "NJ")

# A zone, and a local date on or near which something is odd there, or nothing is.
PLACES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 10, 25)),
    ("Europe/Berlin", date(2027, 3, 28)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Adelaide", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Auckland", date(2026, 9, 27)),
    ("Pacific/Chatham", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("America/Santiago", date(2026, 4, 5)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("Asia/Jerusalem", date(2026, 3, 27)),
    ("America/St_Johns", date(2026, 3, 8)),
    ("Atlantic/Azores", date(2026, 10, 25)),
    ("Antarctica/Troll", date(2027, 3, 28)),
    ("Asia/Kathmandu", date(2026, 12, 31)),
    ("America/Phoenix", date(2026, 11, 1)),
    ("Pacific/Pago_Pago", date(2026, 11, 1)),
    ("Pacific/Kiritimati", date(2026, 12, 31)),
]


def every_day(*spans: tuple[int, int]) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(day, start, end) for day in range(7) for start, end in spans)


def rules(length: int = 50, step: int = 60, *, before: int = 0, after: int = 0) -> SessionRules:
    return SessionRules(length, step, buffer_before=before, buffer_after=after, horizon=YEARS)


def local_day(day: date, name: str = "America/New_York", *, days: int = 1) -> Interval:
    """Return the instants of `days` local dates from `day`."""
    there = zone(name)
    return Interval(
        to_instant(day, time(0), there), to_instant(day + timedelta(days=days), time(0), there)
    )


def walls(diary: Diary, day: date, rules: SessionRules, *, days: int = 1) -> list[str]:
    """Return the clock times, with their offset, offered on `day` or the days from it on."""
    window = local_day(day, diary.zone.key, days=days)
    offered = openings(diary, rules, window=window, now=LONG_AGO)
    return [f"{start.astimezone(diary.zone):%H:%M%z}" for start in offered]


def clocks(diary: Diary, day: date, rules: SessionRules) -> list[str]:
    """Return the clock times offered on `day`, without their offset."""
    return [wall[:5] for wall in walls(diary, day, rules)]


def utc(text: str) -> datetime:
    """Return the instant written like `2026-11-01 05:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


HOURS = st.builds(
    lambda five, fives: (five * 5, min((five + fives) * 5, 24 * 60)),
    st.integers(0, 280),
    st.integers(8, 150),
)


@st.composite
def any_diary(draw: st.DrawFn, place: tuple[str, date]) -> Diary:
    """Draw a diary with most of its rules in play around the date of `place`."""
    name, day = place
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    # Odd seconds, since calendars from outside have them.
    instants = st.integers(-1000, 1000).map(
        lambda minute: noon + timedelta(minutes=minute, seconds=minute % 3 * 17)
    )
    intervals = st.builds(
        lambda start, length: Interval(start, start + timedelta(seconds=length)),
        instants,
        st.integers(1, 100).map(lambda length: length * 35),
    )
    few = st.lists(intervals, max_size=5)
    days = st.integers(-2, 2).map(lambda away: day + timedelta(days=away))
    licences = st.builds(Licence, st.sampled_from(STATES), days, st.none() | days)
    return Diary(
        zone=zone(name),
        weekly=(
            *every_day(*draw(st.lists(HOURS, min_size=1, max_size=2))),
            WeeklyHours(day.weekday(), 0, 700, every_weeks=2, anchor=draw(days)),
        ),
        overrides=tuple(
            DayHours(date, tuple(spans))
            for date, spans in draw(st.dictionaries(days, st.lists(HOURS), max_size=1)).items()
        ),
        time_off=draw(st.lists(intervals, max_size=1)),
        claims=draw(few),
        outside=draw(few),
        sessions=draw(st.lists(instants, max_size=4)),
        daily_limit=draw(st.sampled_from([None, None, 1])),
        weekly_limit=draw(st.sampled_from([None, None, 2])),
        licences=tuple(draw(st.lists(licences, max_size=2))),
    )


@st.composite
def any_rules(draw: st.DrawFn) -> SessionRules:
    return SessionRules(
        draw(st.sampled_from([15, 50, 53])),
        draw(st.sampled_from([5, 7, 15, 60])),
        buffer_before=draw(st.sampled_from([0, 0, 10])),
        buffer_after=draw(st.sampled_from([0, 0, 15])),
        notice=timedelta(minutes=draw(st.sampled_from([0, 0, 0, 1000]))),
        horizon=timedelta(minutes=draw(st.sampled_from([10000, 2500]))),
    )
