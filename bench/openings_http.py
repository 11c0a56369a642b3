"""The openings endpoint through two web processes: requests a second, and SQL statements each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask

from bench.figures import Effort, Figure, at_most, exactly, reported, times_better
from bench.ground import DIALECTS, dialect_of, ground, served
from bench.load import rate
from bench.past import lengthen_the_past
from bench.plain import plain_server
from booking.clock import utcnow
from booking.domain.zones import local_date, zone
from booking.services.booking import book
from booking.services.parts import EXTENSION
from tests import factories
from tests.support.statements import statements

# Easy!Appointments 1.6 on two shared cores: requests a second for one day and for one month.
DAY_REFERENCE, DAY_GOAL = 260, 3
MONTH_REFERENCE, MONTH_GOAL = 26, 20
MOST_STATEMENTS = 4
UPCOMING, PAST = 100, 5_000
NEW_YORK = "America/New_York"
DAYS = {"one day": 1, "one month": 30}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure on both databases, with 100 sessions to come and 5,000 past."""
    with ground() as there:
        for dialect in DIALECTS:
            app = there.new(dialect)
            with app.app_context():
                yield from _in_process(app)
            yield from _under_load(app, there.folder, effort)


def _in_process(app: Flask) -> Iterator[Figure]:
    now = utcnow()
    factories.practice()
    factories.amara()
    before = _statements(app, now)
    _fill(app, now)
    after = _statements(app, now)
    dialect = dialect_of(app)
    yield at_most(f"{dialect}: SQL statements a month", after, limit=MOST_STATEMENTS, unit="")
    yield exactly(
        f"{dialect}: statements more with {UPCOMING + PAST:,} bookings",
        str(after - before),
        goal="0",
    )


def _statements(app: Flask, now: datetime) -> int:
    client, path = app.test_client(), _path(now, 30)
    with statements() as said:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return len(said)


def _under_load(app: Flask, folder: Path, effort: Effort) -> Iterator[Figure]:
    dialect, now = dialect_of(app), utcnow()
    seconds, rounds = effort.of(2, 5), effort.of(3, 5)
    rates: dict[str, list[float]] = {what: [] for what in ("plain", *DAYS)}
    with served(app, folder) as web, plain_server(folder) as plain:
        for _ in range(rounds):  # by turns, so that a slow minute is everybody's
            rates["plain"].append(rate(plain, seconds))
            for what, days in DAYS.items():
                rates[what].append(rate(web.url + _path(now, days), seconds))
    for what, reference, goal in (
        ("one day", DAY_REFERENCE, DAY_GOAL),
        ("one month", MONTH_REFERENCE, MONTH_GOAL),
    ):
        yield times_better(
            f"{dialect}: {what}", median(rates[what]), reference=reference, goal=goal, unit="/s"
        )
    yield reported("the same server saying a bare hello", f"{median(rates['plain']):,.0f} /s")


def _path(now: datetime, days: int) -> str:
    first = local_date(now, zone(NEW_YORK)) + timedelta(days=1)
    until = first + timedelta(days=days)
    return (
        f"/api/v1/therapists/amara/openings?session_type=session"
        f"&from={first}&until={until}&time_zone={NEW_YORK}&state=NY"
    )


def _fill(app: Flask, now: datetime) -> None:
    """Book every other time of the coming weeks, then lengthen the past."""
    parts, made = app.extensions[EXTENSION], None
    for starts_at in _times(app, now)[: 2 * UPCOMING : 2]:
        wish = factories.wish(session_type="session", starts_at=starts_at)
        made = book(wish, key=factories.key(), parts=parts, now=now)
    assert made is not None
    lengthen_the_past(made.appointment_id, PAST, start=24 * 60)


def _times(app: Flask, now: datetime) -> list[datetime]:
    answer = app.test_client().get(_path(now, 59)).get_json()
    return [datetime.fromisoformat(one["starts_at"]) for one in answer["openings"]]
