"""All appointments of one person in their own calendar, by a secret address.

Only for who came by a link that was mailed: it reaches further than the one appointment.
"""

from dataclasses import dataclass

from werkzeug import Response

from booking.clock import utcnow
from booking.errors import NotFound
from booking.queries.feeds import feed_of_person
from booking.services.audit import client
from booking.services.calendars.feeds import end_own_feed, feed_path, make_own_feed
from booking.web.limits import BOOKINGS, at_most
from booking.web.manage_pages.visits import Visit, acting, visit
from booking.web.wiring import parts, reading


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """What the page shows of it; `url` is empty until it is made."""

    url: str

    @property
    def subscribe(self) -> str:
        """Return the address under the name that programs open to subscribe."""
        return f"webcal://{self.url.partition('://')[2]}"


def own_feed(person_id: int, *, mailed: bool) -> OwnFeed | None:
    """Return the feed to show to that person; None where none may be made."""
    if not mailed:
        return None
    feed = feed_of_person(reading(), person_id)
    return OwnFeed(parts().links.url(feed_path(feed, parts().links)) if feed else "")


@at_most(BOOKINGS)
def make(token: str) -> Response:
    """Make the address, or another one in its place; acting by a mailed link proves whose."""
    now = utcnow()
    _check_mailed(visit(token))
    participant = acting(token, now=now).participant
    make_own_feed(participant.person_id, actor=client(participant.id), now=now)
    return visit(token).back(done="feed")


@at_most(BOOKINGS)
def end(token: str) -> Response:
    now = utcnow()
    _check_mailed(visit(token))
    participant = acting(token, now=now).participant
    end_own_feed(participant.person_id, actor=client(participant.id), now=now)
    return visit(token).back(done="no-feed")


def _check_mailed(found: Visit) -> None:
    if not found.mailed:
        raise NotFound("booking")
