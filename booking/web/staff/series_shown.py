"""What the staff pages show of standing hours: one line each, and every date as a rung."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import series_words, times
from booking.adapters.wording.names import initials
from booking.domain.judging import DateStatus
from booking.domain.lifecycle import Kind, Status
from booking.domain.participants import ParticipantStatus
from booking.domain.standing import SeriesStatus
from booking.domain.zones import local_date, zone
from booking.models import Appointment, Series, SeriesMember, SeriesPart
from booking.queries.coming import who_come
from booking.queries.groups import is_group
from booking.queries.standing_hours import Tally
from booking.services.series.agreeing import has_run_out
from booking.services.series.ruling import is_moved, rules_of
from booking.web.staff.people_words import series_people
from booking.web.staff.shown import Tag
from booking.web.views.days import day_words, month_day, weekdays
from booking.web.views.markers import Scale
from booking.web.views.series_rows import Reader, Rung, ruled_start, with_clocks
from booking.web.views.series_words import line, round_of

OFF = frozenset({Status.CANCELLED, Status.DECLINED, Status.EXPIRED})


@dataclass(frozen=True, slots=True)
class Line:
    """One standing hour in one line: who, when, how far it is, and how it stands."""

    id: str
    who: str
    words: str
    tag: Tag
    next: str


def line_of(series: Series, tally: Tally, here: ZoneInfo, now: datetime) -> Line:
    """Return "S. R." and "Tuesdays 3:00 PM, 5 of 8 left, ends Mar 16"."""
    going = str(_("next %(day)s", day=day_words(tally.next, here, now))) if tally.next else ""
    words = [hour_words(rule_on(series, local_date(now, here)), here), *_left(series, tally, here)]
    return Line(series.public_id, who(series), ", ".join(words), tag_of(series, now), going)


def _left(series: Series, tally: Tally, here: ZoneInfo) -> list[str]:
    if not series.status.is_live and tally.last is None:
        return []
    if series.part.hour.repeat.is_open_ended and series.status.is_live:
        return [str(_("no end"))]
    left = ngettext("%(num)s of %(of)s left", "%(num)s of %(of)s left", tally.ahead, of=tally.of)
    if tally.last is None:
        return [str(left)]
    return [str(left), str(_("ends %(day)s", day=month_day(tally.last, here)))]


def who(series: Series) -> str:
    """Return the initials of those who come; of a group how many places are taken."""
    if is_group(series):
        return series_people(series)
    return series_words.listed(
        [initials(each.person.name) for each in who_come(series.members)] or [""]
    )


def rule_on(series: Series, day: date) -> SeriesPart:
    """Return the rule that holds on `day`, else the first one after it."""
    rules = rules_of(series) or [series.part]
    holding = [part for part in rules if part.first_day <= day]
    return holding[-1] if holding else rules[0]


def hour_words(part: SeriesPart, here: ZoneInfo) -> str:
    """Return "Tuesdays 3:00 PM", with how often if that is not every week."""
    starts = round_of(part, part.first_day)
    said = f"{weekdays(starts, here)} {times.clock(starts[0], here)}"
    if part.every_weeks == 1:
        return said
    often = _("every %(num)s weeks", num=part.every_weeks)
    return f"{said}, {often}"


def tag_of(series: Series, now: datetime) -> Tag:
    """Return how a standing hour stands, the more pressing thing first."""
    if series.status is SeriesStatus.REQUESTED:
        return _waiting(series, now)
    if series.status is SeriesStatus.CONFIRMED and any(map(asks_for_place, series.members)):
        return Tag(str(_("Somebody asks for a place")), "waiting")
    if series.status is SeriesStatus.CONFIRMED:
        return _going(series, now)
    over = {
        SeriesStatus.ENDED: _("Ended"),
        SeriesStatus.DECLINED: _("Declined"),
        SeriesStatus.OFFERED: _("Offered"),
    }
    return Tag(str(over.get(series.status, _("Ran out"))), "plain")


def asks_for_place(member: SeriesMember) -> bool:
    return member.status is ParticipantStatus.ASKED


def _waiting(series: Series, now: datetime) -> Tag:
    if has_run_out(series, now):
        return Tag(str(_("Ran out")), "plain")
    if series.granted_at is None:
        return Tag(str(_("Waits for your answer")), "waiting")
    return Tag(str(_("Waits for the agreement")), "waiting")


def _going(series: Series, now: datetime) -> Tag:
    today = local_date(now, zone(series.part.zone))
    first, last = series.paused_from, series.paused_until
    if first is None or last is None or last < today:
        return Tag(str(_("Confirmed")), "good")
    if first <= today:
        return Tag(str(_("Paused until %(day)s", day=_short(last))), "choice")
    return Tag(str(_("Pauses from %(day)s", day=_short(first))), "good")


def _short(day: date) -> str:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone("UTC"))
    return month_day(noon, zone("UTC"))


def reader_of(series: Series, here: ZoneInfo, now: datetime) -> Reader:
    """Return the therapist as who reads; the other clock is that of the first who comes."""
    first = next(iter(who_come(series.members)), None)
    there = zone(first.person.time_zone) if first else here
    return reader_for(here, there, who(series), series.part.zone == here.key, now)


def reader_for(here: ZoneInfo, there: ZoneInfo, name: str, own: bool, now: datetime) -> Reader:
    """Return who reads on the clock `here`; `own` says that the hour keeps to it."""
    return Reader(Scale(mine=here, theirs=there, name=name, anchored_to_client=own), now, True)


def rungs_of(dates: Sequence[Appointment], reader: Reader) -> list[Rung]:
    """Return a rung for each date, with what clocks do between two of them."""
    found = sorted(dates, key=lambda each: each.starts_at)
    return with_clocks([rung_of(each, reader) for each in found], reader)


def rung_of(date_: Appointment, reader: Reader) -> Rung:
    mine, now = reader.mine, reader.now
    common = Rung(
        kind="ok",
        day=day_words(date_.starts_at, mine, now),
        time=times.clock(date_.starts_at, mine),
        href=f"/staff/appointments/{date_.hold_id}" if _has_page(date_) else "",
        at=date_.starts_at,
    )
    if date_.status in OFF:
        return replace(common, kind="off", time=why_off(date_))
    if date_.status is Status.NO_SHOW:
        common = replace(common, time=str(_("Did not come")))
    if is_moved(date_):
        was = line(ruled_start(date_), mine, now)
        return replace(common, kind="moved", note=str(_("Moved from %(when)s", when=was)))
    return common


def _has_page(date_: Appointment) -> bool:
    return bool(date_.participants) or date_.kind is Kind.GROUP


def why_off(date_: Appointment) -> str:
    """Return why nothing is on a date."""
    if date_.status is not Status.CANCELLED:
        return str(_("Let go"))
    words = {
        "client": _("The client cancelled"),
        "therapist": _("You cancelled"),
        "pause": _("Paused"),
        "change": _("Left out by a change"),
    }
    return str(words.get(date_.cancelled_by or "", _("Cancelled")))


def reason(status: DateStatus | str) -> str:
    """Return why a date cannot be had, said to the therapist."""
    words = {
        DateStatus.OPEN: _("Too close to another date"),
        DateStatus.TAKEN: _("Already taken"),
        DateStatus.AWAY: _("You are away"),
        DateStatus.OUTSIDE_HOURS: _("Outside your hours"),
        DateStatus.CLOSED: _("The practice is closed"),
        DateStatus.LICENCE: _("Not licensed there on that date"),
    }
    return str(words[DateStatus(status)])
