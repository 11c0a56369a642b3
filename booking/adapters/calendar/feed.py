"""A whole calendar in one file, which programs fetch again and again (RFC 7986)."""

from collections.abc import Sequence

from icalendar import vDuration, vText

from booking.adapters.calendar.entry import Method, empty_calendar
from booking.adapters.calendar.invitation import Invitation, render
from booking.adapters.calendar.parts import ENDS, events_in, zones_of
from booking.adapters.calendar.series import SeriesInvitation, render_series
from booking.adapters.plain_text import one_line
from booking.domain.feeds import FETCH_EVERY


def render_feed(
    name: str, single: Sequence[Invitation], series: Sequence[SeriesInvitation]
) -> bytes:
    """Return the calendar called `name`. The same arguments always give the same bytes.

    It names no organizer and no attendee, so subscribing to it answers nobody.
    """
    calendar = empty_calendar(Method.PUBLISH)
    for label in ("name", "x-wr-calname"):
        calendar.add(label, vText(one_line(name)))
    # The one word is of the standard, the other is Microsoft's; both need it as a duration.
    often = vDuration(FETCH_EVERY)
    often.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", often)
    calendar.add("x-published-ttl", vDuration(FETCH_EVERY))
    for zone in zones_of(series):
        calendar.add_component(zone)
    frame: bytes = calendar.to_ical()
    events = [events_in(render(each, Method.PUBLISH)) for each in single]
    events += [events_in(render_series(each, Method.PUBLISH)) for each in series]
    return frame.removesuffix(ENDS) + b"".join(events) + ENDS
