"""Many clients, one time, real processes and real transactions, on both databases."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from booking.models import Claim, db
from booking.models.dialects import WRITING, put_up_guard, take_down_guard
from tests import factories
from tests.concurrency.racing import Attempt, race
from tests.databases import empty
from tests.factories import HOUR, MINUTE, MONDAY_9AM

PROCESSES = 6
SEED = 20260101


@pytest.fixture
def database_url(app: Flask, practice: None) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def unguarded(database_url: str) -> Iterator[None]:
    """The database without its guard."""
    with db.engine.execution_options(**{WRITING: True}).begin() as connection:
        take_down_guard(connection)
    yield
    db.session.rollback()
    empty(db.engine)
    with db.engine.execution_options(**{WRITING: True}).begin() as connection:
        put_up_guard(connection)


def rivals(count: int) -> list[list[Attempt]]:
    return [[Attempt(factories.wish(), factories.key())] for _ in range(count)]


def overlapping() -> int:
    """Return how many pairs of claims on one resource overlap."""
    db.session.rollback()
    query = text(
        "SELECT count(*) FROM claim AS one JOIN claim AS other"
        " ON one.resource_id = other.resource_id AND one.id < other.id"
        " AND one.from_at < other.until_at AND other.from_at < one.until_at"
    )
    return int(db.session.execute(query).scalar_one())


@pytest.mark.usefixtures("unguarded")
def test_the_race_is_real(database_url: str, tmp_path: Path) -> None:
    """If this fails, the tests below prove nothing."""
    outcomes = [hand[0] for hand in race(database_url, tmp_path, rivals(PROCESSES), naive=True)]

    assert [o.refusal for o in outcomes].count("") > 1
    assert overlapping() > 0


def test_the_database_alone_refuses_the_second(database_url: str, tmp_path: Path) -> None:
    """The same racers, who only look before they write, against the guard."""
    outcomes = [hand[0] for hand in race(database_url, tmp_path, rivals(PROCESSES), naive=True)]

    assert sorted(o.refusal for o in outcomes) == ["", *["slot_taken"] * (PROCESSES - 1)]
    assert overlapping() == 0


def test_a1_one_time_goes_to_one_client(database_url: str, tmp_path: Path) -> None:
    outcomes = [hand[0] for hand in race(database_url, tmp_path, rivals(PROCESSES))]

    assert sorted(o.refusal for o in outcomes) == ["", *["slot_taken"] * (PROCESSES - 1)]
    assert overlapping() == 0


def test_a12_a_double_click_books_once(database_url: str, tmp_path: Path) -> None:
    attempt = Attempt(factories.wish(), factories.key())

    outcomes = [hand[0] for hand in race(database_url, tmp_path, [[attempt]] * PROCESSES)]

    assert len({o.appointment_id for o in outcomes}) == 1
    assert {o.refusal for o in outcomes} == {""}


def test_a2_overlapping_wishes_never_both_come_true(database_url: str, tmp_path: Path) -> None:
    """Different starts and lengths in each hand, over one day: claims stay apart."""
    dice = random.Random(SEED)
    hands = [
        [
            Attempt(
                factories.wish(
                    session_type=dice.choice(["consultation", "intake", "session"]),
                    starts_at=MONDAY_9AM + dice.randrange(0, 14) * HOUR / 2,
                ),
                factories.key(),
            )
            for _ in range(8)
        ]
        for _ in range(PROCESSES)
    ]

    outcomes = [outcome for hand in race(database_url, tmp_path, hands) for outcome in hand]

    booked = [o.appointment_id for o in outcomes if o.appointment_id is not None]
    assert len(set(booked)) == len(booked) > 0
    assert overlapping() == 0
    held = set(db.session.scalars(select(Claim.appointment_id)))
    assert held == set(booked)


def test_a2_touching_sessions_are_both_booked(database_url: str, tmp_path: Path) -> None:
    first = factories.wish(session_type="intake")
    second = factories.wish(session_type="intake", starts_at=MONDAY_9AM + 60 * MINUTE)

    hands = [[Attempt(first, factories.key())], [Attempt(second, factories.key())]]
    outcomes = [hand[0].refusal for hand in race(database_url, tmp_path, hands)]

    assert outcomes == ["", ""]
