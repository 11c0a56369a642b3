"""A real SMTP server on loopback, and the ways it can treat a letter."""

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

T = TypeVar("T")

HOST = "127.0.0.1"
USER, PASSWORD = "practice", "p@ss/word:1"


class Behaviour(StrEnum):
    OK = "ok"
    REFUSE_RECIPIENT = "refuse the recipient for good"
    REFUSE_MESSAGE = "refuse the message for good"
    GREYLIST = "put the recipient off"
    BUSY_AFTER_DATA = "put the message off"
    DROP_AFTER_DATA = "accept the message and hang up without an answer"
    HANG = "say nothing to the recipient's name"
    HANG_AFTER_DATA = "accept the message and say nothing"
    STARTTLS = "offer STARTTLS and insist on it"
    TLS = "speak TLS from the start"
    AUTH = "insist on a user and a password"


@dataclass(frozen=True, slots=True)
class Received:
    """One message the server took in, answered or not."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    raw: bytes
    over_tls: bool
    user: str | None


@dataclass(frozen=True, slots=True)
class SmtpServer:
    port: int
    certificate: Path
    received: list[Received]

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"smtps://{HOST}:{self.port}"


@contextmanager
def smtp_server(behaviour: Behaviour = Behaviour.OK) -> Iterator[SmtpServer]:
    """Serve on a free port until the block ends. `certificate` is what clients must trust."""
    with tempfile.TemporaryDirectory() as folder:
        certificate, context = _self_made_certificate(Path(folder))
        received: list[Received] = []
        talks: list[SMTP] = []

        def talk() -> SMTP:
            talks.append(_talk(_Handler(behaviour, received), behaviour, context))
            return talks[-1]

        with _running() as loop:
            tls = context if behaviour is Behaviour.TLS else None
            listening = _wait(loop, loop.create_server(talk, HOST, 0, ssl=tls))
            try:
                port = listening.sockets[0].getsockname()[1]
                yield SmtpServer(port=port, certificate=certificate, received=received)
            finally:
                _wait(loop, _hang_up(listening, talks))


class _Handler:
    def __init__(self, behaviour: Behaviour, received: list[Received]) -> None:
        self._behaviour = behaviour
        self._received = received

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # Not by aiosmtpd's own switch, which warns of a login without TLS.
        if self._behaviour is Behaviour.AUTH and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        match self._behaviour:
            case Behaviour.REFUSE_RECIPIENT:
                return f"550 5.1.1 <{address}> is not known here"
            case Behaviour.GREYLIST:
                return f"451 4.7.1 <{address}> greylisted, come back"
            case Behaviour.HANG:
                await _never()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._received.append(
            Received(
                mail_from=str(envelope.mail_from),
                rcpt_tos=tuple(str(address) for address in envelope.rcpt_tos),
                raw=envelope.original_content or b"",
                over_tls=_is_over_tls(server),
                user=session.auth_data,
            )
        )
        match self._behaviour:
            case Behaviour.REFUSE_MESSAGE:
                return "554 5.7.1 not this message"
            case Behaviour.BUSY_AFTER_DATA:
                return "452 4.3.1 no room just now"
            case Behaviour.DROP_AFTER_DATA:
                _drop(server)
            case Behaviour.HANG_AFTER_DATA:
                await _never()
        return "250 OK"


def _is_over_tls(server: SMTP) -> bool:
    transport = server.transport
    return transport is not None and transport.get_extra_info("sslcontext") is not None


def _drop(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


async def _never() -> None:
    await asyncio.Event().wait()


def _talk(handler: _Handler, behaviour: Behaviour, context: ssl.SSLContext) -> SMTP:
    insists_on_tls = behaviour is Behaviour.STARTTLS
    insists_on_login = behaviour is Behaviour.AUTH
    return SMTP(
        handler,
        hostname="mail.test",
        loop=asyncio.get_running_loop(),
        tls_context=context if insists_on_tls else None,
        require_starttls=insists_on_tls,
        authenticator=_authenticate if insists_on_login else None,
        auth_require_tls=not insists_on_login,
    )


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == right, handled=False, auth_data=USER)


@contextmanager
def _running() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="smtp", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


def _wait(loop: asyncio.AbstractEventLoop, work: Coroutine[None, None, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=10)


async def _hang_up(listening: asyncio.Server, talks: list[SMTP]) -> None:
    """Let go of everything open, so that no test ends with a warning about it."""
    listening.close()
    await listening.wait_closed()
    for talk in talks:
        if talk.transport is not None:
            talk.transport.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _self_made_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "mail.crt", folder / "mail.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return public, context
