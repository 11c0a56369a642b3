"""What every calendar entry of ours says, whenever it takes place, and the calendar around it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress, vUri

from booking.adapters.plain_text import bare_address, many_lines, one_line

PRODID = "-//Stillhour//Scheduling//EN"
# Everything RFC 3986 allows in a URI, so that a sound link passes through unchanged.
_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"


class Method(StrEnum):
    """What a calendar object asks of its reader (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one person's calendar is told, but for the times.

    `uid` stays the same for life; `sequence` goes up with every change and every cancel.
    `url` is the join page; a session without one (by phone) has none. The texts leave the
    house and must be neutral: nothing here adds to them but `url`.
    """

    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_email: str
    written_at: datetime
    url: str | None = None

    def check(self) -> None:
        """Raise `ValueError` if no reader could tell this entry and its editions apart."""
        check_instants(self.written_at)
        if self.sequence < 0:
            raise ValueError(f"a sequence starts at 0: {self.sequence}")
        if not one_line(self.uid):
            raise ValueError("an invitation needs a uid")


def check_instants(*instants: datetime) -> None:
    """Raise `ValueError` for one that has no zone."""
    for instant in instants:
        if instant.utcoffset() is None:
            raise ValueError(f"an instant needs a zone: {instant}")


def check_span(starts_at: datetime, ends_at: datetime) -> None:
    """Raise `ValueError` unless these are two instants, the second one later."""
    check_instants(starts_at, ends_at)
    if starts_at >= ends_at:
        raise ValueError(f"must end after it starts: {starts_at} - {ends_at}")


def empty_calendar(method: Method) -> Calendar:
    """Return a calendar object with nothing in it yet."""
    # Not Calendar.new(): it invents a calendar UID, and the bytes would differ each time.
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def event_of(entry: Entry, method: Method) -> Event:
    """Return the event with everything in it but its times.

    A PUBLISH names no organizer and no attendee, so opening it answers nobody.
    """
    link = link_of(entry)
    event = Event()
    event.add("uid", one_line(entry.uid))
    event.add("sequence", entry.sequence)
    # Converted even when it looks like UTC: a London instant in winter would else be
    # written with a TZID.
    event.add("dtstamp", entry.written_at.astimezone(UTC))
    event.add("summary", one_line(entry.summary))
    event.add("description", _with_link(many_lines(entry.description), link, between="\n\n"))
    event.add("location", location_of(entry))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if method is not Method.PUBLISH:
        event.add("organizer", _organizer(entry))
        event.add("attendee", _attendee(entry))
    if link:
        event.add("conference", _conference(link))
    return event


def link_of(entry: Entry) -> str:
    """Return the join link with anything a URI may not hold percent-encoded; "" if none."""
    return quote(entry.url or "", safe=_URI_CHARACTERS, errors="replace")


def location_of(entry: Entry) -> str:
    """Return the place, with the join link in it: few programs show CONFERENCE."""
    return _with_link(one_line(entry.location), link_of(entry), between=" ")


def _organizer(entry: Entry) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{bare_address(entry.organizer_email)}")
    # A double quote may not stand in a parameter, and few readers know RFC 6868's stand-in.
    name = one_line(entry.organizer_name.replace('"', "'"))
    if name:
        organizer.params["CN"] = name
    return organizer


def _attendee(entry: Entry) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{bare_address(entry.attendee_email)}")
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    return attendee


def _conference(link: str) -> vUri:
    # Not icalendar's Conference: it writes the features as one quoted value (7.3.0).
    conference = vUri(link)
    conference.params["VALUE"] = "URI"
    conference.params["FEATURE"] = ["AUDIO", "VIDEO"]
    conference.params["LABEL"] = "Join"
    return conference


def _with_link(text: str, link: str, *, between: str) -> str:
    if not link or link in text:
        return text
    return f"{text}{between}{link}" if text else link
