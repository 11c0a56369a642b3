"""The file and the join link of a whole series: no date twice, and the door that is next."""

from collections.abc import Iterator
from datetime import time

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.neutral import telling
from booking.models import Appointment, Participant, Series, SeriesMember, db
from booking.services.changes import move
from booking.services.parts import Parts
from booking.services.series.changing import Change, change_series
from booking.services.series.planning import NewHour
from tests.factories import HOUR, MINUTE, NOW
from tests.services.series.couples import leave
from tests.services.series.standing import MONDAYS, agreed, asked_for, client_of, starts
from tests.support.calendars import calendar_of, expanded, letters_to
from tests.support.mail import MailSpy
from tests.support.owed import DAY, sweep

pytestmark = pytest.mark.usefixtures("practice")


@pytest.fixture(autouse=True)
def then(practice: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def member_of(series: Series) -> SeriesMember:
    db.session.rollback()
    return db.session.scalars(select(SeriesMember).filter_by(series_id=series.id)).one()


def file_of(member: SeriesMember, parts: Parts) -> str:
    token = parts.links.token(Purpose.SERIES_CALENDAR, member.link_id, member.link_version)
    return f"/c/{token}.ics"


def seat(number: int) -> Participant:
    db.session.rollback()
    query = select(Participant).join(Appointment).order_by(Appointment.starts_at)
    return db.session.scalars(query).all()[number]


def uids(content: bytes) -> set[str]:
    return {str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")}


def test_e2_the_file_is_what_was_mailed_and_names_nobody(
    client: FlaskClient, parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    move(seat(2).id, MONDAYS[2] + DAY, now=NOW)
    sweep(parts, NOW)

    answer = client.get(file_of(member_of(series), parts))

    mailed = calendar_of(letters_to(mail, "sam@example.org")[0])
    assert mailed is not None
    assert expanded(answer.data) == starts(series.id)
    assert uids(answer.data) == uids(mailed)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    text = answer.text.replace("\r\n ", "")
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text
    assert "METHOD:PUBLISH" in text
    assert telling(text) == []


def test_e2_the_file_of_one_date_holds_the_series_it_is_of(
    client: FlaskClient, parts: Parts
) -> None:
    series = agreed(parts)
    one = seat(3)

    answer = client.get(f"/c/{parts.links.token(Purpose.CALENDAR, one.link_id)}.ics")

    assert expanded(answer.data) == starts(series.id)
    assert answer.data == client.get(file_of(member_of(series), parts)).data


def test_a_file_of_several_parts_holds_each_under_its_uid(
    client: FlaskClient, parts: Parts
) -> None:
    series = agreed(parts)
    change = Change(series.id, MONDAYS[3].date(), NewHour(at=time(10)))
    change_series(change, actor=client_of(series), now=NOW)

    answer = client.get(file_of(member_of(series), parts))

    assert expanded(answer.data) == starts(series.id)
    assert len(uids(answer.data)) == 2
    assert answer.text.count("BEGIN:VTIMEZONE") == 1
    assert answer.text.count("BEGIN:VCALENDAR") == answer.text.count("END:VCALENDAR") == 1
    assert "\r\n\r\n" not in answer.text


def test_there_is_no_file_before_it_is_agreed_nor_after_leaving(
    client: FlaskClient, parts: Parts
) -> None:
    waiting = member_of(asked_for(parts))
    assert client.get(file_of(waiting, parts)).status_code == 404

    leave(waiting.id)

    assert client.get(file_of(member_of(waiting.series), parts)).status_code == 404


@pytest.mark.parametrize(
    "purpose", [each for each in Purpose if each is not Purpose.SERIES_CALENDAR]
)
def test_no_other_link_of_a_member_opens_the_file(
    client: FlaskClient, parts: Parts, purpose: Purpose
) -> None:
    member = member_of(agreed(parts))
    token = parts.links.token(purpose, member.link_id, member.link_version)

    assert client.get(f"/c/{token}.ics").status_code == 404


def test_the_link_in_a_calendar_leads_to_whichever_date_is_next(
    client: FlaskClient, parts: Parts, then: time_machine.Traveller
) -> None:
    member = member_of(agreed(parts))
    token = parts.links.token(Purpose.SERIES_JOIN, member.link_id, member.link_version)

    assert "March 4" in client.get(f"/join/{token}").text
    then.move_to(MONDAYS[0] + HOUR, tick=False)
    assert "March 4" in client.get(f"/join/{token}").text  # it may run over
    then.move_to(MONDAYS[0] + 80 * MINUTE, tick=False)
    assert "March 11" in client.get(f"/join/{token}").text
    then.move_to(MONDAYS[-1] + DAY, tick=False)
    assert client.get(f"/join/{token}").status_code == 200


def test_who_left_finds_no_door(client: FlaskClient, parts: Parts) -> None:
    member = member_of(agreed(parts))
    token = parts.links.token(Purpose.SERIES_JOIN, member.link_id, member.link_version)
    leave(member.id)

    assert client.get(f"/join/{token}").status_code == 404
