#!/usr/bin/env python3
"""Make `.venv` hold exactly what a lock names. Standard library only: it runs before anything else.

`environment.py app` and `dev` make the environment; `lock` and `upgrade` make the locks again.
"""

from __future__ import annotations  # so that an older Python gets as far as our message

import fcntl
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".made-from"
OLDEST = (3, 11)
APT = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")


class CannotMake(Exception):
    """The environment cannot be made here; the message says what to do about it."""


def main(arguments: Sequence[str]) -> int:
    """Make the environment named on the command line; return the exit code."""
    wanted = arguments[0] if len(arguments) == 1 else ""
    if sys.version_info < OLDEST or wanted not in {"app", "dev", "lock", "upgrade"}:
        sys.stderr.write("environment: takes Python 3.11, and one of app, dev, lock, upgrade\n")
        return 2
    try:
        with _one_at_a_time():
            if wanted in {"app", "dev"}:
                _make(wanted)
            else:
                _lock(*(["--upgrade"] if wanted == "upgrade" else []))
    except CannotMake as reason:
        sys.stderr.write(f"environment: {reason}\n")
        return 1
    return 0


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # Two makes at once would install over each other; the second waits, then finds it done.
    BOOT.mkdir(exist_ok=True)
    with (BOOT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(wanted: str) -> None:
    made = STAMP.read_text() if STAMP.exists() else ""
    # The larger set holds the smaller one: `make run` must not take pytest away.
    profile = "dev" if made.startswith("dev ") else wanted
    if _runs(PYTHON, "-c", "") and made == _mark(profile):
        return
    uv = _uv()
    STAMP.unlink(missing_ok=True)
    if not _runs(PYTHON, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"):
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    install = (uv, "pip")
    # Each time `--python`: an exported UV_PYTHON would send the packages elsewhere.
    here = ("--quiet", "--python", PYTHON)
    _run(*install, "sync", *here, "--require-hashes", LOCKS / f"{profile}.txt")
    _run(*install, "install", *here, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(_mark(profile))


def _lock(*options: str) -> None:
    """Pin again what the `.in` files ask for; what is pinned already stays, unless told."""
    uv = _uv()
    # No header and no index: a lock must not say where or how it was made.
    style = ("--universal", "--generate-hashes", "--no-header", "--no-emit-index-url")
    for name in ("uv", "app", "dev"):
        wishes, lock = f"requirements/{name}.in", f"requirements/{name}.txt"
        # What is tested is what runs.
        same = ("--constraint", "requirements/app.txt") if name == "dev" else ()
        to = ("--quiet", "--python-version", ".".join(map(str, OLDEST)), "--output-file", lock)
        _run(uv, "pip", "compile", *style, *to, *options, *same, wishes)


def _mark(profile: str) -> str:
    """Return what `profile` is made from, in one line: a change of it means making it again."""
    packages = sorted(str(path.parent) for path in ROOT.glob("*/__init__.py"))
    parts = [str(ROOT), *packages]
    parts += [path.read_text() for path in (LOCKS / f"{profile}.txt", ROOT / "pyproject.toml")]
    return f"{profile} {hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}\n"


def _uv() -> Path:
    """Return a uv that runs: the pinned one, or else one that is on PATH."""
    uv, stamp = BOOT / "venv" / "bin" / "uv", BOOT / "made-from"
    pinned = LOCKS / "uv.txt"
    mark = f"{ROOT} {hashlib.sha256(pinned.read_bytes()).hexdigest()}\n"
    if stamp.exists() and stamp.read_text() == mark and _runs(uv, "--version"):
        return uv
    if _boot(pinned):
        stamp.write_text(mark)
        return uv
    if found := shutil.which("uv"):
        return Path(found)
    raise CannotMake(
        "uv could not be installed. It takes Python's venv and pip (on Debian: the package "
        "python3-venv) and a package index that can be reached."
    )


def _boot(pinned: Path) -> bool:
    """Install uv into `.boot`, by whichever of pip's doors is open; return whether it worked."""
    boot = BOOT / "venv"
    python = boot / "bin" / "python"
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore")
    lock = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", pinned)
    if not _runs(sys.executable, "-m", "venv", "--clear", boot):
        # Debian keeps ensurepip in a package of its own; pip from outside does as well.
        _runs(sys.executable, "-m", "venv", "--clear", "--without-pip", boot)
    if not (_has_pip(python) or _has_pip(sys.executable)):
        _install_venv()
        _runs(sys.executable, "-m", "venv", "--clear", boot)
    if _has_pip(python):
        return _runs(python, "-m", "pip", "install", *options, *lock, heard=True)
    outside = (sys.executable, "-m", "pip", "--python", python)
    return _has_pip(sys.executable) and _runs(*outside, "install", *options, *lock, heard=True)


def _has_pip(python: Path | str) -> bool:
    return _runs(python, "-m", "pip", "--version")


def _install_venv() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        if _runs(*APT, "update", extra=quiet):
            _runs(*APT, "install", "-y", "--no-install-recommends", "python3-venv", extra=quiet)


def _environment() -> dict[str, str]:
    """Return our environment less what would point uv or pip at another interpreter."""
    astray = {"UV_PYTHON", "VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    # Whom this machine trusts goes for uv too: many a network has an authority of its own.
    trust = {"UV_SYSTEM_CERTS": "true"} if _has_certificates() else {}
    return {"UV_PYTHON_DOWNLOADS": "never", **trust, **kept}


def _has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))


def _runs(*command: Path | str, heard: bool = False, extra: dict[str, str] | None = None) -> bool:
    """Return whether `command` ran and succeeded; its complaints are shown if `heard`."""
    silence = subprocess.DEVNULL
    env = {**_environment(), **(extra or {})}
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours, none come from outside.
            command,
            check=False,
            cwd=ROOT,
            env=env,
            stdin=silence,
            stdout=silence,
            stderr=None if heard else silence,
        )
    except OSError:
        return False
    return done.returncode == 0


def _run(*command: Path | str) -> None:
    if not _runs(*command, heard=True):
        raise CannotMake(f"this failed: {' '.join(str(word) for word in command)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
