"""The directory, page and call, at 1,000 and 10,000 therapists: in process, warm and cold."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import median, quantiles
from time import process_time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from bench.figures import Effort, Figure, at_most, reported
from bench.ground import DIALECTS, dialect_of, ground
from bench.load import timed
from bench.therapists import hire
from booking.clock import utcnow
from booking.models import Therapist, db
from booking.models.dialects import begin_writing
from booking.services.directory import refresh_summaries
from tests import factories

SIZES = {1_000: 50, 10_000: 150}  # therapists, and what their p95 may take, in ms
LATER = 10_000
SEED = 20261122
QUERIES = {
    "call": (
        "/api/v1/therapists?time_zone=America/New_York",
        "/api/v1/therapists?state=NY&kind=consultation&time_zone=America/New_York",
        "/api/v1/therapists?state=CA&need=anxiety&kind=intake&time_zone=America/Los_Angeles",
        "/api/v1/therapists?need=grief&language=es&insurance=aetna&time_zone=America/Chicago",
    ),
    "page": (
        "/find",
        "/find?state=NY&kind=consultation",
        "/find?state=CA&need=anxiety&kind=intake",
        "/find?need=grief&language=es",
    ),
}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure on both databases; while somebody books between any ten requests."""
    sizes = [size for size in SIZES if size < LATER or not effort.quick]
    names = [f"bench{size}" for size in sizes]
    with ground(*names) as there:
        for size, name in zip(sizes, names, strict=True):
            for dialect in DIALECTS:
                app = there.new(dialect, name)
                with app.app_context():
                    yield from _measured(app, size, effort)
                    db.session.remove()
                    db.engine.dispose()


def _measured(app: Flask, size: int, effort: Effort) -> Iterator[Figure]:
    now = utcnow()
    factories.practice()
    hire(size, now=now, seed=SEED)
    where = f"{dialect_of(app)}, {size:,}"
    client, first = app.test_client(), QUERIES["call"][0]
    if size != LATER:
        yield reported(
            f"{where}: first call, nothing kept", _ms(timed(lambda: _get(client, first)))
        )
    yield reported(f"{where}: keeping the summary", _ms(timed(lambda: _refresh(now))))
    _forget()
    yield reported(f"{where}: first call, summary kept", _ms(timed(lambda: _get(client, first))))
    for what, paths in QUERIES.items():
        began, count = process_time(), effort.of(100, 400)
        took = _times(client, paths, count)
        cpu = (process_time() - began) / (count + len(paths))
        p95 = quantiles(took, n=20)[-1]
        figure = at_most(f"{where}: {what}, p95", p95 * 1000, limit=SIZES[size], unit="ms")
        yield figure
        yield reported(f"{where}: {what}, p50; mean of CPU", f"{_ms(median(took))}; {_ms(cpu)}")


def _times(client: FlaskClient, paths: Sequence[str], count: int) -> list[float]:
    dice = random.Random(SEED)
    for path in paths:
        _get(client, path)
    took = []
    for number in range(count):
        if number % 10 == 0:
            _somebody_books(dice)
        path = dice.choice(paths)
        took.append(timed(lambda path=path: _get(client, path)))  # type: ignore[misc]
    return took


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _somebody_books(dice: random.Random) -> None:
    """Do to the directory what a booking does: one therapist's summary is behind."""
    session = db.session()
    session.rollback()
    begin_writing(session)
    therapist_id = dice.randrange(1, 1_000)
    session.execute(
        update(Therapist)
        .where(Therapist.id == therapist_id)
        .values(diary_version=Therapist.diary_version + 1)
    )
    session.commit()


def _refresh(now: datetime) -> None:
    while refresh_summaries(now=now, limit=500):
        pass


def _forget() -> None:
    """Be a process that has just begun: nothing of the directory is in memory."""
    # The memory hangs from the engine, so a new process is what a new engine is.
    from booking.queries import directory, summaries  # noqa: PLC0415

    directory._MEMORY.clear()  # noqa: SLF001
    summaries._MEMORY.clear()  # noqa: SLF001
    db.session.remove()


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
