"""The page of a standing hour: what comes next, how it goes on, and every date there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.domain.lifecycle import Modality, Status
from booking.domain.zones import local_date, zone
from booking.models import Participant
from booking.services.changes import policy_of
from booking.services.series.ruling import rules_of
from booking.web.views.clocks import BothClocks, on_both_clocks
from booking.web.views.markers import Scale
from booking.web.views.meeting import Terms, Whom, how, terms, what, whom
from booking.web.views.panels import Panel
from booking.web.views.series_panels import Standing, panel_of
from booking.web.views.series_rows import Href, Reader, Rung, rungs_of
from booking.web.views.series_words import line, pattern_words


@dataclass(frozen=True, slots=True)
class Next:
    """The next date: when, and the way to it. `join_href` is empty where nobody joins online."""

    when: BothClocks
    span: str
    href: str
    join_href: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Going:
    """How it goes on: the rule, what follows it, when it ends, and whether it pauses."""

    pattern: str
    later: Sequence[str]
    ends: str
    paused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A standing hour as its page shows it."""

    panel: Panel
    token: str
    whom: Whom
    going: Going
    what: str
    how: str
    next: Next | None
    rungs: Sequence[Rung]
    past: Sequence[Rung]
    gone_by: int
    ahead: int
    is_live: bool
    waits: bool
    asks_to_agree: bool
    email: str
    asks_proof: bool


def shown(
    standing: Standing,
    seats: Sequence[Participant],
    *,
    token: str,
    mailed: bool,
    country: str,
    hrefs: tuple[Href, Href],
) -> Shown:
    """Return the page's values; `hrefs` lead to the page of a date, and to its room."""
    series, member, now = standing.series, standing.member, standing.now
    part = series.part
    past = [seat for seat in seats if seat.appointment.ends_at <= now]
    coming = [seat for seat in seats if seat.appointment.ends_at > now]
    reader = reader_of(standing)
    return Shown(
        panel=panel_of(standing),
        token=token,
        whom=whom(series.therapist),
        going=_going(standing),
        what=what(part.session_type.kind, part.minutes),
        how=how(part.modality, series.therapist, member.phone, country=country),
        next=_next(standing, hrefs),
        rungs=rungs_of(coming, reader, hrefs[0]),
        past=rungs_of(past, reader, hrefs[0]),
        gone_by=len(past),
        ahead=len(standing.ahead),
        is_live=standing.is_live,
        waits=standing.waits,
        asks_to_agree=standing.asks_to_agree,
        email=member.person.email,
        asks_proof=mailed and member.person.verified_at is None,
    )


def reader_of(standing: Standing) -> Reader:
    series = standing.series
    theirs = zone(series.therapist.time_zone)
    scale = Scale(
        mine=standing.mine,
        theirs=theirs,
        name=standing.name,
        anchored_to_client=series.part.zone != theirs.key,
    )
    return Reader(scale, standing.now, alone=len(series.members) == 1)


def _next(standing: Standing, hrefs: tuple[Href, Href]) -> Next | None:
    if not standing.ahead or not (standing.is_live or standing.series.status == "ended"):
        return None
    seat, mine = standing.ahead[0], standing.mine
    appointment = seat.appointment
    there = zone(appointment.therapist.time_zone)
    joins = appointment.status is Status.CONFIRMED and appointment.modality is Modality.VIDEO
    return Next(
        on_both_clocks(appointment.starts_at, mine, there, name=standing.name),
        times.span(appointment.starts_at, appointment.ends_at, mine),
        hrefs[0](seat),
        hrefs[1](seat) if joins else "",
        terms(
            policy_of(appointment),
            appointment.starts_at,
            zone=mine,
            now=standing.now,
            booked=True,
        ),
    )


def _going(standing: Standing) -> Going:
    series, mine, now = standing.series, standing.mine, standing.now
    last = standing.ahead[-1].appointment.starts_at if standing.ahead else None
    today = local_date(now, zone(series.part.zone))
    first, *others = _rules_ahead(standing, today)
    later = [
        str(_("From %(day)s: %(pattern)s", day=times.long_time(start, mine), pattern=words))
        for start, words in others
    ]
    ends = ""
    if series.part.hour.repeat.is_open_ended:
        ends = str(_("No end date. We add new dates as you go."))
    elif last is not None:
        ends = str(_("The last one is on %(when)s.", when=line(last, mine, now)))
    return Going(first[1], later, ends if standing.is_live else "", paused_words(standing))


def _rules_ahead(standing: Standing, today: date) -> list[tuple[datetime, str]]:
    """Return from when on each rule holds, and its words: the one of the next date first."""
    days = [s.appointment.occurrence for s in standing.ahead if s.appointment.occurrence]
    day = min(days, default=today)
    rules = rules_of(standing.series) or [standing.series.part]
    holding = [part for part in rules if part.first_day <= day][-1:] or rules[:1]
    after = [part for part in rules if part.first_day > max(day, holding[0].first_day)]
    shown_from = max(day, holding[0].first_day)
    found = [(holding[0].hour.time.on(shown_from), holding[0], shown_from)]
    found += [(part.hour.time.on(part.first_day), part, part.first_day) for part in after]
    return [(start, pattern_words(part, at, standing.mine)) for start, part, at in found]


def paused_words(standing: Standing) -> str:
    """Return from when to when nothing takes place; empty if that is over, or never was."""
    series, mine, now = standing.series, standing.mine, standing.now
    first, last = series.paused_from, series.paused_until
    there = zone(series.part.zone)
    if first is None or last is None or last < local_date(now, there) or not standing.is_live:
        return ""
    at = series.part.hour.time
    return str(
        _(
            "Paused from %(first)s to %(last)s. It goes on by itself after that.",
            first=times.day(at.on(first), mine),
            last=times.day(at.on(last), mine),
        )
    )
