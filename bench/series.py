"""Standing hours: a year looked at, a year booked, and many topped up."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, time, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from flask import Flask, current_app
from sqlalchemy import select

from app import create_app
from bench.figures import Effort, Figure, at_most, reported
from bench.ground import DIALECTS, database_url, ground
from booking.domain.lifecycle import Kind
from booking.domain.zones import to_instant, zone
from booking.models import Claim, SeriesMember, Therapist, db
from booking.services.booking import book
from booking.services.openings import find_offer
from booking.services.parts import EXTENSION
from booking.services.series.agreeing import Signature, accept_agreement, agreement_of
from booking.services.series.asking import Pattern, SeriesAsk, look
from booking.services.series.booking import book_series
from booking.services.series.topping_up import due_portions, top_up_portion
from tests import factories
from tests.databases import settings_for
from tests.factories import MONDAY_9AM, NOW

NEW_YORK = zone("America/New_York")
WEEK = timedelta(days=7)
YEAR = Pattern(count=52)
BUSY, PREVIEW_MS, BOOK_MS = 500, 20, 150
EACH, ALL, WITHIN_S = 25, 10_000, 60
LATER = NOW + 6 * WEEK
# As they are served: SQLite's one writer is the worker inside the web process.
WORKERS = {"sqlite": 1, "postgresql": 2}


def figures(effort: Effort) -> Iterator[Figure]:
    """Look at and book 52 weeks beside 500 busy spans, and top up open-ended hours."""
    with ground() as there:
        for dialect in DIALECTS:
            app = there.new(dialect)
            with app.app_context():
                factories.practice()
                _hire("busy")
                _fill_up("busy")
                looked = [_looked() for _ in range(effort.of(10, 40))]
                booked = [_booked(app, f"year-{n}") for n in range(effort.of(6, 20))]
                db.session.remove()
            yield at_most(
                f"{dialect}: 52 dates looked at", median(looked), limit=PREVIEW_MS, unit="ms"
            )
            yield at_most(f"{dialect}: 52 dates booked", median(booked), limit=BOOK_MS, unit="ms")
            yield from _topped_up(app, dialect, there.folder, effort.of(8, 80))


def _hire(slug: str) -> None:
    with factories.together():
        therapist = factories.therapist(slug=slug)
        for weekday in range(5):
            factories.weekly(therapist, weekday=weekday)
        factories.licence(therapist)
        factories.session_type(
            therapist,
            slug="standing",
            kind=Kind.INDIVIDUAL,
            minutes=50,
            step=60,
            buffer_after=10,
            price_cents=14000,
            allows_series=True,
        )


def _fill_up(slug: str) -> None:
    """Hold ten hours of each week for a year, every sixth Monday at three among them."""
    therapist = db.session.scalars(select(Therapist).filter_by(slug=slug)).one()
    first = book(
        factories.wish(therapist=slug, session_type="standing"),
        key=factories.key(),
        parts=current_app.extensions[EXTENSION],
        now=NOW,
    )
    monday = MONDAY_9AM.date()
    claims = []
    for number in range(BUSY):
        week, place = divmod(number, 10)
        day = monday + week * WEEK + timedelta(days=place % 5)
        hour = 15 if place == 0 and week % 6 == 0 else 10 + place // 5
        start = to_instant(day, time(hour), NEW_YORK)
        claims.append(
            Claim(
                resource_id=therapist.resource_id,
                appointment_id=first.appointment_id,
                from_at=start,
                until_at=start + timedelta(hours=1),
            )
        )
    factories.saved(*claims)


def _looked() -> float:
    session = db.session()
    session_type = find_offer(session, "busy", "standing")
    three = to_instant(MONDAY_9AM.date(), time(15), NEW_YORK)
    began = perf_counter()
    asked = SeriesAsk.of(session_type, YEAR.from_(three, NEW_YORK), "NY")
    found = look(session, asked, client_zone=NEW_YORK, now=NOW)
    took = (perf_counter() - began) * 1000
    assert len(found.rungs) == 52
    assert sum(not rung.is_open for rung in found.rungs) == 9
    session.rollback()
    return took


def _booked(app: Flask, slug: str) -> float:
    _hire(slug)
    wish = factories.series_wish(therapist=slug, pattern=YEAR)
    began = perf_counter()
    book_series(wish, key=factories.key(), parts=app.extensions[EXTENSION], now=NOW)
    return (perf_counter() - began) * 1000


def _topped_up(app: Flask, dialect: str, folder: Path, therapists: int) -> Iterator[Figure]:
    with app.app_context():
        for number in range(therapists):
            _hire(f"{dialect}-{number}")
            for hour in range(EACH):
                _standing(app, f"{dialect}-{number}", hour)
        portions = due_portions(now=LATER)
        db.session.remove()
        db.engine.dispose()
    workers = WORKERS[dialect]
    shares = [portions[first::workers] for first in range(workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        works = [pool.submit(_apart, database_url(app), folder, share) for share in shares]
        spans = [work.result() for work in works]
    seconds = max(end for _, end in spans) - min(start for start, _ in spans)
    series = sum(len(ids) for _, ids in portions[workers:])
    by = f"{dialect}: series topped up, processes: {workers}"
    yield reported(by, f"{series / seconds:,.0f} /s")
    what = f"{dialect}: at that rate, {ALL:,} of them"
    yield at_most(what, ALL * seconds / series, limit=WITHIN_S, unit="s")


def _standing(app: Flask, slug: str, hour: int) -> None:
    day = MONDAY_9AM.date() + timedelta(days=hour % 5)
    starts_at: datetime = to_instant(day, time(9 + hour // 5), NEW_YORK)
    wish = factories.series_wish(therapist=slug, starts_at=starts_at, pattern=Pattern())
    booked = book_series(wish, key=factories.key(), parts=app.extensions[EXTENSION], now=NOW)
    member = db.session.get_one(SeriesMember, booked.member_id)
    edition = agreement_of(db.session(), member.series.therapist_id)
    assert edition is not None
    accept_agreement(member.id, Signature("Sam Reed", edition.id, {}), now=NOW)


def _apart(
    url: str, folder: Path, portions: Sequence[tuple[int, list[int]]]
) -> tuple[float, float]:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        top_up_portion(*portions[0], now=LATER)  # loading is done once in a process's life
        start = perf_counter()
        for therapist_id, ids in portions[1:]:
            top_up_portion(therapist_id, ids, now=LATER)
            db.session.remove()
        return start, perf_counter()
