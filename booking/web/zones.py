"""Whose clock a page shows: the zone of the person who looks at it."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from flask import request
from werkzeug import Response

from booking.domain import places
from booking.domain.zones import zone
from booking.web.practice import practice_facts
from booking.web.wiring import parts

DEVICE_COOKIE = "zone"  # set by static/js/zone.js
CHOICE_COOKIE = "zone_chosen"
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SeenZone:
    """`known` is false where the zone is a guess from the state or the practice."""

    zone: ZoneInfo
    known: bool

    @property
    def name(self) -> str:
        return self.zone.key


def visitor_zone(state: str | None = None) -> SeenZone:
    """Return the zone to show times in: chosen, else the device's, else a guess.

    The guess is the usual zone of `state`, where the visitor said they will be, else the
    practice's own. Names that are none are passed over.
    """
    for cookie in (CHOICE_COOKIE, DEVICE_COOKIE):
        found = _zone_or_none(unquote(request.cookies.get(cookie, "")))
        if found is not None:
            return SeenZone(found, known=True)
    if state and places.is_state(state):
        return SeenZone(zone(places.usual_zone(state)), known=False)
    return SeenZone(zone(practice_facts().time_zone), known=False)


def keep_choice(response: Response, name: str) -> None:
    """Remember the chosen zone on `response`; an empty name goes back to the device's own.

    A name that is no zone changes nothing.
    """
    if not name:
        response.delete_cookie(CHOICE_COOKIE)
    elif _zone_or_none(name) is not None:
        response.set_cookie(
            CHOICE_COOKIE,
            name,
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=parts().settings.secure,
        )


def _zone_or_none(name: str) -> ZoneInfo | None:
    try:
        return zone(name)
    except ValueError:
        return None
