"""How gunicorn is set up: one process with everything in it, or many on Redis."""

import logging
import runpy
from types import SimpleNamespace

import pytest
from flask import Flask
from gunicorn.config import Config

from booking.web import server
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
    assert read["worker_class"] == "gthread"


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
