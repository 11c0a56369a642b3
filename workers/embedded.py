"""Worker and beat inside the one web process: the default where there is no Redis.

The queue is in this process's memory and dies with it; nothing is lost, since what is owed
stands in the database and the next sweep finds it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.beat import Scheduler, Service
from celery.bootsteps import CLOSE  # type: ignore[attr-defined]
from flask import Flask

LOG = logging.getLogger("stillhour.embedded")
STOPS_WITHIN_S = 1.5
WAKE = "workers.upkeep.wake"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A worker and a beat that run in threads of this process."""

    worker: Any  # the stubs of Celery know little of its worker
    beat: Service
    threads: tuple[threading.Thread, threading.Thread]

    @property
    def is_alive(self) -> bool:
        return all(thread.is_alive() for thread in self.threads)

    def stop(self) -> None:
        """End both, letting a task in hand come to its end for a moment; again does nothing."""
        self.beat.stop(wait=False)
        if self.worker.consumer is not None:
            # `signal_consumer_close` asks for a method that this release lacks (Celery 5.7.0).
            self.worker.consumer.blueprint.state = CLOSE
        # It waits for tasks two seconds at a time, so it is given one to wake it.
        self.worker.app.send_task(WAKE)
        for thread in self.threads:
            thread.join(STOPS_WITHIN_S)
        self.worker.stop()
        if any(thread.is_alive() for thread in self.threads):
            # The threads are daemons: what is cut off in a call is found by its lease.
            LOG.warning("a task was still running when the process ended")


def start(app: Flask) -> Embedded:
    """Start both for `app`.

    Only one process may do this: a second one would not see the first one's queue, though
    the database would keep them from sending anything twice.
    """
    celery: Celery = app.extensions["celery"]
    celery.finalize()
    celery.loader.import_default_modules()
    worker = celery.WorkController(
        app=celery,
        pool="solo",
        concurrency=1,
        hostname="stillhour@embedded",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    # Beat wakes once a second, so that it can be stopped within one.
    beat = Service(celery, max_interval=1, scheduler_cls=Scheduler)
    threads = (_thread(celery, "worker", worker.start), _thread(celery, "beat", beat.start))
    for thread in threads:
        thread.start()
    return Embedded(worker, beat, threads)


def _thread(celery: Celery, name: str, work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        celery.set_current()
        work()

    return threading.Thread(target=run, name=name, daemon=True)
