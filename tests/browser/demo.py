"""The demo, served as `make run` serves it, and what the tests do to it behind the pages."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import create_app
from booking.adapters.links import id_in
from booking.adapters.mailbox import Item
from booking.clock import utcnow
from booking.config import Settings
from booking.domain.interval import Interval
from booking.models import Appointment, Base, Participant, StaffAccount, Therapist, db
from booking.models.dialects import begin_writing
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.parts import EXTENSION, Parts
from tests.support.processes import Program, free_port, running, wait_until

T = TypeVar("T")

READY_WITHIN_S = 240
MAIL_WITHIN_S = 120
MANY = 500
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Past every notice and cut-off, whatever the hour is now.
FIRST_DAY = timedelta(days=6)
DAYS = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a form led, and the cookies that were set on the way."""

    location: str
    cookies: list[str]


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo. `app` is a second look at its database, from this process."""

    url: str
    program: Program
    app: Flask

    def link(self, to: str, path: str, *, since: datetime = LONG_AGO) -> str:
        """Return the path of the newest link under `path` mailed to `to`; wait for it."""
        wanted = re.compile(rf"{re.escape(self.url)}({re.escape(path)}\S*)")
        found: list[str] = []

        def came() -> bool:
            texts = [item.text for item in self.mails(to) if item.at >= since]
            found[:] = [link[1] for text in texts if (link := wanted.search(text))]
            return bool(found)

        wait_until(came, MAIL_WITHIN_S, f"a link to {path} in the mailbox")
        return found[0]

    def openings(self, therapist: str, session_type: str, state: str) -> list[str]:
        """Return open starts, from about a week from now on."""
        first = utcnow().date() + FIRST_DAY
        query = {
            "session_type": session_type,
            "from": first.isoformat(),
            "until": (first + DAYS).isoformat(),
            "time_zone": "America/Phoenix",
            "state": state,
        }
        _, body = self.call(f"/api/v1/therapists/{therapist}/openings?{urlencode(query)}")
        return [str(each["starts_at"]) for each in body["openings"]]

    def book(self, starts_at: str, **values: Any) -> dict[str, Any]:
        """Book through the API as somebody else; a value for `client` is laid over theirs."""
        client = {
            "name": "Robin Vale",
            "email": somebody(),
            "phone": None,
            "time_zone": "America/Phoenix",
            "state": "AZ",
            "sms_consent": False,
        }
        wish = {
            "therapist": "amara-okafor",
            "session_type": "consultation",
            "starts_at": starts_at,
            "modality": "video",
            **values,
            "client": client | values.get("client", {}),
        }
        status, body = self.call("/api/v1/appointments", wish)
        assert status == 201, body
        return dict(body)

    def call(self, path: str, body: Mapping[str, object] | None = None) -> tuple[int, Any]:
        """Return the status and the JSON of a GET, or of a POST of `body`."""
        place = urlsplit(self.url)
        connection = HTTPConnection(str(place.hostname), place.port, timeout=120)
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        try:
            method, data = ("GET", None) if body is None else ("POST", json.dumps(body))
            connection.request(method, path, data, headers if data else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def submit(self, path: str, fields: Mapping[str, str] | None = None) -> "Landed":
        """Post a form as a browser does, or without one get a page; say where it leads."""
        place = urlsplit(self.url)
        connection = HTTPConnection(str(place.hostname), place.port, timeout=120)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            method, data = ("GET", None) if fields is None else ("POST", urlencode(fields))
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            answer.read()
            cookies = answer.headers.get_all("Set-Cookie") or []
            return Landed(answer.getheader("Location") or "", cookies)
        finally:
            connection.close()

    def cookies_of(self, email: str) -> list[str]:
        """Come in as somebody who works there, by the demo's own way in."""
        return self.submit("/demo/sign-in", {"account": str(self.account_id(email))}).cookies

    def account_id(self, email: str) -> int:
        query = select(StaffAccount.id).filter_by(email_key=email)
        return self.read(lambda session: session.scalars(query).one())

    def begin_in(self, token: str, wait: timedelta) -> Appointment:
        """Let the appointment begin so soon, as waiting would, and return it."""
        found = self.appointment(token)
        starts_at = utcnow().replace(second=0, microsecond=0) + wait
        length = found.ends_at - found.starts_at
        self.change(Appointment, found.id, starts_at=starts_at, ends_at=starts_at + length)
        return self.appointment(token)

    def let_go(self, token: str) -> None:
        """Let the hold of a token run out, as waiting would."""
        query = select(Appointment.id).filter_by(hold_id=id_in(token))
        held = self.read(lambda session: session.scalars(query).one())
        self.change(Appointment, held, expires_at=utcnow() - timedelta(seconds=1))

    def take_off(self, therapist: str, start: datetime, end: datetime) -> None:
        """Let a therapist be away for a while, as they would say so themselves."""
        query = select(Therapist.id).filter_by(slug=therapist)
        therapist_id = self.read(lambda session: session.scalars(query).one())
        with self.app.app_context():
            add_time_off(therapist_id, Interval(start, end), actor=SYSTEM, now=utcnow())

    def read(self, look: Callable[[Session], T]) -> T:
        """Return what `look` finds in the database as it is now."""
        with self.app.app_context():
            db.session.rollback()
            found = look(db.session())
            db.session.expunge_all()  # or what was found would be lost with the rollback
            db.session.rollback()
            return found

    def change(self, table: type[Base], row_id: int, **values: object) -> None:
        """Set columns of one row: what waiting would do, or what nobody does."""
        with self.app.app_context():
            session = db.session()
            session.rollback()
            begin_writing(session)
            session.execute(update(table).where(table.__table__.c.id == row_id).values(values))
            session.commit()

    @property
    def parts(self) -> Parts:
        found: Parts = self.app.extensions[EXTENSION]
        return found

    def mails(self, to: str) -> list[Item]:
        """Return what is in the mailbox for `to`, newest first."""
        mailbox = self.parts.mailbox
        assert mailbox is not None
        return [item for item in mailbox.items(MANY) if item.to == to]

    def appointment(self, token: str) -> Appointment:
        """Return the appointment of a manage token."""
        query = select(Appointment).join(Participant).filter_by(link_id=id_in(token))
        return self.read(lambda session: session.scalars(query).one())


def somebody() -> str:
    """Return an address that nobody had before."""
    return f"{uuid4().hex[:12]}@example.com"


@contextmanager
def demo(folder: Path, host: str = "127.0.0.1") -> Iterator[Demo]:
    """Run `stillhour serve` with DEMO=1 on a free port until the block ends."""
    port = str(free_port())
    env = {
        "DEMO": "1",
        "DATA_DIR": str(folder),
        "PORT": port,
        "RATE_LIMITS": "off",
        "SWEEP_SECONDS": "0.5",
        "PUBLIC_URL": f"http://{host}:{port}",
    }
    url = env["PUBLIC_URL"]
    with running(["stillhour", "serve"], env=env, folder=folder, name="demo") as program:
        program.wait_for(lambda: "Connected to memory" in program.output(), READY_WITHIN_S)
        app = create_app(Settings.read(env))
        yield Demo(url, program, app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
