"""Reading a real CalDAV server, and what else may answer where one is looked for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.adapters.busy import Account, CannotRead, Reading
from booking.adapters.busy.asking import Asker
from booking.adapters.busy.caldav import CalDav
from booking.domain.interval import Interval
from booking.domain.outside import Trouble
from tests.support.http import Says, serving
from tests.support.radicale import CALENDAR, PASSWORD, USER, Radicale, radicale

WINDOW = Interval(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
NEW_YORK = ZoneInfo("America/New_York")
LOOPBACK = frozenset({"127.0.0.1"})


@pytest.fixture(scope="module")
def server() -> Iterator[Radicale]:
    with radicale() as running:
        yield running


@pytest.fixture
def calendar(server: Radicale) -> Iterator[str]:
    yield server.make(CALENDAR)
    server.ask("DELETE", f"/{USER}/{CALENDAR}/", "")


def read(address: str, *, mark: str = "", password: str = PASSWORD) -> Reading:
    account = Account(address, USER, password)
    return CalDav(Asker(LOOPBACK)).read(account, WINDOW, zone=NEW_YORK, mark=mark)


def shown(reading: Reading) -> list[str]:
    spans = sorted((each.span, each.uid) for each in reading.events)
    return [f"{uid} {span.start.astimezone(NEW_YORK):%m-%d %H:%M}" for span, uid in spans]


def trouble(address: str, *, password: str = PASSWORD) -> Trouble:
    with pytest.raises(CannotRead) as refused:
        read(address, password=password)
    return refused.value.trouble


def test_what_is_put_moved_and_deleted_there_is_read_without_a_shift(
    server: Radicale, calendar: str
) -> None:
    server.put(
        CALENDAR,
        "choir",
        "DTSTART;TZID=America/New_York:20270302T090000",
        "DTEND;TZID=America/New_York:20270302T095000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
    )
    server.put(CALENDAR, "long-ago", "DTSTART:20200101T100000Z", "DURATION:PT1H")
    first = read(calendar)
    unchanged = read(calendar, mark=first.mark)
    server.put(CALENDAR, "dentist", "DTSTART:20261110T150000Z", "DURATION:PT1H")
    server.delete(CALENDAR, "choir")
    later = read(calendar, mark=first.mark)

    # Nine by the clock there, before and after clocks go forward.
    assert shown(first) == ["choir 03-02 09:00", "choir 03-09 09:00", "choir 03-16 09:00"]
    assert unchanged == Reading(mark=first.mark, unchanged=True)
    assert shown(later) == ["dentist 11-10 10:00"]


def test_from_the_address_of_the_server_every_calendar_of_the_account_is_found(
    server: Radicale, calendar: str
) -> None:
    del calendar
    server.make("second")
    server.make("tasks", "VTODO")
    server.put(CALENDAR, "one", "DTSTART:20261110T150000Z", "DURATION:PT1H")
    server.put("second", "two", "DTSTART:20261111T150000Z", "DURATION:PT1H")

    found = read(server.url("/"))

    assert shown(found) == ["one 11-10 10:00", "two 11-11 10:00"]
    assert found.mark
    for name in ("second", "tasks"):
        server.ask("DELETE", f"/{USER}/{name}/", "")


def test_an_account_without_a_calendar_has_none_to_read(server: Radicale) -> None:
    assert trouble(server.url("/")) is Trouble.NOT_A_CALENDAR


def test_a_wrong_password_and_a_wrong_place_are_told_apart(server: Radicale, calendar: str) -> None:
    assert trouble(calendar, password="wrong") is Trouble.SIGN_IN
    assert trouble(server.url(f"/{USER}/nothing/")) is Trouble.NOT_FOUND


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Welcome</body></html>",
        b"Welcome",
        b'<!DOCTYPE x [<!ENTITY a "ha">]><multistatus xmlns="DAV:"/>',
        b'<multistatus xmlns="DAV:"/>',
        b'<multistatus xmlns="DAV:"><response><href>/</href></response></multistatus>',
    ],
)
def test_what_speaks_no_caldav_is_no_calendar(body: bytes) -> None:
    with serving(lambda _asked: Says(body, status=207)) as site:
        assert trouble(site.url("/")) is Trouble.NOT_A_CALENDAR


def test_a_server_cannot_send_the_password_elsewhere() -> None:
    elsewhere = "<href>https://192.0.2.1/elsewhere/</href>"
    body = (
        '<multistatus xmlns="DAV:"><response><href>/</href><propstat><prop>'
        f"<current-user-principal>{elsewhere}</current-user-principal>"
        "</prop></propstat></response></multistatus>"
    )
    with serving(lambda _asked: Says(body.encode(), status=207)) as site:
        assert trouble(site.url("/")) is Trouble.ADDRESS
        assert len(site.asked) == 1
