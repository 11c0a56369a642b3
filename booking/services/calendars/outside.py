"""Connecting calendars elsewhere in which a therapist is busy."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from booking.adapters.busy import Account
from booking.adapters.busy.addresses import host_in, normal
from booking.adapters.links import random_id
from booking.adapters.sealer import Sealer
from booking.domain.outside import CalendarKind
from booking.errors import InvalidInput, Problem
from booking.models import OutsideBusy, OutsideCalendar
from booking.queries.outside import calendar_of, calendars_of
from booking.services.audit import Actor, record
from booking.services.availability import locked_therapist
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work

MOST_CALENDARS = 10
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_WORD = 80, 2000, 300


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """What a therapist types to connect a calendar; empty is the name of its host."""

    kind: CalendarKind
    address: str = field(repr=False)
    name: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def connect(
    therapist_id: int, wanted: NewCalendar, *, parts: Parts, actor: Actor, now: datetime
) -> str:
    """Connect a calendar, to be read soon; return its public id. Nothing is asked there yet.

    Raises `InvalidInput`.
    """
    _check(wanted, parts.settings.calendar_hosts)

    def work(session: Session) -> str:
        # The lock keeps two forms from both being the last that fits.
        locked_therapist(session, therapist_id)
        if len(calendars_of(session, therapist_id)) >= MOST_CALENDARS:
            raise InvalidInput(Problem("address", "too_many"))
        account = Account(wanted.address.strip(), wanted.user.strip(), wanted.password)
        row = OutsideCalendar(
            public_id=random_id(),
            therapist_id=therapist_id,
            kind=wanted.kind,
            name=wanted.name.strip() or host_in(wanted.address),
            host=host_in(wanted.address),
            account=sealed(account, parts.sealer),
            made_at=now,
            due_at=now,
        )
        session.add(row)
        session.flush()
        record(session, "calendar connected", ("outside calendar", row.id), actor=actor, now=now)
        return row.public_id

    return unit_of_work(work)


def disconnect(therapist_id: int, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Forget a calendar and all that was read of it. Raises `NotFound` if it is another's."""

    def work(session: Session) -> None:
        locked_therapist(session, therapist_id)
        row = calendar_of(session, therapist_id, public_id)
        about = ("outside calendar", row.id)
        session.execute(
            delete(OutsideBusy).filter_by(calendar_id=row.id),
            execution_options={"synchronize_session": False},
        )
        session.delete(row)
        record(session, "calendar disconnected", about, actor=actor, now=now)

    unit_of_work(work)


def read_soon(therapist_id: int, public_id: str, *, now: datetime) -> None:
    """Have a calendar read at the next sweep, whatever became of the last reading."""

    def work(session: Session) -> None:
        calendar_of(session, therapist_id, public_id).due_at = now

    unit_of_work(work)


def sealed(account: Account, sealer: Sealer) -> bytes:
    return sealer.seal_document(
        {"address": account.address, "user": account.user, "password": account.password}
    )


def opened(row: OutsideCalendar, sealer: Sealer) -> Account:
    """Return who reads what; all empty if it was sealed under another key."""
    said = sealer.open_document(row.account)
    return Account(*(str(said.get(name, "")) for name in ("address", "user", "password")))


def _check(wanted: NewCalendar, trusted: frozenset[str]) -> None:
    words = [(wanted.user, "user"), (wanted.password, "password")]
    is_signed_in = wanted.kind is CalendarKind.CALDAV
    problems = [
        *_address_problems(wanted.address, trusted),
        *(_long(wanted.name, "name", LONGEST_NAME)),
        *(problem for word, name in words if is_signed_in for problem in _needed(word, name)),
    ]
    if problems:
        raise InvalidInput(*problems)


def _address_problems(address: str, trusted: frozenset[str]) -> list[Problem]:
    address, host = normal(address), host_in(address)
    if problems := _needed(address, "address", LONGEST_ADDRESS):
        return problems
    if not host or not (address.lower().startswith("https://") or host in trusted):
        return [Problem("address", "format")]
    return []


def _needed(value: str, name: str, longest: int = LONGEST_WORD) -> list[Problem]:
    return _long(value, name, longest) if value.strip() else [Problem(name, "missing")]


def _long(value: str, name: str, longest: int) -> list[Problem]:
    return [Problem(name, "too_long")] if len(value) > longest else []
