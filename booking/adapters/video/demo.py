"""The demo's room: a page of our own that stands for one, and says so."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from booking.adapters.video import Role, Room, check_until, check_vendor, room_name

_TOKEN = re.compile(
    r"(?P<ref>[0-9a-f]{40})\.(?P<role>host|guest)\.(?P<until>[0-9]{1,12})\.(?P<seal>[\w-]{43})",
    re.ASCII,
)


@dataclass(frozen=True, eq=False)
class DemoVideo:
    """Makes links to `/demo/room/<token>` under `public_url`; `verify` reads the token."""

    public_url: str
    secret: str = field(repr=False)

    vendor = "demo"
    shared_room = False

    def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
        return Room(self.vendor, room_name(self.secret, key))

    def join_link(
        self, room: Room, *, role: Role, name: str, until: datetime, now: datetime
    ) -> str:
        check_vendor(room, self.vendor)
        check_until(until, now)
        claim = f"{room.ref}.{role}.{int(until.timestamp())}"
        return f"{self.public_url.rstrip('/')}/demo/room/{claim}.{self._seal(claim)}"

    def close_room(self, room: Room) -> None:
        """Do nothing: there is no room behind the page."""

    def verify(self, token: str, now: datetime) -> tuple[str, Role] | None:
        """Return the room and role a token lets in to, or None if it is forged or over."""
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        claim = token.rpartition(".")[0]
        if not hmac.compare_digest(self._seal(claim), match["seal"]):
            return None
        if now >= datetime.fromtimestamp(int(match["until"]), UTC):
            return None
        return match["ref"], Role(match["role"])

    def _seal(self, claim: str) -> str:
        key = b"demo room link\0" + self.secret.encode()
        digest = hmac.new(key, claim.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
