"""What a person types when they book: read whole, cleaned, and refused field by field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from booking.adapters.phones import e164
from booking.domain import contact, facets, places, zones
from booking.domain.facets import Facet
from booking.domain.lifecycle import Modality
from booking.errors import InvalidInput, Problem

ACCESS_LIMIT = 300
NOTE_LIMIT = 300
SHORT_LIMIT = 40
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedGuest:
    """A form as it came in. Every field is text, and any of it may be nonsense."""

    name: str = ""
    email: str = ""
    phone: str = ""
    time_zone: str = ""
    pronouns: str = ""
    language: str = ""
    state: str = ""
    country: str = ""
    need: str = ""
    payment: str = ""
    access_needs: str = ""
    note: str = ""
    born: str = ""
    sms_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A person who books, as they may be written down. `born` is asked of minors alone."""

    name: str
    email: str
    phone: str | None
    time_zone: str
    pronouns: str
    language: str | None
    state: str | None
    country: str | None
    need: str | None
    payment: str | None
    access_needs: str
    note: str
    sms_consent: bool
    born: date | None = None


def read_guest(
    typed: TypedGuest, *, modality: Modality, country: str, sees_abroad: bool, texts: bool
) -> Guest:
    """Return the guest in `typed`; raise `InvalidInput` naming every field that is wrong.

    `country` is where the practice is, for numbers dialled without a prefix. `texts` says
    whether texts can be sent at all: where they cannot, consent to them is not kept.
    """
    reader = FieldReader()
    state, abroad = _place(typed, reader, country, sees_abroad)
    guest = Guest(
        name=reader.field("name", typed.name, contact.person_name) or "",
        email=reader.field("email", typed.email, contact.email) or "",
        phone=_phone(typed, reader, modality, country),
        time_zone=reader.field("time_zone", typed.time_zone, _zone_name) or "",
        pronouns=reader.optional("pronouns", typed.pronouns, _short) or "",
        language=reader.optional("language", typed.language, _of(Facet.LANGUAGE)),
        state=state,
        country=abroad,
        need=reader.optional("need", typed.need, _of(Facet.NEED)),
        payment=reader.optional("payment", typed.payment, _of(Facet.INSURANCE)),
        access_needs=reader.optional("access_needs", typed.access_needs, _access) or "",
        note=reader.optional("note", typed.note, _note) or "",
        sms_consent=typed.sms_consent and texts,
        born=day_in(reader, "born", typed.born),
    )
    if reader.problems:
        raise InvalidInput(*reader.problems)
    return guest


class FieldReader:
    """Applies one cleaner a field and keeps what each complains of."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def field(self, name: str, text: str, clean: Callable[[str], str]) -> str | None:
        try:
            return clean(text)
        except ValueError as error:
            self.problems.append(Problem(name, str(error)))
            return None

    def optional(self, name: str, text: str, clean: Callable[[str], str]) -> str | None:
        return self.field(name, text, clean) if text.strip() else None


def day_in(reader: FieldReader, name: str, text: str) -> date | None:
    """Return a date as a field for one sends it, or as people write it: 3/9/2012."""
    found = reader.optional(name, text, _day)
    return date.fromisoformat(found) if found else None


def _phone(typed: TypedGuest, reader: FieldReader, modality: Modality, country: str) -> str | None:
    def clean(text: str) -> str:
        return e164(text, country=country)

    if modality is Modality.PHONE or typed.sms_consent:
        return reader.field("phone", typed.phone, clean)
    return reader.optional("phone", typed.phone, clean)


def _place(
    typed: TypedGuest, reader: FieldReader, country: str, sees_abroad: bool
) -> tuple[str | None, str | None]:
    """Return the state, or the country for somebody abroad where the practice sees them."""
    if sees_abroad and typed.country and typed.country != country and not typed.state:
        return None, reader.field("country", typed.country, _country)
    return reader.field("state", typed.state, _state), country


def _state(text: str) -> str:
    if not text:
        raise ValueError("missing")
    if not places.is_state(text):
        raise ValueError("unknown")
    return text


def _country(text: str) -> str:
    if not places.is_country(text):
        raise ValueError("unknown")
    return text


def _day(text: str) -> str:
    """Return a date as ISO 8601 has it."""
    american = _AMERICAN.fullmatch(text.strip())
    if american is not None:
        month, day, year = map(int, american.groups())
        iso = f"{year:04}-{month:02}-{day:02}"
    else:
        iso = text.strip()
    if not _ISO.fullmatch(iso):
        raise ValueError("format")
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        raise ValueError("format") from None


def _zone_name(text: str) -> str:
    if not text:
        raise ValueError("missing")
    try:
        zones.zone(text)
    except ValueError:
        raise ValueError("unknown") from None
    return text


def _of(facet: Facet) -> Callable[[str], str]:
    def clean(text: str) -> str:
        if not facets.is_known(facet, text):
            raise ValueError("unknown")
        return text

    return clean


def _short(text: str) -> str:
    return contact.person_name(text, limit=SHORT_LIMIT)


def _access(text: str) -> str:
    return contact.free_text(text, limit=ACCESS_LIMIT)


def _note(text: str) -> str:
    return contact.free_text(text, limit=NOTE_LIMIT)
