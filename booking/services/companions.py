"""Who else there is besides the one who books: who comes along, a child, somebody who pays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from booking.adapters.phones import e164
from booking.domain import contact, places, zones
from booking.domain.contact import email_key
from booking.domain.lifecycle import FOR_ONE, Kind, Modality
from booking.domain.minors import is_minor, may_consent_alone
from booking.domain.participants import Role
from booking.domain.zones import local_date
from booking.errors import InvalidInput, Problem
from booking.models import SessionType
from booking.services.guests import FieldReader, Guest, day_in

FIRST_YEAR = 1900
COUPLE = 2
TOGETHER = frozenset({Kind.COUPLES, Kind.FAMILY})


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCompanion:
    """Somebody as they came in with a form. Every field is text, and may be nonsense."""

    role: Role
    name: str = ""
    email: str = ""
    phone: str = ""
    time_zone: str = ""
    state: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """One more person, as they may be written down.

    `email` is empty for a child who has none. Without a `time_zone` or a `state` of their own
    they are where the one who books is.
    """

    role: Role
    name: str
    email: str = ""
    phone: str | None = None
    time_zone: str | None = None
    state: str | None = None
    born: date | None = None

    @property
    def comes(self) -> bool:
        return self.role is Role.CLIENT


Party = tuple[Companion, ...]


def read_party(typed: Iterable[TypedCompanion], *, modality: Modality, country: str) -> Party:
    """Return who else there is; raise `InvalidInput` naming every field that is wrong.

    Fields are named as in the API: `/people/0/email`. `country` is where the practice is.
    """
    found: list[Companion] = []
    problems: list[Problem] = []
    for number, each in enumerate(typed):
        reader = FieldReader()
        found.append(_companion(each, reader, modality, country))
        problems += [at(number, problem.field, problem.code) for problem in reader.problems]
    if problems:
        raise InvalidInput(*problems)
    return tuple(found)


def at(number: int, field: str, code: str) -> Problem:
    """Return what is wrong with one field of one companion."""
    return Problem(f"/people/{number}/{field}", code)


def books_for_child(kind: Kind, party: Iterable[Companion]) -> bool:
    """Return whether the one who books does so for another who comes alone."""
    return kind in FOR_ONE and any(each.comes for each in party)


def places_in(session_type: SessionType) -> int:
    """Return how many may come to it together."""
    if session_type.kind is Kind.COUPLES:
        return COUPLE
    return session_type.seats if session_type.kind is Kind.FAMILY else 1


def check_party(session_type: SessionType, guest: Guest, party: Party, *, now: datetime) -> None:
    """Raise `InvalidInput` unless these people may book that together, naming each field.

    A minor who books alone must be old enough for it where they are; whoever is of age books
    for themselves. Everybody who is written to has an address of their own.
    """
    case = _Case(session_type, guest, party, today_of(guest, now))
    problems = [*_about_guest(case), *_how_many(case)]
    for number, each in enumerate(party):
        problems += [at(number, field, code) for field, code in _about(each, case)]
    problems += _same_addresses(guest, party)
    if problems:
        raise InvalidInput(*problems)


def today_of(guest: Guest, now: datetime) -> date:
    """Return the day it is for the one who books."""
    return local_date(now, zones.zone(guest.time_zone))


def other_states(guest: Guest, party: Party) -> set[str]:
    """Return where others who come will be, besides the place of the one who books."""
    return {each.state for each in party if each.comes and each.state} - {guest.state}


def is_child(companion: Companion, guest: Guest, today: date) -> bool:
    """Return whether they are under age where they will be."""
    state = companion.state or guest.state
    return companion.born is not None and is_minor(companion.born, today, state=state)


def _companion(
    typed: TypedCompanion, reader: FieldReader, modality: Modality, country: str
) -> Companion:
    def number(text: str) -> str:
        return e164(text, country=country)

    comes = typed.role is Role.CLIENT
    # Who is rung needs a number, unless it is a child: then it is their guardian's.
    rung = comes and modality is Modality.PHONE and not typed.born.strip()
    phone = reader.field if rung else reader.optional
    return Companion(
        role=typed.role,
        name=reader.field("name", typed.name, contact.person_name) or "",
        email=(reader.optional if comes else reader.field)("email", typed.email, contact.email)
        or "",
        phone=phone("phone", typed.phone, number),
        time_zone=reader.optional("time_zone", typed.time_zone, _zone_name),
        state=reader.optional("state", typed.state, _state),
        born=day_in(reader, "born", typed.born),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """What is to be booked, by whom, with whom, and on which day that is."""

    session_type: SessionType
    guest: Guest
    party: Party
    today: date

    @property
    def has_child(self) -> bool:
        return any(self.is_child(each) for each in self.party)

    def is_child(self, each: Companion) -> bool:
        return is_child(each, self.guest, self.today)


def _about_guest(case: _Case) -> Iterable[Problem]:
    born, state = case.guest.born, case.guest.state
    if born is None:
        return
    if not _is_likely(born, case.today):
        yield Problem("born", "range")
    elif not may_consent_alone(born, case.today, state=state):
        yield Problem("born", "alone")
    elif is_minor(born, case.today, state=state):
        # What a minor books alone is nobody's to see but theirs.
        for number, each in enumerate(case.party):
            if each.role is Role.GUARDIAN or case.is_child(each):
                yield at(number, "role", "unexpected")


def _how_many(case: _Case) -> Iterable[Problem]:
    kind, room = case.session_type.kind, places_in(case.session_type)
    coming = [number for number, each in enumerate(case.party) if each.comes]
    paying = [n for n, each in enumerate(case.party) if each.role is Role.PAYER]
    if kind in TOGETHER and not coming:
        yield Problem("/people", "missing")
    if kind not in FOR_ONE:
        room -= 1  # the one who books comes, too
    for number in coming[max(room, 0) :]:
        yield at(number, "role", "too_many")
    free = case.session_type.price_cents == 0 or kind is Kind.GROUP
    for number in paying if free else paying[1:]:
        yield at(number, "role", "unexpected")


def _about(each: Companion, case: _Case) -> Iterable[tuple[str, str]]:
    if each.born is not None and not _is_likely(each.born, case.today):
        yield "born", "range"
    elif each.role is Role.GUARDIAN and not case.has_child:
        yield "role", "unexpected"
    elif each.comes:
        yield from _about_who_comes(each, case)


def _about_who_comes(each: Companion, case: _Case) -> Iterable[tuple[str, str]]:
    alone, child = case.session_type.kind in FOR_ONE, case.is_child(each)
    if alone and each.born is None:
        yield "born", "missing"
    elif alone and not child:
        yield "born", "of_age"
    elif not each.email and not child:
        yield "email", "missing"


def _same_addresses(guest: Guest, party: Party) -> Iterable[Problem]:
    """Yield who has the address of somebody before them: they could not be told apart."""
    seen = {email_key(guest.email)}
    for number, each in enumerate(party):
        if not each.email:
            continue
        if email_key(each.email) in seen:
            yield at(number, "email", "same")
        seen.add(email_key(each.email))


def _is_likely(born: date, today: date) -> bool:
    return born.year >= FIRST_YEAR and born <= today


def _zone_name(text: str) -> str:
    try:
        return str(zones.zone(text).key)
    except ValueError:
        raise ValueError("unknown") from None


def _state(text: str) -> str:
    if not places.is_state(text):
        raise ValueError("unknown")
    return text
