"""Which addresses we let somebody make us ask: only those of the public internet.

A therapist types the address of a calendar, and our own machine asks there, from inside the
practice's network. So what a name resolves to is checked, and it is exactly the checked address
that is connected to: a name that resolves to something else a moment later changes nothing.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from booking.adapters.busy import CannotRead
from booking.domain.outside import Trouble

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

_PORTS = {"https": 443, "http": 80}
_LONGEST = 2000
# Named one by one, since what the standard library calls global changes with its version.
_CLOSED = [
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        # What every machine at Microsoft's cloud can ask about itself.
        "168.63.129.16/32",
        # Of IPv6: what carries an IPv4 address in it, documentation, and tunnels.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
    )
]
# All that is handed out to the public. Mapped, private, link-local and multicast lie outside.
_GLOBAL_IPV6 = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart, and the one machine that was found for it and may be asked."""

    secure: bool
    host: str
    port: int
    path: str
    machine: str

    @property
    def origin(self) -> tuple[bool, str, int]:
        return self.secure, self.host, self.port

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host
            if self.port == _PORTS["https" if self.secure else "http"]
            else f"{host}:{self.port}"
        )


def is_public(machine: str) -> bool:
    """Return whether an IP address is one that anybody on the internet could ask."""
    try:
        address = ip_address(machine.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    return not any(_within(address, closed) for closed in _CLOSED)


def _within(address: IPv4Address | IPv6Address, network: object) -> bool:
    return address in network  # type: ignore[operator]  # of two kinds it is simply false


def normal(address: str) -> str:
    """Return the address as it is asked for: `webcal` is another name for https."""
    text = address.strip()
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() in {"webcal", "webcals"}:
        return f"https://{rest}"
    return text


def host_in(address: str) -> str:
    """Return the host an address names, for people to know it by; empty if there is none."""
    try:
        return (urlsplit(normal(address)).hostname or "")[:100]
    except ValueError:
        return ""


def target_of(address: str, *, trusted: frozenset[str], resolve: Resolve) -> Target:
    """Return whom to ask; raise `CannotRead` for what we ask of nobody.

    `trusted` are names of machines of the practice's own: these may be inside, and may do
    without TLS.
    """
    scheme, host, port, path = _taken_apart(normal(address))
    if scheme != "https" and host not in trusted:
        raise CannotRead(Trouble.NOT_SECURE)
    machines = resolve(host, port)
    if not machines:
        raise CannotRead(Trouble.NO_ANSWER)
    # One that is inside among others that are not is a trick, too.
    if host not in trusted and not all(map(is_public, machines)):
        raise CannotRead(Trouble.ADDRESS)
    return Target(scheme == "https", host, port, path, machines[0])


def _taken_apart(address: str) -> tuple[str, str, int, str]:
    odd = any(c.isspace() or not c.isprintable() or c == "\\" for c in address)
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise CannotRead(Trouble.ADDRESS) from None
    named = "@" in parts.netloc
    if odd or named or not host or len(address) > _LONGEST or parts.scheme not in _PORTS:
        raise CannotRead(Trouble.ADDRESS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise CannotRead(Trouble.ADDRESS)
    return parts.scheme, host.lower(), port or _PORTS[parts.scheme], path


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses the system knows for a name, IPv4 first; none if it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    machines = [str(each[4][0]) for each in sorted(found, key=lambda each: each[0])]
    return list(dict.fromkeys(machines))
