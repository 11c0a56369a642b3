"""Mail through an SMTP server: one connection a letter, and every answer given its meaning."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email import policy
from email.parser import BytesHeaderParser

from booking.adapters.mail.smtp_url import Security, SmtpServer, parse_smtp_url
from booking.adapters.plain_text import bare_address
from booking.errors import OutcomeUnknown, ProviderRejected, ProviderUnavailable

__all__ = ["TIMEOUT_S", "SmtpMail", "parse_smtp_url"]

TIMEOUT_S = 10.0

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# First digits of an SMTP answer (RFC 5321 §4.2.1).
_DONE, _GO_ON, _LATER, _NEVER = 2, 3, 4, 5
# Refusals of our account, not of the letter: it goes through once the settings are right.
_NOT_ABOUT_THE_LETTER = frozenset({530, 534, 535, 538})


class SmtpMail:
    """A `MailSender` that speaks to the server named in a URL; see `parse_smtp_url`.

    `timeout_s` bounds the connecting and every wait for an answer. The server's certificate
    is checked against the system's authorities, or those in SSL_CERT_FILE.
    """

    def __init__(self, url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._server = parse_smtp_url(url)
        self._timeout_s = timeout_s

    def send(self, *, to: str, message: bytes) -> None:
        """Hand the message over to be carried to `to` alone, from the mailbox in its From."""
        sender = _mailbox(message)
        try:
            recipient = bare_address(to)
        except ValueError:
            raise ProviderRejected("smtp: not a plain address", code="address") from None
        # Our own name in EHLO: asking the resolver for it can hang, and this one is registered.
        name = sender.rpartition("@")[2]
        with _session(self._server, name=name, timeout_s=self._timeout_s) as smtp:
            _hand_over(smtp, message, sender=sender, recipient=recipient)

    def check(self) -> None:
        """Connect, secure the line and log in, as for a letter, and send none.

        Raises as `send` does: nothing was handed over.
        """
        with _session(self._server, name="localhost", timeout_s=self._timeout_s):
            pass


@contextmanager
def _session(server: SmtpServer, *, name: str, timeout_s: float) -> Iterator[smtplib.SMTP]:
    with _nothing_happened():
        smtp = _connect(server, name=name, timeout_s=timeout_s)
    with closing(smtp):
        with _nothing_happened():
            _secure(smtp, server)
            if server.username is not None and server.password is not None:
                smtp.login(server.username, server.password)
            # STARTTLS forgets the greeting, and without TLS or a login there was none yet.
            smtp.ehlo_or_helo_if_needed()
        try:
            yield smtp
        finally:
            with suppress(OSError):
                smtp.quit()


def _connect(server: SmtpServer, *, name: str, timeout_s: float) -> smtplib.SMTP:
    if server.security is Security.TLS:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=name,
            timeout=timeout_s,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=timeout_s)


def _secure(smtp: smtplib.SMTP, server: SmtpServer) -> None:
    if server.security in {Security.TLS, Security.NEVER}:
        return
    smtp.ehlo_or_helo_if_needed()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
    elif server.security is Security.REQUIRE:
        raise smtplib.SMTPNotSupportedError("STARTTLS is required and not offered")
    elif server.username is not None and server.host not in _LOOPBACK:
        # Whoever sits in between can strip the offer to read the password.
        raise smtplib.SMTPNotSupportedError("a password is not sent without TLS")


def _hand_over(smtp: smtplib.SMTP, message: bytes, *, sender: str, recipient: str) -> None:
    with _nothing_happened():
        _expect(_DONE, smtp.mail(sender)[0])
        _expect(_DONE, smtp.rcpt(recipient)[0])
        _expect(_GO_ON, smtp.docmd("DATA")[0])
        # Lost in here, nothing happened either: the end of the message is sent last.
        smtp.send(_as_data(message))
    try:
        code, _ = smtp.getreply()
    except OSError as error:
        raise OutcomeUnknown("smtp: no answer to the message") from error
    if code // 100 not in {_DONE, _LATER, _NEVER}:
        raise OutcomeUnknown(f"smtp: an answer without meaning, {code}")
    _expect(_DONE, code)


def _expect(digit: int, code: int) -> None:
    if code // 100 == digit:
        return
    if code // 100 == _NEVER and code not in _NOT_ABOUT_THE_LETTER:
        raise ProviderRejected(f"smtp: refused with {code}", code=str(code))
    raise ProviderUnavailable(f"smtp: put off with {code}")


@contextmanager
def _nothing_happened() -> Iterator[None]:
    """Turn a failure before the letter was handed over whole into `ProviderUnavailable`."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        # The code alone: servers like to repeat an address in their words.
        raise ProviderUnavailable(f"smtp: put off with {error.smtp_code}") from None
    except (OSError, UnicodeError) as error:
        raise ProviderUnavailable(f"smtp: {error}") from error


def _as_data(message: bytes) -> bytes:
    """Return the message as DATA carries it (RFC 5321 §4.5.2): CRLF, dots doubled, ended."""
    # A bare CR or LF could hide an end that only the next server sees.
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message).removesuffix(b"\r\n")
    return re.sub(rb"(?m)^\.", b"..", lines) + b"\r\n.\r\n"


def _mailbox(message: bytes) -> str:
    sender = BytesHeaderParser(policy=policy.SMTP).parsebytes(message)["From"]
    if sender is None or len(sender.addresses) != 1:
        raise ValueError("a message needs one mailbox in From")
    return bare_address(sender.addresses[0].addr_spec)
