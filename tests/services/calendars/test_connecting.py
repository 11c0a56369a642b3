"""Connecting calendars elsewhere: what is taken, and what is not."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from booking.domain.outside import CalendarKind
from booking.errors import InvalidInput
from booking.models import OutsideCalendar, db
from booking.services.audit import SYSTEM
from booking.services.calendars.outside import MOST_CALENDARS, NewCalendar, connect
from booking.services.parts import Parts
from tests.factories import NOW
from tests.services.calendars.outside import ADDRESS, amara, amara_connects
from tests.support.parties import rows

pytestmark = pytest.mark.usefixtures("practice")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wanted", "problems"),
    [
        (NewCalendar(CalendarKind.ICS, ""), {("address", "missing")}),
        (NewCalendar(CalendarKind.ICS, "http://calendar.example/"), {("address", "format")}),
        (NewCalendar(CalendarKind.ICS, "file:///etc/passwd"), {("address", "format")}),
        (NewCalendar(CalendarKind.ICS, "https://"), {("address", "format")}),
        (
            NewCalendar(CalendarKind.ICS, "https://a.example/" + "a" * 2000),
            {("address", "too_long")},
        ),
        (
            NewCalendar(CalendarKind.CALDAV, ADDRESS, name="n" * 81, password="p" * 301),
            {("name", "too_long"), ("user", "missing"), ("password", "too_long")},
        ),
    ],
)
def test_what_cannot_be_a_calendar_is_not_connected(
    parts: Parts, wanted: NewCalendar, problems: set[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        connect(amara().id, wanted, parts=parts, actor=SYSTEM, now=NOW)

    assert {(each.field, each.code) for each in refused.value.problems} == problems
    assert rows(OutsideCalendar) == []


@pytest.mark.one_database
def test_a_host_of_the_practices_own_may_do_without_tls(parts: Parts) -> None:
    ours = replace(parts.settings, calendar_hosts=frozenset({"radicale.lan"}))
    trusting = replace(parts, settings=ours)

    assert amara_connects(trusting, "http://radicale.lan/amara/").host == "radicale.lan"


@pytest.mark.one_database
def test_there_is_an_end_to_how_many_may_be_connected(parts: Parts) -> None:
    for _ in range(MOST_CALENDARS):
        amara_connects(parts)

    with pytest.raises(InvalidInput):
        amara_connects(parts)

    count = select(func.count(OutsideCalendar.id))
    assert db.session.scalars(count).one() == MOST_CALENDARS
