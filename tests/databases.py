"""Fixtures every test may use.

What touches the database runs on SQLite and on PostgreSQL, both made by the migrations, with
real commits; after each test every row is deleted.

A test marked `one_database` runs on SQLite alone. That is for what is decided before any
statement or after all of them: words, headers, shapes of requests and answers, forms sent
back, a refusal by a rule of the domain, one more case of what another test does on both.
Everything that a statement of its own decides stays on both, and so does what a database may
take amiss: NUL bytes, numbers out of range, races, migrations. Each statement the service
has ever sent is sent to both by some test.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event

from app import create_app
from booking.adapters.passwords import Passwords
from booking.adapters.sms.fake import FakeSms
from booking.config import Settings
from booking.models import Base, db
from booking.models.dialects import WRITING
from booking.queries import directory, kept_diaries
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.support.mail import MailSpy
from tests.support.postgres import Cluster, run_folder, shared_postgres

# A password costs so much on purpose; here it would be the tests that pay.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DIALECTS = ("sqlite", "postgresql")
TEMPLATE = "stillhour_template"
PUBLIC_URL = "http://127.0.0.1:8000"


def settings_for(database_url: str, data_dir: Path, **more: str) -> Settings:
    """Return the settings of a practice under test; `more` is put into its environment."""
    env = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": "only for tests, and long enough to be taken",
        "PUBLIC_URL": PUBLIC_URL,
        "MAIL_FROM": "Alder Street <hello@alder.example>",
        "RATE_LIMITS": "off",
        "VIDEO_PROVIDER": "link",
    }
    return Settings.read(env | more)


def migrated(settings: Settings) -> Flask:
    """Return an application whose database is at the newest revision."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
    return app


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with shared_postgres(run_folder(tmp_path_factory.getbasetemp())) as shared:
        yield shared


@pytest.fixture(scope="session")
def postgresql_url(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty, migrated database of this test process's own."""

    def fill(url: str) -> None:
        app = migrated(settings_for(url, tmp_path_factory.mktemp("template")))
        with app.app_context():
            db.engine.dispose()

    cluster.make_template(TEMPLATE, fill)
    with cluster.clone(TEMPLATE) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("sqlite")
    app = create_app(settings_for(f"sqlite:///{folder}/stillhour.sqlite3", folder))
    with app.app_context():
        event.listen(db.engine, "connect", _in_a_hurry)
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_app(
    postgresql_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    app = create_app(settings_for(postgresql_url, tmp_path_factory.mktemp("postgresql")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def own_app(
    cluster: Cluster, postgresql_url: str, tmp_path: Path
) -> Iterator[Callable[[str], Flask]]:
    """Make an application on an empty database that no other test uses."""
    with ExitStack() as clones:

        def make(dialect: str) -> Flask:
            if dialect == "sqlite":
                return migrated(settings_for(f"sqlite:///{tmp_path}/own.sqlite3", tmp_path))
            return create_app(settings_for(clones.enter_context(cluster.clone(TEMPLATE)), tmp_path))

        yield make


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "app" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database") is not None
        metafunc.parametrize("app", DIALECTS[:1] if one else DIALECTS, indirect=True)


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty database, in its context; see `one_database` above."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    original: Parts = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(
        original, mail=MailSpy(), sms=FakeSms(), passwords=Passwords(CHEAP)
    )
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        empty(db.engine)
    app.extensions[EXTENSION] = original


@pytest.fixture
def parts(app: Flask) -> Parts:
    found: Parts = app.extensions[EXTENSION]
    return found


@pytest.fixture
def mail(parts: Parts) -> MailSpy:
    assert isinstance(parts.mail, MailSpy)
    return parts.mail


@pytest.fixture
def sms(parts: Parts) -> FakeSms:
    assert isinstance(parts.sms, FakeSms)
    return parts.sms


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def practice(app: Flask) -> None:
    """A practice with one therapist, Amara, who has hours, a licence and three session types."""
    factories.practice()
    factories.amara()


def _in_a_hurry(connection: sqlite3.Connection, _record: object) -> None:
    """Wait for no disk: nobody reads what ordinary tests wrote after a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def empty(engine: Engine) -> None:
    """Delete every row of every table, and forget what was kept of them."""
    kept_diaries.forget()
    directory.forget()
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    with engine.execution_options(**{WRITING: True}).begin() as connection:
        if engine.dialect.name == "postgresql":  # in one round trip
            connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in tables))
        else:
            for name in tables:
                connection.exec_driver_sql(f"DELETE FROM {name}")
