"""The service's real programs, run as the Procfile says and stopped again, whatever happens."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from threading import Event
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
# What a program may take from us; every other variable is the test's to give.
INHERITED = ("HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")
STEP_S = 0.02
BURIED_WITHIN_S = 30  # What was killed is gone at once, unless the disk or the kernel is stuck.


class Ended(Exception):
    """A program ended too soon or was not ready in time; the message holds its output."""


def wait_until(predicate: Callable[[], object], timeout_s: float, what: str = "") -> None:
    """Return as soon as `predicate` is true; raise `TimeoutError` after `timeout_s` seconds."""
    end, pause = monotonic() + timeout_s, Event()
    while not predicate():
        if monotonic() >= end:
            raise TimeoutError(f"not so within {timeout_s:g} s: {what or predicate}")
        pause.wait(STEP_S)


def free_port() -> int:
    """Return a TCP port on loopback that was free a moment ago."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def dying_with_us(command: Sequence[str | Path], signal_name: str) -> list[str]:
    """Return `command` so that Linux ends it when the thread that started it is gone.

    A killed pytest cleans nothing up; the kernel does. Elsewhere the command is unchanged.
    """
    setpriv = shutil.which("setpriv", path=f"{os.defpath}:/usr/bin:/usr/sbin")
    prefix = [setpriv, "--pdeathsig", signal_name, "--"] if setpriv else []
    return [*prefix, *map(str, command)]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was started, with its children in a process group of its own."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes]" = field(repr=False)
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        """Return all it has written so far, errors too."""
        return self.log.read_text(errors="replace")

    def wait_for(self, predicate: Callable[[], object], timeout_s: float) -> None:
        """Return once `predicate` is true; raise `Ended` if it dies first or takes too long."""
        try:
            wait_until(lambda: not self.is_alive or predicate(), timeout_s, f"{self.name} is ready")
        except TimeoutError as late:
            raise Ended(f"{late}\n{self.output()}") from late
        if not self.is_alive:
            raise Ended(f"{self.name} ended ({self.process.returncode})\n{self.output()}")

    def stop(self, timeout_s: float = 15) -> int:
        """End it as an operator would, by force if it takes too long; return its exit code."""
        if self.is_alive:
            self.process.send_signal(self.stop_signal)
            try:
                return self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._buried()

    def kill(self) -> None:
        """End it and all its children at once, with no chance to clean up."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self._buried()

    def _buried(self) -> int:
        try:
            return self.process.wait(BURIED_WITHIN_S)
        except subprocess.TimeoutExpired as stuck:
            raise TimeoutError(f"{self.name} ({self.pid}) was killed and is not gone") from stuck


@dataclass(frozen=True, slots=True)
class Web:
    """A running web process and the address it answers at, without a slash at the end."""

    program: Program
    url: str


def procfile_command(name: str) -> str:
    """Return the Procfile's shell command for the process type `name`."""
    for line in (ROOT / "Procfile").read_text().splitlines():
        kind, _, command = line.partition(":")
        if kind == name and not line.startswith("#"):
            return command.strip()
    raise LookupError(f"the Procfile has no {name}")


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    folder: Path,
    name: str = "program",
) -> Iterator[Program]:
    """Run `command` from the project's root with `env`, its log in `folder`; stop it at the end."""
    log = folder / f"{name}-{free_port()}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            dying_with_us(command, "TERM"),
            cwd=ROOT,
            env=_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        program = Program(name=name, log=log, process=process)
        try:
            yield program
        finally:
            program.stop()
            program.kill()


@contextmanager
def web(env: Mapping[str, str], *, folder: Path, timeout_s: float = 180) -> Iterator[Web]:
    """Run the Procfile's web process on a free port (or env's PORT) until /healthz answers."""
    port = env.get("PORT") or str(free_port())
    url = f"http://127.0.0.1:{port}"
    with procfile("web", {**env, "PORT": port}, folder=folder) as program:
        program.wait_for(lambda: _answers(f"{url}/healthz"), timeout_s)
        yield Web(program=program, url=url)


@contextmanager
def worker(env: Mapping[str, str], *, folder: Path, timeout_s: float = 180) -> Iterator[Program]:
    """Run the Procfile's Celery worker until it says that it is ready."""
    with procfile("worker", env, folder=folder) as program:
        program.wait_for(lambda: " ready." in program.output(), timeout_s)
        yield program


@contextmanager
def beat(env: Mapping[str, str], *, folder: Path, timeout_s: float = 180) -> Iterator[Program]:
    """Run the Procfile's beat until it says that it is starting."""
    with procfile("beat", env, folder=folder) as program:
        program.wait_for(lambda: "beat: Starting" in program.output(), timeout_s)
        yield program


@contextmanager
def procfile(name: str, env: Mapping[str, str], *, folder: Path) -> Iterator[Program]:
    """Run the Procfile's process type `name` as an operator's runner would: through a shell."""
    # `exec` keeps the shell from standing between us and the program's signals and exit code.
    command = ("/bin/sh", "-c", f"exec {procfile_command(name)}")
    with running(command, env=env, folder=folder, name=name) as program:
        yield program


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    return {**inherited, "PATH": path, "PYTHONUNBUFFERED": "1", **given}


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except HTTPError as answer:
        answer.close()
        return False
    except (OSError, HTTPException):
        return False
