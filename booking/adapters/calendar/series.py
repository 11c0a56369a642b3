"""A standing hour as calendars understand it: one rule, what it leaves out, and what differs.

Readers agree on most of RFC 5545, but not on the nights on which clocks change. It says both
that a date whose time of day the clocks skip is ignored and that it moves on (3.3.10, 3.3.5).
Libraries do the one or the other, and some let a session that is going on as clocks change end
by the clock on the wall. So a date on such a night is always said outright, as an override
with times of its own in UTC: a reader that has the date replaces it, one that ignores it adds
it, and both arrive at the same instant. Left out, it is an EXDATE at the time of day of the
rule, which finds nothing where the reader has nothing. The rule itself begins on no such date.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from icalendar import Event

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


def render_series(invitation: SeriesInvitation, method: Method) -> bytes:
    """Return the whole part: the rule, and an override for each date that differs from it.

    A CANCEL is for everything, moved dates included, and shows the rule as it was. The same
    invitation and method always give the same bytes. Raise `ValueError` if an occurrence is
    none of the rule, or an address of a REQUEST or CANCEL is not a plain one.
    """
    kept = dict(zip(_days(invitation), invitation.occurrences, strict=True))
    master = _master(invitation, method, kept)
    if method is Method.CANCEL:
        # Without RECURRENCE-ID it means all there is under this UID (RFC 5546, 3.2.5).
        return _calendar(invitation, method, master)
    differing = (
        _override(invitation, method, day, each)
        for day, each in kept.items()
        if _differs(invitation, day, each)
    )
    return _calendar(invitation, method, master, *differing)


def render_occurrence(
    invitation: SeriesInvitation, occurrence: Occurrence, method: Method
) -> bytes:
    """Return one changed or cancelled date, without the rule: Outlook takes it only so.

    `occurrence` may be one that no longer exists. To cancel the only one, cancel the series.
    Raise `ValueError` as `render_series` does, and for a PUBLISH.
    """
    if method is Method.PUBLISH:
        raise ValueError("a date alone is no calendar to download")
    (day,) = _days(replace(invitation, occurrences=(occurrence,)))
    alone = _override(invitation, method, day, occurrence)
    return _calendar(replace(invitation, occurrences=(occurrence,)), method, alone)


def _calendar(invitation: SeriesInvitation, method: Method, *events: Event) -> bytes:
    calendar = empty_calendar(method)
    if not _is_utc(invitation.zone):
        calendar.add_component(vtimezone(invitation.zone, *_period(invitation)))
    for event in events:
        calendar.add_component(event)
    rendered: bytes = calendar.to_ical()
    return rendered
