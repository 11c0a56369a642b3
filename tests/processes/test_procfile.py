"""The Procfile: every line starts what it says, and nothing is queued that no worker knows."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from celery import Celery

from app import create_app
from tests.databases import DIALECTS, settings_for
from tests.support.postgres import Cluster
from tests.support.processes import ROOT, procfile, procfile_command
from tests.support.servers import free_port

KINDS = ["release", "web", "worker", "beat"]


@pytest.fixture
def celery(tmp_path: Path) -> Celery:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path))
    found: Celery = app.extensions["celery"]
    found.loader.import_default_modules()
    return found


def test_there_is_one_line_for_each_kind_of_process() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()

    assert [line.partition(":")[0] for line in lines if not line.startswith("#")] == KINDS


def test_the_clock_starts_only_tasks_that_a_worker_knows(celery: Celery) -> None:
    table = celery.conf.beat_schedule

    assert table
    assert {entry["task"] for entry in table.values()} <= set(celery.tasks)


def test_the_worker_listens_where_the_clock_speaks(celery: Celery) -> None:
    """Both use the one default queue: neither names another."""
    assert not celery.conf.task_routes
    assert all("queue" not in entry["options"] for entry in celery.conf.beat_schedule.values())
    words = procfile_command("worker").split()
    assert not {"-Q", "--queues"} & set(words)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_release_line_brings_an_empty_database_up_to_date(
    dialect: str, cluster: Cluster, tmp_path: Path
) -> None:
    name = f"release_{free_port()}"
    url = cluster.create(name) if dialect == "postgresql" else f"sqlite:///{tmp_path}/r.sqlite3"
    env = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40}

    with procfile("release", env, folder=tmp_path) as program:
        assert program.process.wait(60) == 0, program.output()

    script = ScriptDirectory(str(ROOT / "migrations"))
    assert _revision(url) == script.get_current_head()
    cluster.drop(name)


def _revision(url: str) -> str:
    query = "SELECT version_num FROM alembic_version"
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return str(connection.execute(query).fetchone()[0])
        finally:
            connection.close()
    with psycopg.connect(url) as server:
        row = server.execute(query).fetchone()
        assert row is not None
        return str(row[0])
