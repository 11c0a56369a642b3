"""A web server on loopback that keeps what is posted to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Posted:
    path: str
    fields: dict[str, str]
    signature: str | None


@dataclass
class Hooks:
    """Where to post, and what came, each answered 204."""

    url: str
    posted: list[Posted] = field(default_factory=list)


@contextmanager
def hooks() -> Iterator[Hooks]:
    """Serve until the block ends."""

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            fields = dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True))
            kept.posted.append(Posted(self.path, fields, self.headers.get("X-Twilio-Signature")))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    kept = Hooks(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join(30)
        assert not thread.is_alive(), "the server of the hooks is still at work"
        server.server_close()
