"""What holds a time back, in words: the rule, and where it is set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import times
from booking.adapters.wording.series_words import listed
from booking.domain.hindrances import Found, Hindrance
from booking.domain.places import state_name
from booking.models import SessionType
from booking.services.offers import meets_as_group
from booking.web.i18n import LANGUAGE
from booking.web.staff.time_off import span_words


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that holds the time back. `href` is where it is set, if there is a page."""

    words: str
    setting: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The time that is asked about, and what the therapist's clock shows then."""

    found: Found
    type: SessionType
    start: datetime
    state: str | None
    mine: ZoneInfo

    @property
    def spans(self) -> str:
        return listed([span_words(each, self.mine) for each in self.found.spans], LANGUAGE)


def reason(
    found: Found, type_: SessionType, start: datetime, *, state: str | None, mine: ZoneInfo
) -> Reason:
    """Return what holds it back, in words."""
    return _WORDS[found.hindrance](About(found, type_, start, state, mine))


def hints(type_: SessionType) -> list[str]:
    """Return who cannot book this kind of session at any time, or how else it is booked."""
    found = []
    if not type_.active:
        found.append(_("This kind of session is switched off: nobody can book it."))
    if not type_.therapist.accepts_new:
        found.append(_("You take no new clients at present: only people you know can book."))
    elif not type_.open_to_new:
        found.append(_("This kind of session is not open to new clients."))
    if meets_as_group(type_):
        found.append(_("Groups of this kind are yours to start. People take a place in one."))
    return [str(each) for each in found]


def _past(_about: About) -> Reason:
    return Reason(str(_("This time is over.")), str(_("No setting: nobody can book the past.")))


def _notice(about: About) -> Reason:
    hours = ngettext("%(num)s hour", "%(num)s hours", about.type.notice_hours)
    return Reason(
        str(_("It is too soon.")),
        str(_("Notice: this kind of session is booked %(hours)s ahead at least.", hours=hours)),
    )


def _horizon(about: About) -> Reason:
    days = ngettext("%(num)s day", "%(num)s days", about.type.horizon_days)
    return Reason(
        str(_("It is too far off.")),
        str(_("How far ahead: this kind of session is booked up to %(days)s ahead.", days=days)),
    )


def _licence(about: About) -> Reason:
    where = state_name(about.state or "")
    return Reason(
        str(_("You may not see people in %(state)s on that day.", state=where)),
        str(_("Licences: none for %(state)s is valid then.", state=where)),
    )


def _outside(about: About) -> Reason:
    minutes = about.type.minutes
    words = _("The whole session of %(minutes)s minutes is not within your hours.", minutes=minutes)
    day = times.day(about.start, about.mine)
    return Reason(str(words), str(_("Hours on %(day)s", day=day)), "/staff/hours")


def _off_grid(about: About) -> Reason:
    step = about.type.step
    return Reason(
        str(_("It is between two starts.")),
        str(_("Starts: every %(step)s minutes from where your hours begin.", step=step)),
        "/staff/hours",
    )


def _away(about: About) -> Reason:
    words = _("You are away: %(span)s.", span=about.spans)
    return Reason(str(words), str(_("Time off")), "/staff/time-off")


def _closed(about: About) -> Reason:
    words = _("The practice is closed: %(span)s.", span=about.spans)
    return Reason(str(words), str(_("Closures of the practice")), "/staff/time-off")


def _day_full(about: About) -> Reason:
    limit = about.type.therapist.daily_limit
    words = _("You have as many sessions on that day as you allow.")
    return Reason(str(words), str(_("Limit: %(limit)s sessions a day.", limit=limit)))


def _week_full(about: About) -> Reason:
    limit = about.type.therapist.weekly_limit
    words = _("You have as many sessions in that week as you allow.")
    return Reason(str(words), str(_("Limit: %(limit)s sessions a week.", limit=limit)))


def _taken(about: About) -> Reason:
    words = _("Something is booked or held: %(span)s, breaks included.", span=about.spans)
    return Reason(str(words), str(_("Your sessions")), "/staff")


def _buffer(about: About) -> Reason:
    breaks = {"before": about.type.buffer_before, "after": about.type.buffer_after}
    setting = _("Breaks: %(before)s minutes before and %(after)s after each session.", **breaks)
    words = _("It leaves no break beside %(span)s.", span=about.spans)
    return Reason(str(words), str(setting))


def _elsewhere(about: About) -> Reason:
    words = _("Another calendar of yours is busy: %(span)s.", span=about.spans)
    return Reason(str(words), str(_("Your other calendars")), "/staff/calendars")


_WORDS: dict[Hindrance, Callable[[About], Reason]] = {
    Hindrance.PAST: _past,
    Hindrance.NOTICE: _notice,
    Hindrance.HORIZON: _horizon,
    Hindrance.LICENCE: _licence,
    Hindrance.OUTSIDE_HOURS: _outside,
    Hindrance.OFF_GRID: _off_grid,
    Hindrance.AWAY: _away,
    Hindrance.CLOSED: _closed,
    Hindrance.DAY_FULL: _day_full,
    Hindrance.WEEK_FULL: _week_full,
    Hindrance.TAKEN: _taken,
    Hindrance.BUFFER: _buffer,
    Hindrance.ELSEWHERE: _elsewhere,
}
