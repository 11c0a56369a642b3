"""Where mail is handed over, read from one URL."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SUBMISSION_PORT = 587
SUBMISSIONS_PORT = 465


class Security(StrEnum):
    """How the connection is kept private. The values but TLS are those of `?starttls=`."""

    TLS = "tls"
    REQUIRE = "require"
    OFFERED = "offered"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """Return the server a URL names; raise `ValueError` in words that repeat no secret.

    `smtp://user:password@host:587` uses STARTTLS when it is offered; `?starttls=require` insists on
    it and `?starttls=never` does without. `smtps://host:465` speaks TLS from the start. User
    and password are percent-encoded, and both may be left out.
    """
    parts = _split(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError("must start with smtp:// or smtps://")
    if not parts.hostname or not parts.hostname.isascii():
        raise ValueError("must name a host: smtp://host:587")
    if parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("must end after the port; percent-encode / ? and # in a password")
    username, password = _credentials(parts)
    return SmtpServer(
        host=parts.hostname,
        port=_port(parts),
        security=_security(parts),
        username=username,
        password=password,
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # Its own words may repeat a piece of the password that looked like a port.
        raise ValueError(
            "is not a URL with a host and a port; percent-encode signs in a password"
        ) from None
    return parts


def _port(parts: SplitResult) -> int:
    if parts.port == 0:
        raise ValueError("must have a port between 1 and 65535")
    return parts.port or (SUBMISSIONS_PORT if parts.scheme == "smtps" else SUBMISSION_PORT)


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    if parts.username is None and parts.password is None:
        return None, None
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not username or not password:
        raise ValueError("must have both a user and a password, or neither")
    if not (username + password).isascii() or not (username + password).isprintable():
        raise ValueError("must have a user and a password in ASCII, without control characters")
    return username, password


def _security(parts: SplitResult) -> Security:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wanted = options.pop("starttls", None)
    if options:
        raise ValueError("knows no option but starttls")
    if parts.scheme == "smtps":
        if wanted is not None:
            raise ValueError("must not ask for STARTTLS with smtps://, which is TLS already")
        return Security.TLS
    if wanted not in {None, "require", "never"}:
        raise ValueError("must say starttls=require or starttls=never, or nothing")
    return Security(wanted or Security.OFFERED)
