"""What stays in memory after thousands of mixed requests: alone, and as separate processes."""

import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from bench.figures import Effort, Figure, at_most, reported
from bench.load import Ask, asked
from bench.processes import family, resident_mib
from bench.race import booking_of
from booking.clock import utcnow
from tests.support.processes import Program, beat, free_port, running, web, worker
from tests.support.servers import redis

EMBEDDED_MIB, PROCESS_MIB = 250, 160
CLIENTS = 8
SEED = 20261122
GOOD = {200, 201, 409, 422}
PAGES = (
    "/find",
    "/find?state=NY&kind=consultation",
    "/api/v1/therapists",
    "/api/v1/therapists?state=CA&limit=100",
    "/healthz",
    "/urgent",
    "/api/v1/openapi.json",
)


def figures(effort: Effort) -> Iterator[Figure]:
    """Run the demo as `make run` does, then the processes of the Procfile."""
    count = effort.of(3_000, 10_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        yield from _embedded(folder, count)
        yield from _apart(folder, count)


def _embedded(folder: Path, count: int) -> Iterator[Figure]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(_serve(), env=_demo(folder / "one", port), folder=folder) as program:
        program.wait_for(lambda: _is_up(url), 120)
        before = _whole(program)
        answers = asked(url, _mixed(url, count), clients=CLIENTS)
        what = f"everything in one, after {count:,} requests"
        yield at_most(what, _whole(program), limit=EMBEDDED_MIB, unit="MiB")
        yield reported("everything in one, before them", f"{before:.0f} MiB")
        yield _bad(answers)


def _apart(folder: Path, count: int) -> Iterator[Figure]:
    with redis() as broker, ExitStack() as stack:
        env = _demo(folder / "one", free_port()) | {"REDIS_URL": broker.url}
        server = stack.enter_context(web(env, folder=folder))
        working = stack.enter_context(worker(env, folder=folder))
        ticking = stack.enter_context(beat(env, folder=folder))
        answers = asked(server.url, _mixed(server.url, count), clients=CLIENTS)
        most = max(map(resident_mib, family(server.program.pid)))
        yield at_most(f"a web process, after {count:,}", most, limit=PROCESS_MIB, unit="MiB")
        yield at_most("a worker process", _largest(working), limit=PROCESS_MIB, unit="MiB")
        yield reported("beat", f"{_largest(ticking):.0f} MiB")
        yield _bad(answers)


def _serve() -> tuple[str, ...]:
    return (str(Path(sys.executable).with_name("stillhour")), "serve")


def _demo(data: Path, port: int) -> dict[str, str]:
    return {"DEMO": "1", "DATA_DIR": str(data), "PORT": str(port), "RATE_LIMITS": "off"}


def _is_up(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=5):
            return True
    except OSError:
        return False


def _whole(program: Program) -> float:
    """Return what the master and its one process hold together."""
    return sum(map(resident_mib, family(program.pid)))


def _largest(program: Program) -> float:
    return max(map(resident_mib, family(program.pid)))


def _mixed(url: str, count: int) -> Iterator[Ask]:
    """Yield pages, openings and bookings: one request in twenty books."""
    dice = random.Random(SEED + utcnow().microsecond)
    with urlopen(f"{url}/api/v1/therapists?kind=individual&limit=100") as answer:
        cards = json.load(answer)["therapists"]
    slugs = [card["slug"] for card in cards]
    open_now = [(card["slug"], at) for card in cards for at in card["next_openings"]]
    for number in range(count):
        slug = dice.choice(slugs)
        if number % 20 == 0:
            therapist, opening = dice.choice(open_now)
            yield booking_of(opening, therapist, "session")
        elif number % 3 == 0:
            today = utcnow().date()
            yield Ask(
                f"/api/v1/therapists/{slug}/openings?session_type=session&from={today}"
                f"&until={today + timedelta(days=30)}&time_zone=America/New_York"
            )
        elif number % 3 == 1:
            yield Ask(f"/{dice.choice(('t', 'book'))}/{slug}")
        else:
            yield Ask(dice.choice(PAGES))


def _bad(answers: Counter[int]) -> Figure:
    said = ", ".join(f"{count:,} x {status}" for status, count in sorted(answers.items()))
    return Figure("answers", said, met=None if set(answers) <= GOOD else False)
