"""The form of the line as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from booking.adapters.wording.times import zone_words
from booking.domain.lifecycle import Kind, Modality
from booking.domain.minutes import HOUR
from booking.domain.starts import Part, When
from booking.domain.zones import local_date
from booking.models import SessionType, Therapist
from booking.queries.waiting import others_with
from booking.services.waiting.fitting import Fit
from booking.web.booking_pages.asked import Asked
from booking.web.booking_pages.attempts import zone_of
from booking.web.booking_pages.rhythm import NO_END, ONCE, Rhythm
from booking.web.practice import practice_facts
from booking.web.views.clocks import ZoneChoice, zone_choice
from booking.web.views.days import WEEKDAYS
from booking.web.views.find_asked import WHEN_NAMES
from booking.web.views.find_filters import PARTS
from booking.web.views.meeting import Whom, modality_words, whom
from booking.web.views.places import Options, country_options, state_options
from booking.web.views.series_words import line
from booking.web.views.waiting import clock_words, kind_words, often_words
from booking.web.waiting_pages.typed import OFTEN, Typed, consent_words
from booking.web.wiring import parts, reading

# Whoever meets people at night says so in another way.
FIRST_HOUR, LAST_HOUR, HALF = 6 * HOUR, 22 * HOUR, HOUR // 2


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose page it is, what may be waited for there, and what was typed so far."""

    therapist: Therapist
    types: Sequence[SessionType]
    kinds: Sequence[Kind]
    kind: Kind
    ways: Sequence[Modality]
    modality: Modality
    typed: Typed


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of weekdays or of weekends."""

    value: str
    words: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time that is open already, and where it is booked."""

    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Each list is of values with their words."""

    action: str
    back: str
    whom: Whom
    kinds: Options
    kind: str
    others: Sequence[tuple[str, str, bool]]
    often: Options
    grid: Sequence[tuple[str, Sequence[Cell]]]
    days: Sequence[tuple[str, str, bool]]
    exactly: bool
    froms: Options
    untils: Options
    ways: Options
    way: str
    states: Options
    countries: Options
    zone: ZoneChoice
    zone_words: str
    zone_unknown: bool
    consent: str
    open_now: Sequence[Suggestion]


def shown(
    asking: Asking, problems: Mapping[str, str], *, now: datetime, open_now: Sequence[Fit]
) -> Form:
    typed, practice = asking.typed, practice_facts()
    seen = zone_of(typed.draft, typed["state"] or None)
    exact = bool(typed.on or typed.from_ or typed.until)
    return Form(
        action=url_for("waiting.join", slug=asking.therapist.slug),
        back=_picker(asking),
        whom=whom(asking.therapist),
        kinds=[(kind.value, kind_words(kind)) for kind in asking.kinds],
        kind=asking.kind.value,
        others=_others(asking, now),
        often=_often(asking),
        grid=_grid(typed),
        days=[(str(n), str(_(words)), str(n) in typed.on) for n, words in enumerate(WEEKDAYS)],
        exactly=exact or "until" in problems,
        froms=[("", str(_("Any time"))), *_clock()],
        untils=[("", str(_("Any time"))), *_clock()],
        ways=[(way.value, modality_words(way)) for way in asking.ways],
        way=asking.modality.value,
        states=state_options(),
        countries=country_options(practice.country) if practice.sees_abroad else [],
        zone=zone_choice(seen.zone, ""),
        zone_words=zone_words(seen.zone),
        zone_unknown=not seen.known,
        consent=consent_words() if parts().sms is not None else "",
        open_now=[_suggestion(asking, fit, seen.zone, now) for fit in open_now],
    )


def _picker(asking: Asking) -> str:
    session_type = next(each for each in asking.types if each.kind is asking.kind)
    typed = asking.typed
    return Asked(
        therapist=asking.therapist.slug,
        type=session_type.slug,
        state=typed["state"] or None,
        country=None if typed["state"] else typed["country"] or None,
        need=typed["need"] or None,
        payment=typed["payment"] or None,
    ).picker()


def _others(asking: Asking, now: datetime) -> list[tuple[str, str, bool]]:
    """Return whose time would do: whose page it is, and a few more."""
    chosen, here = asking.typed.therapists, asking.therapist
    state = asking.typed["state"] or None
    today = local_date(now, zone_of(asking.typed.draft, state).zone)
    more = others_with(reading(), here, asking.kind, state, today) if state else ()
    return [(each.slug, each.name, each.slug in chosen) for each in (here, *more)]


def _often(asking: Asking) -> Options:
    repeats = any(each.kind is asking.kind and each.allows_series for each in asking.types)
    return [(each, often_words(int(each))) for each in (OFTEN if repeats else (ONCE,))]


def _grid(typed: Typed) -> list[tuple[str, Sequence[Cell]]]:
    names = {when: name for name, when in WHEN_NAMES.items()}
    days = {False: _("Monday to Friday"), True: _("Saturday and Sunday")}

    def cell(part: Part, weekend: bool) -> Cell:
        name = names[When(part, weekend)]
        return Cell(name, f"{PARTS[part]}, {days[weekend]}", name in typed.when)

    return [(str(PARTS[part]), [cell(part, False), cell(part, True)]) for part in Part]


def _clock() -> Options:
    minutes = range(FIRST_HOUR, LAST_HOUR + 1, HALF)
    return [(f"{each // HOUR:02}:{each % HOUR:02}", clock_words(each)) for each in minutes]


def _suggestion(asking: Asking, fit: Fit, mine: ZoneInfo, now: datetime) -> Suggestion:
    typed, therapist = asking.typed, fit.session_type.therapist
    often = Rhythm(every=typed.every, count=NO_END) if typed.every != ONCE else Rhythm()
    href = Asked(
        therapist=therapist.slug,
        type=fit.session_type.slug,
        slot=fit.starts_at,
        day=local_date(fit.starts_at, mine),
        state=typed["state"] or None,
        country=None if typed["state"] else typed["country"] or None,
        need=typed["need"] or None,
        payment=typed["payment"] or None,
        modality=asking.modality,
        rhythm=often,
    ).picker()
    when = line(fit.starts_at, mine, now)
    return Suggestion(str(_("%(when)s with %(name)s", when=when, name=therapist.first_name)), href)
