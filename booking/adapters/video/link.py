"""A therapist's standing room: one address kept with some other service, for every session."""

import re
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from booking.adapters.video import Role, Room, check_vendor
from booking.errors import ProviderRejected

LONGEST_URL = 500
_PRINTABLE = re.compile(r"[\x21-\x7e]+", re.ASCII)
_HOST = re.compile(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])", re.ASCII
)


class StandingRoom:
    """The key of a room is its address, so nothing is opened, limited or closed."""

    vendor = "link"
    shared_room = True

    def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
        """Return the room at the address `key`; raise `ProviderRejected` if it is not usable."""
        return Room(self.vendor, _checked(key))

    def join_link(
        self, room: Room, *, role: Role, name: str, until: datetime, now: datetime
    ) -> str:
        """Return the address, the same for everybody and for good."""
        check_vendor(room, self.vendor)
        return _checked(room.ref)

    def close_room(self, room: Room) -> None:
        """Do nothing: the room is not ours to close."""


def check_room_url(url: str) -> str:
    """Return the address of a room as it may be kept; raise `ValueError` with a short code.

    Codes: `empty`, `too_long`, `characters`, `malformed`, `not_https`, `userinfo`, `host`.
    """
    url = url.strip()
    if not url:
        raise ValueError("empty")
    if len(url) > LONGEST_URL:
        raise ValueError("too_long")
    # A backslash is a slash to a browser and a letter to us, so the two would see other hosts.
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise ValueError("characters")
    parts = _split(url)
    if parts.scheme != "https":
        raise ValueError("not_https")
    if "@" in parts.netloc:
        raise ValueError("userinfo")
    if not _is_public_name(parts.hostname or ""):
        raise ValueError("host")
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("malformed") from None
    return parts


def _is_public_name(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) and not host.endswith((".local", ".localhost", ".internal"))


def _checked(url: str) -> str:
    try:
        return check_room_url(url)
    except ValueError as error:
        raise ProviderRejected("link: unusable address", code=str(error)) from None
