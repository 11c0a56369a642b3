"""Invitations: one appointment as the calendar object people's calendars understand."""

from dataclasses import dataclass
from datetime import UTC, datetime

from booking.adapters.calendar.entry import Entry, Method, check_span, empty_calendar, event_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Entry):
    """One appointment as one person's calendar sees it."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        self.check()
        check_span(self.starts_at, self.ends_at)


def render(invitation: Invitation, method: Method) -> bytes:
    """Return the iCalendar object (RFC 5545, CRLF, folded at 75 octets), times in UTC.

    The same invitation and method always give the same bytes. A PUBLISH is for a file a
    person downloads: it names no organizer and no attendee, so opening it answers nobody.
    Raise `ValueError` if an address of a REQUEST or CANCEL is not a plain one.
    """
    event = event_of(invitation, method)
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    calendar = empty_calendar(method)
    calendar.add_component(event)
    rendered: bytes = calendar.to_ical()
    return rendered
