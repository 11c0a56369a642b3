"""A standing hour as calendars understand it: one rule, what it leaves out, and what differs.

Readers agree on most of RFC 5545, but not on the nights on which clocks change. It says both
that a date whose time of day the clocks skip is ignored and that it moves on (3.3.10, 3.3.5).
Libraries do the one or the other, and some let a session that is going on as clocks change end
by the clock on the wall. So a date on such a night is always said outright, by an override
whose times leave no doubt: a reader that has the date replaces it, one that ignores it adds it,
and both arrive at the same instant. Left out, it is an EXDATE at the time of day of the rule,
which finds nothing where the reader has nothing. The rule itself begins on no such date.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from icalendar import Component, Event

from booking.adapters.calendar.entry import (
    Entry,
    Method,
    check_instants,
    check_span,
    empty_calendar,
    event_of,
)
from booking.adapters.calendar.zones import vtimezone
from booking.adapters.plain_text import one_line
from booking.domain.recurrence import WEEK, Repeat, StandingTime
from booking.domain.zones import repeats_at

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series. The rule has it at `original`, for life, wherever it is moved."""

    original: datetime
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        check_instants(self.original)
        check_span(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesInvitation(Entry):
    """One part of a series as one person's calendar sees it.

    The rule is `repeat` at `at` on the clocks of `zone`, for `length`; `occurrences` are the
    dates of it that exist, ascending by `original`, at least one. `related_to` is the UID of
    the part that this one goes on from.
    """

    zone: ZoneInfo
    repeat: Repeat
    at: time
    length: timedelta
    occurrences: tuple[Occurrence, ...]
    related_to: str | None = None

    def __post_init__(self) -> None:
        self.check()
        if self.at.tzinfo is not None:
            raise ValueError(f"wall-clock time must carry no zone: {self.at}")
        if self.length <= timedelta(0):
            raise ValueError(f"must end after it starts: {self.length}")
        if not self.occurrences:
            raise ValueError("a series needs an occurrence")
        originals = [each.original for each in self.occurrences]
        if originals != sorted(set(originals)):
            raise ValueError("the occurrences must ascend")

    @property
    def standing(self) -> StandingTime:
        return StandingTime(self.at, self.zone)


def render_series(invitation: SeriesInvitation, method: Method) -> bytes:
    """Return the whole part: the rule, and an override for each date that differs from it.

    A CANCEL is for everything, moved dates included, and shows the rule as it was. The same
    invitation and method always give the same bytes. Raise `ValueError` if an occurrence is
    no date of the rule, or an address of a REQUEST or CANCEL is not a plain one.
    """
    kept = dict(zip(_days(invitation), invitation.occurrences, strict=True))
    rule = _rule(invitation, list(kept))
    events = [_master(invitation, rule, kept, method)]
    # A CANCEL without RECURRENCE-ID means all there is under this UID (RFC 5546, 3.2.5).
    if method is not Method.CANCEL:
        events += [
            _override(invitation, day, each, method)
            for day, each in kept.items()
            if _differs(invitation, day, each)
        ]
    begins = invitation.standing.on(rule.first)
    zone = _zone(invitation.zone, [begins, *_instants(invitation.occurrences)])
    return _written(method, [*zone, *events])


def render_occurrence(
    invitation: SeriesInvitation, occurrence: Occurrence, method: Method
) -> bytes:
    """Return one changed or cancelled date, without the rule: Outlook takes it only so.

    `occurrence` may have ceased to exist. If it was the last, cancel the series instead.
    Raise `ValueError` as `render_series` does, and for a PUBLISH.
    """
    if method is Method.PUBLISH:
        raise ValueError("a date alone is no calendar to download")
    (day,) = _days(replace(invitation, occurrences=(occurrence,)))
    zone = _zone(invitation.zone, _instants([occurrence]))
    return _written(method, [*zone, _override(invitation, day, occurrence, method)])


def _written(method: Method, components: Iterable[Component]) -> bytes:
    calendar = empty_calendar(method)
    for component in components:
        calendar.add_component(component)
    rendered: bytes = calendar.to_ical()
    return rendered


def _days(invitation: SeriesInvitation) -> list[date]:
    """Return the date of the rule that each occurrence stands for."""
    last = invitation.occurrences[-1].original
    on = invitation.standing.on
    by_instant = {
        on(day): day for day in takewhile(lambda day: on(day) <= last, invitation.repeat.dates())
    }
    try:
        return [by_instant[each.original.astimezone(UTC)] for each in invitation.occurrences]
    except KeyError as unknown:
        raise ValueError(f"no date of the rule: {unknown}") from None


def _rule(invitation: SeriesInvitation, kept: Sequence[date]) -> Repeat:
    """Return the rule from the first to the last date that exists.

    It begins a round or more earlier if every reader would not agree on the times of the first,
    from which each takes the time of day and the length of all the others.
    """
    first = kept[0]
    while not _is_plain(invitation, first):
        first -= invitation.repeat.every_weeks * WEEK
    return replace(invitation.repeat, first=first, count=None, until=kept[-1])


def _is_plain(invitation: SeriesInvitation, day: date) -> bool:
    """Return whether every reader makes the same session of this date from the rule."""
    starts_at = invitation.standing.on(day)
    is_there = _wall(starts_at, invitation.zone) == datetime.combine(day, invitation.at)
    return is_there and _is_clear(starts_at, starts_at + invitation.length, invitation.zone)


def _differs(invitation: SeriesInvitation, day: date, occurrence: Occurrence) -> bool:
    length = occurrence.ends_at - occurrence.starts_at
    return (
        occurrence.starts_at != occurrence.original
        or length != invitation.length
        or not _is_plain(invitation, day)
    )


def _master(
    invitation: SeriesInvitation, rule: Repeat, kept: Collection[date], method: Method
) -> Event:
    event = _event(invitation, method)
    starts_at = invitation.standing.on(rule.first)
    _add_span(event, starts_at, starts_at + invitation.length, invitation.zone)
    event.add("rrule", _recurrence(invitation, rule))
    for day in rule.dates():
        if day not in kept:
            _add_wall(event, "exdate", datetime.combine(day, invitation.at), invitation.zone)
    return event


def _recurrence(invitation: SeriesInvitation, rule: Repeat) -> dict[str, object]:
    return {
        "FREQ": "WEEKLY",
        # In UTC, since DTSTART has a zone (RFC 5545, 3.3.10); by the offset of that date.
        "UNTIL": invitation.occurrences[-1].original.astimezone(UTC),
        "INTERVAL": rule.every_weeks,
        "BYDAY": [_WEEKDAYS[weekday] for weekday in sorted(rule.weekdays)],
        "WKST": "MO",
    }


def _override(
    invitation: SeriesInvitation, day: date, occurrence: Occurrence, method: Method
) -> Event:
    event = _event(invitation, method)
    _add_wall(event, "recurrence-id", datetime.combine(day, invitation.at), invitation.zone)
    _add_span(event, occurrence.starts_at, occurrence.ends_at, invitation.zone)
    return event


def _event(invitation: SeriesInvitation, method: Method) -> Event:
    event = event_of(invitation, method)
    if invitation.related_to:
        related = {"RELTYPE": "SIBLING"}
        event.add("related-to", one_line(invitation.related_to), parameters=related)
    return event


def _add_span(event: Event, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> None:
    """Write when it is: on the clocks of the zone, or in UTC where these leave a doubt."""
    is_clear = _is_clear(starts_at, ends_at, zone)
    for name, instant in (("dtstart", starts_at), ("dtend", ends_at)):
        if is_clear:
            _add_wall(event, name, _wall(instant, zone), zone)
        else:
            event.add(name, instant.astimezone(UTC))


def _add_wall(event: Event, name: str, wall: datetime, zone: ZoneInfo) -> None:
    # The name of the zone is set by hand: of a time in Abidjan or Reykjavik icalendar 7.3.0
    # makes one in UTC.
    if _is_utc(zone):
        event.add(name, wall.replace(tzinfo=UTC))
    else:
        event.add(name, wall, parameters={"TZID": zone.key})


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _is_clear(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Return whether clocks show both times once, and as far apart as they are."""
    lasts = _wall(ends_at, zone) - _wall(starts_at, zone)
    is_once = repeats_at(starts_at, zone) == repeats_at(ends_at, zone) == 0
    return is_once and lasts == ends_at - starts_at


def _is_utc(zone: ZoneInfo) -> bool:
    return zone.key == "UTC"


def _zone(zone: ZoneInfo, instants: Sequence[datetime]) -> list[Component]:
    """Return what explains the zone; for UTC nothing, since it has a form of its own."""
    return [] if _is_utc(zone) else [vtimezone(zone, min(instants), max(instants))]


def _instants(occurrences: Iterable[Occurrence]) -> list[datetime]:
    return [at for each in occurrences for at in (each.original, each.starts_at, each.ends_at)]
