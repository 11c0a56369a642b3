"""gunicorn's threaded worker, taking no more connections at a time than it has threads for."""

from gunicorn.workers.gthread import ThreadWorker


class FairWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Leaves new connections to the other processes while all its own threads are at work.

    The worker it comes from takes up to a thousand and has them wait, so that of two
    processes one may do everything while the other idles. Connections kept alive count for
    nothing while nobody asks anything over them.
    """

    @property
    def worker_connections(self) -> int:
        """Return how many connections it may have before it stops taking more."""
        idle = len(self.keepalived_conns) + len(self.pending_conns)
        return min(self._most, idle + int(self.cfg.threads))

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        self._most = most
