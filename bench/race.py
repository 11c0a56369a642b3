"""Sixty-four clients on one opening, through the running server."""

import json
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from bench.figures import Effort, Figure, exactly, reported
from bench.ground import DIALECTS, dialect_of, ground, served
from bench.load import Ask, asked
from booking.clock import utcnow
from booking.domain.zones import local_date, zone
from booking.models import Claim, db
from tests import factories

CLIENTS = 64
CREATED, CONFLICT = 201, 409
NEW_YORK = "America/New_York"


def figures(effort: Effort) -> Iterator[Figure]:
    """Race for several openings, one after the other, on both databases."""
    with ground() as there:
        for dialect in DIALECTS:
            app = there.new(dialect)
            with app.app_context():
                factories.practice()
                factories.amara()
                openings = _openings(app)[: effort.of(3, 10)]
            with served(app, there.folder) as web:
                yield from _raced(app, web.url, openings)


def _raced(app: Flask, url: str, openings: list[str]) -> Iterator[Figure]:
    outcomes, slowest = set(), 0.0
    for opening in openings:
        asks = [booking_of(opening, "amara", "session") for _ in range(CLIENTS)]
        began = perf_counter()
        outcomes.add(_said(asked(url, asks, clients=CLIENTS)))
        slowest = max(slowest, perf_counter() - began)
    dialect = dialect_of(app)
    goal = f"1 booked, {CLIENTS - 1} refused"
    yield exactly(f"{dialect}: {len(openings)} openings", " / ".join(sorted(outcomes)), goal=goal)
    with app.app_context():
        claims = db.session.scalar(select(func.count()).select_from(Claim))
        db.session.remove()
    yield exactly(f"{dialect}: claims held for them", str(claims), goal=str(len(openings)))
    yield reported(f"{dialect}: the slowest of the races", f"{slowest * 1000:,.0f} ms")


def _said(answers: dict[int, int]) -> str:
    others = {status: n for status, n in answers.items() if status not in {CREATED, CONFLICT}}
    said = f"{answers.get(CREATED, 0)} booked, {answers.get(CONFLICT, 0)} refused"
    return f"{said}, others {others}" if others else said


def _openings(app: Flask) -> list[str]:
    first = local_date(utcnow(), zone(NEW_YORK)) + timedelta(days=2)
    path = (
        "/api/v1/therapists/amara/openings?session_type=session"
        f"&from={first}&until={first + timedelta(days=21)}&time_zone={NEW_YORK}"
    )
    answer = app.test_client().get(path).get_json()
    return [one["starts_at"] for one in answer["openings"]]


def booking_of(opening: str, therapist: str, session_type: str, state: str = "NY") -> Ask:
    """Return the request that books `opening`, with a key nobody has used."""
    body = {
        "therapist": therapist,
        "session_type": session_type,
        "starts_at": opening,
        "modality": "video",
        "client": {
            "name": "Sam Reed",
            "email": f"sam-{uuid4().hex[:12]}@example.org",
            "phone": None,
            "time_zone": NEW_YORK,
            "state": state,
            "sms_consent": False,
        },
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
    return Ask("/api/v1/appointments", json.dumps(body).encode(), headers)
