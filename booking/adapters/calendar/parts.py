"""Several parts of one series in one file: what somebody downloads, not what is mailed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from icalendar import Timezone

from booking.adapters.calendar.entry import Method, empty_calendar
from booking.adapters.calendar.series import SeriesInvitation, render_series
from booking.adapters.calendar.zones import vtimezone

_BEGINS, ENDS = b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n"
# A rule may begin a round or more before its first date: see `series`.
_EARLIER = timedelta(days=366)


def publish(invitations: Sequence[SeriesInvitation]) -> bytes:
    """Return the file with every part, each under its own UID; at least one.

    A reader that was mailed the same parts replaces them, so nothing is in a calendar twice.
    """
    if len(invitations) == 1:
        return render_series(invitations[0], Method.PUBLISH)
    calendar = empty_calendar(Method.PUBLISH)
    for zone in zones_of(invitations):
        calendar.add_component(zone)
    frame: bytes = calendar.to_ical()
    events = [events_in(render_series(each, Method.PUBLISH)) for each in invitations]
    return frame.removesuffix(ENDS) + b"".join(events) + ENDS


def events_in(rendered: bytes) -> bytes:
    """Return the events of a rendered calendar, as they stand in it."""
    return rendered[rendered.index(_BEGINS) : rendered.rindex(ENDS)]


def zones_of(invitations: Sequence[SeriesInvitation]) -> Iterator[Timezone]:
    """Yield what explains each zone, right for all the parts that are told in it."""
    for zone in dict.fromkeys(each.zone for each in invitations):
        if zone.key != "UTC":
            told = (each for each in invitations if each.zone == zone)
            instants = sorted(chain.from_iterable(map(_instants, told)))
            yield vtimezone(zone, instants[0] - _EARLIER, instants[-1])


def _instants(invitation: SeriesInvitation) -> list[datetime]:
    return [at for each in invitation.occurrences for at in (each.original, each.ends_at)]
