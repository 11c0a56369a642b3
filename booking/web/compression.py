"""Compressing what is the same for everybody, so that it needs no proxy to be light.

Only static files and the pages that hold nothing of anyone: compressed together with what a
caller can choose, a secret in a page can be guessed from the length of the answer (BREACH).
"""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

OPEN_TO_ALL = frozenset({"find", "pages"})
WORDY = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
LEVEL = 6
_CSS_COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)


def register(app: Flask) -> None:
    """Compress what `app` answers, where the caller takes it so and it may be."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_static = request.endpoint == "static"
    if response.status_code != 200 or request.method != "GET":  # noqa: PLR2004
        return response
    if response.mimetype not in WORDY or not (is_static or request.blueprint in OPEN_TO_ALL):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or response.content_encoding:
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    small = _static_file() if is_static else gzip.compress(response.get_data(), LEVEL)
    if is_file:
        response.close()  # what it was about to send
    etag, _ = response.get_etag()
    response.set_data(small)
    response.content_encoding = "gzip"
    if etag is not None:
        # The same content in other bytes: a weak tag says just that (RFC 9110, 8.8.1).
        response.set_etag(etag, weak=True)
    return response


def _static_file() -> bytes:
    folder = Path(current_app.static_folder or "")
    path = folder / str((request.view_args or {})["filename"])
    return _compressed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _compressed(path: Path, _version: int) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".css":  # what is said to those who read the source is a sixth of it
        content = _CSS_COMMENT.sub(b"", content)
    return gzip.compress(content, 9)
