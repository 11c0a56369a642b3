"""A client's first visit to the directory, in Chromium: bytes, requests and the largest paint.

The network and the processor are Lighthouse's for a phone, applied by the browser itself:
"slow 4G" (1.6 Mbit/s down, 0.75 up, 150 ms there and back) and a processor slowed four times.
"""

import gzip
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, CDPSession, sync_playwright

from bench.figures import Effort, Figure, at_most, exactly, reported
from tests.support.processes import free_port, running
from tests.support.servers import chromium_path

MOST_KB, MOST_LCP_S = 60, 1.8
SLOWER = 4
DOWN, UP, ROUND_TRIP_MS = 1.6e6 * 0.9 / 8, 0.75e6 * 0.9 / 8, 150
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)
PAINTED = """() => new Promise(done => {
    new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => done(-1), 5000);
})"""


@dataclass(slots=True)
class Visit:
    """What one visit fetched: by URL, the bytes on the wire; and when its largest part showed."""

    fetched: dict[str, int] = field(default_factory=dict)
    painted_ms: float = -1


def figures(effort: Effort) -> Iterator[Figure]:
    """Visit /find of the demo practice, each time with an empty cache."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = (str(Path(sys.executable).with_name("stillhour")), "serve")
    with tempfile.TemporaryDirectory(prefix="bench-") as name, sync_playwright() as driver:
        env = {"DEMO": "1", "DATA_DIR": f"{name}/data", "PORT": str(port), "RATE_LIMITS": "off"}
        with running(command, env=env, folder=Path(name)) as program:
            program.wait_for(lambda: _is_up(url), 120)
            browser = driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            visits = [_visit(browser, f"{url}/find") for _ in range(effort.of(5, 11))]
            browser.close()
            yield from _found(visits, url)


def _found(visits: list[Visit], url: str) -> Iterator[Figure]:
    fetched = visits[-1].fetched
    small = sum(map(_compressed, fetched)) / 1000
    yield at_most("/find: all it fetches, compressed", small, limit=MOST_KB, unit="kB")
    yield reported("/find: bytes as sent without a proxy", f"{sum(fetched.values()) / 1000:.0f} kB")
    yield reported("/find: requests", str(len(fetched)))
    elsewhere = sum(not one.startswith(url) for one in fetched)
    yield exactly("/find: requests to anybody else", str(elsewhere), goal="0")
    seconds = median(visit.painted_ms for visit in visits) / 1000
    what = f"/find: largest paint, slow 4G, CPU / {SLOWER}"
    yield at_most(what, seconds, limit=MOST_LCP_S, unit="s")


def _visit(browser: Browser, url: str) -> Visit:
    visit = Visit()
    context = browser.new_context(viewport=PHONE, is_mobile=True, device_scale_factor=2)  # type: ignore[arg-type]
    page = context.new_page()
    _slow_down(context.new_cdp_session(page), visit)
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    if answer.status != 200:
        raise RuntimeError(f"/find answered {answer.status}")
    visit.painted_ms = page.evaluate(PAINTED)
    context.close()
    return visit


def _slow_down(session: CDPSession, visit: Visit) -> None:
    urls: dict[str, str] = {}
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": DOWN,
            "uploadThroughput": UP,
        },
    )

    def asked(event: dict[str, object]) -> None:
        request = event["request"]
        assert isinstance(request, dict)
        urls[str(event["requestId"])] = str(request["url"])

    def came(event: dict[str, object]) -> None:
        size = event["encodedDataLength"]
        assert isinstance(size, int | float)
        visit.fetched[urls[str(event["requestId"])]] = int(size)

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", came)


def _compressed(url: str) -> int:
    """Return the bytes of the body as a proxy would send it: gzip, unless that makes it longer."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=30) as answer:
        body: bytes = answer.read()
        is_small = answer.headers.get("Content-Encoding") == "gzip"
    return len(body) if is_small else min(len(body), len(gzip.compress(body, 6)))


def _is_up(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=5):
            return True
    except OSError:
        return False
