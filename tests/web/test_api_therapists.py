"""GET /api/v1/therapists."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.queries.directory import forget
from tests import factories
from tests.factories import NOW
from tests.web.api import NINE, book

URL = "/api/v1/therapists"


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    forget()  # what is kept in memory outlives the rows of the test before
    with time_machine.travel(NOW, tick=False):
        yield


def slugs(client: FlaskClient, **asked: object) -> list[str]:
    answer = client.get(URL, query_string=asked)
    assert answer.status_code == 200, answer.get_json()
    return [found["slug"] for found in answer.get_json()["therapists"]]


def test_a_therapist_is_shown_with_what_may_be_booked_and_when(client: FlaskClient) -> None:
    answer = client.get(URL, query_string={"state": "NY", "kind": "consultation"}).get_json()

    assert answer["next_cursor"] is None
    (amara,) = answer["therapists"]
    assert amara["slug"] == "amara"
    assert amara["time_zone"] == "America/New_York"
    assert amara["session_types"][0] == {
        "slug": "consultation",
        "kind": "consultation",
        "minutes": 15,
        "price_cents": 0,
        "modalities": ["video", "phone"],
    }
    assert amara["next_openings"] == [
        NINE,
        "2030-03-04T14:30:00Z",
        "2030-03-04T15:00:00Z",
    ]


def test_what_is_shown_first_is_bookable_and_then_gone(client: FlaskClient) -> None:
    first = client.get(URL).get_json()["therapists"][0]["next_openings"][0]

    assert book(client, starts_at=first).status_code == 201
    assert first not in client.get(URL).get_json()["therapists"][0]["next_openings"]


@pytest.mark.parametrize(
    ("name", "fits", "fits_not"),
    [
        ("state", "NY", "CA"),
        ("need", "anxiety", "grief"),
        ("language", "en", "es"),
        ("insurance", "aetna", "cigna"),
        ("kind", "intake", "couples"),
    ],
)
def test_each_filter_keeps_who_fits(
    client: FlaskClient, name: str, fits: str, fits_not: str
) -> None:
    assert slugs(client, **{name: fits}) == ["amara"]
    assert slugs(client, **{name: fits_not}) == []


def test_pages_follow_one_another_without_a_gap(client: FlaskClient) -> None:
    for number in range(4):
        factories.amara(slug=f"t{number}", email=f"t{number}@alder.example")
    forget()
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = client.get(URL, query_string=asked).get_json()
        seen += [found["slug"] for found in answer["therapists"]]
        cursor = answer["next_cursor"]

    assert cursor is None
    assert sorted(seen) == ["amara", "t0", "t1", "t2", "t3"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "ZZ"),
        ("state", ""),
        ("kind", "brunch"),
        ("need", "money"),
        ("language", "klingon"),
        ("insurance", "gold"),
        ("time_zone", "Mars"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("cursor", "nonsense"),
        ("colour", "blue"),
    ],
)
def test_what_cannot_be_understood_is_named(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get(URL, query_string={name: value})

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == [f"/{name}"]
