"""A calendar as its owner's program keeps it: every mail applied in order, then looked at.

It goes by RFC 5546, 2.1.5: what is known under a UID and a RECURRENCE-ID is replaced only by
something with a higher SEQUENCE, and a new rule takes the place of all dates changed before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import recurring_ical_events
from icalendar import Calendar, Component, Event

from tests.support.mail import MailSpy

WHOLE = ""
_BEGINS, _ENDS = datetime(2029, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)


@dataclass
class CalendarReader:
    """Holds what it was mailed, by UID and RECURRENCE-ID."""

    kept: dict[str, dict[str, Event]] = field(default_factory=dict)
    zones: dict[str, list[Component]] = field(default_factory=dict)

    def read(self, letters: Iterable[EmailMessage]) -> "CalendarReader":
        for letter in letters:
            content = calendar_of(letter)
            if content is not None:
                self.apply(Calendar.from_ical(content))
        return self

    def apply(self, calendar: Calendar) -> None:
        events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
        (uid,) = {str(event["UID"]) for event in events}
        known = self.kept.setdefault(uid, {})
        if any(_which(event) == WHOLE for event in events):
            newest = max(map(_sequence, events))
            assert all(_sequence(each) < newest for each in known.values()), "out of date"
            known.clear()
            self.zones[uid] = list(calendar.walk("VTIMEZONE"))
        for event in events:
            before = known.get(_which(event))
            assert before is None or _sequence(before) < _sequence(event), "out of date"
            known[_which(event)] = event
        if str(calendar["METHOD"]) == "CANCEL":
            assert {str(event["STATUS"]) for event in events} == {"CANCELLED"}

    def starts(self) -> list[datetime]:
        """Return when everything in it begins, as a library of its own expands it."""
        found: list[datetime] = []
        for uid, known in self.kept.items():
            if WHOLE in known and str(known[WHOLE]["STATUS"]) == "CANCELLED":
                continue
            found += _expanded(known, self.zones.get(uid, []))
        return sorted(found)


def calendar_of(letter: EmailMessage) -> bytes | None:
    """Return the calendar object a letter brings along, as it is in the body."""
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content
    return None


def calendar_text(letter: EmailMessage) -> str:
    """Return the calendar object unfolded, or nothing."""
    return (calendar_of(letter) or b"").decode().replace("\r\n ", "")


def letters_to(mail: MailSpy, address: str) -> list[EmailMessage]:
    return [letter for letter in mail.letters if letter["To"] == address]


def expanded(content: bytes) -> list[datetime]:
    """Return when everything in one calendar object begins."""
    calendar = Calendar.from_ical(content)
    found = recurring_ical_events.of(calendar).between(_BEGINS, _ENDS + timedelta(days=1))
    return sorted(event.decoded("DTSTART").astimezone(UTC) for event in found)


def _expanded(known: dict[str, Event], zones: list[Component]) -> list[datetime]:
    """Expand the rule without the dates that differ, and add those as they are."""
    whole, found = Calendar(), []
    for zone in zones:
        whole.add_component(zone)
    others = {which: event for which, event in known.items() if which != WHOLE}
    if WHOLE in known:
        whole.add_component(known[WHOLE])
        found = [start for start in expanded(whole.to_ical()) if _said(start) not in others]
    for event in others.values():
        if str(event["STATUS"]) != "CANCELLED":
            found.append(event.decoded("DTSTART").astimezone(UTC))
    return found


def _which(event: Event) -> str:
    return _said(event.decoded("RECURRENCE-ID")) if "RECURRENCE-ID" in event else WHOLE


def _said(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _sequence(event: Event) -> int:
    return int(str(event["SEQUENCE"]))
