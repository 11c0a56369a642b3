"""How much memory processes hold, as Linux tells it."""

import re
from pathlib import Path

PROC = Path("/proc")
# The most that each kind of process was seen to hold, in MiB, for the line under the table.
HIGHEST: dict[str, float] = {}


def family(pid: int) -> list[int]:
    """Return the process and all that descend from it."""
    children = (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def resident_mib(pid: int) -> float:
    """Return what the process holds in memory now."""
    return _status(pid, "VmRSS")


def note_peak(what: str, pid: int) -> None:
    """Keep the most that one process of the family ever held."""
    most = max(_status(one, "VmHWM") for one in family(pid))
    HIGHEST[what] = max(HIGHEST.get(what, 0), most)


def _status(pid: int, field: str) -> float:
    said = (PROC / str(pid) / "status").read_text()
    found = re.search(rf"^{field}:\s+(\d+) kB", said, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0
