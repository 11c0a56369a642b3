"""What the watch over the service is told."""

from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event

from booking import __version__
from booking.domain.zones import TZDATA_VERSION
from booking.models import db
from booking.services.parts import Parts
from booking.web.health import Probe
from tests.databases import migrated, settings_for
from tests.support.servers import free_port


def test_a_healthy_service_says_what_it_runs_on(parts: Parts, client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "version": __version__,
        "database": db.engine.dialect.name,
        "tzdata": TZDATA_VERSION,
        "channels": parts.channels,
    }


def test_channels_without_settings_are_off(tmp_path: Path) -> None:
    app = migrated(settings_for(f"sqlite:///{tmp_path}/x.sqlite3", tmp_path))

    channels = app.test_client().get("/healthz").get_json()["channels"]

    assert channels == {"email": "off", "sms": "off", "video": "link"}
    with app.app_context():
        db.engine.dispose()


def test_a_database_that_is_not_there_is_said() -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    nowhere = create_engine(url, connect_args={"connect_timeout": 1})

    assert not Probe().answers(nowhere, within_s=5)


def test_a_database_that_never_answers_is_given_up_on(app: Flask) -> None:
    let_go = Event()

    def hang(*_: object) -> None:
        let_go.wait(30)

    probe = Probe()
    event.listen(db.engine, "before_cursor_execute", hang)
    try:
        assert not probe.answers(db.engine, within_s=0.2)
        assert not probe.answers(db.engine, within_s=0.2)
        let_go.set()
        # The next one waits for the one that hung, so by then nobody is in `hang` any more.
        assert probe.answers(db.engine, within_s=10)
    finally:
        let_go.set()
        event.remove(db.engine, "before_cursor_execute", hang)


def test_while_the_database_is_away_the_answer_is_503(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Probe, "answers", lambda *_args, **_more: False)

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "busy"
