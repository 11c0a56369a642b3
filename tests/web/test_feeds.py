"""Calendars that programs read by a secret address: what they say, and to whom."""

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.adapters.links import Purpose
from booking.domain.feeds import BEHIND, Detail
from booking.domain.lifecycle import Kind, Modality
from booking.errors import NotFound
from booking.models import CalendarFeed, Participant, Therapist, db
from booking.queries.outside import own_uids
from booking.services.audit import SYSTEM
from booking.services.calendars.feeds import (
    end_feed,
    make_feed,
)
from booking.services.changes import move
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.groups import join, with_group
from tests.services.series.standing import MONDAYS, agreed
from tests.support.owed import booked, change
from tests.support.parties import amara_sees, booked_with, partner, rows
from tests.web.feeds import KIM, TELLING, path_of, starts, summaries
from tests.web.staff_pages import the_therapist

pytestmark = pytest.mark.usefixtures("then")


def test_a_feed_says_no_more_than_was_chosen(client: FlaskClient, parts: Parts) -> None:
    booked(parts)
    booked(parts, starts_at=MONDAY_9AM + HOUR, modality=Modality.PHONE, guest=KIM)

    busy = client.get(path_of(parts, Detail.BUSY))
    initials = client.get(path_of(parts, Detail.INITIALS))
    full = client.get(path_of(parts, Detail.FULL))

    assert summaries(busy) == ["Busy", "Busy"]
    assert summaries(initials) == ["Appointment: S. R.", "Appointment: K. L."]
    assert summaries(full) == ["Appointment: Sam Reed", "Appointment: Kim Lee"]
    assert [word for word in TELLING if word in busy.text] == []
    assert "Phone" not in busy.text
    assert [word for word in TELLING if word in initials.text] == ["S. R."]
    assert [word for word in TELLING if word in full.text] == ["Sam", "Reed"]
    assert starts(busy) == starts(full) == [MONDAY_9AM, MONDAY_9AM + HOUR]


def test_a_standing_hour_is_one_rule_with_what_differs(client: FlaskClient, parts: Parts) -> None:
    series = agreed(parts)
    date = series.parts[0]
    first = rows(Participant, member_id=series.members[0].id)[0]
    move(first.id, MONDAY_9AM + 3 * HOUR, now=NOW)
    db.session.rollback()

    feed = client.get(path_of(parts, Detail.INITIALS))

    assert starts(feed) == [MONDAY_9AM + 3 * HOUR, *MONDAYS[1:]]
    assert summaries(feed) == ["Appointment: S. R."] * 2
    assert feed.text.count("BEGIN:VTIMEZONE") == 1
    assert "RELATED-TO" not in feed.text
    assert date.uid in own_uids(db.session(), the_therapist().id)


def test_several_people_and_groups_are_told_with_care(client: FlaskClient, parts: Parts) -> None:
    booked_with(parts, partner(), session_type=amara_sees(Kind.COUPLES))
    with_group(minutes=50)
    join(parts, 4, starts_at=MONDAY_9AM + 2 * HOUR)

    full, initials = (
        client.get(path_of(parts, detail)) for detail in (Detail.FULL, Detail.INITIALS)
    )

    assert summaries(full) == ["Appointment: Sam Reed, Kim Lee", "Appointment"]
    assert summaries(initials) == ["Appointment: 2 people", "Appointment"]


def test_what_is_not_agreed_or_lies_far_off_is_not_in_it(
    client: FlaskClient, parts: Parts, then: time_machine.Traveller
) -> None:
    made = booked(parts)
    factories.session_type(the_therapist(), slug="asked", needs_approval=True)
    booked(parts, session_type="asked", starts_at=MONDAY_9AM + 3 * HOUR)
    path = path_of(parts, Detail.BUSY)

    assert starts(client.get(path)) == [MONDAY_9AM]
    then.move_to(MONDAY_9AM + BEHIND + 48 * HOUR)
    assert summaries(client.get(path)) == []
    assert made.appointment_id


def test_nothing_is_sent_again_while_nothing_changes(
    client: FlaskClient, parts: Parts, then: time_machine.Traveller
) -> None:
    booked(parts)
    path = path_of(parts, Detail.BUSY)
    first = client.get(path)
    then.shift(5 * HOUR)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    booked(parts, starts_at=MONDAY_9AM + HOUR, guest={"email": "kim@example.org"})
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Content-Type"].startswith("text/calendar; charset=utf-8")
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in first.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in first.headers


def test_an_address_dies_when_another_is_made_or_it_is_ended(
    client: FlaskClient, parts: Parts
) -> None:
    amara = the_therapist()
    old = path_of(parts, Detail.BUSY)
    other = path_of(parts, Detail.FULL)
    new = path_of(parts, Detail.BUSY)

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == client.get(other).status_code == 200

    end_feed(amara.id, Detail.BUSY, actor=SYSTEM, now=NOW)
    assert client.get(new).status_code == 404
    change(Therapist, amara.id, active=False)
    assert client.get(other).status_code == 404


def test_no_other_token_opens_a_feed_and_it_opens_nothing_else(
    client: FlaskClient, parts: Parts
) -> None:
    booked(parts)
    path = path_of(parts, Detail.BUSY)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    feed = rows(CalendarFeed)[0]
    forged = [parts.links.token(purpose, feed.link_id) for purpose in Purpose]

    found = [client.get(f"/feeds/{each}.ics").status_code for each in forged]

    assert found.count(200) == 1
    other_end = "A" if token[-1] != "A" else "B"
    assert client.get(f"/feeds/{token[:-1]}{other_end}.ics").status_code == 404
    for way in ("/b/{}", "/join/{}", "/c/{}.ics", "/s/{}", "/e/{}"):
        assert client.get(way.format(token)).status_code == 404


@pytest.mark.one_database
def test_a_token_is_never_logged(
    client: FlaskClient, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    path = path_of(parts, Detail.BUSY)
    with caplog.at_level("DEBUG"):
        client.get(path)

    assert "/feeds/<token:token>.ics" in str([vars(record) for record in caplog.records])
    assert path[7:39] not in str([vars(record) for record in caplog.records])


@pytest.mark.one_database
def test_there_is_no_feed_of_another_kind(parts: Parts) -> None:
    with pytest.raises(NotFound):
        make_feed(the_therapist().id, Detail.OWN, actor=SYSTEM, now=NOW)
