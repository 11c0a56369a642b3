"""The ground the benchmarks stand on: databases that are durable, servers run as in production."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url

from bench.processes import note_peak
from booking.models import db
from tests.databases import migrated, settings_for
from tests.support.postgres import postgres
from tests.support.processes import Web, web
from tests.support.servers import redis

DIALECTS = ("sqlite", "postgresql")
SECRET = "only for measuring, and long enough"  # noqa: S105  # it guards nothing


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder on the disk, and a PostgreSQL that waits for it."""

    folder: Path
    postgres_url: str

    def new(self, dialect: str, name: str = "bench") -> Flask:
        """Return an application on an empty, migrated database of its own."""
        url = self._url(dialect, name)
        app = migrated(settings_for(url, self.folder / name, LOG_LEVEL="WARNING"))
        with app.app_context():
            db.engine.dispose()
        return app

    def _url(self, dialect: str, name: str) -> str:
        if dialect == "sqlite":
            (self.folder / name).mkdir(exist_ok=True)
            return f"sqlite:///{self.folder / name}/stillhour.sqlite3"
        url = make_url(self.postgres_url).set(database=name)
        return url.render_as_string(hide_password=False)


@contextmanager
def ground(*names: str) -> Iterator[Ground]:
    """Yield a folder and a PostgreSQL with `fsync` on, and in it a database for each name."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder,
        postgres(durable=True) as cluster,
    ):
        for name in names or ("bench",):
            cluster.create(name)
        yield Ground(Path(folder), cluster.url())


def database_url(app: Flask) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


@contextmanager
def served(app: Flask, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Web]:
    """Run two web processes, as the Procfile says, on the database of `app`."""
    with redis() as broker:
        env = environment(app, folder) | {"REDIS_URL": broker.url} | dict(more or {})
        with web(env, folder=folder) as running:
            yield running
            note_peak(f"a web process on {dialect_of(app)}", running.program.pid)


def environment(app: Flask, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url(app),
        "DATA_DIR": str(folder),
        "SECRET_KEY": SECRET,
        "RATE_LIMITS": "off",
        "MAIL_FROM": "hello@alder.example",
        "VIDEO_PROVIDER": "link",
        "WEB_CONCURRENCY": "2",
    }


def dialect_of(app: Flask) -> str:
    return database_url(app).split(":", 1)[0].split("+", 1)[0]
