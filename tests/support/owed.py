"""What tests of sending share: a booking made, the sweep run, and the rows as they are now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select, update

from booking.domain.messages import Channel, MessageKind
from booking.models import Base, Message, db
from booking.models.dialects import begin_writing
from booking.services import messages
from booking.services.booking import Booked, book
from booking.services.identity import prove_address
from booking.services.parts import Parts
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)
LIMIT = 100


def sweep(parts: Parts, now: datetime) -> None:
    """Deliver everything due at `now`, as the worker does."""
    for message_id in messages.due(now=now, limit=LIMIT):
        messages.deliver(message_id, parts=parts, now=now)


def booked(
    parts: Parts,
    *,
    texts: bool = False,
    proved: bool = True,
    guest: Mapping[str, object] | None = None,
    **wish: object,
) -> Booked:
    """Book; say yes to texts and prove the address as the test wants it."""
    who = factories.guest(sms_consent=texts, **guest or {})
    made = book(factories.wish(guest=who, **wish), key=factories.key(), parts=parts, now=NOW)
    if proved:
        prove_address(made.participant_id, now=NOW)
    return made


def the(kind: MessageKind, channel: Channel = Channel.EMAIL) -> Message:
    """Return the newest message of that kind, as it is in the database now."""
    db.session.rollback()
    query = select(Message).filter_by(kind=kind, channel=channel).order_by(Message.id.desc())
    return db.session.scalars(query.limit(1)).one()


def states(kind: MessageKind, channel: Channel = Channel.EMAIL) -> list[tuple[str, str]]:
    """Return state and reason of every message of that kind, oldest first."""
    db.session.rollback()
    query = select(Message).filter_by(kind=kind, channel=channel).order_by(Message.id)
    return [(message.state.value, message.reason) for message in db.session.scalars(query)]


def change(table: type[Base], row_id: int, **values: object) -> None:
    """Write `values` into one row and commit."""
    session = db.session()
    session.rollback()
    begin_writing(session)
    session.execute(update(table).where(table.__table__.c.id == row_id).values(values))
    session.commit()


def plain(letter: EmailMessage) -> str:
    """Return the plain text of a letter."""
    part = letter.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())
