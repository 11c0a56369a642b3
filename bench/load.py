"""Asking a server many times over: as fast as it goes, or so many times and no more."""

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from multiprocessing import get_context
from threading import Lock
from urllib.parse import urlsplit

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; with a body it is a POST."""

    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def rate(url: str, seconds: int) -> float:
    """Return how many times a second `url` answers 200, asked over 16 connections at once."""
    if shutil.which("wrk"):
        return _by_wrk(url, seconds)
    halves = 2
    with ProcessPoolExecutor(halves, mp_context=get_context("spawn")) as pool:
        works = [pool.submit(_by_threads, url, seconds) for _ in range(halves)]
        return sum(work.result() for work in works)


def asked(url: str, asks: Iterable[Ask], *, clients: int) -> Counter[int]:
    """Send every request, by so many clients at once; count the answers by status."""
    waiting, lock = iter(asks), Lock()

    def client(_: int) -> Counter[int]:
        answers: Counter[int] = Counter()
        connection = _connection(url)
        for ask in _shared(waiting, lock):
            answers[_status(connection, ask)] += 1
        connection.close()
        return answers

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(client, range(clients)), Counter())


def _by_wrk(url: str, seconds: int) -> float:
    command = ("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", url)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"not every answer was good:\n{said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None, said
    return float(found[1])


def _by_threads(url: str, seconds: int) -> float:
    end = time.perf_counter() + seconds
    path = url.removeprefix(_base(url))

    def until_the_end() -> Iterator[Ask]:
        while time.perf_counter() < end:
            yield Ask(path)

    answers = asked(_base(url), until_the_end(), clients=CONNECTIONS // 2)
    if set(answers) != {200}:
        raise RuntimeError(f"not every answer was good: {answers}")
    return answers[200] / seconds


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=60)


def _shared(waiting: Iterator[Ask], lock: Lock) -> Iterator[Ask]:
    while True:
        with lock:
            ask = next(waiting, None)
        if ask is None:
            return
        yield ask


def _status(connection: HTTPConnection, ask: Ask) -> int:
    method = "GET" if ask.body is None else "POST"
    connection.request(method, ask.path, body=ask.body, headers=dict(ask.headers))
    answer = connection.getresponse()
    answer.read()
    return answer.status


def timed(call: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
