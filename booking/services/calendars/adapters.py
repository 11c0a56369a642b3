"""The ways in which calendars elsewhere are read, one for each kind.

An adapter for a vendor's own API would be put beside these, under a kind of its own.
"""

from collections.abc import Mapping

from booking.adapters.busy import BusyCalendar
from booking.adapters.busy.asking import Asker
from booking.adapters.busy.caldav import CalDav
from booking.adapters.busy.ics_url import IcsUrl
from booking.config import Settings
from booking.domain.outside import CalendarKind


def busy_calendars(settings: Settings) -> Mapping[CalendarKind, BusyCalendar]:
    """Return what reads each kind; nobody is asked yet."""
    asker = Asker(settings.calendar_hosts)
    return {CalendarKind.ICS: IcsUrl(asker), CalendarKind.CALDAV: CalDav(asker)}
