"""Starting a server of our own: on a free port, as nobody special, ended whatever happens."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.processes import Ended, Program, dying_with_us, free_port

START_TIMEOUT_S = 60
TRIES = 3  # A free port may be taken between our asking and the server's binding it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class User:
    """Whom a program runs as, in the words of `subprocess`; None leaves it with us."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None


OURSELVES = User()


@dataclass(frozen=True, slots=True)
class Server:
    """How one kind of server is started on a port, and how to tell that it answers there."""

    name: str
    command: Callable[[int], Sequence[str | Path]]
    answers: Callable[[int], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    refuses_root: bool = False


@contextmanager
def started(server: Server) -> Iterator[tuple[Program, int]]:
    """Run `server` and yield it with its port once it answers; end it at the end."""
    with tempfile.TemporaryDirectory(prefix="log-", ignore_cleanup_errors=True) as folder:
        for tries_left in reversed(range(TRIES)):
            port = free_port()
            with _running(server, port, log=Path(folder) / "server.log") as program:
                if _is_up(program, server, port, is_last_try=not tries_left):
                    yield program, port
                    return


def run_unprivileged(command: Sequence[str | Path]) -> None:
    """Run `command` to its end as a user who is not root; raise `Ended` if it fails."""
    words, other = [*_prefix(), *map(str, command)], _other_user()
    done = subprocess.run(
        words,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=2 * START_TIMEOUT_S,
        user=other.user,
        group=other.group,
        extra_groups=other.extra_groups,
    )
    if done.returncode:
        raise Ended(f"{words} ended ({done.returncode})\n{done.stdout}{done.stderr}")


def hand_over(folder: Path) -> None:
    """Give `folder` and what is in it to the user that unprivileged servers run as."""
    other = _other_user()
    if other.user is not None and other.group is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, other.user, other.group)


@contextmanager
def _running(server: Server, port: int, *, log: Path) -> Iterator[Program]:
    prefix, other = (_prefix(), _other_user()) if server.refuses_root else ((), OURSELVES)
    command = dying_with_us(server.command(port), server.stop_signal.name.removeprefix("SIG"))
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*prefix, *command],
            cwd="/",  # Another user may not enter the folder we are in.
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=other.user,
            group=other.group,
            extra_groups=other.extra_groups,
        )
        program = Program(server.name, log, process, server.stop_signal)
        try:
            yield program
        finally:
            program.stop()
            program.kill()


def _is_up(program: Program, server: Server, port: int, *, is_last_try: bool) -> bool:
    try:
        program.wait_for(lambda: server.answers(port), START_TIMEOUT_S)
    except Ended:
        if is_last_try:
            raise
        return False
    return True


def _prefix() -> Sequence[str]:
    return _in_a_namespace() if _must_be_another() and _has_namespaces() else ()


def _in_a_namespace() -> Sequence[str]:
    # PostgreSQL looks its user up, so it must be one that every machine knows.
    nobody = pwd.getpwnam("nobody")
    return ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")


def _must_be_another() -> bool:
    """Return whether PostgreSQL would refuse us: it wants a user with a name that is not root."""
    return os.geteuid() == 0 or os.geteuid() not in {entry.pw_uid for entry in pwd.getpwall()}


def _other_user() -> User:
    """Return whom a server that refuses root runs as: for root without namespaces, another."""
    if os.geteuid() != 0 or _has_namespaces():
        return OURSELVES
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return User(entry.pw_uid, entry.pw_gid, ())


@cache
def _has_namespaces() -> bool:
    """Return whether we may play another user without being one: files stay root's."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        [*_in_a_namespace(), "true"], check=False, capture_output=True, timeout=START_TIMEOUT_S
    )
    return tried.returncode == 0
