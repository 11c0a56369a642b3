"""Parties through the API: as strict as the rest, and nobody's links but one's own."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from booking.adapters.links import Purpose
from booking.domain.lifecycle import Kind
from booking.domain.participants import Role
from booking.models import Participant, Person, Series, SeriesMember, db
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.parties import KIM, ROE, amara_sees, booked_with, partner, rows
from tests.web.api import NINE, book, wish
from tests.web.booking_flow import count

KIMS = {"role": "client", "name": "Kim Lee", "email": KIM}
ROBIN = {"role": "client", "name": "Robin Reed", "born": "2019-06-01"}
PAYS = {"role": "payer", "name": "Roe Moss", "email": ROE}

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def seats() -> list[Participant]:
    db.session.rollback()
    return list(db.session.scalars(select(Participant).order_by(Participant.id)))


def test_a_couple_is_booked_and_only_the_bookers_links_come_back(
    client: FlaskClient, parts: Parts
) -> None:
    slug = amara_sees(Kind.COUPLES)

    answer = book(client, session_type=slug, people=[KIMS | {"time_zone": "America/Phoenix"}, PAYS])

    assert answer.status_code == 201
    sam, kim, roe = seats()
    assert [each.role for each in (sam, kim, roe)] == [Role.CLIENT, Role.CLIENT, Role.PAYER]
    assert kim.person.time_zone == "America/Phoenix"
    assert sam.link_id in answer.text
    assert kim.link_id not in answer.text
    assert roe.link_id not in answer.text


def test_a_guardian_books_for_a_child(client: FlaskClient) -> None:
    answer = book(client, session_type="session", people=[ROBIN])

    assert answer.status_code == 201
    assert [(each.role, each.seat) for each in seats()] == [(Role.GUARDIAN, None), (Role.CLIENT, 1)]


def test_a_minor_books_alone_or_is_told_that_they_may_not(client: FlaskClient) -> None:
    answer = book(client, client={"born": "2014-06-01"})

    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "validation")
    assert [each["pointer"] for each in body["errors"]] == ["/client/born"]
    assert count(Person) == 0


@pytest.mark.parametrize(
    ("people", "pointers"),
    [
        ([KIMS | {"email": "sam@example.org"}], ["/people/0/email"]),
        ([KIMS | {"role": "friend"}], ["/people/0/role"]),
        ([KIMS | {"token": "x"}], ["/people/0/token"]),
        ([KIMS | {"born": "yesterday"}], ["/people/0/born"]),
        ([KIMS | {"time_zone": "Mars", "phone": "1"}], ["/people/0/phone", "/people/0/time_zone"]),
        ([KIMS, PAYS | {"email": None}], ["/people/1/email"]),
        ([], ["/people"]),
    ],
)
def test_what_is_wrong_is_pointed_at(
    client: FlaskClient, people: list[dict[str, Any]], pointers: list[str]
) -> None:
    slug = amara_sees(Kind.COUPLES)

    answer = book(client, session_type=slug, people=people)

    assert answer.status_code == 422
    assert sorted(each["pointer"] for each in answer.get_json()["errors"]) == pointers
    assert count(Person) == 0


def test_a_standing_hour_has_people_too(client: FlaskClient) -> None:
    slug = amara_sees(Kind.COUPLES)
    body = wish(session_type=slug, people=[KIMS]) | {"state": "NY", "time_zone": "UTC"}
    body["repeat"] = {"count": 2}

    answer = client.post("/api/v1/series", json=body, headers={"Idempotency-Key": "a"})

    assert answer.status_code == 201, answer.get_json()
    sam, kim = rows(Series)[0].members
    assert (kim.role, kim.seat, kim.books) == (Role.CLIENT, 2, False)
    assert sam.link_id in answer.text
    assert kim.link_id not in answer.text


def test_a_partner_can_neither_move_nor_end_it(client: FlaskClient, parts: Parts) -> None:
    slug = amara_sees(Kind.COUPLES)
    booked_with(parts, partner(), session_type=slug)
    kim = seats()[1]
    token = parts.links.token(Purpose.MANAGE, kim.link_id)

    answer = client.post(
        f"/api/v1/appointments/{token}/reschedule", json={"starts_at": NINE[:-9] + "16:00:00Z"}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (422, "policy")


def test_a_member_who_did_not_book_changes_no_standing_hour(
    client: FlaskClient, parts: Parts
) -> None:
    slug = amara_sees(Kind.COUPLES)
    body = wish(session_type=slug, people=[KIMS]) | {"state": "NY", "time_zone": "UTC"}
    body["repeat"] = {"count": 2}
    client.post("/api/v1/series", json=body, headers={"Idempotency-Key": "a"})
    kim = db.session.scalars(select(SeriesMember).filter_by(seat=2)).one()
    token = parts.links.token(Purpose.SERIES, kim.link_id)

    answers = [
        client.post(f"/api/v1/series/{token}/end", json={}),
        client.post(
            f"/api/v1/series/{token}/pause", json={"first": "2030-03-05", "last": "2030-03-12"}
        ),
    ]

    assert [each.status_code for each in answers] == [422, 422]
    assert {each.get_json()["code"] for each in answers} == {"policy"}
