"""A connection to Redis that is gone is an error of the connection, not of the program."""

from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection
from kombu.transport.redis import Transport
from redis.exceptions import ConnectionError as ConnectionLost

from workers.broker import MendedChannel, mend


@pytest.mark.parametrize("gone", [None, SimpleNamespace(client=None)])
def test_a_channel_that_outlived_its_connection_says_that_it_is_gone(gone: Any) -> None:
    channel = MendedChannel.__new__(MendedChannel)
    channel.connection = gone

    with pytest.raises(ConnectionLost):
        _ = channel.pool


def test_a_worker_passes_that_error_over_while_it_closes() -> None:
    mend()

    assert Transport.Channel is MendedChannel
    assert issubclass(ConnectionLost, Connection("redis://").connection_errors)
