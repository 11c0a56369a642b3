"""Zones as calendars carry them: a VTIMEZONE of our own, made from the pinned zone data.

Readers expand a series with it, so it must be right for each of its instants (RFC 5545, 3.6.5).
Outlook reads yearly rules with one weekday of the month or one day of it, and misreads lists
of dates. A change of clocks that comes every year in such a way is one rule without an end.
Any other has a block of its own each time: Ramadan in Morocco, "the Sunday after the first
Saturday" in Chile, the last change a country makes.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# In so many years every month begins on every weekday, also across 2100: what looks like the
# last Friday of October for less may turn out to be the first of November.
_LOOK_AHEAD = 12
# No zone changes its clocks twice within a week.
_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OF_OLD = datetime(1970, 1, 1)  # noqa: DTZ001 - a time on the clocks of the zone itself

# One part of a yearly rule, and its value.
_Day = tuple[str, str | int]
_Rule = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class _Onset:
    """When clocks in a zone change; `local` is what they show that moment, unchanged."""

    at: datetime
    local: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def kind(self) -> tuple[timedelta, timedelta, int, time]:
        """What does not differ between the years of one rule."""
        return self.before, self.after, self.local.month, self.local.time()


def vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Return the component that is right for every instant from `first` to `last`.

    Its TZID is the IANA name. Where clocks change by a yearly rule it is right beyond `last`.
    """
    begins, ends = first.astimezone(UTC), last.astimezone(UTC)
    # From the year before, so that both halves of the year have begun by `first`.
    years = range(begins.year - 1, ends.year + _LOOK_AHEAD + 1)
    onsets = [onset for year in years for onset in _onsets(zone, year)]
    component = Timezone()
    component.add("tzid", zone.key)
    if not onsets or onsets[0].at > begins:
        component.add_component(_block(_unchanged(zone, begins), None, is_daylight=False))
    for onset, rule in _ruled(onsets, years[-1]):
        if rule or onset.at <= ends:
            # Daylight time is what clocks go forward to and back from again, also where the
            # law calls winter the exception (Dublin). Readers want some STANDARD everywhere.
            is_daylight = onset.after > onset.before and onset is not onsets[-1]
            component.add_component(_block(onset, rule, is_daylight=is_daylight))
    return component


def _block(
    onset: _Onset, rule: _Rule | None, *, is_daylight: bool
) -> TimezoneDaylight | TimezoneStandard:
    block = TimezoneDaylight() if is_daylight else TimezoneStandard()
    block.add("dtstart", onset.local)
    block.add("tzoffsetfrom", onset.before)
    block.add("tzoffsetto", onset.after)
    block.add("tzname", onset.name)
    if rule:
        block.add("rrule", rule)
    return block


def _ruled(onsets: Sequence[_Onset], until_year: int) -> Iterator[tuple[_Onset, _Rule | None]]:
    """Yield the first onset of each rule with the rule, and any other with none; ascending."""
    alike: dict[object, list[_Onset]] = defaultdict(list)
    for onset in onsets:
        alike[onset.kind].append(onset)
    rules = {kind: _rule(group, until_year) for kind, group in alike.items()}
    for onset in onsets:
        rule = rules[onset.kind]
        if rule is None or onset is alike[onset.kind][0]:
            yield onset, rule


def _rule(onsets: Sequence[_Onset], until_year: int) -> _Rule | None:
    """Return the yearly rule that these onsets, and in every year one, follow; None if none."""
    first = onsets[0].local
    if [onset.local.year for onset in onsets] != list(range(first.year, until_year + 1)):
        return None
    days = set.intersection(*(_days(onset.local) for onset in onsets))
    if not days:
        return None
    part, value = min(days)
    return {"FREQ": "YEARLY", "BYMONTH": first.month, part: value}


def _days(local: datetime) -> set[_Day]:
    """Return the ways to find this day in its month that every reader knows."""
    weekday = _WEEKDAYS[local.weekday()]
    days: set[_Day] = {("BYMONTHDAY", local.day), ("BYDAY", f"{(local.day + 6) // 7}{weekday}")}
    if local.day + 7 > monthrange(local.year, local.month)[1]:
        days.add(("BYDAY", f"-1{weekday}"))
    return days


def _unchanged(zone: ZoneInfo, instant: datetime) -> _Onset:
    """Return what has been in force at `instant` since before anyone asks."""
    there = instant.astimezone(zone)
    offset = _offset(instant, zone)
    return _Onset(instant, _OF_OLD, offset, offset, there.tzname() or zone.key)


@lru_cache(maxsize=2048)
def _onsets(zone: ZoneInfo, year: int) -> tuple[_Onset, ...]:
    """Return when clocks in `zone` change in `year` (of UTC), ascending."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    steps = [*(start + count * _STEP for count in range(53)), end]
    offsets = [_offset(step, zone) for step in steps]
    return tuple(
        _onset(zone, *steps[count : count + 2])
        for count, (before, after) in enumerate(pairwise(offsets))
        if before != after
    )


def _onset(zone: ZoneInfo, early: datetime, late: datetime) -> _Onset:
    """Return the change between two instants whose offsets differ."""
    before, after = _offset(early, zone), _offset(late, zone)
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        if _offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    name = late.astimezone(zone).tzname() or zone.key
    return _Onset(late, (late + before).replace(tzinfo=None), before, after, name)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)
