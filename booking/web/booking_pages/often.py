"""How often they will meet, in one line on the way to a standing hour."""

from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.errors import InvalidInput
from booking.web.booking_pages.attempts import Attempt
from booking.web.booking_pages.standing import ask_for, standing_in
from booking.web.booking_pages.wanted import Wanted
from booking.web.views.repeat import sessions
from booking.web.views.series_words import pattern_from


def often_words(attempt: Attempt, wanted: Wanted, mine: ZoneInfo) -> str:
    """Return "8 sessions: Tuesdays at 4:00 PM, every week"; nothing for a single session."""
    standing = standing_in(attempt.draft)
    if standing is None:
        return ""
    try:
        asked = ask_for(standing, wanted.session_type, wanted.asked.state, mine)
    except InvalidInput:
        return ""  # the zone was changed meanwhile: the next page shows the dates again
    starts = list(asked.hour.starts())
    pattern = pattern_from(starts, asked.hour.repeat.every_weeks, mine)
    if asked.hour.repeat.is_open_ended:
        return str(_("%(pattern)s, with no end date", pattern=pattern))
    kept = sessions(len(starts) - len(standing.choices.skip))
    return str(_("%(sessions)s: %(pattern)s", sessions=kept, pattern=pattern))
