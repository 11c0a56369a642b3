"""Invitations: one appointment as the calendar object people's calendars understand."""

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


@dataclass(frozen=True, slots=True)
class Invitation:
    """One appointment as one person's calendar sees it.

    `uid` stays the same for life; `sequence` goes up with every change and every cancel.
    `url` is the join page; a session without one (by phone) has none. The texts leave the
    house and must be neutral: nothing here adds to them but `url`.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendee_email: str
    written_at: datetime
    url: str | None = None

    def __post_init__(self) -> None:
        for instant in (self.starts_at, self.ends_at, self.written_at):
            if instant.utcoffset() is None:
                raise ValueError(f"an instant needs a zone: {instant}")
        if self.starts_at >= self.ends_at:
            raise ValueError(f"must end after it starts: {self.starts_at} - {self.ends_at}")
        if self.sequence < 0:
            raise ValueError(f"a sequence starts at 0: {self.sequence}")
        if not one_line(self.uid):
            raise ValueError("an invitation needs a uid")


def render(invitation: Invitation, method: Method) -> bytes:
    """Return the iCalendar object (RFC 5545, CRLF, folded at 75 octets), times in UTC.

    The same invitation and method always give the same bytes. A PUBLISH is for a file a
    person downloads: it names no organizer and no attendee, so opening it answers nobody.
    Raise `ValueError` if an address of a REQUEST or CANCEL is not a plain one.
    """
    # Not Calendar.new(): it invents a calendar UID, and the bytes would differ each time.
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_event(invitation, method))
    rendered: bytes = calendar.to_ical()
    return rendered


def link_of(invitation: Invitation) -> str:
    """Return the join link with anything a URI may not hold percent-encoded; "" if none."""
    return quote(invitation.url or "", safe=_URI_CHARACTERS, errors="replace")


def location_of(invitation: Invitation) -> str:
    """Return the place, with the join link in it: few programs show CONFERENCE."""
    return _with_link(one_line(invitation.location), link_of(invitation), between=" ")


def _event(invitation: Invitation, method: Method) -> Event:
    link = link_of(invitation)
    event = Event()
    event.add("uid", one_line(invitation.uid))
    event.add("sequence", invitation.sequence)
    # Converted even when it looks like UTC: a London instant in winter would else be
    # written with a TZID, and there is no VTIMEZONE to go with it.
    event.add("dtstamp", invitation.written_at.astimezone(UTC))
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", one_line(invitation.summary))
    event.add("description", _with_link(many_lines(invitation.description), link, between="\n\n"))
    event.add("location", location_of(invitation))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if method is not Method.PUBLISH:
        event.add("organizer", _organizer(invitation))
        event.add("attendee", _attendee(invitation))
    if link:
        event.add("conference", _conference(link))
    return event


def _organizer(invitation: Invitation) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{bare_address(invitation.organizer_email)}")
    # A double quote may not stand in a parameter, and few readers know RFC 6868's stand-in.
    name = one_line(invitation.organizer_name.replace('"', "'"))
    if name:
        organizer.params["CN"] = name
    return organizer


def _attendee(invitation: Invitation) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{bare_address(invitation.attendee_email)}")
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
