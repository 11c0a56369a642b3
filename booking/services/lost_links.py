"""Sending somebody their links again, asked for by an address typed into a form."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.domain.contact import email_key
from booking.domain.messages import Channel, MessageKind
from booking.errors import InvalidInput, Problem
from booking.models import Message
from booking.services.owed import Owed, owe
from booking.services.unit_of_work import unit_of_work

MOST_AN_HOUR = 3
HOUR = timedelta(hours=1)


def ask_for_links(address: str, *, now: datetime) -> None:
    """Owe the owner of `address` a mail with their links, at most three times an hour.

    Nobody is looked up here, so neither the answer nor how long it takes can tell whether
    the address is known: that is settled when the mail's turn comes. `Message.address` is
    what all spellings of the address have in common. Raises `InvalidInput`.
    """
    try:
        key = email_key(address)
    except ValueError as error:
        raise InvalidInput(Problem("email", str(error))) from error

    def work(session: Session) -> None:
        if _asked_lately(session, key, now) < MOST_AN_HOUR:
            owed = Owed(kind=MessageKind.LINKS, channel=Channel.EMAIL, address=key, due_at=now)
            owe(session, owed, now=now)

    unit_of_work(work)


def _asked_lately(session: Session, key: str, now: datetime) -> int:
    query = select(func.count(Message.id)).where(
        Message.address == key,
        Message.kind == MessageKind.LINKS,
        Message.created_at > now - HOUR,
    )
    return session.scalars(query).one()
