"""GET /api/v1/therapists/<slug>/openings."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from booking.domain.lifecycle import Kind
from booking.models import Therapist, db
from booking.models.dialects import begin_writing
from booking.services.booking import book as book_service
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.web.api import book, openings

MOST_STATEMENTS = 4


@pytest.fixture(autouse=True)
def _then(practice: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that read or write rows; BEGIN and PRAGMA are none."""
    seen: list[str] = []

    def note(*args: object) -> None:
        statement = str(args[2])
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def starts(client: FlaskClient, **values: str) -> list[str]:
    answer = openings(client, **values)
    assert answer.status_code == 200, answer.get_json()
    return [opening["starts_at"] for opening in answer.get_json()["openings"]]


def test_the_openings_of_a_day_stand_in_utc_and_on_the_clock_asked_for(
    client: FlaskClient,
) -> None:
    answer = openings(client, time_zone="America/Phoenix").get_json()

    assert answer["therapist"] == "amara"
    assert answer["session_type"] == "consultation"
    assert answer["time_zone"] == "America/Phoenix"
    assert answer["openings"][0] == {
        "starts_at": "2030-03-04T14:00:00Z",
        "ends_at": "2030-03-04T14:15:00Z",
        "local": "2030-03-04T07:00:00-07:00",
    }
    assert len(answer["openings"]) == 16


def test_dates_are_those_of_the_zone_asked_for_and_the_last_is_not_included(
    client: FlaskClient,
) -> None:
    # Monday from nine in New York is Monday from eleven at night in Tokyo.
    listed = starts(client, time_zone="Asia/Tokyo", until="2030-03-05")

    assert listed == ["2030-03-04T14:00:00Z", "2030-03-04T14:30:00Z"]


def test_what_is_offered_is_bookable_and_then_no_longer_offered(client: FlaskClient) -> None:
    for start in starts(client)[::5]:
        assert book(client, starts_at=start).status_code == 201
        assert start not in starts(client)


def test_nothing_is_offered_for_a_state_without_a_licence(client: FlaskClient) -> None:
    assert starts(client, state="CA") == []


def test_openings_are_clipped_to_notice_and_horizon(client: FlaskClient) -> None:
    listed = starts(client, **{"from": "2030-02-25", "until": "2030-05-20"})

    assert listed[0] == "2030-03-04T14:00:00Z"
    assert listed[-1] < "2030-04-30T15:00:01Z"
    assert listed[-1] > "2030-04-29"


@pytest.mark.parametrize(
    ("first", "until"),
    [("0001-01-01", "0001-02-01"), ("9999-12-01", "9999-12-31"), ("2020-01-01", "2020-02-01")],
)
def test_dates_out_of_reach_hold_no_openings(client: FlaskClient, first: str, until: str) -> None:
    assert starts(client, **{"from": first, "until": until}) == []


def test_an_hour_the_clocks_skip_is_never_offered(client: FlaskClient) -> None:
    amara = db.session.scalars(select(Therapist)).one()
    factories.weekly(amara, weekday=6, from_minute=60, until_minute=4 * 60)

    listed = starts(client, **{"from": "2030-03-10", "until": "2030-03-11"})

    assert listed == [
        "2030-03-10T06:00:00Z",
        "2030-03-10T06:30:00Z",
        "2030-03-10T07:00:00Z",
        "2030-03-10T07:30:00Z",
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "EST"),
        ("time_zone", "America/"),
        ("time_zone", "../../etc/passwd"),
        ("state", "ZZ"),
        ("state", "ny"),
        ("from", "2030-02-30"),
        ("from", "tomorrow"),
        ("from", "20300304"),
        ("until", "2030-03-04"),
        ("until", "2030-03-03"),
        ("until", "2030-06-05"),
        ("session_type", "no such\x00type"),
    ],
)
def test_what_cannot_be_understood_is_named(client: FlaskClient, name: str, value: str) -> None:
    answer = openings(client, **{name: value})

    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["code"] == "validation"
    assert [each["pointer"] for each in problem["errors"]] == [f"/{name}"]


@pytest.mark.one_database
def test_a_span_of_92_days_is_the_longest(client: FlaskClient) -> None:
    assert openings(client, until="2030-06-04").status_code == 200
    assert openings(client, until="2030-06-05").status_code == 422


@pytest.mark.one_database
@pytest.mark.parametrize("left_out", ["session_type", "from", "until", "time_zone"])
def test_every_question_must_be_answered(client: FlaskClient, left_out: str) -> None:
    asked = {
        "session_type": "consultation",
        "from": "2030-03-04",
        "until": "2030-03-05",
        "time_zone": "America/New_York",
    }
    del asked[left_out]

    answer = client.get("/api/v1/therapists/amara/openings", query_string=asked)

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == f"/{left_out}"


@pytest.mark.one_database
def test_a_question_nobody_knows_or_asked_twice_is_refused(client: FlaskClient) -> None:
    assert openings(client, colour="blue").status_code == 422
    twice = "session_type=a&session_type=b&from=2030-03-04&until=2030-03-05&time_zone=UTC"
    assert client.get(f"/api/v1/therapists/amara/openings?{twice}").status_code == 422


def test_unknown_and_closed_are_told_apart(client: FlaskClient) -> None:
    amara = db.session.scalars(select(Therapist)).one()
    factories.session_type(amara, slug="couples", kind=Kind.COUPLES, open_to_new=False)

    assert openings(client, session_type="nothing").status_code == 404
    assert openings(client, "nobody").status_code == 404
    closed = openings(client, session_type="couples")
    assert (closed.status_code, closed.get_json()["code"]) == (422, "session_type")


def test_at_most_four_statements_however_many_bookings(client: FlaskClient, parts: Parts) -> None:
    _limit_each_day(10)
    counted: list[int] = []
    for hour in range(3):
        book_service(
            factories.wish(starts_at=MONDAY_9AM + hour * HOUR),
            key=factories.key(),
            parts=parts,
            now=NOW,
        )
        db.session.remove()
        with statements() as seen:
            openings(client, until="2030-04-04")
        counted.append(len(seen))

    assert counted[0] <= MOST_STATEMENTS
    assert counted == counted[:1] * 3


def _limit_each_day(limit: int) -> None:
    session = db.session()
    session.rollback()
    begin_writing(session)
    session.execute(update(Therapist).values(daily_limit=limit))
    session.commit()


def test_a_month_agrees_with_its_days(client: FlaskClient) -> None:
    month = starts(client, **{"from": "2030-03-01", "until": "2030-04-01"})

    first = date(2030, 3, 1)
    days = [first + timedelta(days=n) for n in range(31)]
    by_day = [
        start
        for day in days
        for start in starts(client, **{"from": str(day), "until": str(day + timedelta(days=1))})
    ]
    assert month == by_day
    assert all(datetime.fromisoformat(start) > NOW for start in month)
