"""The servers and programs the other tests stand on: they start, work, and leave nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis as RedisClient

from tests.support import launch, programs
from tests.support.launch import Server, started
from tests.support.postgres import postgres, shared_postgres
from tests.support.processes import ROOT, Ended, free_port, procfile_command, running, wait_until
from tests.support.servers import redis

SHARE = """
import sys
from pathlib import Path
from tests.support.postgres import shared_postgres
with shared_postgres(Path(sys.argv[1])) as cluster:
    print(cluster.pid, flush=True)
    sys.stdin.read()
"""


def is_running(pid: int) -> bool:
    """Return whether there is such a process that is not merely waiting to be buried."""
    shown = subprocess.run(
        ("ps", "-o", "stat=", "-p", str(pid)), check=False, capture_output=True, text=True
    )
    return shown.stdout.strip()[:1] not in {"", "Z"}


@contextmanager
def another_test_process(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run a process that uses the shared cluster until its input ends; yield it and the server."""
    with subprocess.Popen(
        [sys.executable, "-c", SHARE, folder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def test_a_cluster_serves_copies_of_a_template_and_goes_away() -> None:
    filled: list[str] = []

    def fill(url: str) -> None:
        filled.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE room (name text)")

    with postgres() as cluster:
        for _ in range(2):
            cluster.make_template("tpl", fill)
        with (
            cluster.clone("tpl") as one,
            cluster.clone("tpl") as other,
            psycopg.connect(one) as to_one,
            psycopg.connect(other) as to_other,
        ):
            to_one.execute("INSERT INTO room VALUES ('blue')")
            to_one.commit()
            rooms = to_other.execute("SELECT count(*) FROM room").fetchone()

    assert len(filled) == 1
    assert rooms == (0,)
    assert not is_running(cluster.pid)


def test_a_template_whose_filling_failed_is_filled_again() -> None:
    def fail(url: str) -> None:
        raise RuntimeError(url)

    with postgres() as cluster:
        with pytest.raises(RuntimeError):
            cluster.make_template("tpl", fail)
        cluster.make_template("tpl", len)
        with cluster.clone("tpl") as copy, psycopg.connect(copy) as connection:
            answer = connection.execute("SELECT 1").fetchone()

    assert answer == (1,)


def test_the_cluster_needs_a_password_over_tcp() -> None:
    with postgres() as cluster:
        wrong = cluster.url().replace(cluster.password, "guess")

        with pytest.raises(psycopg.OperationalError, match="authentication"):
            psycopg.connect(wrong).close()


def test_root_without_namespaces_runs_the_cluster_as_another_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "_has_namespaces", lambda: False)

    with postgres() as cluster, psycopg.connect(cluster.url()) as connection:
        answer = connection.execute("SELECT 1").fetchone()
        shown = subprocess.run(
            ("ps", "-o", "uid=", "-p", str(cluster.pid)), check=True, capture_output=True
        )

    assert answer == (1,)
    assert int(shown.stdout) != 0


def test_one_cluster_serves_all_processes_of_a_run_and_ends_with_the_last(tmp_path: Path) -> None:
    with another_test_process(tmp_path) as (first, server), shared_postgres(tmp_path) as cluster:
        assert cluster.pid == server
        first.kill()  # It started the server, and ends without a chance to clean up.
        first.wait()
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)

    wait_until(lambda: not is_running(cluster.pid), 20, "the shared cluster is gone")


def test_redis_answers_is_empty_and_goes_away() -> None:
    with redis() as server, RedisClient.from_url(server.url) as client:
        assert client.ping()
        assert client.dbsize() == 0

    assert not is_running(server.pid)


@pytest.mark.parametrize("system", ["system_redis", "system_postgres_bin"])
def test_what_came_with_the_environment_stands_in_for_a_missing_server(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, system, lambda: None)

    if system == "system_redis":
        with redis() as server, RedisClient.from_url(server.url) as client:
            assert client.ping()
    else:
        with postgres() as cluster, psycopg.connect(cluster.url()) as connection:
            assert connection.info.server_version >= programs.OLDEST_POSTGRES * 10_000


def test_a_missing_browser_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "system_chromium", lambda: None)

    with pytest.raises(programs.Missing, match="Chromium"):
        programs.chromium_path()


def test_a_server_that_cannot_start_is_an_error_with_its_words() -> None:
    mute = Server("mute", lambda _: ("sh", "-c", "echo no room; exit 3"), lambda _: False)

    with pytest.raises(Ended, match="no room"), started(mute):
        pass


def test_a_program_is_stopped_with_its_children(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 600 & echo child $!; wait; wait"
    with running(("sh", "-c", script), env={}, folder=tmp_path) as program:
        program.wait_for(lambda: "child" in program.output(), 10)
        child = int(program.output().split()[1])
        code = program.stop(timeout_s=0.2)

    assert code == -signal.SIGKILL
    wait_until(lambda: not is_running(child), 10, "the child is gone")


def test_a_program_is_given_what_the_test_gives_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/real")

    with running(("env",), env={"SECRET_KEY": "known"}, folder=tmp_path) as program:
        program.process.wait()

    assert "SECRET_KEY=known" in program.output()
    assert "DATABASE_URL" not in program.output()


def test_waiting_gives_up_and_says_for_what() -> None:
    with pytest.raises(TimeoutError, match="the moon"):
        wait_until(lambda: False, 0.05, "the moon")


def test_the_procfile_names_what_an_operator_runs() -> None:
    assert procfile_command("web").startswith("gunicorn ")
    assert "workers.main:celery_app" in procfile_command("worker")
    assert "DATA_DIR" in procfile_command("beat")


def test_free_ports_are_free_and_differ() -> None:
    ports = {free_port() for _ in range(20)}

    assert len(ports) > 1
    assert all(1024 <= port <= 65535 for port in ports)
