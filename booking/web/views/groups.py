"""Standing groups as whoever may join them sees them: when they meet, and how many places are left.

How many come is told by the places alone, and who they are by nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.domain.lifecycle import LIVE, Modality
from booking.domain.zones import zone
from booking.models import Appointment, Series
from booking.queries.groups import free_places
from booking.services.series.ruling import is_moved
from booking.web.views.clocks import BothClocks, Clock, ZoneChoice, on_both_clocks
from booking.web.views.days import day_words
from booking.web.views.markers import Scale
from booking.web.views.meeting import Whom, modality_words, what
from booking.web.views.series_rows import Reader, Rung, ruled_start, why_off, with_clocks
from booking.web.views.series_words import line, pattern_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group in short. `places` is in words; `href` is empty for a group that is full."""

    id: str
    pattern: str
    theirs: str
    next: BothClocks | None
    what: str
    how: str
    places: str
    has_room: bool
    ends: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The groups of one kind that a therapist has."""

    whom: Whom
    what: str
    found: Sequence[Group]
    yours: Clock
    theirs: Clock | None
    zone_unknown: bool
    zone_choice: ZoneChoice
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """One group with every date, and what is asked of who joins."""

    group: Group
    whom: Whom
    rungs: Sequence[Rung]
    ahead: int
    off: int
    held_hours: int
    asks: bool
    price: str
    cancelling: str
    phone_needed: bool
    states: Sequence[tuple[str, str]]
    countries: Sequence[tuple[str, str]]
    zone: ZoneChoice
    zone_words: str
    zone_unknown: bool
    consent: str
    action: str
    back_href: str
    key: str
    type: str


def group_of(
    series: Series, dates: Sequence[Appointment], mine: ZoneInfo, *, href: str, now: datetime
) -> Group:
    """Return a group in short; `dates` are those still to come that take place."""
    part, theirs = series.part, zone(series.therapist.time_zone)
    free = len(free_places(series, now=now))
    ahead = dates[0] if dates else None
    here = theirs if part.modality is Modality.IN_PERSON else mine
    day = ahead.occurrence if ahead is not None and ahead.occurrence else part.first_day
    there = pattern_words(part, day, theirs)
    said = pattern_words(part, day, here)
    return Group(
        id=series.public_id,
        pattern=said,
        theirs=there if there != said else "",
        next=None if ahead is None else _when(ahead.starts_at, here, theirs, series),
        what=what(part.session_type.kind, part.minutes),
        how=modality_words(part.modality),
        places=places_words(free),
        has_room=free > 0 and ahead is not None,
        ends=_ends(series, dates, here, now),
        href=href if free and ahead is not None else "",
    )


def places_words(free: int) -> str:
    if not free:
        return str(_("Full right now"))
    return str(ngettext("%(num)s place left", "%(num)s places left", free))


def rungs_of(
    dates: Sequence[Appointment], series: Series, mine: ZoneInfo, now: datetime
) -> list[Rung]:
    """Return every date with what clocks do between two of them; those that are off say why."""
    theirs = zone(series.therapist.time_zone)
    scale = Scale(
        mine=mine,
        theirs=theirs,
        name=series.therapist.first_name,
        anchored_to_client=series.part.zone != theirs.key,
    )
    reader = Reader(scale, now, alone=False)
    return with_clocks([_rung(each, reader) for each in dates], reader)


def _rung(date_: Appointment, reader: Reader) -> Rung:
    mine, start = reader.mine, date_.starts_at
    day = day_words(start, mine, reader.now)
    if date_.status not in LIVE:
        return Rung(kind="off", day=day, time=why_off(date_, reader), at=start)
    clock = times.clock(start, mine)
    there = times.other_clock(start, mine, reader.scale.theirs)
    note = str(_("%(time)s for %(name)s", time=there, name=reader.scale.name)) if there else ""
    if is_moved(date_):
        was = line(ruled_start(date_), mine, reader.now)
        note = str(_("Moved from %(when)s", when=was))
    kind = "moved" if is_moved(date_) else "ok"
    return Rung(kind=kind, day=day, time=clock, note=note, at=start)


def _when(instant: datetime, mine: ZoneInfo, theirs: ZoneInfo, series: Series) -> BothClocks:
    return on_both_clocks(instant, mine, theirs, name=series.therapist.first_name)


def _ends(series: Series, dates: Sequence[Appointment], mine: ZoneInfo, now: datetime) -> str:
    if series.part.hour.repeat.is_open_ended:
        return str(_("No end date. New dates are added as it goes on."))
    if not dates:
        return ""
    return str(_("The last one is on %(when)s.", when=line(dates[-1].starts_at, mine, now)))
