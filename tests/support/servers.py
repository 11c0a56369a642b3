"""Real servers for the tests: started on free ports, thrown away afterwards, never left behind."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis as RedisClient
from redis.exceptions import RedisError

from tests.support.launch import Server, started
from tests.support.postgres import Cluster, postgres, run_folder, shared_postgres
from tests.support.processes import free_port
from tests.support.programs import chromium_path, redis_program

__all__ = [
    "Cluster",
    "Redis",
    "chromium_path",
    "free_port",
    "postgres",
    "redis",
    "run_folder",
    "shared_postgres",
]


@dataclass(frozen=True, slots=True)
class Redis:
    """A Redis server of our own, empty at the start."""

    port: int
    pid: int
    url: str


@contextmanager
def redis() -> Iterator[Redis]:
    """Run an empty Redis server on a free port; it keeps nothing on disk."""
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        program_path = redis_program()

        def command(port: int) -> Sequence[str | Path]:
            keeps_nothing = ("--save", "", "--appendonly", "no", "--dir", folder)
            return (program_path, "--port", str(port), "--bind", "127.0.0.1", *keeps_nothing)

        def answers(port: int) -> bool:
            with RedisClient(port=port, socket_timeout=5) as client:
                try:
                    return bool(client.ping())
                except RedisError:
                    return False

        with started(Server("redis", command, answers)) as (program, port):
            yield Redis(port, program.pid, f"redis://127.0.0.1:{port}/0")
