"""Asking a machine we know nothing of: little, briefly, and only where we may.

Every wait is bounded, the answer's size too, and so is the whole: a server that sends one byte
now and then is cut off by the clock. Redirects are few, and each is looked at like the first
address; a password goes to no other machine.
"""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from socket import SHUT_RDWR, create_connection, socket
from threading import Timer
from time import monotonic
from urllib.parse import urljoin

from booking.adapters.busy import Account, CannotRead
from booking.adapters.busy.addresses import Resolve, Target, normal, resolved, target_of
from booking.domain.outside import Trouble

# In the embedded default the same worker sends reminders: it must not be kept for long.
WAIT_S, WHOLE_S = 5.0, 20.0
MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
_TROUBLES = {
    401: Trouble.SIGN_IN,
    403: Trouble.SIGN_IN,
    404: Trouble.NOT_FOUND,
    410: Trouble.NOT_FOUND,
}
NOT_MODIFIED, ERROR = 304, 400


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a machine, besides where."""

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and from where in the end."""

    status: int
    address: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


class Asker:
    """Asks over HTTP. `trusted` are hosts of the practice's own that may be inside."""

    def __init__(
        self,
        trusted: frozenset[str] = frozenset(),
        *,
        resolve: Resolve = resolved,
        whole_s: float = WHOLE_S,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.trusted = trusted
        self.resolve = resolve
        self.whole_s = whole_s
        self.most_bytes = most_bytes
        self.tls = ssl.create_default_context()

    def begin(self) -> "Asking":
        """Begin a reading: all it asks together must be answered within the time there is."""
        return Asking(self)


class Asking:
    """One reading: a few questions, and one clock for all of them."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._ends = monotonic() + asker.whole_s

    def ask(self, account: Account, question: Question) -> Answer:
        """Return the answer, 2xx or "not modified"; raise `CannotRead` for any other."""
        asker = self._asker
        address, first = normal(account.address), None
        for _ in range(MOST_REDIRECTS + 1):
            target = target_of(address, trusted=asker.trusted, resolve=asker.resolve)
            first = first or target.origin
            known = account if target.origin == first else Account(address)
            answer = self._once(target, address, _with_password(question, known))
            if answer.status not in _REDIRECTS:
                return _good(answer)
            address = urljoin(address, answer.header("location"))
        raise CannotRead(Trouble.SERVER)

    def _once(self, target: Target, address: str, question: Question) -> Answer:
        left_s = self._ends - monotonic()
        if left_s <= 0:
            raise CannotRead(Trouble.NO_ANSWER)
        connection = _Line(target, self._asker.tls)
        watch = Timer(left_s, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            headers = {"Host": target.host_header, "Accept-Encoding": "identity"}
            body = question.body or None
            connection.request(question.method, target.path, body, {**headers, **question.headers})
            with connection.getresponse() as response:
                content = self._content(response)
            if connection.was_cut:  # what looks like the end is none
                raise CannotRead(Trouble.NO_ANSWER)
            return Answer(response.status, address, _headers(response), content)
        except ssl.SSLCertVerificationError:
            raise CannotRead(Trouble.NOT_SECURE) from None
        except (OSError, HTTPException, ValueError):
            raise CannotRead(Trouble.NO_ANSWER) from None
        finally:
            watch.cancel()
            connection.close()

    def _content(self, response: HTTPResponse) -> bytes:
        content = b""
        while piece := response.read1(_PIECE):
            content += piece
            if len(content) > self._asker.most_bytes:
                raise CannotRead(Trouble.TOO_LARGE)
        if response.length:  # it promised more
            raise CannotRead(Trouble.NO_ANSWER)
        return content


class _Line(HTTPConnection):
    """A connection to the machine that was checked, whatever its name is by now."""

    def __init__(self, target: Target, tls: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=WAIT_S)
        self._target = target
        self._tls = tls
        self._wire: socket | None = None
        self.was_cut = False

    def connect(self) -> None:
        if self.was_cut:
            raise TimeoutError
        wire = create_connection((self._target.machine, self._target.port), WAIT_S)
        self.sock = self._wire = wire
        if self._target.secure:
            name = self._target.host
            # The handshake comes later, when `cut` knows what to cut.
            secure = self._tls.wrap_socket(
                wire, server_hostname=name, do_handshake_on_connect=False
            )
            self.sock = self._wire = secure
            secure.do_handshake()

    def cut(self) -> None:
        """End it from another thread, in the middle of whatever it waits for."""
        self.was_cut = True
        try:
            if self._wire is not None:
                self._wire.shutdown(SHUT_RDWR)
        except OSError:
            return  # it is over already


def _with_password(question: Question, account: Account) -> Question:
    if not account.user:
        return question
    said = b64encode(f"{account.user}:{account.password}".encode()).decode()
    headers = {**question.headers, "Authorization": f"Basic {said}"}
    return Question(question.method, headers, question.body)


def _headers(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _good(answer: Answer) -> Answer:
    if answer.status != NOT_MODIFIED and answer.status >= ERROR:
        raise CannotRead(_TROUBLES.get(answer.status, Trouble.SERVER))
    return answer
