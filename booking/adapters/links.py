"""Links that let one person do one kind of thing.

A link carries a random id and a keyed signature over purpose, id and version. The key is
not in the database: whoever reads the tables cannot make a link, and whoever holds a link
for one purpose cannot use it for another. Raising the version in the row ends every link
made before.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from enum import StrEnum

_ID_BYTES = 16  # 128 bits from the operating system
_MAC_BYTES = 16
_SHAPE = re.compile(r"([0-9a-f]{32})([A-Za-z0-9_-]{22})", re.ASCII)


class Purpose(StrEnum):
    """What a link is for. `mailed` does what `manage` does, and proves the address besides.

    Those of a `series` are for one of its members, in the same way. `offer` answers the
    standing times that were offered to somebody; `estimate` shows what somebody was told to expect
    to pay. `waiting` and `waiting_mailed` are for somebody who waits for a time, in the way of
    the first two, and `waiting_offer` answers the one that was offered to them. `feed` is what
    a calendar program reads again and again.
    """

    MANAGE = "manage"
    MAILED = "mailed"
    JOIN = "join"
    CALENDAR = "calendar"
    SERIES = "series"
    SERIES_MAILED = "series_mailed"
    SERIES_JOIN = "series_join"
    SERIES_CALENDAR = "series_calendar"
    OFFER = "offer"
    ESTIMATE = "estimate"
    WAITING = "waiting"
    WAITING_MAILED = "waiting_mailed"
    WAITING_OFFER = "waiting_offer"
    HOLD = "hold"
    FEED = "feed"
    SIGN_IN = "sign_in"
    STATUS = "status"


def random_id() -> str:
    """Return 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(_ID_BYTES)


def id_in(token: str) -> str | None:
    """Return the id a token names, unchecked; None if it has not the shape of a token."""
    shape = _SHAPE.fullmatch(token)
    return shape[1] if shape else None


class Links:
    """Makes and checks tokens, and the addresses they stand in."""

    def __init__(self, secret_key: str, public_url: str) -> None:
        self._key = hashlib.blake2b(secret_key.encode(), person=b"stillhour links").digest()
        self.public_url = public_url

    def token(self, purpose: Purpose, link_id: str, version: int = 1) -> str:
        """Return the token for `link_id` at `version`; the same arguments, the same token."""
        return link_id + self._mac(purpose, link_id, version)

    def holds(self, token: str, purpose: Purpose, version: int = 1) -> bool:
        """Return whether `token` was made for this purpose and version."""
        shape = _SHAPE.fullmatch(token)
        if shape is None:
            return False
        return hmac.compare_digest(shape[2], self._mac(purpose, shape[1], version))

    def url(self, path: str) -> str:
        """Return the public address of `path`, which starts with a slash."""
        return self.public_url + path

    def _mac(self, purpose: Purpose, link_id: str, version: int) -> str:
        said = f"{purpose}:{link_id}:{version}".encode()
        mac = hmac.digest(self._key, said, "sha256")[:_MAC_BYTES]
        return urlsafe_b64encode(mac).rstrip(b"=").decode()
