"""An estimate of cost in words: whose, for what, and what to do if the bill is far above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording.languages import known
from booking.adapters.wording.names import dollars
from booking.domain.estimates import Estimate, Line, Rhythm, dispute_terms
from booking.domain.participants import Role
from booking.domain.places import STATES
from booking.domain.zones import local_date, zone
from booking.models import CostEstimate, Participant, SeriesMember, Therapist
from booking.services.estimating import thawed
from booking.web.i18n import LANGUAGE
from booking.web.views.meeting import Whom, whom

MOST_LISTED = 12
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CostLine:
    """The sessions of one length and price."""

    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """From how far above the estimate a bill can be disputed, by when, and what that costs."""

    over: str
    days: int
    fee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePage:
    """`often` says a rhythm where there are too many dates to read; `replaced` on which day.

    Whoever only pays reads no more than what and when: `is_payers`.
    """

    client: str
    whom: Whom
    licences: Sequence[str]
    made_on: str
    covers: tuple[str, str]
    often: str
    dates: Sequence[str]
    is_long: bool
    lines: Sequence[CostLine]
    total: str
    dispute: Dispute | None
    replaced: str
    is_payers: bool


def estimate_page(row: CostEstimate) -> EstimatePage:
    """Return all that the page says of one edition."""
    whose, therapist = _whose(row)
    estimate = thawed(row)
    dates = [_day(each.on) for each in estimate.sessions]
    replaced = row.replaced_at
    return EstimatePage(
        client=whose.person.name,
        whom=whom(therapist),
        licences=_licences(therapist, whose.state, row.made_on),
        made_on=_day(row.made_on),
        covers=(dates[0], dates[-1]),
        often=_often(estimate.rhythm),
        dates=dates,
        is_long=len(dates) > MOST_LISTED,
        lines=_lines(estimate),
        total=_sum(row.total_cents),
        dispute=_dispute(row.made_on),
        replaced=_day(local_date(replaced, zone(row.time_zone))) if replaced else "",
        is_payers=whose.role is Role.PAYER,
    )


def _whose(row: CostEstimate) -> tuple[SeriesMember | Participant, Therapist]:
    if row.member is not None:
        return row.member, row.member.series.therapist
    assert row.participant is not None  # noqa: S101  # the table sees to it
    return row.participant, row.participant.appointment.therapist


def _licences(therapist: Therapist, state: str | None, on: date) -> list[str]:
    """Return the licences that held then: that of the client's state, or else all of them."""
    held = [
        each
        for each in therapist.licences
        if each.number
        and each.valid_from <= on
        and (each.valid_until is None or on <= each.valid_until)
    ]
    there = [each for each in held if each.state == state] or held
    return [
        str(_("%(state)s %(number)s", state=_state(each.state), number=each.number))
        for each in there
    ]


def _state(code: str) -> str:
    return STATES[code].name if code in STATES else code


def _lines(estimate: Estimate) -> list[CostLine]:
    return [CostLine(_length(line), _cost(line)) for line in estimate.lines]


def _length(line: Line) -> str:
    return str(_("%(minutes)s-minute session", minutes=line.length // _A_MINUTE))


def _cost(line: Line) -> str:
    """Return "8 sessions at $140 each: $1,120"."""
    total = _sum(line.total_cents)
    if line.count == 1:
        return total
    each = _sum(line.price_cents)
    return str(_("%(num)s at %(each)s each: %(total)s", num=line.count, each=each, total=total))


def _often(rhythm: Rhythm | None) -> str:
    """Return "2 sessions a week, every 2 weeks", or nothing where there is no rhythm."""
    if rhythm is None:
        return ""
    often = ngettext("every week", "every %(num)s weeks", rhythm.every_weeks)
    times = ngettext("%(num)s session", "%(num)s sessions", rhythm.sessions)
    return str(_("About %(times)s, %(often)s", times=times, often=often))


def _dispute(on: date) -> Dispute | None:
    terms = dispute_terms(on)
    if terms is None:
        return None
    return Dispute(_sum(terms.over_cents), terms.within_days, _sum(terms.fee_cents))


def _sum(cents: int) -> str:
    return dollars(cents) or "$0"


def _day(day: date) -> str:
    return str(format_date(day, "EEEE, MMMM d, y", locale=known(LANGUAGE)))
