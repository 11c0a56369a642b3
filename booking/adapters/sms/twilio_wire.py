"""Twilio's own client, held to a time limit, one address and silence.

The client comes without a timeout, writes numbers to its log, and fails in three unrelated
families of errors. All of that stays in this file. It takes 20 MB and a third of a second to
import, so only a process that sends texts imports it.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from ssl import SSLCertVerificationError
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from booking.adapters.sms.twilio_errors import Action, meaning_of
from booking.errors import OutcomeUnknown, ProviderError, ProviderRejected, ProviderUnavailable

T = TypeVar("T")

LONGEST_CONNECT_S = 3.0
# What the client raises on an answer that is no JSON, or not the JSON it awaits.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, SSLCertVerificationError)
# Statuses that leave open whether the text was taken in.
UNSETTLED = frozenset({HTTPStatus.REQUEST_TIMEOUT})

# urllib3 writes whole addresses, and the one of a look-up holds the number looked for.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class ListedText:
    reference: str | None
    body: str | None
    created_at: datetime | None
    direction: str | None


class BoundedHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends every request to `base_url`, and gives up on any after `timeout`, whatever happens."""

    def __init__(self, base_url: str, timeout: timedelta) -> None:
        patience = timeout.total_seconds()
        # A connection kept open may be closed under us as we write, and then nobody knows
        # whether the text went out. One connection a text is cheap beside that.
        super().__init__(timeout=patience, pool_connections=False)
        self._base = urlsplit(base_url)
        self._patience = patience
        # Connecting gives up well before the whole call does, so that it is known that
        # nothing was sent.
        self.timeout = (min(LONGEST_CONNECT_S, patience / 2), patience)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Answer as the library expects, but refuse by HTTP status what need not be read."""
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "Connection": "close"}
        response = self._within_patience(
            lambda: super(BoundedHttpClient, self).request(
                method, self._rebased(url), *args, **kwargs
            )
        )
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise ProviderUnavailable("twilio: too many requests")
        if response.status_code not in range(200, 300) and not _is_refusal(response.status_code):
            raise OutcomeUnknown(f"twilio: status {response.status_code}")
        return response

    def log_request(self, kwargs: object) -> None:
        """Write nothing: the library would log the number of every look-up."""

    def log_response(self, status_code: int, response: object) -> None:
        """Write nothing, for the same reason."""

    def _rebased(self, url: str) -> str:
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        return asked._replace(
            scheme=self._base.scheme, netloc=self._base.netloc, path=path
        ).geturl()

    def _within_patience(self, call: Callable[[], T]) -> T:
        # The timeout of a socket counts the silence between two bytes, so a server that drips
        # would hold the worker for ever. The thread left behind dies with that connection.
        outcome: Future[T] = Future()
        threading.Thread(target=_settle, args=(outcome, call), daemon=True).start()
        try:
            return outcome.result(self._patience)
        except TimeoutError:
            raise requests.ReadTimeout("no whole answer in time") from None


class TwilioWire:
    """The two calls we make. Errors carry no trace of the client's own, which hold numbers."""

    def __init__(self, account_sid: str, auth_token: str, http: BoundedHttpClient) -> None:
        # The library reads its environment for a region that would change the address.
        environment = {"TWILIO_ACCOUNT_SID": account_sid}
        self._client = Client(account_sid, auth_token, http_client=http, environment=environment)

    def create(self, fields: dict[str, object]) -> str:
        """Hand over one text and return its reference, or raise one of the three errors."""
        failure: ProviderError
        try:
            reference = self._client.messages.create(**fields).sid
        except (ProviderError, TwilioException, requests.RequestException, *UNREADABLE) as error:
            failure = _meaning(error)
        else:
            if isinstance(reference, str) and reference:
                return reference
            failure = OutcomeUnknown("twilio: accepted without a reference")
        raise failure

    def texts_to(self, number: str, *, at_most: int) -> Iterator[ListedText]:
        """Yield texts to `number`, newest first; raise `ProviderUnavailable` if none can be had."""
        failed = False
        try:
            for text in self._client.messages.stream(to=number, limit=at_most, page_size=at_most):
                yield ListedText(text.sid, text.body, text.date_created, text.direction)
        except (ProviderError, TwilioException, requests.RequestException, *UNREADABLE):
            failed = True
        if failed:
            raise ProviderUnavailable("twilio: cannot look texts up")


def _settle(outcome: "Future[T]", call: Callable[[], T]) -> None:
    try:
        outcome.set_result(call())
    except Exception as error:  # noqa: BLE001 - handed on whole to the thread that waits
        outcome.set_exception(error)


def _is_refusal(status: int) -> bool:
    return status in range(400, 500) and status not in UNSETTLED


def _meaning(error: Exception) -> ProviderError:
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, TwilioException):
        return _refusal(error)
    if isinstance(error, requests.ConnectionError) and _never_connected(error):
        return ProviderUnavailable("twilio: cannot be reached")
    return OutcomeUnknown(f"twilio: no usable answer ({type(error).__name__})")


def _refusal(error: TwilioException) -> ProviderError:
    code = str(getattr(error, "code", None) or getattr(error, "status", ""))
    meaning = meaning_of(code)
    if meaning.action is Action.RETRY:
        return ProviderUnavailable(f"twilio {code}: {meaning.words}")
    return ProviderRejected(f"twilio {code}: {meaning.words}", code=code)


def _never_connected(error: BaseException) -> bool:
    """Return whether the connection failed before a byte of the request was written."""
    causes: list[object] = [error]
    while causes:
        cause = causes.pop()
        if isinstance(cause, NEVER_CONNECTED):
            return True
        causes += [getattr(cause, "reason", None), *getattr(cause, "args", ())]
        causes = [each for each in causes if isinstance(each, BaseException)]
    return False
