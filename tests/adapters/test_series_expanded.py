"""What readers make of a series: exactly the sessions that there are, in every zone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from booking.adapters.calendar.entry import Method
from booking.adapters.calendar.series import (
    Occurrence,
    SeriesInvitation,
    render_occurrence,
    render_series,
)
from booking.domain.recurrence import Repeat, StandingTime
from booking.domain.zones import zone
from tests.adapters.calendar_readers import blocks, expand, lines, values
from tests.adapters.test_calendar_zones import NAMED
from tests.adapters.test_series_calendar import LENGTH, moved, series, without

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
Spans = list[tuple[datetime, datetime]]
# Where clocks change in ways of their own: by half an hour, at midnight, the evening before,
# not every year, half an hour off UTC.
PECULIAR = [
    *("America/New_York", "Europe/London", "Europe/Dublin", "Australia/Lord_Howe"),
    *("America/Santiago", "Africa/Cairo", "Africa/Casablanca", "America/Scoresbysund"),
    *("Asia/Jerusalem", "America/St_Johns", "America/Vancouver"),
]


def library_expands(rendered: bytes) -> Spans:
    """Return the sessions as recurring_ical_events finds them, ascending."""
    found = recurring_ical_events.of(Calendar.from_ical(rendered))
    everything = found.between(datetime(2025, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC))
    return sorted((in_utc(each["DTSTART"].dt), in_utc(each["DTEND"].dt)) for each in everything)


def in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def spans(invitation: SeriesInvitation) -> Spans:
    return sorted((each.starts_at, each.ends_at) for each in invitation.occurrences)


def assert_every_reader_agrees(invitation: SeriesInvitation) -> None:
    rendered = render_series(invitation, Method.REQUEST)
    assert library_expands(rendered) == spans(invitation)
    assert expand(rendered, ignores_skipped=False) == spans(invitation)
    assert expand(rendered, ignores_skipped=True) == spans(invitation)


@dataclass(frozen=True)
class Fate:
    """What became of one date of a rule."""

    is_skipped: bool
    moved_by: timedelta
    longer_by: timedelta


UNCHANGED = Fate(is_skipped=False, moved_by=0 * DAY, longer_by=0 * DAY)
fates = st.just(UNCHANGED) | st.builds(
    Fate,
    is_skipped=st.booleans(),
    moved_by=st.integers(-300, 300).map(lambda quarters: quarters * 15 * MINUTE),
    longer_by=st.sampled_from([0, 10, 40]).map(lambda minutes: minutes * MINUTE),
)
# As often at night, when clocks change, as by day.
times = st.builds(
    time, st.integers(0, 3) | st.integers(0, 23), st.sampled_from([0, 10, 15, 30, 45])
)


@st.composite
def any_series(draw: st.DrawFn) -> SeriesInvitation:
    name, at = draw(st.sampled_from(NAMED)), draw(times)
    first = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
    others = draw(st.frozensets(st.sampled_from(range(7)), max_size=2))
    repeat = Repeat(
        first=first, weekdays=others | {first.weekday()}, every_weeks=draw(st.integers(1, 4))
    )
    standing, length = StandingTime(at, zone(name)), draw(st.sampled_from([15, 50, 90])) * MINUTE
    drawn = draw(st.lists(fates, min_size=1, max_size=14))
    occurrences = [
        Occurrence(start, start + fate.moved_by, start + fate.moved_by + length + fate.longer_by)
        for start, fate in zip(map(standing.on, repeat.dates()), drawn, strict=False)
        if not fate.is_skipped
    ]
    if not occurrences:
        start = standing.on(first)
        occurrences = [Occurrence(start, start, start + length)]
    return replace(
        series(name),
        repeat=repeat,
        at=at,
        length=length,
        occurrences=tuple(occurrences),
    )


@settings(deadline=None, max_examples=100)
@given(any_series())
def test_every_reader_finds_exactly_the_sessions_that_there_are(
    invitation: SeriesInvitation,
) -> None:
    assert_every_reader_agrees(invitation)


@pytest.mark.parametrize("name", NAMED)
def test_g3_the_hour_stays_the_same_for_two_years_in_every_zone(name: str) -> None:
    invitation = series(name, first=date(2026, 1, 6), count=104)

    found = expand(render_series(invitation, Method.REQUEST), ignores_skipped=False)

    there = [start.astimezone(zone(name)).replace(tzinfo=None) for start, _ in found]
    assert there == [datetime(2026, 1, 6, 17) + count * 7 * DAY for count in range(104)]  # noqa: DTZ001
    assert {end - start for start, end in found} == {LENGTH}


@pytest.mark.parametrize("name", PECULIAR)
def test_g3_a_library_finds_the_same_for_two_years(name: str) -> None:
    assert_every_reader_agrees(series(name, first=date(2026, 1, 6), count=104))


def test_g3_in_the_weeks_between_two_changes_the_hour_is_another_one_elsewhere() -> None:
    rendered = render_series(series(count=3), Method.REQUEST)

    starts = [start for start, _ in library_expands(rendered)]

    assert [start.hour for start in starts] == [21, 21, 22]
    assert [start.astimezone(zone("America/Phoenix")).hour for start in starts] == [14, 14, 15]
    assert [start.astimezone(zone("Europe/London")).hour for start in starts] == [22, 21, 22]


def changes(name: str) -> Iterator[datetime]:
    """Yield what the clock shows, still unchanged, at each of the changes of 2026."""
    there = zone(name)
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + count * HOUR for count in range(365 * 24))
    for before, after in pairwise(each.astimezone(there) for each in hours):
        if before.utcoffset() != after.utcoffset():
            yield before.replace(tzinfo=None, minute=0, fold=0) + HOUR


@pytest.mark.parametrize("name", PECULIAR)
@pytest.mark.parametrize("after", [-20 * MINUTE, 10 * MINUTE])
def test_a3_on_a_night_of_change_all_readers_arrive_at_the_same_instant(
    name: str, after: timedelta
) -> None:
    nights = list(changes(name))
    assert nights
    for night in nights:
        wall = night + after
        in_the_middle = series(name, first=wall.date() - 7 * DAY, at=wall.time(), count=3)
        for skipped in ([], [0], [1], [0, 2]):
            assert_every_reader_agrees(without(in_the_middle, *skipped))
        assert_every_reader_agrees(moved(in_the_middle, 1, HOUR))


def test_a3_a_skipped_time_is_said_outright_and_the_rule_does_not_begin_on_it() -> None:
    weekly = series(first=date(2026, 3, 8), at=time(2, 30), count=1)
    invitation = replace(weekly, repeat=replace(weekly.repeat, every_weeks=2))

    rendered = render_series(invitation, Method.REQUEST)

    master, override = map(values, blocks(lines(rendered), "VEVENT"))
    assert override["RECURRENCE-ID"] == [("TZID=America/New_York", "20260308T023000")]
    assert override["DTSTART"] == [("TZID=America/New_York", "20260308T033000")]
    assert master["DTSTART"] == master["EXDATE"] == [("TZID=America/New_York", "20260222T023000")]
    assert_every_reader_agrees(invitation)


def test_a3_the_zone_is_right_for_a_date_moved_beyond_the_last_one() -> None:
    # Clocks in Santiago change on 6 September 2026, and by no rule that Outlook reads.
    invitation = series("America/Santiago", first=date(2026, 9, 1), count=1)

    assert_every_reader_agrees(moved(invitation, 0, 14 * DAY))
    assert_every_reader_agrees(moved(series("America/Santiago", count=1), 0, -400 * DAY))


def test_a3_the_hour_that_comes_twice_means_its_first_showing() -> None:
    invitation = series(first=date(2026, 10, 25), at=time(1, 30), count=3)
    second = moved(invitation, 1, HOUR)

    for each, starts_at in ((invitation, "20261101T053000Z"), (second, "20261101T063000Z")):
        alone = render_occurrence(each, each.occurrences[1], Method.REQUEST)
        (override,) = map(values, blocks(lines(alone), "VEVENT"))
        assert override["RECURRENCE-ID"] == [("TZID=America/New_York", "20261101T013000")]
        assert override["DTSTART"] == [("", starts_at)]


def test_a_date_that_never_was_one_of_the_rule_is_refused() -> None:
    invitation = series()
    first = invitation.occurrences[0]
    for stray in (first.original + HOUR, first.original + DAY, first.original - 7 * DAY):
        other = Occurrence(stray, stray, stray + HOUR)
        with pytest.raises(ValueError, match="no date of the rule"):
            render_occurrence(invitation, other, Method.CANCEL)
        with pytest.raises(ValueError, match="no date of the rule"):
            render_series(replace(invitation, occurrences=(other,)), Method.REQUEST)


def test_a_date_after_the_end_of_the_rule_is_refused() -> None:
    invitation = series(count=3)
    ended = replace(invitation, repeat=replace(invitation.repeat, count=2))

    with pytest.raises(ValueError, match="no date of the rule"):
        render_series(ended, Method.REQUEST)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"occurrences": ()}, "needs an occurrence"),
        ({"occurrences": series(count=3).occurrences[::-1]}, "ascend"),
        ({"occurrences": series(count=1).occurrences * 2}, "ascend"),
        ({"length": timedelta(0)}, "end after"),
        ({"at": time(17, tzinfo=UTC)}, "no zone"),
        ({"sequence": -1}, "sequence"),
        ({"uid": " "}, "uid"),
        ({"written_at": datetime(2026, 10, 1)}, "needs a zone"),  # noqa: DTZ001
    ],
)
def test_what_is_no_series_is_refused(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(series(), **change)  # type: ignore[arg-type]


def test_a_date_that_ends_before_it_starts_is_refused() -> None:
    starts_at = datetime(2026, 10, 20, 21, tzinfo=UTC)
    with pytest.raises(ValueError, match="end after"):
        Occurrence(starts_at, starts_at, starts_at)
    with pytest.raises(ValueError, match="needs a zone"):
        Occurrence(starts_at.replace(tzinfo=None), starts_at, starts_at + HOUR)
