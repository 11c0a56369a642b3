"""How often one caller may ask.

A view says what it allows with `@at_most(...)`; everything else has the general limit. The
counts are kept in Redis where there is one, else in this process, and also in this process
while Redis does not answer. Limits that guard texts are not here but in the database.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from flask import Flask, current_app, request
from flask_limiter import Limiter

from booking.clock import utcnow
from booking.config import Settings

BOOKINGS = "20/minute;100/hour"
LOST_LINKS = "5/minute"
SIGN_INS = "5/minute"
# A whole practice may come in through one address at nine; tries at one account are counted
# in the database besides.
PROOFS = "20/minute;200/hour"
FEEDS = "60/minute"
API_READS = "240/minute"
EVERYTHING = "600/minute"
POSTS = ("POST",)
READS = ("GET", "HEAD")

_EXTENSION = "stillhour_limiter"
_MARK = "stillhour_limit"
_REDIS_PATIENCE_S = 0.5
_IPV6_NETWORK_BITS = 64

View = TypeVar("View", bound=Callable[..., object])


def at_most(limit: str, *, methods: Sequence[str] = POSTS) -> Callable[[View], View]:
    """Mark a view: one address may call it by `methods` no oftener than `limit`."""

    def mark(view: View) -> View:
        setattr(view, _MARK, (limit, tuple(methods)))
        return view

    return mark


def register(app: Flask, settings: Settings) -> None:
    """Apply the limits to every view `app` has by now."""
    limiter = Limiter(
        caller,
        default_limits=[EVERYTHING],
        storage_uri=settings.redis_url or "memory://",
        storage_options=_storage_options(settings),
        in_memory_fallback_enabled=True,
        key_prefix="stillhour",
        enabled=settings.rate_limits,
    )
    limiter.init_app(app)
    app.extensions[_EXTENSION] = limiter
    for endpoint, view in app.view_functions.items():
        marked = getattr(view, _MARK, None)
        if marked is not None:
            limit, methods = marked
            count = limiter.limit(limit, methods=list(methods), override_defaults=False)
            app.view_functions[endpoint] = count(view)  # type: ignore[assignment]


def caller() -> str:
    """Return the caller's address, of IPv6 the network: one household has a whole one.

    X-Forwarded-For counts only through the proxies the settings trust (see `app.py`).
    """
    text = request.remote_addr or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        network = int(address) >> (128 - _IPV6_NETWORK_BITS)
        return f"{network:x}/64"
    return str(getattr(address, "ipv4_mapped", None) or address)


def seconds_to_wait() -> int:
    """Return in how many seconds the caller may ask again, after a refusal."""
    limiter = current_app.extensions[_EXTENSION]
    broken = limiter.current_limit
    if broken is None:
        return 60
    return max(1, int(broken.reset_at - utcnow().timestamp()) + 1)


def _storage_options(settings: Settings) -> dict[str, str | int]:
    if settings.redis_url is None:
        return {}
    patience: dict[str, float] = {
        "socket_connect_timeout": _REDIS_PATIENCE_S,
        "socket_timeout": _REDIS_PATIENCE_S,
    }
    return patience  # type: ignore[return-value]  # the annotation there is too narrow
