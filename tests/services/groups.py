"""Groups as tests of them need them: a therapist with a group of three seats, and who comes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.domain.lifecycle import Kind
from booking.models import Appointment, Message, Participant, SessionType, Therapist, db
from booking.services.audit import therapist
from booking.services.booking import Booked, Wish, book
from booking.services.changes import end
from booking.services.offers import lock_therapist
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import NOW

SEATS = 3
NAMES = ("Sam Reed", "Kim Lee", "Ada Bell", "Joe Park", "Lu Chen", "Ana Diaz", "Max Wolf")


def with_group(**values: object) -> SessionType:
    """Give Amara a group, and return it."""
    defaults: dict[str, object] = {
        "slug": "group",
        "kind": Kind.GROUP,
        "name": "Evening group",
        "minutes": 60,
        "step": 60,
        "price_cents": 4000,
        "seats": SEATS,
    }
    amara = db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
    return factories.session_type(amara, **defaults | values)


def wish_of(number: int, **values: object) -> Wish:
    """Return the wish of the `number`th of those who come to the group."""
    name = NAMES[number % len(NAMES)]
    email = f"{name.split()[0].lower()}{number}@example.org"
    who = factories.guest(name=name, email=email, phone=None)
    return factories.wish(**{"session_type": "group", "guest": who} | values)


def join(parts: Parts, number: int, **values: object) -> Booked:
    return book(wish_of(number, **values), key=factories.key(), parts=parts, now=NOW)


def call_off(appointment_id: int) -> None:
    """Let the therapist cancel the session for everybody."""

    def work(session: Session) -> None:
        lock_therapist(session, "amara")
        appointment = session.get_one(Appointment, appointment_id)
        end(session, appointment, therapist(appointment.therapist_id), now=NOW)

    unit_of_work(work)


def the_group() -> Appointment:
    db.session.rollback()
    return db.session.scalars(select(Appointment).where(Appointment.booked_at.is_not(None))).one()


def seats() -> list[int]:
    """Return the numbers of the seats that are taken, ascending."""
    return sorted(p.seat for p in the_group().participants if p.seat is not None)


def owed_to(participant_id: int) -> Sequence[Message]:
    """Return what is owed to one person, in the order it was owed."""
    query = select(Message).filter_by(participant_id=participant_id, state="due")
    db.session.rollback()
    return db.session.scalars(query.order_by(Message.id)).all()


def participant(booked: Booked) -> Participant:
    db.session.rollback()
    return db.session.get_one(Participant, booked.participant_id)
