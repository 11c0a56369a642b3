"""A server on loopback that answers as it is told, and remembers what it was asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in; names of headers in small letters."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Says:
    """One answer; `pieces` come one by one, instead of a body whose length is told."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None


Answers: TypeAlias = Callable[[Asked], Says]


@dataclass(slots=True)
class Site:
    """A running server; `answers` may be changed at any time."""

    port: int
    answers: Answers
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/a.ics", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(answers: Answers) -> Iterator[Site]:
    """Run a server on a free port; end it at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    site = Site(server.server_address[1], answers)
    server.site = site  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers)
        site.asked.append(asked)
        says = site.answers(asked)
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        if says.pieces is None and "Content-Length" not in says.headers:
            self.send_header("Content-Length", str(len(says.body)))
        self.end_headers()
        try:
            for piece in says.pieces if says.pieces is not None else [says.body]:
                self.wfile.write(piece)
        except OSError:
            return  # the other side hung up

    do_PROPFIND = do_REPORT = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: what was asked is remembered."""
