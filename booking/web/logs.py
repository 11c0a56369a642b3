"""One line a request, as JSON: no path, no query, no address, no name.

The route is logged, never the path: paths hold tokens. What libraries log is kept from
WARNING up, and of an exception only its kind and place: its message may say what was typed.
"""

import json
import logging
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType

from flask import Flask, Response, g, request

from booking.config import Settings

ROOT = Path(__file__).parents[2]
FIELDS = ("method", "route", "status", "ms", "error", "where", "incident")
log = logging.getLogger("stillhour.web")


class JsonLines(logging.Formatter):
    """One JSON object a line; of what is passed as `extra`, only the fields named above."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        said: Mapping[str, object] = vars(record)
        line |= {name: said[name] for name in FIELDS if name in said}
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line |= {"error": type(error).__name__, "where": place_of(error)}
        return json.dumps(line)


class _StandardError(logging.StreamHandler):  # type: ignore[type-arg]  # generic only in the stubs
    """Writes to what standard error is now, not to what it was when the process began."""

    @property
    def stream(self) -> object:
        return sys.stderr

    @stream.setter
    def stream(self, _value: object) -> None: ...


def configure(level: str) -> None:
    """Send all logging of this process to standard error as JSON lines; again changes nothing."""
    root = logging.getLogger()
    if not any(isinstance(handler, _StandardError) for handler in root.handlers):
        handler = _StandardError()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    logging.getLogger("stillhour").setLevel(level)


def register(app: Flask, settings: Settings) -> None:
    """Log every request but those for files."""
    configure(settings.log_level)

    @app.before_request
    def start_watch() -> None:
        g.request_began = time.perf_counter()

    @app.after_request
    def say_so(response: Response) -> Response:
        if request.endpoint != "static":
            rule = request.url_rule
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": rule.rule if rule else "none",
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.request_began) * 1000),
                },
            )
        return response


def place_of(error: BaseException) -> str:
    """Return where it was raised: the innermost line of ours, and of all."""
    return " < ".join(reversed(list(dict.fromkeys(_places(error.__traceback__)))))


def _places(traceback: TracebackType | None) -> list[str]:
    frames = extract_tb(traceback)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT / "booking")]
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in [*ours[-1:], *frames[-1:]]]
