"""Calendars on a CalDAV server (RFC 4791), read with a user name and a password.

The address may be that of one calendar, or of the server: then every calendar of the account
is read. Of each the server is asked only for what touches the window.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from booking.adapters.busy import Account, CannotRead, Reading
from booking.adapters.busy.addresses import normal
from booking.adapters.busy.asking import Answer, Asker, Asking, Question
from booking.adapters.busy.expanding import busy_in
from booking.domain.interval import Interval
from booking.domain.outside import Trouble

_DAV, _CAL, _CS = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
_SPACES = (
    'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"'
)
_WHAT_IS_HERE = (
    f"<propfind {_SPACES}><prop><resourcetype/><current-user-principal/>"
    "<C:calendar-home-set/><C:supported-calendar-component-set/><S:getctag/></prop></propfind>"
)
_EVENTS = (
    f"<C:calendar-query {_SPACES}><prop><C:calendar-data/></prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="{start}" end="{end}"/>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)
MOST_CALENDARS = 30
_SAME_SITE_LABELS = 2


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing on the server, and what it says of itself."""

    address: str
    said: ET.Element

    @property
    def is_calendar(self) -> bool:
        kinds = self.said.find(f".//{_DAV}resourcetype")
        if kinds is None or kinds.find(f"{_CAL}calendar") is None:
            return False
        parts = self.said.findall(f".//{_CAL}supported-calendar-component-set/{_CAL}comp")
        return not parts or any(part.get("name") == "VEVENT" for part in parts)

    @property
    def state(self) -> str:
        return self.said.findtext(f".//{_CS}getctag") or ""

    def leads_to(self, name: str) -> str | None:
        href = self.said.findtext(f".//{name}/{_DAV}href")
        return urljoin(self.address, href.strip()) if href else None


@dataclass(frozen=True, slots=True)
class CalDav:
    """Reads the calendar at an address, or all that belong to who signs in there."""

    asker: Asker

    def read(self, account: Account, window: Interval, *, zone: ZoneInfo, mark: str) -> Reading:
        there = Account(normal(account.address), account.user, account.password)
        visit = _Visit(self.asker.begin(), there)
        calendars = visit.calendars()
        new_mark = _mark(calendars)
        if mark and mark == new_mark:
            return Reading(mark=mark, unchanged=True)
        files = [data for each in calendars for data in visit.files(each, window)]
        found = busy_in(files, window, zone)
        return Reading(found.events, new_mark, found.skipped)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One account at its server, while it is being read."""

    asking: Asking
    account: Account

    def calendars(self) -> list[_Found]:
        """Return the calendar at the address, else those of the account; at least one."""
        here = self._look(self.account.address, depth=0)
        if not here:
            raise CannotRead(Trouble.NOT_A_CALENDAR)
        if here[0].is_calendar:
            return here[:1]
        home = self._home(here[0])
        found = [each for each in self._look(home, depth=1) if each.is_calendar]
        if not found:
            raise CannotRead(Trouble.NOT_A_CALENDAR)
        return found[:MOST_CALENDARS]

    def files(self, calendar: _Found, window: Interval) -> Iterator[bytes]:
        """Yield what the calendar holds in `window`, an event with its exceptions a file."""
        asked = _EVENTS.format(start=_stamp(window.start), end=_stamp(window.end))
        answer = self._ask(calendar.address, "REPORT", "1", asked)
        for _, said in _responses(answer):
            data = said.findtext(f".//{_CAL}calendar-data")
            if data:
                yield data.encode()

    def _home(self, here: _Found) -> str:
        """Return where the calendars of the account are, by way of who it is."""
        principal = here.leads_to(f"{_DAV}current-user-principal")
        at = self._look(principal, depth=0) if principal else [here]
        home = at[0].leads_to(f"{_CAL}calendar-home-set") if at else None
        if home is None:
            raise CannotRead(Trouble.NOT_A_CALENDAR)
        return home

    def _look(self, address: str, *, depth: int) -> list[_Found]:
        answer = self._ask(address, "PROPFIND", str(depth), _WHAT_IS_HERE)
        return [_Found(urljoin(answer.address, href), said) for href, said in _responses(answer)]

    def _ask(self, address: str, method: str, depth: str, xml: str) -> Answer:
        if not _is_same_site(self.account.address, address):
            raise CannotRead(Trouble.ADDRESS)
        headers = {"Content-Type": "application/xml; charset=utf-8", "Depth": depth}
        there = Account(address, self.account.user, self.account.password)
        body = f'<?xml version="1.0" encoding="utf-8"?>{xml}'.encode()
        return self.asking.ask(there, Question(method, headers, body))


def _responses(answer: Answer) -> Iterator[tuple[str, ET.Element]]:
    """Yield what the server says of each thing: its address, and its answer."""
    text = answer.body.decode("utf-8", "replace")
    # Entities could make a small answer huge, and no server has a use for them.
    if "<!" in text.replace("<![CDATA[", ""):
        raise CannotRead(Trouble.NOT_A_CALENDAR)
    try:
        tree = ET.fromstring(text)  # noqa: S314  # it declares nothing: see above
    except (ET.ParseError, ValueError):
        raise CannotRead(Trouble.NOT_A_CALENDAR) from None
    for each in tree.iter(f"{_DAV}response"):
        yield (each.findtext(f"{_DAV}href") or "").strip(), each


def _mark(calendars: Sequence[_Found]) -> str:
    """Return what stands for the state of them all; empty if one of them tells none."""
    states = [(each.address, each.state) for each in calendars]
    if not all(state for _, state in states):
        return ""
    return hashlib.sha256(repr(states).encode()).hexdigest()


def _is_same_site(first: str, other: str) -> bool:
    """Return whether a server may be told the password of the first: itself, or its sister.

    Apple keeps each account's calendars on a machine of another name beside the one asked.
    """
    one, two = urlsplit(first), urlsplit(other)
    if (one.scheme, one.hostname) == (two.scheme, two.hostname):
        return True
    sites = [(each.hostname or "").split(".")[-_SAME_SITE_LABELS:] for each in (one, two)]
    is_name = len(sites[0]) == _SAME_SITE_LABELS and not sites[0][-1].isdecimal()
    return is_name and sites[0] == sites[1] and one.scheme == two.scheme == "https"


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
