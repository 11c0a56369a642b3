"""Standing hours at the demo: where their dates are shown, and where they are checked."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from tests.browser.demo import Demo, somebody

AMARA = "amara-okafor"
# Later than anything else that tests book.
FAR_OFF = timedelta(weeks=12)
AN_HOUR = timedelta(hours=1)


def every_date(site: Demo, slot: str, *, count: int = 24, until: str = "") -> str:
    """Return where the dates from `slot` on are shown; on one of them Amara is away."""
    then = datetime.fromisoformat(slot) + FAR_OFF
    site.take_off(AMARA, then - AN_HOUR, then + 2 * AN_HOUR)
    said = {"every": "1", "count": str(count), "until": until}
    query = {"type": "session", "state": "AZ", "slot": slot, **said}
    return f"/book/{AMARA}?{urlencode(query)}"


def checked(site: Demo, slot: str) -> str:
    """Return where four dates are shown once more before they are booked."""
    said = {"every": "1", "count": "4", "shown": f"{slot} 1 4  "}
    fields = {"type": "session", "state": "AZ", "slot": slot, "modality": "video", **said}
    place = site.submit(f"/book/{AMARA}", fields).location
    person = {"name": "Maya", "email": somebody(), "state": "AZ", "time_zone": "America/Phoenix"}
    return site.submit(place, person).location
