"""A vendor in memory for the tests of services; nothing works while it is `down`."""

from datetime import datetime
from urllib.parse import urlencode

from booking.adapters.video import Role, Room, check_until, check_vendor, room_name
from booking.errors import ProviderRejected, ProviderUnavailable


class FakeVideo:
    """Keeps its rooms by key, which of them are closed, and every link it made."""

    vendor = "fake"
    shared_room = False

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.closed: set[Room] = set()
        self.links: list[str] = []
        self.down = False

    def open_room(self, *, key: str, opens_at: datetime, closes_at: datetime) -> Room:
        self._check_up()
        room = self.rooms.setdefault(key, Room(self.vendor, room_name("fake", key)))
        self.closed.discard(room)
        return room

    def join_link(
        self, room: Room, *, role: Role, name: str, until: datetime, now: datetime
    ) -> str:
        self._check_up()
        check_vendor(room, self.vendor)
        check_until(until, now)
        if room in self.closed:
            raise ProviderRejected("fake: room is closed", code="closed")
        query = urlencode({"role": role, "name": name, "until": int(until.timestamp())})
        link = f"https://video.invalid/{room.ref}?{query}"
        self.links.append(link)
        return link

    def close_room(self, room: Room) -> None:
        self._check_up()
        self.closed.add(room)

    def _check_up(self) -> None:
        if self.down:
            raise ProviderUnavailable("fake: down")
