"""Settings of gunicorn, the web server: `gunicorn -c python:booking.web.server 'app:create_app()'`.

Without Redis it is one process, with worker and beat in threads beside the requests.
"""

import logging
import os
import re

from flask import Flask
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

_EMBEDDED, _HANDLE = "embedded", "embedded_handle"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}(\?\S*)?|\?\S+")


class _WithoutPaths(logging.Filter):
    """Takes tokens and query strings out of what gunicorn says of a request it cannot serve."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _TOKEN.sub("***", record.getMessage()), None
        return True


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """No access log, and no paths in the other one."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_WithoutPaths())


def post_worker_init(worker: Worker) -> None:
    """Start the worker and the beat inside this process, where there is no Redis."""
    app: Flask = worker.wsgi
    start = app.extensions[_EMBEDDED]
    if start is not None:
        app.extensions[_HANDLE] = start()


def worker_exit(_server: object, worker: Worker) -> None:
    """Stop them again before the process ends."""
    # A process that could not load the application has none.
    app: Flask | None = getattr(worker, "wsgi", None)
    handle = app.extensions.pop(_HANDLE, None) if app is not None else None
    if handle is not None:
        handle.stop()


_on_redis = bool(os.environ.get("REDIS_URL"))

bind = os.environ.get("BIND") or (
    f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
)
worker_class = "booking.web.fair_worker.FairWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2) if _on_redis else 1
threads = 8
timeout = 60
graceful_timeout = 10
keepalive = 5
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = (os.environ.get("LOG_LEVEL") or "INFO").lower()
logger_class = QuietLogger
