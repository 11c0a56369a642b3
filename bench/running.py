"""Running one benchmark, in the process that is its own."""

import resource
from importlib import import_module

from bench.figures import Effort, Figure, Row
from bench.processes import HIGHEST


def measure(name: str, effort: Effort) -> Row:
    """Return what `bench.<name>` finds, and how much memory that took."""
    figures: tuple[Figure, ...] = tuple(import_module(f"bench.{name}").figures(effort))
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    servers = "".join(f", {what} {mib:.0f} MiB" for what, mib in HIGHEST.items())
    return Row(figures, f"{ours:.0f} MiB{servers}")
