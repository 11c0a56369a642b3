"""The page of one therapist: first what decides, then all there is to know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from booking.adapters.wording.names import dollars
from booking.domain import places
from booking.domain.directory import Card, Found, Offer
from booking.domain.facets import Facet
from booking.domain.lifecycle import Modality
from booking.domain.minutes import instant_at
from booking.domain.policy import Policy
from booking.domain.zones import differ_at, local_date, zone
from booking.models import Therapist
from booking.web.views import find_words
from booking.web.views.clocks import Clock, clock_now
from booking.web.views.find import Seen
from booking.web.views.find_asked import Asked
from booking.web.views.find_rows import Painter, Slot, clock_words, said
from booking.web.views.meeting import hours_words, price, what

NEXT_TIMES = 3
A_DAY = timedelta(days=1)
SOON_OVER = timedelta(days=90)

# What people do in it, not what it is called.
APPROACHES: Mapping[str, LazyString] = MappingProxyType(
    {
        "cbt": _l("You look at thoughts and habits that keep you stuck, and try small changes."),
        "act": _l("You make room for hard feelings and do more of what matters to you."),
        "dbt": _l("You learn skills for strong feelings and hard moments with other people."),
        "emdr": _l("Your eyes follow a movement while you think of a hard memory. It weighs less."),
        "exposure": _l("You face what you fear in small steps. You set the size of each."),
        "psychodynamic": _l("You look at how the past still shapes what you feel now."),
        "person_centered": _l("You lead. Your therapist listens closely and does not judge."),
        "ifs": _l("You get to know the parts of you that pull in different ways."),
        "mindfulness": _l("You practice noticing what is here right now, with kindness."),
        "motivational": _l("You talk through a change until you know what you want yourself."),
        "narrative": _l("You look at the stories told about you, and tell your own."),
        "solution_focused": _l("You look for what works already, and do more of it."),
        "somatic": _l("You notice what your body does with stress, and help it settle."),
        "gottman": _l("Couples learn to argue kindly and to stay friends."),
        "eft": _l("Couples learn to say what they need and to hear each other."),
        "family_systems": _l("You look at the whole family, and at what each one carries."),
        "play": _l("You use play, drawing and making things when words are hard."),
    }
)


@dataclass(frozen=True, slots=True)
class Times:
    """What may be booked, what it costs, and when it is open next."""

    heading: str
    details: str
    slots: Sequence[Slot]
    all_href: str
    all_words: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Approach:
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How they work, in their own words and in those of the directory."""

    about: str
    first_call: str
    approaches: Sequence[Approach]
    ages: str
    access: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`may` says whether they may see somebody from the state that was named, if one was."""

    slug: str
    name: str
    first_name: str
    initials: str
    tone: str
    calling: str
    own_words: str
    licensed: str
    may: bool | None
    state: str
    cost: str
    price_note: str
    insurers: str
    yours: Clock
    theirs: Clock | None
    zone_unknown: bool
    times: Sequence[Times]
    closed: bool
    manner: Manner
    helps: str
    speaks: str
    policies: Sequence[str]
    back_href: str


def profile(
    card: Card,
    therapist: Therapist,
    asked: Asked,
    seen: Seen,
    *,
    found: Iterable[Found],
    policy: Policy,
) -> Profile:
    """Return the page; `found` is the therapist once for each thing that may be booked."""
    mine, theirs = seen.zone.zone, zone(card.time_zone)
    painter = Painter(asked, mine, seen.now)
    today = local_date(seen.now, theirs)
    differs = differ_at(seen.now, mine, theirs)
    return Profile(
        slug=card.slug,
        name=find_words.name_of(card),
        first_name=card.first_name,
        initials=find_words.initials_of(card),
        tone=find_words.tone_of(card),
        calling=find_words.calling_of(card),
        own_words=card.statement,
        licensed=licensed_words(card, today),
        may=_may(card, asked.state, today),
        state=places.state_name(asked.state) if asked.state else "",
        cost=find_words.cost_words(card, asked.payment),
        price_note=therapist.price_note,
        insurers=listed(find_words.insurers_of(card)),
        yours=clock_now(seen.now, mine),
        theirs=clock_now(seen.now, theirs, card.first_name) if differs else None,
        zone_unknown=not seen.zone.known,
        times=[_times(one, painter) for one in found],
        closed=not card.accepts_new or not card.offers,
        manner=_manner(card, therapist),
        helps=find_words.phrase(find_words.labels_of(card, Facet.NEED)),
        speaks=", ".join(find_words.labels_of(card, Facet.LANGUAGE)),
        policies=_policies(policy),
        back_href=asked.href(),
    )


def _manner(card: Card, therapist: Therapist) -> Manner:
    return Manner(
        about=therapist.about,
        first_call=therapist.first_call,
        approaches=_approaches(card),
        ages=find_words.phrase(find_words.labels_of(card, Facet.AGE)),
        access=find_words.labels_of(card, Facet.ACCESS),
    )


def licensed_words(card: Card, today: date) -> str:
    """Return the states they may see people in, with the dates that matter soon."""
    by_state: dict[str, list[str]] = {}
    for licence in sorted(card.licences, key=lambda licence: licence.valid_from):
        until = licence.valid_until
        if until is not None and until < today:
            continue
        dates = []
        if licence.valid_from > today:
            dates.append(_("from %(day)s", day=said(licence.valid_from, "MMMM d")))
        if until is not None and until < today + SOON_OVER:
            dates.append(_("until %(day)s", day=said(until, "MMMM d")))
        by_state.setdefault(licence.state, []).append(" ".join(dates))
    names = []
    for code, state in places.STATES.items():
        if code in by_state:
            dated = [words for words in by_state[code] if words]
            always = len(dated) < len(by_state[code])
            names.append(state.name if always else f"{state.name} ({', '.join(dated)})")
    return listed(names)


def listed(names: Sequence[str]) -> str:
    """Return "Arizona, California and Nevada"."""
    if len(names) < 2:  # noqa: PLR2004  # two are the fewest that need an "and"
        return "".join(names)
    return str(_("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1]))


def _may(card: Card, state: str | None, today: date) -> bool | None:
    if state is None:
        return None
    return any(
        licence.state == state and (licence.valid_until is None or licence.valid_until >= today)
        for licence in card.licences
    )


def _times(found: Found, painter: Painter) -> Times:
    offer, minutes = found.offer, found.reach.minutes
    plan = painter.asked.payment
    paid = price(offer.price_cents, plan if found.card.has(Facet.INSURANCE, plan or "") else None)
    return Times(
        heading=_capital(what(offer.kind, offer.minutes)),
        details=f"{paid} · {_ways(offer)}",
        slots=[_slot(found, at, painter) for at in _next(minutes, painter)],
        all_href=painter.book_href(found),
        all_words=ngettext("%(num)s opening", "All %(num)s openings", len(minutes)),
        nothing="" if len(minutes) else _("No open times right now."),
    )


def _next(minutes: Sequence[int], painter: Painter) -> list[int]:
    """Return the first opening of each of the next days that have any."""
    found: dict[date, int] = {}
    for minute in minutes:
        found.setdefault(local_date(instant_at(minute), painter.zone), minute)
        if len(found) == NEXT_TIMES:
            break
    return list(found.values())


def _slot(found: Found, minute: int, painter: Painter) -> Slot:
    day = local_date(instant_at(minute), painter.zone)
    words = f"{said(day, 'EEE, MMM d')}, {clock_words(minute, painter.zone)}"
    return painter.slot(found, minute, words=words, day="")


def _ways(offer: Offer) -> str:
    ways = set(offer.modalities)
    if ways == {Modality.VIDEO, Modality.PHONE}:
        return str(_("by video or phone"))
    words = {
        Modality.VIDEO: _("by video"),
        Modality.PHONE: _("by phone"),
        Modality.IN_PERSON: _("in person"),
    }
    return str(_(" or ").join(words[way] for way in offer.modalities))


def _approaches(card: Card) -> list[Approach]:
    held = card.facets.get(Facet.APPROACH, frozenset())
    return [
        Approach(find_words.word(Facet.APPROACH, slug), str(words))
        for slug, words in APPROACHES.items()
        if slug in held
    ]


def _policies(policy: Policy) -> list[str]:
    """Return three lines: cancelling, the late fee, and when something is charged."""
    cutoff, fee = hours_words(policy.cancel_cutoff), dollars(policy.late_fee_cents)
    if not fee:
        first = [_("You can cancel at no cost until the start.")]
    else:
        first = [
            _("You can cancel at no cost up to %(hours)s hours before.", hours=cutoff),
            _("After that the late fee is %(fee)s.", fee=fee),
        ]
    move = hours_words(policy.move_cutoff)
    return [
        *first,
        _("You can move to another time up to %(hours)s hours before.", hours=move),
        _("Nothing is charged when you book."),
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
