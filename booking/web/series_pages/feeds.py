"""All appointments of one person in their own calendar, from the page of a standing hour.

See `manage_pages/feeds.py`: only for who came by a link that was mailed.
"""

from werkzeug import Response

from booking.clock import utcnow
from booking.errors import NotFound
from booking.services.calendars.feeds import end_own_feed, make_own_feed
from booking.web.limits import BOOKINGS, at_most
from booking.web.series_pages.visits import Visit, acting, visit


@at_most(BOOKINGS)
def make(token: str) -> Response:
    """Make the address, or another one in its place; acting by a mailed link proves whose."""
    found = _acting(token)
    make_own_feed(found.member.person_id, actor=found.actor, now=utcnow())
    return visit(token).back(done="feed")


@at_most(BOOKINGS)
def end(token: str) -> Response:
    found = _acting(token)
    end_own_feed(found.member.person_id, actor=found.actor, now=utcnow())
    return visit(token).back(done="no-feed")


def _acting(token: str) -> Visit:
    if not visit(token).mailed:
        raise NotFound("booking")
    return acting(token, now=utcnow())
