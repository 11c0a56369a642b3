"""What somebody waits for, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from babel.dates import format_date, format_time
from flask_babel import gettext as _
from flask_babel import ngettext

from booking.adapters.wording import series_words
from booking.domain.lifecycle import Kind
from booking.domain.minutes import DAY, HOUR
from booking.domain.starts import SATURDAY
from booking.domain.waiting import Window
from booking.models import Waiting
from booking.web.i18n import LANGUAGE
from booking.web.views.days import WEEKDAYS
from booking.web.views.meeting import modality_words

_WEEK, _WORKDAYS, _WEEKEND = range(7), range(SATURDAY), range(SATURDAY, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The rows of what somebody waits for."""

    who: str
    what: str
    often: str
    when: Sequence[str]
    days: str
    how: str


def wish_of(waiting: Waiting) -> Wish:
    names = [each.therapist.name for each in waiting.therapists]
    return Wish(
        who=series_words.listed(names) if names else "",
        what=kind_words(waiting.kind),
        often=often_words(waiting.every_weeks),
        when=window_words(each.window for each in waiting.windows),
        days=days_words(waiting.from_day, waiting.until_day),
        how=modality_words(waiting.modality),
    )


def kind_words(kind: Kind) -> str:
    words = {Kind.CONSULTATION: _("A first call"), Kind.INTAKE: _("A first session")}
    return str(words.get(kind, _("A session")))


def often_words(every_weeks: int) -> str:
    if every_weeks == 0:
        return str(_("Once"))
    return str(ngettext("Every week", "Every %(num)s weeks", every_weeks))


def days_words(first: date, last: date | None) -> str:
    """Return "From March 4" or "From March 4 to April 1"."""
    said = _day(first)
    if last is None:
        return str(_("From %(first)s", first=said))
    return str(_("From %(first)s to %(last)s", first=said, last=_day(last)))


def window_words(windows: Iterable[Window]) -> list[str]:
    """Return "Tuesdays after 5:00 PM" for each stretch of a day, the days that share it together.

    Any time at all is said in words too.
    """
    days: dict[tuple[int, int], list[int]] = defaultdict(list)
    for each in windows:
        days[each.from_minute, each.until_minute].append(each.weekday)
    if not days:
        return [str(_("Any day, any time"))]
    return [_stretch(_days(found), *bounds) for bounds, found in sorted(days.items())]


def clock_words(minute: int) -> str:
    """Return "5:00 PM" for a minute of the day."""
    at = time(minute // HOUR % 24, minute % HOUR)
    return str(format_time(at, "h:mm a", locale=LANGUAGE))


def _stretch(days: str, first: int, last: int) -> str:
    said = {"days": days, "first": clock_words(first), "last": clock_words(last)}
    if (first, last) == (0, DAY):
        return str(_("%(days)s, any time", **said))
    if last == DAY:
        return str(_("%(days)s after %(first)s", **said))
    if first == 0:
        return str(_("%(days)s before %(last)s", **said))
    return str(_("%(days)s, %(first)s to %(last)s", **said))


def _days(found: Sequence[int]) -> str:
    groups = {
        tuple(_WEEK): _("Every day"),
        tuple(_WORKDAYS): _("Monday to Friday"),
        tuple(_WEEKEND): _("Saturdays and Sundays"),
    }
    days = tuple(sorted(set(found)))
    if days in groups:
        return str(groups[days])
    return series_words.listed([str(_(WEEKDAYS[day])) for day in days])


def _day(day: date) -> str:
    return str(format_date(day, "MMMM d, y", locale=LANGUAGE))
