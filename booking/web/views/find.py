"""The page `/find`: what was asked, who fits, and what to ask differently if nobody does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.domain import places
from booking.domain.directory import RECEIPTS, SLIDING, WHEN, Filters, Overview, Results
from booking.domain.facets import Facet
from booking.web.views.clocks import Clock, ZoneChoice, clock_now, zone_choice
from booking.web.views.find_asked import Asked
from booking.web.views.find_filters import Questions, Rail, Switch, questions, rail, switches
from booking.web.views.find_rows import Painter, Shown
from booking.web.views.find_words import word
from booking.web.zones import SeenZone

PER_PAGE = 12

Search = Callable[[Filters], Results]


@dataclass(frozen=True, slots=True)
class Way:
    """Something to ask differently, and how many that would bring back."""

    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Empty:
    heading: str
    words: str
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class Zone:
    """Whose clock the times are on; `choice` is the form to change it, once it is wanted."""

    clock: Clock
    unknown: bool
    change_href: str
    choice: ZoneChoice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    questions: Questions
    switches: Sequence[Switch]
    rail: Rail
    heading: str
    zone: Zone
    shown: Shown
    before: Way | None
    more: Way | None
    empty: Empty | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Who looks, and when."""

    zone: SeenZone
    now: datetime


def board(asked: Asked, overview: Overview, seen: Seen, search: Search) -> Board:
    """Return the page; `search` looks for whoever fits, and does so again if nobody does."""
    results = search(asked.filters)
    found = results.found
    start = (asked.page - 1) * PER_PAGE
    if start >= len(found):
        asked, start = asked.turned(page=1), 0
    return Board(
        questions=questions(asked, overview),
        switches=switches(asked, overview),
        rail=rail(asked, results),
        heading=_heading(len(found), start),
        zone=_zone(asked, seen),
        shown=Painter(asked, seen.zone.zone, seen.now).shown(found[start : start + PER_PAGE]),
        before=_before(asked),
        more=_more(asked, len(found) - start - PER_PAGE),
        empty=None if found else _empty(asked, overview, results, search),
    )


def _heading(count: int, start: int) -> str:
    if count == 0:
        return str(_("No one yet"))
    words = ngettext("%(num)s therapist, soonest first", "%(num)s therapists, soonest first", count)
    if start == 0:
        return str(words)
    last = min(start + PER_PAGE, count)
    return str(_("%(first)s to %(last)s of %(words)s", first=start + 1, last=last, words=words))


def _zone(asked: Asked, seen: Seen) -> Zone:
    zone = seen.zone.zone
    wanted = asked.asks_zone or not seen.zone.known
    back = asked.turned().href(anchor="results")
    return Zone(
        clock=clock_now(seen.now, zone),
        unknown=not seen.zone.known,
        change_href="" if wanted else asked.href(("zone", "ask"), anchor="results"),
        choice=zone_choice(zone, back) if wanted else None,
    )


def _more(asked: Asked, left: int) -> Way | None:
    if left <= 0:
        return None
    count = min(left, PER_PAGE)
    words = ngettext("Show %(num)s more therapist", "Show %(num)s more therapists", count)
    turned = asked.turned(page=asked.page + 1, first_day=None)
    return Way(turned.href(anchor="results"), str(words))


def _before(asked: Asked) -> Way | None:
    if asked.page == 1:
        return None
    turned = asked.turned(page=asked.page - 1, first_day=None)
    return Way(turned.href(anchor="results"), str(_("Back to the ones before")))


def _empty(asked: Asked, overview: Overview, results: Results, search: Search) -> Empty:
    if not overview.minutes:
        words = _("No therapist takes bookings here yet. Please call us, or look again soon.")
        return Empty(str(_("No one to show yet")), str(words), [])
    if asked.state is not None and not search(Filters(state=asked.state)).found:
        return _not_licensed(asked, overview)
    return Empty(
        str(_("No one has an open time that fits all of this yet")),
        str(_("You could let go of one thing:")),
        _single_ways(asked, results) or _wider_ways(asked, search),
    )


def _not_licensed(asked: Asked, overview: Overview) -> Empty:
    names = [state.name for code, state in places.STATES.items() if code in overview.states]
    where = places.state_name(asked.state or "")
    words = _("They can see people who are in: %(places)s.", places=", ".join(names))
    ways = [Way(asked.with_(state=None).href(), str(_("Look without a state")))]
    return Empty(
        str(_("No one here may see people in %(place)s yet", place=where)), str(words), ways
    )


def _single_ways(asked: Asked, results: Results) -> list[Way]:
    """Return each filter that alone keeps somebody out, with how many it keeps out."""
    found = []
    for name, without, words in _each_given_up(asked):
        count = results.without.get(name, 0)
        if count:
            found.append((count, _way(without, words, count)))
    return [way for _count, way in sorted(found, key=lambda pair: -pair[0])]


def _each_given_up(asked: Asked) -> list[tuple[str, Asked, str]]:
    """Return for each filter that is on: its name, what is asked without it, and that in words."""
    found = []
    if asked.when:
        found.append((WHEN, asked.with_(when=frozenset()), _("At any time of day")))
    if asked.need:
        name = word(Facet.NEED, asked.need)
        found.append(
            (Facet.NEED.value, asked.with_(need=None), _("Not only for “%(name)s”", name=name))
        )
    if asked.payment:
        words = _("Whatever the way to pay")
        found.append((Facet.INSURANCE.value, asked.with_(payment=None), words))
    if asked.sliding:
        found.append((SLIDING, asked.with_(sliding=False), _("Without a sliding scale")))
    if asked.receipts:
        found.append((RECEIPTS, asked.with_(receipts=False), _("Without bills for insurance")))
    for facet, values in asked.rail.items():
        names = _(" or ").join(word(facet, value) for value in sorted(values))
        rest = {other: held for other, held in asked.rail.items() if other is not facet}
        found.append((facet.value, asked.with_(rail=rest), _("Without “%(name)s”", name=names)))
    return found


def _wider_ways(asked: Asked, search: Search) -> list[Way]:
    """Return the least that must be given up at once: the rail, else all but the state."""
    wider = [
        (asked.without_rail(), _("Without the filters beside the times")),
        (asked.without_rail().with_(need=None, payment=None), _("With only your state")),
    ]
    for without, words in wider:
        count = len(search(without.filters).found)
        if count:
            return [_way(without, words, count)]
    return [Way(Asked(which=asked.which).href(), str(_("Start again")))]


def _way(asked: Asked, words: str, count: int) -> Way:
    people = ngettext("%(num)s therapist", "%(num)s therapists", count)
    return Way(asked.href(), f"{words}: {people}")
