"""Booking in the service: what is owed and the audit entry in the same durable transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from app import create_app
from bench.figures import Effort, Figure, at_most, reported, times_better
from bench.ground import DIALECTS, Ground, database_url, dialect_of, ground
from bench.past import lengthen_the_past
from booking.domain.zones import to_instant, zone
from booking.models import Therapist, db
from booking.services.booking import Booked, Wish, book
from booking.services.parts import EXTENSION
from tests import factories
from tests.databases import settings_for
from tests.factories import NOW

REFERENCE, GOAL = 60, 5  # bookings a second of the best peer, and how many times that
HALF = 0.5  # of the bare commits the same disk can do
FLAT = 1.2
SOME, MANY, MANY_ENOUGH = 10_000, 100_000, 30_000
THERAPISTS = 16
FIRST_DAY, DAYS, OPENS, CLOSES = date(2030, 3, 5), 50, 8, 20
THE_DAY_BEFORE = FIRST_DAY - timedelta(days=1)
NEW_YORK = zone("America/New_York")
BARE_ROW = "x" * 500


def figures(effort: Effort) -> Iterator[Figure]:
    """Book by turns on databases with 0, 10,000 and 100,000 past bookings of one therapist."""
    rounds, at_once = effort.of(6, 20), 25
    pasts = {"none": 0, "some": SOME, "many": effort.of(MANY_ENOUGH, MANY)}
    with ground(*pasts) as there:
        for dialect in DIALECTS:
            apps = {name: _practice(there, dialect, name, past) for name, past in pasts.items()}
            took: dict[str, list[float]] = {name: [] for name in pasts}
            cpu: dict[str, list[float]] = {name: [] for name in pasts}
            bare: list[float] = []
            wishes = {name: _wishes(range(THERAPISTS)) for name in pasts}
            for _ in range(rounds):
                for name, app in apps.items():
                    wall, busy = _book(app, list(islice(wishes[name], at_once)))
                    took[name] += wall
                    cpu[name].append(busy / at_once)
                bare += _bare_commits(apps["none"], there.folder, at_once)
            yield from _speed(dialect, took["none"], bare, median(cpu["none"]))
            yield from _flatness(dialect, pasts, took, cpu)
            if dialect == "postgresql":
                yield _two_at_once(apps["none"], there.folder, effort.of(100, 300))


def _speed(
    dialect: str, took: Sequence[float], bare: Sequence[float], cpu: float
) -> Iterator[Figure]:
    booked, commits = len(took) / sum(took), len(bare) / sum(bare)
    if dialect == "postgresql":
        what = "postgresql, fsync on: bookings, one process"
        yield times_better(what, booked, reference=REFERENCE, goal=GOAL, unit="/s")
    else:
        what = "sqlite, synchronous=FULL: bookings, to bare commits"
        yield times_better(what, booked, reference=commits, goal=HALF, unit="/s")
        what = "sqlite, synchronous=FULL: bookings, one process"
        yield times_better(what, booked, reference=REFERENCE, goal=GOAL, unit="/s")
    yield reported(f"{dialect}: bare durable commits", f"{commits:,.0f} /s")
    yield reported(f"{dialect}: CPU of our process for one", f"{cpu * 1000:.2f} ms")


def _flatness(
    dialect: str,
    pasts: dict[str, int],
    took: dict[str, list[float]],
    cpu: dict[str, list[float]],
) -> Iterator[Figure]:
    for name in ("some", "many"):
        wall = median(took[name]) / median(took["none"])
        what = f"{dialect}: cost of one, {pasts[name]:,} past to none"
        yield at_most(what, wall, limit=FLAT, unit="x")
        ratio = median(cpu[name]) / median(cpu["none"])
        yield reported(f"{dialect}: CPU of one, {pasts[name]:,} past to none", f"{ratio:.2f} x")


def _practice(there: Ground, dialect: str, name: str, past: int) -> Flask:
    """Return an application whose first therapist has so long a past."""
    app = there.new(dialect, name)
    with app.app_context():
        factories.practice()
        for number in range(THERAPISTS):
            _hire(factories.therapist(slug=f"t{number}"))
        last = _booked(app, next(_wishes(range(1), first_day=THE_DAY_BEFORE)))
        if past:
            lengthen_the_past(last.appointment_id, past)
        db.session.remove()
    return app


def _hire(therapist: Therapist) -> None:
    for weekday in range(7):
        factories.weekly(
            therapist, weekday=weekday, from_minute=OPENS * 60, until_minute=CLOSES * 60
        )
    factories.licence(therapist)
    factories.session_type(therapist, slug="session", minutes=50, step=60, buffer_after=10)


def _wishes(therapists: Sequence[int], *, first_day: date = FIRST_DAY) -> Iterator[Wish]:
    """Yield one booking for each therapist in turn, never the same time twice."""
    guest = factories.guest(sms_consent=True)
    for day in range(DAYS):
        for hour in range(OPENS, CLOSES):
            starts_at = to_instant(first_day + timedelta(days=day), time(hour), NEW_YORK)
            for number in therapists:
                yield factories.wish(
                    therapist=f"t{number}", session_type="session", starts_at=starts_at, guest=guest
                )


def _booked(app: Flask, wish: Wish, now: datetime = NOW) -> Booked:
    return book(wish, key=factories.key(), parts=app.extensions[EXTENSION], now=now)


def _book(app: Flask, wishes: Sequence[Wish]) -> tuple[list[float], float]:
    """Book them all; return how long each took, and the CPU of all together, in seconds."""
    with app.app_context():
        took, busy = [], process_time()
        for wish in wishes:
            began = perf_counter()
            _booked(app, wish)
            db.session.remove()  # as at the end of a request
            took.append(perf_counter() - began)
        return took, process_time() - busy


def _bare_commits(app: Flask, folder: Path, count: int) -> list[float]:
    """Time the least a durable transaction can be: one row, on the same disk and settings."""
    if dialect_of(app) == "sqlite":
        with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as bare:
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                bare.execute(f"PRAGMA {pragma}")
            return _commits(bare, "BEGIN IMMEDIATE", "INSERT INTO bare VALUES (?)", count)
    url = make_url(database_url(app)).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        return _commits(connection, "BEGIN", "INSERT INTO bare VALUES (%s)", count)


def _commits(
    connection: "sqlite3.Connection | psycopg.Connection", begin: str, write: str, count: int
) -> list[float]:
    connection.execute("CREATE TABLE IF NOT EXISTS bare (what TEXT)")
    took = []
    for _ in range(count):
        began = perf_counter()
        connection.execute(begin)
        connection.execute(write, (BARE_ROW,))
        connection.execute("COMMIT")
        took.append(perf_counter() - began)
    return took


def _two_at_once(app: Flask, folder: Path, count: int) -> Figure:
    """Let two processes book, each with therapists of its own."""
    halves = (range(THERAPISTS // 2), range(THERAPISTS // 2, THERAPISTS))
    with ProcessPoolExecutor(len(halves), mp_context=get_context("spawn")) as pool:
        works = [
            pool.submit(_book_apart, database_url(app), folder, half, count) for half in halves
        ]
        spans = [work.result() for work in works]
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    booked = len(halves) * count / seconds
    what = "postgresql, fsync on: bookings, two processes"
    return times_better(what, booked, reference=REFERENCE, goal=GOAL, unit="/s")


def _book_apart(url: str, folder: Path, half: Sequence[int], count: int) -> tuple[float, float]:
    app = create_app(settings_for(url, folder))
    first_day = FIRST_DAY + timedelta(days=DAYS - 10)  # where nothing is booked yet
    wishes = list(islice(_wishes(half, first_day=first_day), count + 8))
    _book(app, wishes[:8])  # loading and compiling is done once in a process's life
    start = perf_counter()
    _book(app, wishes[8:])
    return start, perf_counter()
