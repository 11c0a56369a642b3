"""A practice whose service runs in processes of its own, and how its clients call it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask

from booking.clock import utcnow
from booking.config import Settings
from booking.web.wiring import parts
from tests import factories

WEEKEND = (5, 6)
# One of them is always well inside the hours at which people may be written to.
ALL_ROUND = ("America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Europe/Paris")
# The service lives by the real clock; far enough ahead, no notice or cut-off is in the way.
FIRST_DAY = timedelta(days=7)
DAYS = 28


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Site:
    """The settings the processes get, and the database they work on, to look at."""

    app: Flask
    env: Mapping[str, str]
    folder: Path

    def with_(self, **more: str) -> "Site":
        """Return the site with `more` in its environment."""
        return Site(self.app, {**self.env, **more}, self.folder)


def practice(app: Flask, folder: Path, **more: str) -> Site:
    """Put Amara's practice, open every day, into `app`'s database; return the site."""
    with app.app_context():
        factories.practice()
        amara = factories.amara()
        for weekday in WEEKEND:  # besides the days she has already
            factories.weekly(amara, weekday=weekday)
        settings: Settings = parts().settings
    env = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": settings.secret_key,
        "MAIL_FROM": "Alder Street <hello@alder.example>",
        "RATE_LIMITS": "off",
        "SWEEP_SECONDS": "0.2",
        "VIDEO_PROVIDER": "link",
    }
    return Site(app, env | more, folder)


def call(
    url: str, path: str, body: object = None, *, key: str = "", timeout_s: float = 60
) -> Answer:
    """Return the answer to a GET, or to a POST of `body`; raise `OSError` if none comes."""
    place = urlsplit(url)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=timeout_s)
    headers = {"Content-Type": "application/json", "Idempotency-Key": key} if key else {}
    try:
        connection.request(
            "GET" if body is None else "POST",
            path,
            None if body is None else json.dumps(body),
            headers,
        )
        answer = connection.getresponse()
        return Answer(answer.status, json.loads(answer.read()))
    finally:
        connection.close()


def openings(url: str, *, now: datetime | None = None) -> list[str]:
    """Return the starts of Amara's open calls, from a week from now on."""
    first = (now or utcnow()).astimezone(UTC).date() + FIRST_DAY
    query = {
        "session_type": "consultation",
        "from": first.isoformat(),
        "until": (first + timedelta(days=DAYS)).isoformat(),
        "time_zone": "America/New_York",
        "state": "NY",
    }
    answer = call(url, f"/api/v1/therapists/amara/openings?{urlencode(query)}")
    return [str(each["starts_at"]) for each in answer.body["openings"]]


def wish(starts_at: str, number: int = 0, **client: object) -> dict[str, object]:
    """Return what client `number` asks for."""
    person = {
        "name": f"Client {number}",
        "email": address(number),
        "phone": None,
        "time_zone": where_it_is_day(),
        "state": "NY",
        "sms_consent": False,
    }
    return {
        "therapist": "amara",
        "session_type": "consultation",
        "starts_at": starts_at,
        "modality": "video",
        "client": person | client,
    }


def where_it_is_day() -> str:
    """Return a zone whose clocks show an hour between ten and six now."""
    now = utcnow()
    return next(name for name in ALL_ROUND if 10 <= now.astimezone(ZoneInfo(name)).hour < 18)


def address(number: int) -> str:
    return f"client{number}@example.org"


def book(url: str, starts_at: str, number: int = 0, *, key: str = "", **client: object) -> Answer:
    """Book a call for client `number`, by default with a key of their own."""
    body = wish(starts_at, number, **client)
    return call(url, "/api/v1/appointments", body, key=key or f"key-of-client-{number}")


def visit(address: str, *, method: str = "GET") -> Answer:
    """Return how a page answers, redirects not followed."""
    place = urlsplit(address)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=30)
    try:
        connection.request(method, place.path)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()
