"""Why is this time not offered? Each rule that holds it back, and the setting behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain.hindrances import Found, hindrances
from booking.domain.interval import Interval
from booking.domain.places import is_state
from booking.domain.zones import exists, to_instant
from booking.models import SessionType, Therapist
from booking.queries.diaries import diary_of, session_rules
from booking.queries.hours import session_types_of
from booking.web.access import staff
from booking.web.staff.blueprint import bp, here
from booking.web.staff.offer_form import clock_of
from booking.web.staff.why_words import Reason, hints, reason
from booking.web.views.clocks import clock_now
from booking.web.views.meeting import offer_line
from booking.web.views.places import state_options
from booking.web.views.weeks import date_in
from booking.web.wiring import reading

# What reaches further cannot touch a session.
AROUND = timedelta(days=1)
LONGEST = 20


@dataclass(frozen=True, slots=True)
class Typed:
    """What was asked, as it stands in the form."""

    type: str
    day: str
    at: str
    state: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether that time is offered, to whom not, and why."""

    when: str
    reasons: Sequence[Reason]
    hints: Sequence[str] = field(default=())


@bp.get("/why")
def why() -> str:
    """Say of one time whether it is offered. Looking changes nothing."""
    now, zone = here()
    given = request.args
    typed = Typed(*(given.get(name, "")[:LONGEST] for name in ("type", "day", "at", "state")))
    types = session_types_of(reading(), staff().therapist_id)
    chosen = next((each for each in types if each.slug == typed.type), None)
    faults: dict[str, str] = {}
    answer = None
    if "day" in given:
        start = _start(typed, zone, faults)
        if chosen is None:
            faults["type"] = str(_("Choose what kind of session."))
        elif start is not None:
            answer = _answer(chosen, start, typed.state, now, zone)
    return render_template(
        "staff/why.html",
        typed=typed,
        types=[(each.slug, offer_line(each)) for each in types],
        states=[("", str(_("Anywhere: leave licences out"))), *state_options()[1:]],
        faults=faults,
        errors=list(faults.items()),
        answer=answer,
        clock=clock_now(now, zone),
    )


def _start(typed: Typed, zone: ZoneInfo, faults: dict[str, str]) -> datetime | None:
    """Return the time that was typed, on the therapist's clock; note what is wrong with it."""
    day, at = date_in(typed.day), clock_of(typed.at)
    if day is None:
        faults["day"] = str(_("Choose a date."))
    if at is None:
        faults["at"] = str(_("Enter a time, like 9:00 AM."))
    if day is None or at is None:
        return None
    if not exists(datetime.combine(day, at), zone):
        faults["at"] = str(_("Clocks skip that time on this date."))
        return None
    return to_instant(day, at, zone)


def _answer(
    chosen: SessionType, start: datetime, state: str, now: datetime, zone: ZoneInfo
) -> Answer:
    therapist: Therapist = chosen.therapist
    diary = diary_of(reading(), therapist, Interval(start - AROUND, start + AROUND))
    rules, asked = session_rules(chosen), state if is_state(state) else None
    found: list[Found] = hindrances(diary, rules, start, now=now, state=asked)
    return Answer(
        when=times.long_time(start, zone),
        reasons=[reason(each, chosen, start, state=asked, mine=zone) for each in found],
        hints=hints(chosen),
    )
