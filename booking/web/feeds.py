"""Calendars that programs read by a secret address, `/feeds/<token>.ics`.

Nobody looks at them here: they are fetched again and again, and say little (`services/calendars`).
"""

from flask import Blueprint, make_response, request
from werkzeug import Response

from booking.clock import utcnow
from booking.services.calendars.feeds import feed_file
from booking.web.access import anyone
from booking.web.i18n import LANGUAGE
from booking.web.limits import FEEDS, READS, at_most
from booking.web.manage_pages.calendars import MEDIA_TYPE
from booking.web.practice import practice_facts
from booking.web.wiring import parts, reading

bp = Blueprint("feeds", __name__)
bp.before_request(anyone)

# May be kept by who asked, and is asked for again each time: then "not modified" is all we say.
CACHING = "private, no-cache"


@bp.get("/feeds/<token:token>.ics")
@at_most(FEEDS, methods=READS)
def file(token: str) -> Response:
    """Serve the calendar. An address that was replaced is not found, as if it had never been."""
    content = feed_file(
        reading(),
        token,
        practice_facts().outside_name,
        links=parts().links,
        language=LANGUAGE,
        now=utcnow(),
    )
    response = make_response(content)
    response.headers["Content-Type"] = MEDIA_TYPE
    response.headers["Cache-Control"] = CACHING
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response.add_etag()
    return response.make_conditional(request)
