"""What clocks do between two dates of a standing hour, and what that does to its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain import places
from booking.domain.zones import offset_between
from booking.web.views.days import whole_day

NOTHING, AN_HOUR, A_MINUTE = timedelta(0), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Whose clocks the dates are on: the client's, and those of the therapist called `name`."""

    mine: ZoneInfo
    theirs: ZoneInfo
    name: str
    anchored_to_client: bool


@dataclass(frozen=True, slots=True)
class Marker:
    """That clocks change, and what follows for the time of day."""

    heading: str
    words: str


def marker_between(earlier: datetime, later: datetime, scale: Scale) -> Marker | None:
    """Return what clocks do from one date to the next, None if none of the two change."""
    zones = list(dict.fromkeys((scale.theirs, scale.mine)))
    changes = [(zone, times.change_between(earlier, later, zone)) for zone in zones]
    said = [
        _(
            "Clocks change in %(city)s on %(day)s.",
            city=places.city_of(zone.key),
            day=whole_day(change.day),
        )
        for zone, change in changes
        if change is not None
    ]
    if not said:
        return None
    still = [
        _("%(city)s does not change.", city=places.city_of(zone.key))
        for zone, change in changes
        if change is None
    ]
    effect = _effect(_drift(earlier, later, scale), scale)
    return Marker(" ".join(map(str, said)), " ".join([*map(str, still), effect]))


def shifted_words(before: datetime, after: datetime, scale: Scale) -> str:
    """Return "Was 4:00 PM your time. Still 3:00 PM for Amara.", or nothing if neither moved."""
    if not _drift(before, after, scale):
        return ""
    said = {"theirs": times.clock(after, scale.theirs), "name": scale.name}
    if scale.anchored_to_client:
        said["yours"] = times.clock(after, scale.mine)
        return str(_("Still %(yours)s your time. Now %(theirs)s for %(name)s.", **said))
    said["yours"] = times.clock(before, scale.mine)
    return str(_("Was %(yours)s your time. Still %(theirs)s for %(name)s.", **said))


def _drift(before: datetime, after: datetime, scale: Scale) -> timedelta:
    """Return how much further ahead of the client's the therapist's clocks have come to be."""
    mine, theirs = scale.mine, scale.theirs
    return offset_between(after, mine, theirs) - offset_between(before, mine, theirs)


def _effect(drift: timedelta, scale: Scale) -> str:
    if not drift:
        return str(_("Your time of day stays the same."))
    if scale.anchored_to_client:
        words = {"name": scale.name, "length": _length(drift)}
        if drift > NOTHING:
            said = _("Your time stays the same, so %(name)s's moves %(length)s later.", **words)
        else:
            said = _("Your time stays the same, so %(name)s's moves %(length)s earlier.", **words)
        return str(said)
    words = {"name": scale.name, "length": _length(drift)}
    if drift > NOTHING:
        said = _("%(name)s's time stays the same, so yours moves %(length)s earlier.", **words)
    else:
        said = _("%(name)s's time stays the same, so yours moves %(length)s later.", **words)
    return str(said)


def _length(drift: timedelta) -> str:
    if abs(drift) == AN_HOUR:
        return str(_("one hour"))
    if abs(drift) > AN_HOUR:
        return str(_("%(num)s hours", num=f"{abs(drift) / AN_HOUR:g}"))
    return str(_("%(num)s minutes", num=abs(drift) // A_MINUTE))
