"""`python -m bench [--quick] [NAME ...]`: measure, and print each figure beside its goal."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.figures import Effort
from bench.running import measure

BENCHMARKS = (
    "openings_pure",
    "openings_http",
    "directory",
    "booking",
    "series",
    "race",
    "memory",
    "first_visit",
)


def main() -> int:
    """Run the named benchmarks, or all; return how many figures miss their goal, at most 1."""
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    reader.add_argument("--quick", action="store_true", help="a look, in about five minutes")
    asked = reader.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        reader.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    missed = 0
    for name in asked.names or BENCHMARKS:
        print(name, flush=True)
        missed += _measured_apart(name, Effort(quick=asked.quick))
    print(f"{missed} figures miss their goal" if missed else "every goal is met")
    return 1 if missed else 0


def _measured_apart(name: str, effort: Effort) -> int:
    # A process of its own for each, so that the memory of one is not laid at another's door.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, name, effort).result()


if __name__ == "__main__":
    sys.exit(main())
