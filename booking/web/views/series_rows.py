"""The dates of a standing hour as rungs of a ladder: one below the other, each with its time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain.lifecycle import Status
from booking.models import Appointment, Participant
from booking.services.series.ruling import is_moved
from booking.web.views.days import day_words
from booking.web.views.markers import Scale, marker_between
from booking.web.views.series_words import line

Href = Callable[[Participant], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to settle a date that cannot be had."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One date. `kind` is ok, moved, new, off or choice; `clock` is no date but a marker.

    `day` is struck through where there is nothing; then `time` says why.
    """

    kind: str
    day: str
    time: str = ""
    note: str = ""
    href: str = ""
    field: str = ""
    options: Sequence[Option] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clocks the dates are told by.

    `alone` says that nobody else comes, so that what a client did was done by who reads.
    """

    scale: Scale
    now: datetime
    alone: bool

    @property
    def mine(self) -> ZoneInfo:
        return self.scale.mine


def ruled_start(appointment: Appointment) -> datetime:
    """Return when the rule has this date, wherever it was moved."""
    part, day = appointment.series_part, appointment.occurrence
    return appointment.starts_at if part is None or day is None else part.hour.time.on(day)


def rungs_of(seats: Sequence[Participant], reader: Reader, href: Href) -> list[Rung]:
    """Return each date with what became of it, and where clocks change between two of them."""
    dates = sorted(seats, key=lambda seat: seat.appointment.starts_at)
    return with_clocks([_rung(seat, reader, href) for seat in dates], reader)


def with_clocks(rungs: Sequence[Rung], reader: Reader) -> list[Rung]:
    """Return the rungs with a marker wherever clocks move the hour between two dates kept."""
    kept = [each.at for each in rungs if each.at is not None and each.kind != "off"]
    markers = {
        after: Rung(kind="clock", day=marker.heading, note=marker.words)
        for before, after in pairwise(kept)
        if (marker := marker_between(before, after, reader.scale)) is not None
    }
    found: list[Rung] = []
    for each in rungs:
        before = markers.pop(each.at, None) if each.at is not None and each.kind != "off" else None
        found += [before, each] if before else [each]
    return found


def _rung(seat: Participant, reader: Reader, href: Href) -> Rung:
    appointment, mine = seat.appointment, reader.mine
    day = day_words(appointment.starts_at, mine, reader.now)
    clock = times.clock(appointment.starts_at, mine)
    if appointment.status in {Status.CANCELLED, Status.DECLINED, Status.EXPIRED}:
        why = why_off(appointment, reader)
        return Rung(kind="off", day=day, time=why, href=href(seat), at=appointment.starts_at)
    if appointment.status is Status.NO_SHOW:
        clock = str(_("We missed you"))
    if is_moved(appointment):
        was = line(ruled_start(appointment), mine, reader.now)
        note = str(_("Moved from %(when)s", when=was))
        return Rung(
            kind="moved", day=day, time=clock, note=note, href=href(seat), at=appointment.starts_at
        )
    return Rung(kind="ok", day=day, time=clock, href=href(seat), at=appointment.starts_at)


def why_off(appointment: Appointment, reader: Reader) -> str:
    """Return why there is nothing on a date."""
    if appointment.status is not Status.CANCELLED:
        return str(_("Let go"))
    words = {
        "client": _("You cancelled") if reader.alone else _("Cancelled"),
        "therapist": _("%(name)s cancelled", name=reader.scale.name),
        "pause": _("Paused"),
        "change": _("Left out by a change"),
    }
    return str(words.get(appointment.cancelled_by or "", _("Cancelled")))
