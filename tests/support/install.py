"""Gets the servers the tests need, where it may, and names what is still missing.

Root on Debian installs with apt what the machine lacks; anyone else uses what is there, then
the servers that came with the development environment.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile

from tests.support.programs import (
    Missing,
    chromium_path,
    postgres_bin,
    redis_program,
    system_chromium,
    system_postgres_bin,
    system_redis,
)

# What Debian calls a thing, and how to tell that the machine has it.
PACKAGES: dict[str, Callable[[], Path | None]] = {
    "chromium": system_chromium,
    "redis-server": system_redis,
    "postgresql": system_postgres_bin,
}
FOUND: tuple[Callable[[], Path], ...] = (chromium_path, redis_program, postgres_bin)
CLUSTER_SETTINGS = Path("/etc/postgresql-common/createcluster.d/no-main-cluster.conf")
TOLD = 2000  # How much of what apt said is shown when it fails, in characters.
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"  # dpkg will not work without these on PATH.


def main() -> int:
    """Install what is lacking, then name what is still missing; return the exit code."""
    lacking = [name for name, find in PACKAGES.items() if find() is None]
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        _say(f"installing {', '.join(lacking)}")
        if not _apt_install(lacking):
            _say("apt could not; trying what came with the development environment")
    missing = list(_missing())
    for name in missing:
        _say(f"missing: {name}. Please install it; the tests that need it would fail.")
    return 1 if missing else 0


def _missing() -> Iterable[str]:
    for find in FOUND:
        try:
            find()
        except Missing as what:
            yield str(what)


def _apt_install(packages: list[str]) -> bool:
    """Install `packages`, fetching the lists first; start no server and make no cluster."""
    if not CLUSTER_SETTINGS.exists():
        CLUSTER_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        CLUSTER_SETTINGS.write_text("create_main_cluster = false\n")
    install = ("install", "-y", "--no-install-recommends", *packages)
    # The lists that are there may do; fetched again, they surely do.
    complaint = _apt(*install) and (_apt("update") or _apt(*install))
    if complaint:
        _say(complaint)
    return not complaint


def _apt(*words: str) -> str:
    """Run apt-get; return nothing if it succeeds, and else the end of what it said."""
    env = {
        **os.environ,
        "PATH": f"{os.environ.get('PATH', os.defpath)}:{SBIN}",
        "DEBIAN_FRONTEND": "noninteractive",
        "RUNLEVEL": "1",  # Keeps Debian from starting a server it has just installed.
    }
    quiet = ("-qq", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3")
    command = ("apt-get", *quiet, *words)
    with TemporaryFile("w+") as said:
        done = subprocess.run(
            command, check=False, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        said.seek(0)
        told = f"apt-get {words[0]} ended ({done.returncode})\n{said.read()[-TOLD:]}"
    return told if done.returncode else ""


def _say(words: str) -> None:
    sys.stderr.write(f"servers: {words}\n")


if __name__ == "__main__":
    sys.exit(main())
