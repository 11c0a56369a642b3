"""Everybody in a booking besides the one who made it, written down: people, seats, guardians."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from booking.adapters.links import random_id
from booking.domain.contact import email_key
from booking.domain.lifecycle import Kind
from booking.domain.minors import GuardianSees, default_for
from booking.domain.participants import Role
from booking.models import Guardianship, Participant, Person, SeriesMember
from booking.services.companions import (
    Companion,
    Party,
    books_for_child,
    is_child,
    today_of,
)
from booking.services.guests import Guest
from booking.services.owed import Reader
from booking.services.rows import add_row, add_rows

# What is answered once, by the one who books, and is about the person who comes.
_ABOUT_WHO_COMES = ("need", "payment", "language", "access_needs", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the others are written down beside: the booking, and the row of who made it.

    `owner` names the appointment or the series that the rows of `table` belong to.
    """

    table: type[Participant] | type[SeriesMember]
    owner: Mapping[str, int]
    kind: Kind
    guest: Guest
    booker: Mapping[str, Any]


def booker_seat(kind: Kind, party: Party) -> dict[str, Any]:
    """Return how the one who books takes part: a guardian only books, and has no seat."""
    if books_for_child(kind, party):
        return {"role": Role.GUARDIAN, "seat": None}
    return {"role": Role.CLIENT, "seat": 1}


def write_party(session: Session, beside: Beside, party: Party, *, now: datetime) -> list[Reader]:
    """Write the others down, each with links of their own; return who of them is written to.

    Nobody gets texts without a yes of their own, and whoever only pays gets no news.
    """
    readers: list[Reader] = []
    people: dict[int, Companion] = {}
    for companion, seat in _seated(beside, party):
        person_id = add_row(session, Person, _person(companion, beside.guest, now))
        people[person_id] = companion
        link_id = random_id()
        row = _row(companion, beside) | {"person_id": person_id, "seat": seat, "link_id": link_id}
        key = add_row(session, beside.table, row)
        if companion.email and companion.role is not Role.PAYER:
            there = companion.time_zone or beside.guest.time_zone
            readers.append(Reader(key, link_id, there, texts=False))
    add_rows(session, Guardianship, list(_guardianships(beside, people, now)))
    return readers


def _seated(beside: Beside, party: Party) -> Iterator[tuple[Companion, int | None]]:
    """Yield each with a number of their own, counted on from the one who books."""
    taken = 1 if beside.booker["seat"] else 0
    for companion in party:
        if companion.comes:
            taken += 1
        yield companion, taken if companion.comes else None


def _person(companion: Companion, guest: Guest, now: datetime) -> dict[str, Any]:
    address = companion.email
    return {
        "name": companion.name,
        "pronouns": "",
        "email": address,
        "email_key": email_key(address) if address else "",
        "phone": companion.phone,
        "time_zone": companion.time_zone or guest.time_zone,
        "language": "en",
        "born": companion.born,
        "created_at": now,
    }


def _row(companion: Companion, beside: Beside) -> dict[str, Any]:
    booker = beside.booker
    row: dict[str, Any] = {
        **beside.owner,
        "role": companion.role,
        "books": False,
        "phone": companion.phone,
        "state": companion.state or booker["state"],
        "country": booker["country"],
    }
    row |= dict.fromkeys(_ABOUT_WHO_COMES)
    if companion.comes and booker["role"] is Role.GUARDIAN:
        row |= {name: booker[name] for name in _ABOUT_WHO_COMES}
        row["phone"] = companion.phone or booker["phone"]
    return row


def _guardianships(
    beside: Beside, people: Mapping[int, Companion], now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield what each guardian is told of each child, until somebody chooses otherwise."""
    guest, today = beside.guest, today_of(beside.guest, now)
    guardians = [key for key, each in people.items() if each.role is Role.GUARDIAN]
    if guest.born is None:
        guardians.append(beside.booker["person_id"])
    for child_id, child in people.items():
        if not child.comes or child.born is None or not is_child(child, guest, today):
            continue
        sees = default_for(child.born, today, state=child.state or guest.state)
        if not child.email:
            sees = GuardianSees.MESSAGES  # else nobody at all would be told
        for guardian_id in guardians:
            yield {
                "person_id": child_id,
                "guardian_id": guardian_id,
                "sees": sees,
                "chosen_at": now,
                "chosen_by": "",
            }
