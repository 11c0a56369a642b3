"""A reader of calendar objects that trusts nothing but their text.

It knows no zone by name: all it has is the VTIMEZONE. It refuses what Outlook would misread,
and can be either kind of reader of a time of day that clocks skip (RFC 5545, 3.3.5 or 3.3.10).
"""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS_READ = 30
YEARLY = re.compile(
    r"FREQ=YEARLY;(BYDAY=(?P<nth>-1|[1-4])(?P<weekday>[A-Z]{2})|BYMONTHDAY=(?P<day>\d+));"
    r"BYMONTH=(?P<month>\d+)"
)


def lines(rendered: bytes) -> list[str]:
    """Return the content lines, unfolded."""
    return rendered.decode().replace("\r\n ", "").split("\r\n")


def blocks(within: list[str], name: str) -> list[list[str]]:
    """Return the content lines inside each component of that name."""
    starts = [i for i, line in enumerate(within) if line == f"BEGIN:{name}"]
    return [within[i + 1 : within.index(f"END:{name}", i)] for i in starts]


def values(block: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the parameters and the value of each property, by its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in block:
        head, _, value = line.partition(":")
        name, _, parameters = head.partition(";")
        found.setdefault(name, []).append((parameters, value))
    return found


def naive(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007


def offset(text: str) -> timedelta:
    assert re.fullmatch(r"[+-]\d{4}", text), text
    size = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return -size if text[0] == "-" else size


@dataclass(frozen=True)
class ReadZone:
    """The offsets of a VTIMEZONE, from each onset (naive, UTC) on."""

    name: str
    onsets: list[tuple[datetime, timedelta, timedelta]]

    def offset_at(self, instant: datetime) -> timedelta:
        onset = bisect_right(self.onsets, instant.replace(tzinfo=None), key=lambda each: each[0])
        assert onset, f"nothing is in force at {instant}"
        return self.onsets[onset - 1][2]

    def instant(self, wall: datetime) -> tuple[datetime, bool]:
        """Return when clocks first show `wall`, or would if they did not skip it; and if so."""
        near = {self.offset_at(wall - DAY), self.offset_at(wall + DAY)}
        shown = [wall - each for each in near if self.offset_at(wall - each) == each]
        if shown:
            return min(shown).replace(tzinfo=UTC), False
        return max(wall - each for each in near).replace(tzinfo=UTC), True


def read_zone(block: list[str]) -> ReadZone:
    """Return the zone of the lines of a VTIMEZONE; fail on what is wrong or often misread."""
    (name,) = [line.removeprefix("TZID:") for line in block if line.startswith("TZID")]
    assert blocks(block, "STANDARD")
    kinds = [part for kind in ("STANDARD", "DAYLIGHT") for part in blocks(block, kind)]
    return ReadZone(name, sorted(onset for part in kinds for onset in read_onsets(part)))


def read_onsets(part: list[str]) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    found = values(part)
    assert set(found) - {"RRULE"} == {"DTSTART", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO"}
    assert all(len(each) == 1 and not each[0][0] for each in found.values())
    before, after = (offset(found[name][0][1]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    first = naive(found["DTSTART"][0][1])
    days = [first.date()]
    if "RRULE" in found:
        rule = YEARLY.fullmatch(found["RRULE"][0][1])
        assert rule, found["RRULE"]
        days = [day_of(rule, first.year + later) for later in range(YEARS_READ)]
        assert days[0] == first.date()
    for day in days:
        yield datetime.combine(day, first.time()) - before, before, after


def day_of(rule: re.Match[str], year: int) -> date:
    month = int(rule["month"])
    if rule["day"]:
        return date(year, month, int(rule["day"]))
    nth, weekday = int(rule["nth"]), WEEKDAYS.index(rule["weekday"])
    starts_on, length = monthrange(year, month)
    day = 1 + (weekday - starts_on) % 7 + 7 * (nth - 1)
    if nth < 0:
        day = length - (starts_on + length - 1 - weekday) % 7
    return date(year, month, day)


@dataclass(frozen=True)
class Times:
    """How one calendar object reads its times."""

    zone: ReadZone | None

    def read(self, said: tuple[str, str]) -> tuple[datetime, bool]:
        """Return the instant, and whether the clocks skip the time that was said."""
        parameters, value = said
        if value.endswith("Z"):
            assert parameters == ""
            return naive(value.removesuffix("Z")).replace(tzinfo=UTC), False
        assert self.zone
        assert parameters == f"TZID={self.zone.name}"
        return self.zone.instant(naive(value))


def expand(rendered: bytes, *, ignores_skipped: bool) -> list[tuple[datetime, datetime]]:
    """Return when each session of the calendar object starts and ends, ascending."""
    text = lines(rendered)
    zones = [read_zone(block) for block in blocks(text, "VTIMEZONE")]
    times = Times(zones[0] if zones else None)
    sessions: dict[str, tuple[datetime, datetime]] = {}
    for event in map(values, blocks(text, "VEVENT")):
        if "RRULE" in event:
            sessions = {
                wall: span
                for wall, span, is_skipped in by_rule(event, times)
                if not (is_skipped and ignores_skipped)
            }
        else:
            ((_, original),) = event["RECURRENCE-ID"]
            starts_at, ends_at = (times.read(event[name][0])[0] for name in ("DTSTART", "DTEND"))
            sessions[original] = starts_at, ends_at
    return sorted(sessions.values())


def by_rule(
    event: dict[str, list[tuple[str, str]]], times: Times
) -> Iterator[tuple[str, tuple[datetime, datetime], bool]]:
    """Yield the dates of a weekly rule: the time of day, the session, and if clocks skip it."""
    rule = dict(part.split("=") for part in event["RRULE"][0][1].split(";"))
    assert (rule.pop("FREQ"), rule.pop("WKST")) == ("WEEKLY", "MO")
    until = times.read(("", rule.pop("UNTIL")))[0]
    weekdays = rule.pop("BYDAY").split(",")
    every, first = int(rule.pop("INTERVAL")), naive(event["DTSTART"][0][1].removesuffix("Z"))
    assert not rule
    assert WEEKDAYS[first.weekday()] in weekdays
    length = times.read(event["DTEND"][0])[0] - times.read(event["DTSTART"][0])[0]
    assert length > timedelta(0)
    left_out = {value for _, value in event.get("EXDATE", [])}
    parameters, value = event["DTSTART"][0]
    for later in range((until.replace(tzinfo=None) - first).days + 2):
        wall = first + later * DAY
        weeks = (first.weekday() + later) // 7
        if weeks % every or WEEKDAYS[wall.weekday()] not in weekdays:
            continue
        said = f"{wall:%Y%m%dT%H%M%S}" + value[15:]
        starts_at, is_skipped = times.read((parameters, said))
        if starts_at <= until and said not in left_out:
            yield said, (starts_at, starts_at + length), is_skipped
