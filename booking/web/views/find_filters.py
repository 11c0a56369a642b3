"""What may be asked on `/find`: three questions above the board, and the rail of filters.

An option that would leave nobody is not shown, unless it is chosen already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from booking.domain import facets, places
from booking.domain.directory import RECEIPTS, SLIDING, YES, Overview, Results
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.starts import Part, When
from booking.web.views.find_asked import KINDS, WHEN_NAMES, Asked, Fields, Which
from booking.web.views.find_words import word

PARTS: Mapping[Part, LazyString] = MappingProxyType(
    {
        Part.MORNING: _l("Morning"),
        Part.AFTERNOON: _l("Afternoon"),
        Part.EVENING: _l("Evening"),
    }
)
# Nearly everybody speaks it: nobody filters by it.
LEFT_OUT = frozenset({"en"})
# So many are shown at once; the rest unfolds.
FIRST_FEW = {Facet.IDENTITY: 8, Facet.LANGUAGE: 4}


@dataclass(frozen=True, slots=True)
class Question:
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Questions:
    """`summary` and `details` say in two lines what was answered."""

    state: Question
    need: Question
    payment: Question
    hidden: Fields
    answered: bool
    summary: str
    details: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """`rest` are options that unfold."""

    name: str
    legend: str
    hint: str
    options: Sequence[Option]
    rest: Sequence[Option] = ()

    @property
    def unfolded(self) -> bool:
        return any(option.checked for option in self.rest)


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    label: str
    checked: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the day, on weekdays and on weekends."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Rail:
    """Each option of `cost` has a name of its own. `more` are groups that unfold."""

    when: Sequence[Line]
    cost: Sequence[tuple[str, Option]]
    groups: Sequence[Group]
    more: Sequence[Group]
    hidden: Fields
    on: int
    clear_href: str

    @property
    def unfolded(self) -> bool:
        options = [option for group in self.more for option in group.options]
        return any(option.checked for option in options)


@dataclass(frozen=True, slots=True)
class Switch:
    """A call or a session: what the board shows times for."""

    href: str
    label: str
    hint: str
    chosen: bool


def questions(asked: Asked, overview: Overview) -> Questions:
    hidden = [*asked.kind_field, *asked.rail_fields]
    in_need = word(Facet.NEED, asked.need) if asked.need else str(_("Any reason"))
    where = _("In %(place)s", place=places.state_name(asked.state)) if asked.state else ""
    paid = word(Facet.INSURANCE, asked.payment) if asked.payment else ""
    return Questions(
        state=_states(asked, overview),
        need=_words(Facet.NEED, asked.need, overview, nothing=_("Choose what for")),
        payment=_words(Facet.INSURANCE, asked.payment, overview, nothing=_("Choose how to pay")),
        hidden=hidden,
        answered=asked.answered,
        summary=in_need,
        details=" · ".join(filter(None, (where, paid))),
    )


def _states(asked: Asked, overview: Overview) -> Question:
    shown = overview.states | {asked.state}
    options = [(code, state.name) for code, state in places.STATES.items() if code in shown]
    return Question([("", str(_("Choose a state"))), *options], asked.state or "")


def _words(facet: Facet, chosen: str | None, overview: Overview, *, nothing: str) -> Question:
    shown = overview.facets[facet] | {chosen}
    options = [(slug, word(facet, slug)) for slug in facets.labels(facet) if slug in shown]
    return Question([("", nothing), *options], chosen or "")


def rail(asked: Asked, results: Results) -> Rail:
    drawn = _Rail(asked, results)
    groups = [
        drawn.group(
            Facet.IDENTITY,
            _("Someone who is…"),
            hint=_("Therapists chose these words for themselves."),
        ),
        drawn.group(Facet.LANGUAGE, _("Speaks")),
    ]
    more = [
        drawn.group(Facet.APPROACH, _("Approach")),
        drawn.group(Facet.FAITH, _("Faith")),
        drawn.group(Facet.AGE, _("Works with")),
        drawn.group(Facet.ACCESS, _("Easier to reach")),
    ]
    return Rail(
        when=drawn.when(),
        cost=drawn.cost(),
        groups=[group for group in groups if group.options],
        more=[group for group in more if group.options],
        hidden=[*asked.answers, *asked.kind_field],
        on=asked.on,
        clear_href=asked.without_rail().href(),
    )


class _Rail:
    def __init__(self, asked: Asked, results: Results) -> None:
        self.asked = asked
        self.results = results

    def when(self) -> list[Line]:
        names = {when: name for name, when in WHEN_NAMES.items()}
        days = {False: _("Monday to Friday"), True: _("Saturday and Sunday")}
        return [
            Line(
                str(words),
                [
                    self._cell(When(part, weekend), names, f"{words}, {days[weekend]}")
                    for weekend in (False, True)
                ],
            )
            for part, words in PARTS.items()
        ]

    def _cell(self, when: When, names: Mapping[When, str], words: str) -> Cell:
        checked = when in self.asked.when
        return Cell(names[when], words, checked, checked or self.results.times.get(when, 0) > 0)

    def cost(self) -> list[tuple[str, Option]]:
        offered = (
            (SLIDING, _("Sliding scale"), self.asked.sliding),
            (RECEIPTS, _("Gives bills for insurance"), self.asked.receipts),
        )
        found = [
            (name, Option(YES, words, self.results.counts.get((name, YES), 0), checked))
            for name, words, checked in offered
        ]
        return [(name, option) for name, option in found if option.count or option.checked]

    def group(self, facet: Facet, legend: str, *, hint: str = "") -> Group:
        chosen = self.asked.rail.get(facet, frozenset())
        options = []
        for slug in facets.labels(facet):
            count = self.results.counts.get((facet.value, slug), 0)
            if slug in chosen or (count and slug not in LEFT_OUT):
                options.append(Option(slug, word(facet, slug), count, slug in chosen))
        few = FIRST_FEW.get(facet, len(options))
        if len(options) == few + 1:
            few += 1  # to unfold a single one is not worth a click
        return Group(facet.value, legend, hint, options[:few], options[few:])


def switches(asked: Asked, overview: Overview) -> list[Switch]:
    """Return the two things that may be looked for; none where there is only one of them."""
    offered = {which: _hint(which, overview) for which in Which}
    if not all(offered.values()):
        return []
    return [
        Switch(asked.with_(which=which).href(), _switch_label(which, overview), hint, chosen)
        for which, hint in offered.items()
        for chosen in [which is asked.which]
    ]


def settled(asked: Asked, overview: Overview) -> Asked:
    """Return what is asked, for a call only where calls are offered."""
    if asked.which is Which.CALL and Kind.CONSULTATION not in overview.minutes:
        return asked.turned(which=Which.SESSION)
    return asked


def _switch_label(which: Which, overview: Overview) -> str:
    if which is Which.SESSION:
        return str(_("First full session"))
    lengths = _lengths(which, overview)
    minutes = lengths[0] if len(lengths) == 1 else None
    if Kind.CONSULTATION in overview.charged:
        return str(_("%(minutes)s-min call", minutes=minutes) if minutes else _("First call"))
    return str(_("Free %(minutes)s-min call", minutes=minutes) if minutes else _("Free first call"))


def _hint(which: Which, overview: Overview) -> str:
    """Return a few words on what it is; none where nobody offers it."""
    lengths = _lengths(which, overview)
    if not lengths:
        return ""
    if which is Which.CALL:
        charged = Kind.CONSULTATION in overview.charged
        return str(_("Meet first") if charged else _("Meet first, no cost"))
    minutes = str(lengths[0])
    if len(lengths) > 1:
        minutes = str(_("%(least)s to %(most)s", least=lengths[0], most=lengths[-1]))
    ways = {way for kind in KINDS[which] for way in overview.modalities.get(kind, ())}
    if ways == {Modality.VIDEO}:
        return str(_("%(minutes)s minutes, by video", minutes=minutes))
    if ways == {Modality.VIDEO, Modality.PHONE}:
        return str(_("%(minutes)s minutes, video or phone", minutes=minutes))
    return str(_("%(minutes)s minutes", minutes=minutes))


def _lengths(which: Which, overview: Overview) -> list[int]:
    first = next((kind for kind in KINDS[which] if kind in overview.minutes), None)
    return sorted(overview.minutes[first]) if first is not None else []
