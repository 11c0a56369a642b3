"""The forms that change a standing hour: for which dates, and how it is to go on."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.domain.lifecycle import Modality
from booking.domain.recurrence import EVERY_WEEKS
from booking.domain.standing import Scope
from booking.models import Participant, SessionType
from booking.web.series_pages.face import Face, Wanted
from booking.web.views.days import WEEKDAYS, day_words
from booking.web.views.meeting import modality_words, price
from booking.web.views.repeat import Pick
from booking.web.views.series_words import named

MOST_TIMES = 18


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """Some of the dates ahead, in words, and which they are."""

    value: str
    words: str
    dates: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HourForm:
    """How it is to go on: what may be answered, and what is or was answered."""

    days: Sequence[Pick]
    times: Sequence[Pick]
    every: Sequence[Pick]
    types: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]


def scope_choices(
    chosen: Participant,
    scopes: Sequence[tuple[Scope, Sequence[Participant]]],
    *,
    mine: ZoneInfo,
    now: datetime,
) -> list[ScopeChoice]:
    """Return the choices in words; `scopes` are those there are, with the dates of each."""
    found = []
    for scope, dates in scopes:
        starts = [seat.appointment.starts_at for seat in dates]
        words = {
            Scope.ONE: _("Only %(day)s", day=day_words(chosen.appointment.starts_at, mine, now)),
            Scope.FOLLOWING: following_words(len(dates) - 1),
            Scope.ALL: ngettext("The one ahead", "All %(num)s ahead", len(dates)),
        }[scope]
        found.append(ScopeChoice(scope.value, str(words), named(starts, mine), scope is Scope.ONE))
    return found


def following_words(after: int) -> str:
    """Return "This and the 5 after it"."""
    if not after:
        return str(_("This one, the last"))
    return str(ngettext("This and the one after it", "This and the %(num)s after it", after))


def hour_form(
    face: Face, wanted: Wanted, types: Sequence[SessionType], starts: Sequence[datetime]
) -> HourForm:
    """Return the form with the answers in it; `starts` are what the therapist has open."""
    by_day = [
        Pick(str(day), str(_(words)), chosen=day in wanted.days)
        for day, words in enumerate(WEEKDAYS)
    ]
    every = [
        Pick(
            str(weeks),
            str(ngettext("Every week", "Every %(num)s weeks", weeks)),
            chosen=weeks == wanted.every,
        )
        for weeks in EVERY_WEEKS
    ]
    ways = {way for offered in types for way in offered.modalities}
    return HourForm(
        days=[*by_day[6:], *by_day[:6]],
        times=_times(face, wanted, starts),
        every=every,
        types=[(each.slug, _length(each)) for each in types],
        places=[(way.value, modality_words(way)) for way in Modality if way.value in ways],
    )


def _times(face: Face, wanted: Wanted, starts: Sequence[datetime]) -> list[Pick]:
    """Return the times of day that are open on each of the days, and the one it has now."""
    open_: dict[int, dict[time, datetime]] = defaultdict(dict)
    for start in starts:
        local = start.astimezone(face.mine)
        open_[local.weekday()].setdefault(local.time(), start)
    shared = set.intersection(*(set(open_[day]) for day in wanted.days)) if wanted.days else set()
    now = face.local
    samples = {at: open_[min(wanted.days)][at] for at in sorted(shared)[:MOST_TIMES]}
    samples[now.time().replace(fold=0)] = now
    return [
        Pick(f"{at:%H:%M}", _time_words(sample, face), chosen=f"{at:%H:%M}" == wanted.at)
        for at, sample in sorted(samples.items())
    ]


def _time_words(sample: datetime, face: Face) -> str:
    words = times.clock(sample, face.mine)
    if sample == face.local:
        return str(_("%(time)s, as it is now", time=words))
    return words


def _length(session_type: SessionType) -> str:
    minutes = _("%(minutes)s minutes", minutes=session_type.minutes)
    return f"{minutes} · {price(session_type.price_cents)}"
