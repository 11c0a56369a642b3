"""The words a directory is filtered by: kinds of facet, each a slug and a label in English.

The order is the order on the page. A slug is kept in tables and links and never changes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from booking.domain.labels import N_


class Facet(StrEnum):
    NEED = "need"
    APPROACH = "approach"
    LANGUAGE = "language"
    INSURANCE = "insurance"
    IDENTITY = "identity"
    FAITH = "faith"
    AGE = "age"
    ACCESS = "access"


# What a client would say, not what a form for an insurer would.
_NEEDS = {
    "anxiety": N_("Worry and anxiety"),
    "low_mood": N_("Low mood"),
    "panic": N_("Panic"),
    "sleep": N_("Sleep"),
    "grief": N_("Grief and loss"),
    "life_changes": N_("Life changes"),
    "work_stress": N_("Work stress"),
    "relationships": N_("Relationships"),
    "family": N_("Family"),
    "parenting": N_("Parenting"),
    "pregnancy": N_("Pregnancy and new babies"),
    "trauma": N_("Trauma"),
    "identity": N_("Identity"),
    "self_esteem": N_("Self-esteem"),
    "ocd": N_("Unwanted thoughts and OCD"),
    "eating": N_("Eating and body image"),
    "anger": N_("Anger"),
    "addiction": N_("Addiction and habits"),
    "adhd": N_("Focus and ADHD"),
    "autism": N_("Autism"),
    "chronic_illness": N_("Pain and long illness"),
}

_APPROACHES = {
    "cbt": N_("Cognitive behavioral (CBT)"),
    "act": N_("Acceptance and commitment (ACT)"),
    "dbt": N_("Dialectical behavior (DBT)"),
    "emdr": N_("Eye movement (EMDR)"),
    "exposure": N_("Exposure and response prevention (ERP)"),
    "psychodynamic": N_("Psychodynamic"),
    "person_centered": N_("Person-centered"),
    "ifs": N_("Internal family systems (IFS)"),
    "mindfulness": N_("Mindfulness"),
    "motivational": N_("Motivational interviewing"),
    "narrative": N_("Narrative"),
    "solution_focused": N_("Solution-focused"),
    "somatic": N_("Somatic"),
    "gottman": N_("Gottman method for couples"),
    "eft": N_("Emotionally focused for couples (EFT)"),
    "family_systems": N_("Family systems"),
    "play": N_("Play and art"),
}

# ISO 639-1 codes where there is one, else ISO 639-3: American Sign Language has only that.
_LANGUAGES = {
    "en": N_("English"),
    "es": N_("Spanish"),
    "ase": N_("American Sign Language"),
    "ar": N_("Arabic"),
    "zh": N_("Chinese"),
    "fr": N_("French"),
    "de": N_("German"),
    "gu": N_("Gujarati"),
    "ht": N_("Haitian Creole"),
    "he": N_("Hebrew"),
    "hi": N_("Hindi"),
    "ig": N_("Igbo"),
    "it": N_("Italian"),
    "ja": N_("Japanese"),
    "ko": N_("Korean"),
    "nv": N_("Navajo"),
    "fa": N_("Persian"),
    "pl": N_("Polish"),
    "pt": N_("Portuguese"),
    "pa": N_("Punjabi"),
    "ru": N_("Russian"),
    "so": N_("Somali"),
    "tl": N_("Tagalog"),
    "uk": N_("Ukrainian"),
    "ur": N_("Urdu"),
    "vi": N_("Vietnamese"),
    "yo": N_("Yoruba"),
}

_INSURERS = {
    "self_pay": N_("Paying myself"),
    "aetna": N_("Aetna"),
    "bcbs": N_("Blue Cross Blue Shield"),
    "carelon": N_("Carelon"),
    "cigna": N_("Cigna"),
    "humana": N_("Humana"),
    "kaiser": N_("Kaiser Permanente"),
    "magellan": N_("Magellan"),
    "medicaid": N_("Medicaid"),
    "medicare": N_("Medicare"),
    "oscar": N_("Oscar"),
    "tricare": N_("TRICARE"),
    "united": N_("UnitedHealthcare and Optum"),
}

# Therapists choose these for themselves; they follow "Someone who is…" on the page.
_IDENTITIES = {
    "woman": N_("A woman"),
    "man": N_("A man"),
    "nonbinary": N_("Nonbinary"),
    "trans": N_("Transgender"),
    "lgbtq": N_("LGBTQ+"),
    "asian": N_("Asian"),
    "black": N_("Black"),
    "latino": N_("Latina or Latino"),
    "mena": N_("Middle Eastern or North African"),
    "native": N_("Native American"),
    "pacific_islander": N_("Pacific Islander"),
    "white": N_("White"),
    "disabled": N_("Disabled"),
    "immigrant": N_("An immigrant"),
    "veteran": N_("A veteran"),
}

_FAITHS = {
    "buddhist": N_("Buddhist"),
    "christian": N_("Christian"),
    "hindu": N_("Hindu"),
    "jewish": N_("Jewish"),
    "latter_day_saint": N_("Latter-day Saint"),
    "muslim": N_("Muslim"),
    "sikh": N_("Sikh"),
    "secular": N_("Secular"),
    "spiritual": N_("Spiritual, no one religion"),
}

_AGES = {
    "children": N_("Children"),
    "teens": N_("Teens"),
    "adults": N_("Adults"),
    "older_adults": N_("Older adults"),
}

_ACCESS = {
    "captions": N_("Live captions"),
    "chat_only": N_("Chat instead of speaking"),
    "asl": N_("American Sign Language"),
    "interpreter": N_("Works with interpreters"),
    "phone": N_("Phone instead of video"),
    "plain_language": N_("Plain language"),
    "screen_reader": N_("Works well with screen readers"),
    "wheelchair": N_("Step-free office"),
}

_LABELS: Mapping[Facet, Mapping[str, str]] = {
    Facet.NEED: MappingProxyType(_NEEDS),
    Facet.APPROACH: MappingProxyType(_APPROACHES),
    Facet.LANGUAGE: MappingProxyType(_LANGUAGES),
    Facet.INSURANCE: MappingProxyType(_INSURERS),
    Facet.IDENTITY: MappingProxyType(_IDENTITIES),
    Facet.FAITH: MappingProxyType(_FAITHS),
    Facet.AGE: MappingProxyType(_AGES),
    Facet.ACCESS: MappingProxyType(_ACCESS),
}


def labels(facet: Facet) -> Mapping[str, str]:
    """Return the slugs of `facet` with their English labels, in the order to show them."""
    return _LABELS[facet]


def is_known(facet: Facet, slug: str) -> bool:
    return slug in _LABELS[facet]
