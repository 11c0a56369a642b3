"""Couples, families, children and payers, as tests need them."""

from datetime import date
from typing import TypeVar

from sqlalchemy import select

from booking.domain.lifecycle import Kind
from booking.domain.participants import Role
from booking.models import Base, Guardianship, Participant, Therapist, db
from booking.services.booking import Booked, book
from booking.services.companions import Companion
from booking.services.parts import Parts
from tests import factories
from tests.factories import NOW

T = TypeVar("T", bound=Base)

SAM, KIM, ROE = "sam@example.org", "kim@example.org", "roe@example.org"
# On 2030-03-01 ten, fifteen and twenty years old.
TEN, FIFTEEN, TWENTY = date(2019, 6, 1), date(2014, 6, 1), date(2009, 6, 1)


def amara_sees(kind: Kind, *, state: str = "", **values: object) -> str:
    """Let Amara see couples or families, on a grid of hours; return the slug."""
    amara = db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
    seats = 2 if kind is Kind.COUPLES else 4
    defaults: dict[str, object] = {
        "slug": kind.value,
        "kind": kind,
        "name": "Session",
        "minutes": 50,
        "step": 60,
        "price_cents": 18000,
        "seats": seats,
        "allows_series": True,
    }
    made = factories.session_type(amara, **defaults | values)
    if state:
        factories.licence(amara, state=state, number="777")
    return made.slug


def partner(**values: object) -> Companion:
    """Kim Lee, who is in Phoenix."""
    defaults: dict[str, object] = {
        "role": Role.CLIENT,
        "name": "Kim Lee",
        "email": KIM,
        "time_zone": "America/Phoenix",
    }
    return Companion(**defaults | values)  # type: ignore[arg-type]


def child(**values: object) -> Companion:
    """Robin Reed, who is ten and has no address."""
    defaults: dict[str, object] = {"role": Role.CLIENT, "name": "Robin Reed", "born": TEN}
    return Companion(**defaults | values)  # type: ignore[arg-type]


def payer(**values: object) -> Companion:
    defaults: dict[str, object] = {"role": Role.PAYER, "name": "Roe Moss", "email": ROE}
    return Companion(**defaults | values)  # type: ignore[arg-type]


def booked_with(parts: Parts, *party: Companion, **wish: object) -> Booked:
    return book(factories.wish(party=party, **wish), key=factories.key(), parts=parts, now=NOW)


def rows(table: type[T], **values: object) -> list[T]:
    """Return the rows with those values, as they are in the database now."""
    db.session.rollback()
    query = select(table).filter_by(**values).order_by(table.__table__.c.id)
    return list(db.session.scalars(query))


def seats(booked: Booked) -> list[Participant]:
    """Return who takes part, as it is in the database now."""
    db.session.rollback()
    query = select(Participant).filter_by(appointment_id=booked.appointment_id)
    return list(db.session.scalars(query.order_by(Participant.id)))


def guardianship() -> Guardianship:
    db.session.rollback()
    return db.session.scalars(select(Guardianship)).one()
