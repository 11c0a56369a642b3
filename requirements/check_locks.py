#!/usr/bin/env python3
"""Check, without a network, that the locks hold what the `.in` files ask for, and name no host."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
PIN = re.compile(r"(?m)^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?P<rest>(?:.*\n[ ].*)*)")


@dataclass(frozen=True, slots=True)
class Lock:
    """What a lock pins: versions by name, and which names an `.in` file asked for itself."""

    text: str
    versions: dict[str, str]
    asked: frozenset[str]
    unhashed: frozenset[str]


def read_lock(path: Path) -> Lock:
    """Return what the lock at `path` pins."""
    text = path.read_text()
    pins = list(PIN.finditer(text))
    return Lock(
        text=text,
        versions={pin["name"]: pin["version"] for pin in pins},
        asked=frozenset(pin["name"] for pin in pins if "-r requirements/" in pin["rest"]),
        unhashed=frozenset(pin["name"] for pin in pins if "--hash=sha256:" not in pin["rest"]),
    )


def read_wishes(path: Path) -> dict[str, Requirement]:
    """Return what the `.in` file at `path` asks for, by name, with the files it includes."""
    wishes: dict[str, Requirement] = {}
    for line in path.read_text().splitlines():
        if line.startswith("-r "):
            wishes |= read_wishes(path.parent / line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            wish = Requirement(line)
            wishes[canonicalize_name(wish.name)] = wish
    return wishes


def faults(name: str) -> Iterator[str]:
    """Yield what is wrong between `name`.in and `name`.txt, a sentence each."""
    lock, wishes = read_lock(HERE / f"{name}.txt"), read_wishes(HERE / f"{name}.in")
    for package, wish in wishes.items():
        if (pinned := lock.versions.get(package)) is None:
            yield f"{name}.txt does not pin {package}"
        elif not wish.specifier.contains(pinned, prereleases=True):
            yield f"{name}.txt pins {package} {pinned}, which is not {wish.specifier}"
    for package in sorted(lock.asked - wishes.keys()):
        yield f"{name}.txt still pins {package}, which {name}.in no longer asks for"
    for package in sorted(lock.unhashed):
        yield f"{name}.txt pins {package} without a hash"
    if "://" in lock.text or re.search(r"(?m)^--", lock.text):
        yield f"{name}.txt names a host"


def disagreements() -> Iterator[str]:
    """Yield each package that runs at one version and is tested at another."""
    tested = read_lock(HERE / "dev.txt").versions
    for package, version in read_lock(HERE / "app.txt").versions.items():
        if tested.get(package) != version:
            yield f"app.txt pins {package} {version}, dev.txt {tested.get(package)}"


def main() -> int:
    """Say what is wrong with the locks; return the exit code."""
    found = list(chain(faults("uv"), faults("app"), faults("dev"), disagreements()))
    for fault in found:
        sys.stderr.write(f"locks: {fault}\n")
    if found:
        sys.stderr.write("locks: `make lock` makes them again\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
