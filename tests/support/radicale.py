"""Radicale, a real CalDAV server, on loopback with one account and two calendars."""

import base64
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.support.launch import Server, started

USER, PASSWORD = "amara", "an app password"
CALENDAR = "calendar"
_MAKE = (
    '<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>'
    '<C:supported-calendar-component-set><C:comp name="{part}"/>'
    "</C:supported-calendar-component-set></prop></set></C:mkcalendar>"
)


@dataclass(frozen=True, slots=True)
class Radicale:
    """A running server."""

    port: int

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def make(self, name: str, part: str = "VEVENT") -> str:
        """Make a calendar for one kind of thing; return its address."""
        path = f"/{USER}/{name}/"
        self.ask("MKCALENDAR", path, _MAKE.format(part=part))
        return self.url(path)

    def put(self, calendar: str, name: str, *event: str, kind: str = "VEVENT") -> None:
        """Write one event, or change it."""
        stamp = "DTSTAMP:20261001T000000Z"
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"]
        lines += [f"BEGIN:{kind}", f"UID:{name}", stamp, *event, f"END:{kind}"]
        body = "\r\n".join([*lines, "END:VCALENDAR", ""])
        self.ask("PUT", f"/{USER}/{calendar}/{name}.ics", body, kind="text/calendar")

    def delete(self, calendar: str, name: str) -> None:
        self.ask("DELETE", f"/{USER}/{calendar}/{name}.ics", "")

    def ask(self, method: str, path: str, body: str, *, kind: str = "application/xml") -> None:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        line.request(
            method, path, body.encode(), {"Authorization": f"Basic {known}", "Content-Type": kind}
        )
        answer = line.getresponse()
        said = answer.read().decode()
        line.close()
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}: {answer.status} {said}")


@contextmanager
def radicale() -> Iterator[Radicale]:
    """Run an empty server on a free port; it keeps nothing once it has ended."""
    with tempfile.TemporaryDirectory(prefix="radicale-", ignore_cleanup_errors=True) as folder:
        users = Path(folder) / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")

        def command(port: int) -> Sequence[str | Path]:
            config = Path(folder) / f"config-{port}"
            config.write_text(
                f"[server]\nhosts = 127.0.0.1:{port}\n"
                f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\n"
                "htpasswd_encryption = plain\ndelay = 0\n"
                f"[storage]\nfilesystem_folder = {folder}/collections\n"
            )
            return (sys.executable, "-m", "radicale", "--config", config)

        with started(Server("radicale", command, _answers)) as (_program, port):
            yield Radicale(port)


def _answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/.web/")
        return line.getresponse().status > 0
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
