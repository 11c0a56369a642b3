"""From an iCalendar file to when somebody is busy (RFC 5545).

Free is what is cancelled, what is transparent, and what Outlook marks free. An all-day event is
busy from midnight to midnight in the zone the calendar names for itself, else the therapist's;
times without a zone are meant there too. Repetition is expanded by recurring-ical-events, one
event with all its exceptions at a time, so that one that nobody can understand costs no other.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone import tzp
from recurring_ical_events import CalendarQuery

from booking.adapters.busy import Busy, CannotRead, Reading
from booking.domain.interval import Interval
from booking.domain.outside import Trouble
from booking.domain.zones import zone_names

# What icalendar says of its own types takes any value of any property for possible.
_Component: TypeAlias = Any

MOST_EVENTS = 20_000
MOST_BUSY = 20_000
# More often than daily nobody meets; it would be a way to keep us busy instead.
_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_MANY_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
_FREE = {"TRANSP": "TRANSPARENT", "STATUS": "CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS": "FREE"}
_A_DAY = timedelta(days=1)
_LONGEST_UID = 512
# icalendar keeps the zones that files define for themselves by name and for good. Two people's
# "Customized Time Zone" are not the same, so it is made to forget before each file.
_ONE_AT_A_TIME = Lock()


def busy_in(files: Iterable[bytes], window: Interval, zone: ZoneInfo) -> Reading:
    """Return what makes busy within `window`; raise `CannotRead` if one is no calendar.

    The mark is left empty.
    """
    found: list[Busy] = []
    skipped = 0
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is odd about somebody's calendar is no news here
        for content in files:
            for calendar in _calendars(content):
                reader = _Reader(window, _zone_of(calendar, zone))
                for series in _by_uid(calendar):
                    try:
                        found += reader.busy(series)
                    except Exception:  # noqa: BLE001  # whatever a file can provoke in the library
                        skipped += 1
                    if len(found) > MOST_BUSY:
                        raise CannotRead(Trouble.TOO_LARGE)
    return Reading(found, skipped=skipped)


def _calendars(content: bytes) -> Sequence[_Component]:
    tzp.use_zoneinfo()
    text = content.decode("utf-8-sig", "replace").strip()
    upper = text.upper()
    # Half a calendar would make the other half free.
    if not (upper.startswith("BEGIN:VCALENDAR") and upper.endswith("END:VCALENDAR")):
        raise CannotRead(Trouble.NOT_A_CALENDAR)
    if upper.count("BEGIN:VEVENT") > MOST_EVENTS:
        raise CannotRead(Trouble.TOO_LARGE)
    try:
        found: Sequence[_Component] = icalendar.Calendar.from_ical(text, multiple=True)
    except Exception:  # noqa: BLE001  # a parser has many ways to trip over what is no calendar
        raise CannotRead(Trouble.NOT_A_CALENDAR) from None
    if not found:  # something in it never ends
        raise CannotRead(Trouble.NOT_A_CALENDAR)
    return found


def _zone_of(calendar: _Component, fallback: ZoneInfo) -> ZoneInfo:
    name = str(calendar.get("X-WR-TIMEZONE", ""))
    return ZoneInfo(name) if name in zone_names() else fallback


def _by_uid(calendar: _Component) -> Iterator[list[_Component]]:
    """Yield each event with its exceptions; one without a UID stands alone."""
    series: dict[str, list[_Component]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        series[str(event.get("UID", "")) or f"\0{number}"].append(event)
    yield from series.values()


class _Reader:
    """Reads the events of one calendar, whose own zone is `zone`."""

    def __init__(self, window: Interval, zone: ZoneInfo) -> None:
        self._window = window
        self._zone = zone

    def busy(self, series: list[_Component]) -> list[Busy]:
        """Return when the events of one UID make busy."""
        uid = str(series[0].get("UID", ""))[:_LONGEST_UID]
        found = []
        for event in self._instances(series):
            span = None if _is_free(event) else self._span(event)
            if span is not None and span.overlaps(self._window):
                found.append(Busy(uid, span))
        return found

    def _instances(self, series: list[_Component]) -> Sequence[_Component]:
        if not any(name in event for event in series for name in _REPEATS):
            return [max(series, key=_edition)]
        for event in series:
            _check_rules(event)
        calendar = icalendar.Calendar()
        for event in series:
            calendar.add_component(self._placed(event))
        first, last = self._window.start - _A_DAY, self._window.end + _A_DAY
        found: Sequence[_Component] = CalendarQuery(calendar).between(first, last)
        return found

    def _placed(self, event: _Component) -> _Component:
        """Return the event, its times without a zone put where they are meant.

        So they repeat by that clock, and a moved one is found by when it was to be.
        """
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
            for value in _values(event.get(name)):
                value.dt = self._here(value.dt)
        for rule in _values(event.get("RRULE"), is_rule=True):
            if "UNTIL" in rule:
                rule["UNTIL"] = [self._until(until) for until in rule["UNTIL"]]
        return event

    def _span(self, event: _Component) -> Interval | None:
        """Return from when until when; None for an event that takes no time."""
        begins = self._here(event["DTSTART"].dt)
        ends, lasts = event.get("DTEND"), event.get("DURATION")
        if ends is not None:
            end = self._here(ends.dt)
        elif lasts is not None:
            end = _after(begins, lasts.dt)
        else:
            end = begins if isinstance(begins, datetime) else begins + _A_DAY
        if end == begins and not isinstance(begins, datetime):
            end = begins + _A_DAY  # some write an all-day event so
        start, until = self._instant(begins), self._instant(end)
        return Interval(start, until) if start < until else None

    def _here(self, when: Any) -> Any:
        """Return a time without a zone in that of the calendar; anything else as it is."""
        is_floating = isinstance(when, datetime) and when.tzinfo is None
        return when.replace(tzinfo=self._zone) if is_floating else when

    def _until(self, until: Any) -> Any:
        # In UTC, as a rule has it whose first time has a zone (RFC 5545, 3.3.10).
        is_floating = isinstance(until, datetime) and until.tzinfo is None
        return self._here(until).astimezone(UTC) if is_floating else until

    def _instant(self, when: date) -> datetime:
        if not isinstance(when, datetime):
            when = datetime.combine(when, time(0), tzinfo=self._zone)
        return when.astimezone(UTC)


def _after(begins: date, lasts: timedelta) -> date:
    """Return the end by a duration: days by the calendar, hours by the clock that ticks."""
    if not isinstance(begins, datetime):
        return begins + lasts
    whole = timedelta(days=lasts.days)
    end = begins + whole
    return (end.astimezone(UTC) + (lasts - whole)).astimezone(end.tzinfo)


def _check_rules(event: _Component) -> None:
    for rule in _values(event.get("RRULE"), is_rule=True):
        often = str(next(iter(rule.get("FREQ", [])), "")).upper() in _OFTEN
        if often or any(len(rule.get(part, [])) > 1 for part in _MANY_A_DAY):
            raise ValueError("repeats more often than daily")


def _values(found: Any, *, is_rule: bool = False) -> list[Any]:
    """Return the values of a property, which icalendar gives alone, as a list, or as lists."""
    if found is None:
        return []
    several = found if isinstance(found, list) else [found]
    if is_rule:
        return several
    return [value for each in several for value in getattr(each, "dts", [each])]


def _edition(event: _Component) -> int:
    return int(event.get("SEQUENCE", 0))


def _is_free(event: _Component) -> bool:
    return any(str(event.get(name, "")).upper() == value for name, value in _FREE.items())
