"""What the directory says of a therapist: cost for the one who asks, needs, languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from booking.adapters.wording.names import dollars
from booking.domain import facets
from booking.domain.directory import Card
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind
from booking.web.views.meeting import TONES

SELF_PAY = "self_pay"
PAID = (Kind.INDIVIDUAL, Kind.INTAKE)
MOST_NEEDS, MOST_INSURERS = 4, 2


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a therapist; `label` says to screen readers what the icon says."""

    icon: str
    label: str
    words: str


# One page says some hundreds of these.
@lru_cache(maxsize=1024)
def word(facet: Facet, slug: str) -> str:
    """Return the label of a slug in the one language pages have."""
    return str(_(facets.labels(facet)[slug]))


def name_of(card: Card) -> str:
    """Return "Amara Okafor, PsyD"."""
    return f"{card.name}, {card.credentials}" if card.credentials else card.name


def initials_of(card: Card) -> str:
    words = card.name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def tone_of(card: Card) -> str:
    return TONES[card.therapist_id % len(TONES)]


def calling_of(card: Card) -> str:
    """Return "Psychologist · she/her"."""
    return " · ".join(filter(None, (card.title, card.pronouns)))


def facts_of(card: Card, *, need: str | None, payment: str | None) -> list[Fact]:
    found = [
        Fact("wallet", _("Cost"), cost_words(card, payment)),
        Fact("heart-handshake", _("Helps with"), phrase(needs_of(card, need))),
        Fact("languages", _("Speaks"), ", ".join(labels_of(card, Facet.LANGUAGE))),
    ]
    return [fact for fact in found if fact.words]


def cost_words(card: Card, payment: str | None) -> str:
    """Return what a session costs somebody who pays in this way, in one line."""
    paid = card.offer_of(PAID)
    price = dollars(paid.price_cents) if paid is not None else ""
    scale = ""
    if card.sliding_from_cents is not None:
        scale = _("sliding scale from %(price)s", price=dollars(card.sliding_from_cents) or "$0")
    if payment not in {None, SELF_PAY} and card.has(Facet.INSURANCE, payment):
        plan = word(Facet.INSURANCE, payment)
        first = _("In network with %(plan)s", plan=plan)
        alone = _("%(price)s without insurance", price=price) if price else ""
        return " · ".join(filter(None, (first, scale or alone)))
    each = _("%(price)s a session", price=price) if price else ""
    takes = _insurers(card) if payment is None else ""
    return " · ".join(filter(None, (each, scale or takes)))


def needs_of(card: Card, need: str | None) -> list[str]:
    """Return a few needs, the one that was asked for first."""
    held = card.facets.get(Facet.NEED, frozenset())
    order = sorted(facets.labels(Facet.NEED), key=lambda slug: slug != need)
    return [word(Facet.NEED, slug) for slug in order if slug in held][:MOST_NEEDS]


def labels_of(card: Card, facet: Facet) -> list[str]:
    """Return the card's words of that facet, in the order of the page."""
    held = card.facets.get(facet, frozenset())
    return [word(facet, slug) for slug in facets.labels(facet) if slug in held]


def insurers_of(card: Card) -> list[str]:
    held = card.facets.get(Facet.INSURANCE, frozenset()) - {SELF_PAY}
    order = facets.labels(Facet.INSURANCE)
    return [word(Facet.INSURANCE, slug) for slug in order if slug in held]


def _insurers(card: Card) -> str:
    found = insurers_of(card)
    if not found:
        return ""
    few, rest = found[:MOST_INSURERS], len(found) - MOST_INSURERS
    if rest > 0:
        return str(_("takes %(plans)s and %(rest)s more", plans=", ".join(few), rest=rest))
    return str(_("takes %(plans)s", plans=_(" and ").join(few)))


def phrase(words: Iterable[str]) -> str:
    """Return "Worry and anxiety, panic, sleep": one phrase, so only its first word is large."""
    first, *rest = [*words, ""]
    return ", ".join([first, *(f"{word[0].lower()}{word[1:]}" for word in rest if word)])
