"""Redis as the broker, mended where losing it would kill a worker."""

from typing import Any

from kombu.transport.redis import Channel, Transport
from redis.exceptions import ConnectionError as ConnectionLost


class MendedChannel(Channel):
    """Says that the connection is gone where kombu trips over its absence (kombu#582).

    A worker that lost Redis closes its channels before it connects anew. Closing one asks for
    a connection; an error of the connection is then passed over, any other ends the worker.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionLost("the connection to the broker is closed")
        return super()._connparams(asynchronous)  # type: ignore[misc,no-any-return]


def mend() -> None:
    """Have every connection to Redis in this process use it; again changes nothing."""
    Transport.Channel = MendedChannel
