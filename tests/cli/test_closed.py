"""`stillhour closed`, as an operator types it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.models import Practice, db
from tests.cli.test_commands import PRACTICE, run
from tests.factories import NOW


@pytest.fixture(autouse=True)
def then() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_closure_is_added_listed_and_removed(app: Flask) -> None:
    run(app, PRACTICE)

    added = run(app, "closed add", "Winter break", "2030-12-24", "2030-12-26")
    number = added.output.removeprefix("Closed, as number ").removesuffix(".\n")
    listed = run(app, "closed list")
    removed = run(app, f"closed remove {number}")

    assert number.isdecimal()
    assert removed.output == "Open again.\n"
    assert listed.output == f"{number}  2030-12-24 00:00 until 2030-12-27 00:00  Winter break\n"
    assert run(app, "closed list").output == ""


def test_holidays_are_those_of_the_region_chosen(app: Flask) -> None:
    run(app, f"{PRACTICE} --holidays-region MA")

    run(app, "closed holidays 2030")

    assert (
        "2030-04-15 00:00 until 2030-04-16 00:00  Patriots' Day" in run(app, "closed list").output
    )
    assert db.session.get_one(Practice, 1).holidays_region == "MA"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{PRACTICE} --holidays-region ZZ", "holidays region is not known"),
        ("closed add Break 2030-12-26 2030-12-24", "last ends before it begins"),
        ("closed add Break 2029-12-26", "until is over already"),
        ("closed remove 7", "there is no such closure"),
    ],
)
def test_what_cannot_be_is_said(app: Flask, line: str, said: str) -> None:
    run(app, PRACTICE)

    outcome = run(app, line)

    assert outcome.exit_code == 1
    assert said in outcome.output
