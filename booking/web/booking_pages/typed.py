"""What a person typed about themselves: kept as it was typed, read when it counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from flask import request
from flask_babel import gettext as _

from booking.domain.lifecycle import Modality
from booking.errors import Problem
from booking.services.guests import Guest, TypedGuest, read_guest
from booking.web.booking_pages.party_fields import MINOR, PARTY_FIELDS, WHO
from booking.web.practice import practice_facts
from booking.web.wiring import parts
from booking.web.words import problem_words

FIELDS = tuple(field.name for field in fields(TypedGuest))
TICKED = "yes"
# Sealed drafts stay small whatever is sent; every field is refused long before this.
LONGEST_KEPT = 4000
TRAP = "website"
# The standing hour that was chosen; no form shows it.
STANDING = "standing"
# The offer by whose link somebody came who is known already; no form shows it either.
OFFER = "offer"
# What such a person is not asked again, and cannot change here.
KNOWN = ("name", "email", "pronouns")

Draft = Mapping[str, str]
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answers:
    """A draft, and what is wrong with it in words, by field."""

    draft: Draft
    problems: Mapping[str, str]

    @property
    def errors(self) -> Errors:
        """Return the problems in the order of the form, for the summary on top."""
        order = ("modality", *FIELDS, *PARTY_FIELDS)
        return [(name, self.problems[name]) for name in order if name in self.problems]

    def __getitem__(self, name: str) -> str:
        return self.draft.get(name, "")


def draft_in(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of the form, unread."""
    names = (*FIELDS, *PARTY_FIELDS)
    return {name: form[name][:LONGEST_KEPT] for name in names if form.get(name)}


def typed_over(before: Draft, form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed, with what was chosen before and no form shows."""
    names = (STANDING, OFFER, *KNOWN) if before.get(OFFER) else (STANDING,)
    kept = {name: before[name] for name in names if before.get(name)}
    return {**draft_in(form), **kept}


def fell_into_the_trap() -> bool:
    """Return whether the field that people cannot see was filled in."""
    return bool(request.form.get(TRAP))


def guest_in(draft: Draft, modality: Modality) -> Guest:
    """Return the guest in a draft; raise `InvalidInput` naming every field that is wrong."""
    practice = practice_facts()
    said = {name: draft.get(name, "") for name in FIELDS if name != "sms_consent"}
    if draft.get(WHO) != MINOR:
        said["born"] = ""  # asked of nobody else
    typed = TypedGuest(**said, sms_consent=draft.get("sms_consent") == TICKED)
    return read_guest(
        typed,
        modality=modality,
        country=practice.country,
        sees_abroad=practice.sees_abroad,
        texts=parts().sms is not None,
    )


def in_words(problems: Iterable[Problem]) -> dict[str, str]:
    return {problem.field: field_words(problem.field, problem.code) for problem in problems}


def field_words(field: str, code: str) -> str:
    """Return what to say at a field, in words of its own where it has some."""
    words = {
        ("name", "missing"): _("Enter a name we can use."),
        ("email", "missing"): _("Enter your email, so we can send you the link."),
        ("email", "format"): _("Enter an email like name@example.com."),
        ("email", "characters"): _("Enter an email like name@example.com."),
        ("phone", "missing"): _("Enter a phone number, or choose to go without."),
        ("phone", "format"): _("Enter a phone number like 602-555-0142."),
        ("phone", "too_long"): _("Enter a phone number like 602-555-0142."),
        ("state", "missing"): _("Choose the state you will be in."),
        ("state", "unknown"): _("Choose the state you will be in."),
        ("country", "unknown"): _("Choose the country you will be in."),
        ("time_zone", "missing"): _("Choose your time zone."),
        ("time_zone", "unknown"): _("Choose your time zone."),
        ("modality", "missing"): _("Choose how you would like to meet."),
        ("modality", "unknown"): _("Choose how you would like to meet."),
        ("note", "too_long"): _("Keep your note to 300 characters."),
        ("access_needs", "too_long"): _("Keep this to 300 characters."),
    }
    return str(words.get((field, code), problem_words(code)))


def consent_words() -> str:
    """Return the consent to texts exactly as it is shown, and kept with the answer."""
    return str(
        _(
            "Yes, text me about my sessions. One text before each session, and one if it "
            "changes. Message rates may apply. Reply STOP to end, HELP for help."
        )
    )
