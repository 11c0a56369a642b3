"""A bare Flask page behind the same server, to tell how fast the machine is at this moment."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.support.processes import free_port, running, wait_until

SERVER = ("-m", "gunicorn", "-c", "python:booking.web.server", "--workers=2", "bench.plain:app()")


def app() -> Flask:
    """Return an application that says hello and nothing else."""
    bare = Flask("bare")
    bare.extensions["embedded"] = None
    bare.add_url_rule("/", "hello", lambda: {"hello": "world"})
    return bare


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """Run it with two processes; yield its address."""
    port = free_port()
    command = (sys.executable, *SERVER)
    with running(command, env={"PORT": str(port)}, folder=folder, name="plain") as program:
        wait_until(lambda: program.output().count("Booting worker") == 2, 30, "plain server")
        yield f"http://127.0.0.1:{port}/"
