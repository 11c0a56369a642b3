"""How gunicorn is set up: one process with everything in it, or many on Redis."""

import logging
import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from gunicorn.config import Config
from gunicorn.util import load_class

from booking.web import server
from booking.web.fair_worker import FairWorker
from booking.web.server import QuietLogger, post_worker_init, worker_exit


def settings(monkeypatch: pytest.MonkeyPatch, **env: str) -> dict[str, object]:
    for name in ("BIND", "HOST", "PORT", "REDIS_URL", "WEB_CONCURRENCY", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(server.__file__)


def test_without_redis_there_is_one_process_whatever_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = settings(monkeypatch, WEB_CONCURRENCY="4")

    assert (read["workers"], read["threads"]) == (1, 8)
    assert read["bind"] == "127.0.0.1:8000"


def test_on_redis_there_are_as_many_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(monkeypatch, REDIS_URL="redis://x", WEB_CONCURRENCY="4", PORT="9000")

    assert read["workers"] == 4
    assert read["bind"] == "127.0.0.1:9000"
    assert settings(monkeypatch, BIND="unix:/run/x")["bind"] == "unix:/run/x"


def test_nothing_is_left_open_and_nothing_logged_of_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = settings(monkeypatch)

    assert read["control_socket_disable"] is True
    assert read["accesslog"] is None
    assert load_class(read["worker_class"]) is FairWorker


@contextmanager
def fair_worker(**chosen: int) -> Iterator[FairWorker]:
    cfg = Config()
    for name, value in chosen.items():
        cfg.set(name, value)
    worker = FairWorker(1, os.getpid(), [], None, 30, cfg, logging.getLogger())
    yield worker
    worker.tmp.close()


def test_a_process_whose_threads_are_all_at_work_leaves_connections_to_the_others() -> None:
    with fair_worker(threads=2) as worker:
        assert worker.worker_connections == 2
        worker.keepalived_conns.append("its client asks nothing at the moment")
        worker.pending_conns.append("its client has yet to ask anything")
        assert worker.worker_connections == 4


def test_a_process_never_has_more_connections_than_it_may() -> None:
    with fair_worker(threads=2, worker_connections=3) as worker:
        worker.keepalived_conns.extend(["one", "another"])
        assert worker.worker_connections == 3


def test_the_worker_inside_lives_as_long_as_the_process() -> None:
    calls: list[str] = []
    handle = SimpleNamespace(stop=lambda: calls.append("stop"))

    def start() -> object:
        calls.append("start")
        return handle

    app = Flask("test")
    app.extensions["embedded"] = start
    worker = SimpleNamespace(wsgi=app)

    post_worker_init(worker)
    worker_exit(None, worker)
    worker_exit(None, worker)

    assert calls == ["start", "stop"]


def test_a_process_on_redis_or_without_an_application_stops_nothing() -> None:
    app = Flask("test")
    app.extensions["embedded"] = None

    post_worker_init(SimpleNamespace(wsgi=app))
    worker_exit(None, SimpleNamespace(wsgi=app))
    worker_exit(None, SimpleNamespace())

    assert "embedded_handle" not in app.extensions


def test_the_error_log_names_no_token_and_no_query() -> None:
    logger = QuietLogger(Config())
    token = "a" * 54
    record = logging.LogRecord(
        "gunicorn.error", logging.ERROR, "", 0, "Error handling %s", (f"/b/{token}?q=1",), None
    )

    assert all(each.filter(record) for each in logger.error_log.filters)

    assert record.getMessage() == "Error handling /b/***"
