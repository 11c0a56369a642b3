"""Rooms to meet in, and links that let one person in. A Protocol, a fake, one file a vendor."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from booking.errors import ProviderRejected


class Role(StrEnum):
    HOST = "host"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Room:
    """A room of one vendor, under the name that vendor knows it by."""

    vendor: str
    ref: str


class VideoProvider(Protocol):
    """A vendor of video rooms.

    Methods raise `ProviderUnavailable` when a later try may succeed and `ProviderRejected` when
    none will. Where `shared_room` is true the room is not this session's alone, its link neither
    expires nor tells host from guest, and people are told so.
    """

    vendor: str
    shared_room: bool

    def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
        """Return the room for `key`: the same key, the same room, however often it is asked."""

    def join_link(
        self, room: Room, *, role: Role, name: str, until: datetime, now: datetime
    ) -> str:
        """Return a link that lets one person in as `role` and dies at `until`.

        Made at the click and never stored. The vendor sees `name`, so it is no one's own.
        """

    def close_room(self, room: Room) -> None:
        """End the room. Closing a closed room does nothing."""


def room_name(secret: str, key: str) -> str:
    """Return a name nobody can guess or trace back to `key`: 40 hexadecimal digits.

    Hexadecimal because Jitsi folds case, and because such digits spell no words.
    """
    if not (secret and key):
        raise ValueError("a room name needs a secret and a key")
    return hmac.new(b"room name\0" + secret.encode(), key.encode(), hashlib.sha256).hexdigest()[:40]


def check_vendor(room: Room, vendor: str) -> None:
    """Raise `ProviderRejected` for a room another vendor opened, before the practice switched."""
    if room.vendor != vendor:
        raise ProviderRejected(f"{vendor}: room of {room.vendor}", code="other_vendor")


def check_until(until: datetime, now: datetime) -> None:
    """Raise `ValueError` for a link that would be dead when made."""
    if until <= now:
        raise ValueError(f"link would end before it begins: {until}")
