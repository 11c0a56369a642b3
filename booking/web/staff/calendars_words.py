"""What is said of calendars, to the therapist whose they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.adapters.wording import times
from booking.domain.feeds import Detail
from booking.domain.outside import STALE_AFTER, CalendarKind, Trouble
from booking.domain.zones import local_date
from booking.errors import Problem
from booking.models import OutsideCalendar
from booking.services.calendars.outside import MOST_CALENDARS
from booking.web.words import problem_words

Faults = list[tuple[str, str]]

FEEDS: Mapping[Detail, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        Detail.BUSY: (
            _l("Busy only"),
            _l("Says “Busy” and when. Right for anyone who only needs to know when you are free."),
        ),
        Detail.INITIALS: (
            _l("Initials"),
            _l("Says “Appointment” and the client's initials. Right for your own phone."),
        ),
        Detail.FULL: (
            _l("Full names"),
            _l(
                "Says “Appointment” and the client's name. Whoever keeps this calendar for you "
                "learns who comes to you: choose it only where that is agreed."
            ),
        ),
    }
)
TROUBLES: Mapping[str, LazyString] = MappingProxyType(
    {
        Trouble.ADDRESS: _l("we may not ask at this address"),
        Trouble.NOT_FOUND: _l("the address answers “not found”"),
        Trouble.SIGN_IN: _l("we are not let in there"),
        Trouble.NO_ANSWER: _l("there is no answer"),
        Trouble.NOT_SECURE: _l("the connection there is not secure"),
        Trouble.SERVER: _l("the other side has trouble of its own"),
        Trouble.TOO_LARGE: _l("it holds more than we can take"),
        Trouble.NOT_A_CALENDAR: _l("what is there is not a calendar we can read"),
    }
)
# What to do about it, where that is up to the therapist.
REMEDIES: Mapping[str, LazyString] = MappingProxyType(
    {
        Trouble.ADDRESS: _l("Please remove it and connect it by its public address."),
        Trouble.NOT_FOUND: _l("Please look up the address once more and connect it again."),
        Trouble.SIGN_IN: _l("Please make a new app password and connect it again."),
        Trouble.NOT_A_CALENDAR: _l("Please look up the address once more and connect it again."),
    }
)
_FAULTS: Mapping[tuple[str, str], Callable[[], str]] = MappingProxyType(
    {
        ("address", "format"): lambda: str(
            _("Please paste an address that starts with https:// or webcal://.")
        ),
        ("address", "too_many"): lambda: str(
            ngettext(
                "You can connect %(num)s calendar.",
                "You can connect up to %(num)s calendars.",
                MOST_CALENDARS,
            )
        ),
    }
)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One way to share; `url` is empty until it is made."""

    detail: str
    name: str
    hint: str
    url: str

    @property
    def subscribe(self) -> str:
        """Return the address under the name that programs open to subscribe."""
        return f"webcal://{self.url.partition('://')[2]}"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One calendar elsewhere; `trouble` has sentences while it cannot be read."""

    id: str
    name: str
    host: str
    read: str
    trouble: tuple[str, ...] = ()
    skipped: str = ""


def feed_row(detail: Detail, url: str) -> FeedRow:
    name, hint = FEEDS[detail]
    return FeedRow(detail.value, str(name), str(hint), url)


def calendar_row(calendar: OutsideCalendar, now: datetime, zone: ZoneInfo) -> CalendarRow:
    skipped = ""
    if calendar.skipped:
        skipped = ngettext(
            "%(num)s event in it could not be understood. It does not count as busy.",
            "%(num)s events in it could not be understood. They do not count as busy.",
            calendar.skipped,
        )
    return CalendarRow(
        id=calendar.public_id,
        name=calendar.name,
        host=calendar.host,
        read=_read_words(calendar, now, zone),
        trouble=tuple(_trouble(calendar, now, zone)),
        skipped=str(skipped),
    )


def kinds() -> list[tuple[str, str, str]]:
    """Return the choices of how a calendar is read, each with where to find what it takes."""
    return [
        (
            CalendarKind.ICS.value,
            str(_("By its address")),
            str(
                _(
                    "Google: calendar settings, “Secret address in iCal format”. Outlook: shared "
                    "calendars, publish, the ICS link. Apple: share as a public calendar."
                )
            ),
        ),
        (
            CalendarKind.CALDAV.value,
            str(_("By CalDAV")),
            str(_("Apple, Nextcloud, Fastmail and others, with an app password.")),
        ),
    ]


def fault(problem: Problem) -> tuple[str, str]:
    """Return the field and the words for what is wrong with it."""
    said = _FAULTS.get((problem.field, problem.code))
    return problem.field, said() if said else problem_words(problem.code)


def kind_fault() -> tuple[str, str]:
    return "kind", problem_words("unknown")


def _read_words(calendar: OutsideCalendar, now: datetime, zone: ZoneInfo) -> str:
    if calendar.read_at is None:
        return str(_("Not read yet. It takes a minute or two."))
    when = _when(calendar.read_at, now, zone)
    if now - calendar.read_at > STALE_AFTER:
        return str(_("Last read %(when)s. Times may be off.", when=when))
    return str(_("Last read %(when)s.", when=when))


def _trouble(calendar: OutsideCalendar, now: datetime, zone: ZoneInfo) -> list[str]:
    if not calendar.trouble or calendar.failing_since is None:
        return []
    since = _when(calendar.failing_since, now, zone)
    why = str(TROUBLES[calendar.trouble])
    said = [str(_("We could not read this calendar since %(when)s: %(why)s.", when=since, why=why))]
    if calendar.read_at is not None:
        said.append(str(_("Nothing was changed; times read before still count as busy.")))
    if calendar.trouble in REMEDIES:
        said.append(str(REMEDIES[calendar.trouble]))
    return said


def _when(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    if local_date(instant, zone) == local_date(now, zone):
        return times.clock(instant, zone)
    return times.long_time(instant, zone)
