"""Keeps a test run's PostgreSQL cluster: `python -m tests.support.keeper FOLDER`."""

import signal
import sys
from pathlib import Path

from tests.support.postgres import keep_postgres


def _leave(*_: object) -> None:
    sys.exit(1)  # Through every `finally`, so that the server goes with us.


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    keep_postgres(Path(sys.argv[1]))
