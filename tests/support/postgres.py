"""A throw-away PostgreSQL cluster, one for a whole test run, cloned from a template."""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from tests.support.launch import START_TIMEOUT_S, Server, hand_over, run_unprivileged, started
from tests.support.processes import ROOT, Program
from tests.support.programs import postgres_bin

SETTINGS = ("max_connections=200",)
# Durability is given up: a test's cluster is never read again after a crash.
IN_A_HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
READY = "postgres.json"
USERS = "postgres.users"
OTHERS_END_WITHIN_S = 60
_ON_THEIR_OWN: list["subprocess.Popen[bytes]"] = []  # kept, or Python complains of them


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server of our own; `postgres` is its superuser."""

    port: int
    pid: int
    password: str = field(repr=False)

    def url(self, database: str = "postgres") -> str:
        """Return the address of `database` as DATABASE_URL takes it."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, name: str, *, template: str = "template1") -> str:
        """Make the database `name`, a copy of `template`; return its address."""
        with self._connection() as connection:
            query = SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(query.format(Identifier(name), Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove the database `name`, if it is there, and whoever is connected to it."""
        with self._connection() as connection:
            query = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(query.format(Identifier(name)))

    @contextmanager
    def clone(self, template: str, *, name: str = "") -> Iterator[str]:
        """Yield the address of a fresh copy of `template`; remove the copy at the end."""
        name = name or f"clone_{secrets.token_hex(6)}"
        try:
            yield self.create(name, template=template)
        finally:
            self.drop(name)

    def make_template(self, name: str, fill: Callable[[str], object]) -> None:
        """Make the template database `name` once, whoever asks first: `fill` gets its address.

        `fill` must leave no connection open. A database that still lets people in is one
        whose filling was cut short, so it is made again.
        """
        with self._connection() as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
            made = "SELECT 1 FROM pg_database WHERE datname = %s AND NOT datallowconn"
            if connection.execute(made, [name]).fetchone():
                return
            self.drop(name)
            fill(self.create(name))
            closed = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false")
            connection.execute(closed.format(Identifier(name)))

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(), autocommit=True)


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Cluster]:
    """Run a throw-away PostgreSQL cluster on a free port.

    `durable` keeps PostgreSQL's own defaults: a commit is on the disk when it returns.
    """
    chosen = SETTINGS if durable else (*SETTINGS, *IN_A_HURRY)
    # Not in pytest's folder: another user could not reach it, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder, password = Path(name), secrets.token_hex(16)
        (folder / "password").write_text(password)
        hand_over(folder)
        programs = postgres_bin()
        _initdb(programs, folder)

        def command(port: int) -> Sequence[str | Path]:
            settings = [word for setting in chosen for word in ("-c", setting)]
            where = ("-D", folder / "data", "-k", folder, "-h", "127.0.0.1", "-p", str(port))
            return (programs / "postgres", *where, *settings)

        def answers(port: int) -> bool:
            try:
                psycopg.connect(Cluster(port, 0, password).url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                return False
            return True

        # SIGINT ends it without waiting for those still connected, as SIGTERM would.
        server = Server("postgres", command, answers, signal.SIGINT, refuses_root=True)
        with started(server) as (program, port):
            yield Cluster(port, program.pid, password)


@contextmanager
def shared_postgres(folder: Path) -> Iterator[Cluster]:
    """Use the one cluster of this test run; whoever comes first starts it.

    `folder` is the run's own (see `run_folder`). Each user holds a shared lock on a file
    there; the keeper, a process apart, waits for the exclusive one and then stops the
    server. Locks die with their holders, so a killed pytest leaves no server behind.
    """
    keeper: subprocess.Popen[bytes] | None = None
    try:
        with (folder / USERS).open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with (folder / "postgres.start").open("a") as start:
                fcntl.flock(start, fcntl.LOCK_EX)
                if not (folder / READY).exists():
                    keeper = _start_keeper(folder)
            yield Cluster(**json.loads((folder / READY).read_text()))
    finally:
        if keeper is not None:
            _see_off(keeper)


def _see_off(keeper: "subprocess.Popen[bytes]") -> None:
    """Wait for the keeper to end, but not for ever: another process may use the cluster still.

    The keeper ends when the last of them has, whether somebody waits for it or not.
    """
    try:
        keeper.wait(OTHERS_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        _ON_THEIR_OWN.append(keeper)


def keep_postgres(folder: Path) -> None:
    """Run a cluster until nobody holds a shared lock on its users file any more."""
    with (folder / USERS).open("a") as users, postgres() as cluster:
        draft = folder / f"{READY}.draft"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(cluster)))
        draft.rename(folder / READY)
        try:
            fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            (folder / READY).unlink()


def run_folder(base: Path) -> Path:
    """Return the folder all processes of this test run share, from pytest's `getbasetemp()`."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _initdb(programs: Path, folder: Path) -> None:
    superuser = ("--username=postgres", "--pwfile", folder / "password")
    manners = ("--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")
    text = ("--encoding=UTF8", "--locale=C")
    command = (programs / "initdb", "-D", folder / "data", *superuser, *manners, *text)
    run_unprivileged(command)


def _start_keeper(folder: Path) -> "subprocess.Popen[bytes]":
    log = folder / "postgres.log"
    with log.open("ab") as sink:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", folder],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,  # Ctrl-C is for pytest; the keeper ends when pytest has.
        )
    program = Program("postgres", log, keeper)
    try:
        program.wait_for((folder / READY).exists, 2 * START_TIMEOUT_S)
    except BaseException:
        program.stop()
        raise
    return keeper
