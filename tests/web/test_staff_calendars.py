"""The therapist's page of calendars: what is offered, what is read, and how reading goes."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from booking.domain.interval import Interval
from booking.domain.outside import CalendarKind, Trouble
from booking.models import CalendarFeed, OutsideCalendar
from booking.services.calendars.outside import opened
from booking.services.parts import Parts
from booking.web.staff.calendars_words import TROUBLES
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.calendars.outside import connected, was_read
from tests.support.parties import rows
from tests.web.browsing import Browser, Page
from tests.web.staff_pages import BO, another_therapist, booked, signed_in, the_therapist

pytestmark = [pytest.mark.usefixtures("then"), pytest.mark.one_database]

ADDRESS = "webcal://calendar.example/private-key/basic.ics"


@pytest.fixture
def amara(app: Flask, parts: Parts) -> Browser:
    return signed_in(app, parts)


def page(amara: Browser) -> Page:
    return amara.get("/staff/calendars")


def connect(amara: Browser, **typed: str) -> Page:
    return amara.press(page(amara), "Connect", **{"address": ADDRESS} | typed)


def addresses(shown: Page) -> list[str]:
    return re.findall(r'value="(http[^"]+/feeds/[^"]+\.ics)"', shown.html)


def test_each_address_is_made_replaced_and_ended_by_itself(amara: Browser) -> None:
    assert addresses(page(amara)) == []

    first = amara.press(page(amara), "Make an address: Busy only")
    second = amara.press(first, "Make an address: Full names")
    third = amara.press(second, "Replace: Busy only")
    last = amara.press(third, "End: Full names")

    assert "The address is ready." in first.text
    assert addresses(second)[0] == addresses(first)[0]
    assert addresses(third)[0] not in addresses(second)
    assert addresses(third)[1] == addresses(second)[1]
    assert addresses(last) == addresses(third)[:1]
    subscribe = last.link("Open in your calendar program: Busy only")
    assert subscribe == addresses(last)[0].replace("http://", "webcal://")


def test_there_is_no_feed_of_an_unknown_detail(amara: Browser) -> None:
    for detail in ("", "own", "everything"):
        answer = amara.client.post("/staff/calendars/feeds", data={"detail": detail})
        assert answer.status_code == 404
    assert rows(CalendarFeed) == []


def test_a_calendar_is_connected_and_its_address_never_shown_again(
    amara: Browser, parts: Parts
) -> None:
    shown = connect(amara, name="Family")

    assert "Connected." in shown.text
    assert "Family calendar.example" in shown.text
    assert "Not read yet." in shown.text
    assert "private-key" not in shown.html
    row = rows(OutsideCalendar)[0]
    assert row.kind is CalendarKind.ICS
    assert opened(row, parts.sealer).address == ADDRESS


def test_caldav_takes_a_name_and_a_password(amara: Browser, parts: Parts) -> None:
    refused = connect(amara, kind="caldav", user="amara")
    assert refused.status == 422
    assert "Please fill this in." in refused.text
    assert 'value="amara"' in refused.html

    connect(amara, kind="caldav", user="amara", password="app secret")

    row = rows(OutsideCalendar)[0]
    assert row.kind is CalendarKind.CALDAV
    account = opened(row, parts.sealer)
    assert (account.user, account.password) == ("amara", "app secret")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": ""}, "Please fill this in."),
        ({"address": "http://calendar.example/"}, "starts with https:// or webcal://"),
        ({"name": "n" * 81}, "Please use fewer characters."),
        ({"kind": "carrier pigeon"}, "Please choose one of the answers we know."),
    ],
)
def test_what_cannot_be_connected_is_said_at_its_field(
    amara: Browser, typed: dict[str, str], words: str
) -> None:
    answer = amara.client.post("/staff/calendars", data={"kind": "ics", "address": ADDRESS} | typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert rows(OutsideCalendar) == []


def test_after_ten_calendars_there_is_an_end(amara: Browser) -> None:
    for _ in range(10):
        connect(amara)

    assert "You can connect up to 10 calendars." in connect(amara).text


def test_the_page_says_when_it_was_read_and_what_is_wrong(
    amara: Browser, then: time_machine.Traveller
) -> None:
    calendar = connected(the_therapist().id)
    was_read(calendar, skipped=1)
    fresh = page(amara).text
    then.shift(10 * MINUTE)
    was_read(calendar, trouble="not_found", failing_since=NOW + 5 * MINUTE, failures=1)
    failing = page(amara).text
    then.shift(timedelta(days=1))
    was_read(calendar, trouble="no_answer", failing_since=NOW + 5 * MINUTE)
    amara = signed_in(amara.client.application, amara.client.application.extensions["stillhour"])
    later = page(amara).text

    assert "Last read 10:00 AM." in fresh
    assert "1 event in it could not be understood." in fresh
    assert (
        "We could not read this calendar since 10:05 AM: the address answers “not found”. "
        "Nothing was changed; times read before still count as busy. Please look up" in failing
    )
    assert "Last read Friday, March 1, 10:00 AM. Times may be off." in later
    assert "since Friday, March 1, 10:05 AM: there is no answer." in later


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_words(trouble: Trouble) -> None:
    assert TROUBLES[trouble]


def test_a_calendar_that_never_could_be_read_holds_nothing(amara: Browser) -> None:
    was_read(connected(the_therapist().id), read_at=None, trouble="sign_in", failing_since=NOW)

    shown = page(amara).text

    assert "since 10:00 AM: we are not let in there. Please make a new app password" in shown
    assert "still count as busy" not in shown


def test_sessions_in_busy_time_are_shown_and_stay(amara: Browser, parts: Parts) -> None:
    booked(parts)
    busy = Interval(MONDAY_9AM, MONDAY_9AM + HOUR)
    was_read(connected(the_therapist().id), busy)

    shown = page(amara)

    assert "1 session falls where another calendar says that you are busy." in shown.text
    assert "S. R." in shown.text


def test_a_calendar_is_read_on_asking_and_removed(
    amara: Browser, then: time_machine.Traveller
) -> None:
    calendar = connected(the_therapist().id)
    was_read(calendar, due_at=NOW + HOUR)
    then.shift(MINUTE)

    shown = amara.press(page(amara), "Read now: Family")
    assert rows(OutsideCalendar)[0].due_at == NOW + MINUTE
    shown = amara.press(shown, "Remove: Family")

    assert "Nothing in it counts as busy any more." in shown.text
    assert "None connected." in shown.text


def test_nobody_sees_the_calendars_of_another(app: Flask, parts: Parts, amara: Browser) -> None:
    amara.press(page(amara), "Make an address: Busy only")
    connected(the_therapist().id)
    another_therapist()

    shown = page(signed_in(app, parts, BO))

    assert "Remove: Family" not in shown.text
    assert addresses(shown) == []
