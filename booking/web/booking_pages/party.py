"""Everybody a booking is for, as typed: read together, and refused field by field."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking.domain import places
from booking.domain.lifecycle import FOR_ONE, Kind, Modality
from booking.errors import InvalidInput, Problem
from booking.models import SessionType
from booking.services.companions import (
    TOGETHER,
    Party,
    TypedCompanion,
    check_party,
    places_in,
    read_party,
)
from booking.services.guests import Guest
from booking.web.booking_pages.party_fields import (
    ADULT,
    CHILD,
    MINOR,
    OTHERS,
    PAYER,
    PEOPLE,
    WHO,
)
from booking.web.booking_pages.typed import Draft, field_words, guest_in
from booking.web.practice import practice_facts

_POINTER_PARTS = 3


@dataclass(frozen=True, slots=True)
class People:
    """The one who books, and who else there is."""

    guest: Guest
    party: Party


def people_in(
    draft: Draft, session_type: SessionType, modality: Modality, *, now: datetime
) -> People:
    """Return everybody in a draft; raise `InvalidInput` naming every field that is wrong.

    The fields are those of the form: `other-1-email`.
    """
    prefixes = prefixes_in(draft, session_type)
    problems: list[Problem] = []
    guest, party = None, None
    try:
        guest = guest_in(draft, modality)
    except InvalidInput as refused:
        problems += refused.problems
    try:
        party = _party(draft, prefixes, modality)
    except InvalidInput as refused:
        problems += _at_fields(refused.problems, prefixes)
    if who_in(draft) == MINOR and not draft.get("born"):
        problems.append(Problem("born", "missing"))
    if problems or guest is None or party is None:
        raise InvalidInput(*problems)
    try:
        check_party(session_type, guest, party, now=now)
    except InvalidInput as refused:
        raise InvalidInput(*_at_fields(refused.problems, prefixes)) from refused
    return People(guest, party)


def is_complete(
    draft: Draft, session_type: SessionType, modality: Modality, *, now: datetime
) -> bool:
    """Return whether everything that must be answered is, and nothing is wrong with it."""
    try:
        people_in(draft, session_type, modality, now=now)
    except InvalidInput:
        return False
    return True


def who_in(draft: Draft) -> str:
    """Return for whom it is, as far as that was said."""
    said = draft.get(WHO, "")
    return said if said in {MINOR, CHILD} else ADULT


def others_of(session_type: SessionType) -> Sequence[str]:
    """Return the beginnings of the fields of those who may come along."""
    if session_type.kind not in TOGETHER:
        return ()
    return OTHERS[: max(places_in(session_type) - 1, 1)]


def prefixes_in(draft: Draft, session_type: SessionType) -> list[str]:
    """Return the people somebody began to name, and those without whom it cannot be."""
    if session_type.kind in FOR_ONE:
        found = [CHILD] if who_in(draft) == CHILD else []
    else:
        found = [each for each in others_of(session_type) if _is_named(draft, each)]
        if not found and session_type.kind is Kind.COUPLES:
            found = [OTHERS[0]]
    paid = session_type.price_cents > 0 and session_type.kind is not Kind.GROUP
    return [*found, PAYER] if paid and _is_named(draft, PAYER) else found


def party_words(problems: Iterable[Problem], draft: Draft) -> dict[str, str]:
    """Return what to say at each field of the people."""
    return {each.field: _words(each, draft) for each in problems}


def _party(draft: Draft, prefixes: Sequence[str], modality: Modality) -> Party:
    typed = [_typed(draft, prefix) for prefix in prefixes]
    return read_party(typed, modality=modality, country=practice_facts().country)


def _typed(draft: Draft, prefix: str) -> TypedCompanion:
    role, names = PEOPLE[prefix]
    return TypedCompanion(role=role, **{name: draft.get(f"{prefix}-{name}", "") for name in names})


def _is_named(draft: Draft, prefix: str) -> bool:
    _role, names = PEOPLE[prefix]
    asked = set(names) - {"time_zone", "state"}
    return any(draft.get(f"{prefix}-{name}", "").strip() for name in asked)


def _at_fields(problems: Iterable[Problem], prefixes: Sequence[str]) -> list[Problem]:
    return [Problem(_field(each.field, prefixes), each.code) for each in problems]


def _field(pointer: str, prefixes: Sequence[str]) -> str:
    """Return the field of the form for a field of the API: "/people/0/email"."""
    steps = pointer.strip("/").split("/")
    if steps[0] != "people":
        return pointer
    if len(steps) < _POINTER_PARTS:
        return f"{OTHERS[0]}-name"
    prefix, name = prefixes[int(steps[1])], steps[2]
    return f"{prefix}-{name}" if name in PEOPLE[prefix][1] else f"{prefix}-name"


def _words(problem: Problem, draft: Draft) -> str:
    if (problem.field, problem.code) == ("born", "alone"):
        return _not_alone(draft)
    prefix, _dash, name = problem.field.rpartition("-")
    words = {
        ("name", "missing"): _("Enter the name to use for them."),
        ("name", "too_many"): _("More people than can come. Please leave somebody out."),
        ("name", "unexpected"): _("This does not go together with being under 18."),
        ("email", "missing"): _("Enter their email. They get a link of their own."),
        ("email", "same"): _("Each person needs an email of their own. This one is here twice."),
        ("phone", "missing"): _("Enter a phone number to call them on."),
        ("born", "missing"): _("Enter a date of birth like 6/14/2012."),
        ("born", "format"): _("Enter a date of birth like 6/14/2012."),
        ("born", "range"): _("Check the year of this date of birth."),
        ("born", "of_age"): _("People who are of age book for themselves, with their own email."),
        ("state", "unknown"): _("Choose the state they will be in."),
        ("time_zone", "unknown"): _("Choose their time zone."),
    }
    if prefix or name == "born":
        found = words.get((name, problem.code))
        if found is not None:
            return str(found)
    return field_words(name if prefix in PEOPLE else problem.field, problem.code)


def _not_alone(draft: Draft) -> str:
    """Return who books for somebody of that age, and where help is meanwhile."""
    state = draft.get("state", "")
    where = places.state_name(state) if places.is_state(state) else str(_("that place"))
    return str(
        _(
            "In %(state)s a parent or guardian books for people of your age. They can do that "
            "on this page, or you can call us: %(phone)s. If you might hurt yourself or someone "
            "else, call or text 988 any time.",
            state=where,
            phone=practice_facts().phone_words,
        )
    )
