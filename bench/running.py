"""Running one benchmark, in the process that is its own."""

import resource
from importlib import import_module

from bench.figures import Effort, line
from bench.processes import HIGHEST


def measure(name: str, effort: Effort) -> int:
    """Print what `bench.<name>` finds, as it finds it; return how many figures miss their goal."""
    missed = 0
    for figure in import_module(f"bench.{name}").figures(effort):
        print(line(figure), flush=True)
        missed += figure.met is False
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    servers = "".join(f", {what} {mib:.0f} MiB" for what, mib in HIGHEST.items())
    print(f"    peak memory: {ours:.0f} MiB{servers}", flush=True)
    return missed
