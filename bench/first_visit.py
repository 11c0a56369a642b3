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
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, CDPSession, ViewportSize, sync_playwright

from bench.figures import Effort, Figure, at_most, exactly, reported
from tests.support.processes import free_port, running
from tests.support.servers import chromium_path

MOST_KB, MOST_LCP_S = 60, 1.8
SLOWER = 4
DOWN, UP, ROUND_TRIP_MS = 1.6e6 * 0.9 / 8, 0.75e6 * 0.9 / 8, 150
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)
OK = 200
QUIET_MS = 4000
# Says when the largest part so far was painted, in ms since the epoch; once for each larger one.
WATCH = """new PerformanceObserver(list => {
    for (const entry of list.getEntries())
        console.debug("painted", performance.timeOrigin, performance.timeOrigin + entry.startTime);
}).observe({type: "largest-contentful-paint", buffered: true})"""


@dataclass(slots=True)
class Visit:
    """What one visit fetched over the network, and when documents began and were painted.

    The page may load itself again once, when the script has told it the visitor's zone.
    """

    fetched: list[tuple[str, int]] = field(default_factory=list)
    painted: list[tuple[float, float]] = field(default_factory=list)

    @property
    def first_ms(self) -> float:
        """Return when the largest part of the first document showed, after the click."""
        began = self.painted[0][0]
        return max(at for origin, at in self.painted if origin == began) - began

    @property
    def settled_ms(self) -> float:
        """Return when the largest part of the last document showed, after the same click."""
        return self.painted[-1][1] - self.painted[0][0]


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
    small = sum(_compressed(one) for one, _ in fetched) / 1000
    yield at_most("/find: all it fetches, compressed", small, limit=MOST_KB, unit="kB")
    sent = sum(size for _, size in fetched) / 1000
    yield reported("/find: bytes as sent without a proxy", f"{sent:.0f} kB")
    yield reported("/find: requests", str(len(fetched)))
    elsewhere = sum(not one.startswith(url) for one, _ in fetched)
    yield exactly("/find: requests to anybody else", str(elsewhere), goal="0")
    first = median(visit.first_ms for visit in visits) / 1000
    what = f"/find: largest paint, slow 4G, CPU / {SLOWER}"
    yield at_most(what, first, limit=MOST_LCP_S, unit="s")
    if again := [visit.settled_ms for visit in visits if visit.settled_ms > visit.first_ms]:
        settled = f"{median(again) / 1000:.3g} s"
        yield reported("  and again in the visitor's own zone", settled)


def _visit(browser: Browser, url: str) -> Visit:
    visit = Visit()
    context = browser.new_context(viewport=PHONE, is_mobile=True, device_scale_factor=2)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.on("console", lambda said: _note(visit, said.text))
    _slow_down(context.new_cdp_session(page), visit)
    answer = page.goto(url)
    if answer is None or answer.status != OK:
        raise RuntimeError(f"/find answered {answer and answer.status}")
    page.wait_for_timeout(QUIET_MS)
    page.wait_for_load_state("networkidle")
    context.close()
    return visit


def _note(visit: Visit, said: str) -> None:
    word, *numbers = said.split()
    if word == "painted":
        began, at = map(float, numbers)
        visit.painted.append((began, at))


def _slow_down(session: CDPSession, visit: Visit) -> None:
    urls: dict[str, str] = {}
    session.send("Network.enable")
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

    def asked(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        if event["encodedDataLength"]:  # what the cache answers is nothing on the wire
            visit.fetched.append((urls[event["requestId"]], int(event["encodedDataLength"])))

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
