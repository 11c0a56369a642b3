"""Mailed links: how an account is set up, and the way back in together with a code."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import Purpose, id_in, random_id
from booking.domain.contact import email_key
from booking.domain.messages import Channel, MessageKind
from booking.errors import InvalidInput, NotFound, NotProved, Problem
from booking.models import Message, SignInLink, StaffAccount
from booking.queries.staff import can_prove, given_parts, live_link
from booking.services.accounts.codes import use_code
from booking.services.accounts.sessions import Came, begin
from booking.services.accounts.tries import count_try, take_back
from booking.services.audit import VISITOR, record
from booking.services.owed import Owed, owe
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work

LINK_LIVES = timedelta(minutes=10)
INVITATION_LIVES = timedelta(days=7)
MOST_LINKS_AN_HOUR = 5
HOUR = timedelta(hours=1)


def ask_for_link(address: str, *, now: datetime) -> None:
    """Owe the account with that address a link, at most five an hour.

    For an address that is nobody's here the same is written, and dropped when its turn comes,
    so that neither the answer nor how long it takes tells who works here. Raises
    `InvalidInput` for what is no address.
    """
    try:
        key = email_key(address)
    except ValueError as error:
        raise InvalidInput(Problem("email", str(error))) from error

    def work(session: Session) -> None:
        found = session.scalars(select(StaffAccount).filter_by(email_key=key)).one_or_none()
        if _asked_lately(session, key, now) >= MOST_LINKS_AN_HOUR:
            return
        if found is None or not given_parts(found):
            # One row as well, and a record of those who try: a message without a link is dropped.
            record(session, "sign-in refused", ("practice", 1), actor=VISITOR, now=now)
            _owe(session, random_id(), key, now)
        else:
            owe_link(session, found, until=now + LINK_LIVES, now=now)

    unit_of_work(work)


def owe_link(
    session: Session,
    account: StaffAccount,
    *,
    until: datetime,
    now: datetime,
    is_invitation: bool = False,
) -> str:
    """Owe the account a link and return its id, within a transaction that is open."""
    link = SignInLink(
        link_id=random_id(),
        account_id=account.id,
        is_invitation=is_invitation,
        created_at=now,
        expires_at=until,
    )
    session.add(link)
    _owe(session, link.link_id, account.email_key, now)
    return link.link_id


def use_link(token: str, code: str, came: Came, *, parts: Parts, now: datetime) -> str:
    """Use the link up and return the key of a new session.

    Whoever has set up how they sign in needs a code as well: the link shows that they read
    their mail, and the code is the second factor. Whoever has not comes in as far as the page
    to set it up. Raises `NotFound` for a link that is forged, unknown, used or too old, and
    `NotProved` for a code that is not right, which leaves the link as it was.
    """
    link_id = id_in(token)
    if link_id is None or not parts.links.holds(token, Purpose.SIGN_IN):
        raise NotFound("sign-in link")
    try_id = unit_of_work(lambda session: _try(session, link_id, now))

    def work(session: Session) -> str:
        account = _use_up(session, link_id, now)
        proved = can_prove(account)
        if proved and not use_code(session, account, code, sealer=parts.sealer, now=now):
            raise NotProved
        take_back(session, try_id)
        return begin(session, account.id, came, proved_at=now if proved else None, now=now)

    return unit_of_work(work)


def _asked_lately(session: Session, key: str, now: datetime) -> int:
    query = select(func.count(Message.id)).where(
        Message.address == key,
        Message.kind == MessageKind.SIGN_IN,
        Message.created_at > now - HOUR,
    )
    return session.scalars(query).one()


def _owe(session: Session, link_id: str, key: str, now: datetime) -> None:
    owed = Owed(
        kind=MessageKind.SIGN_IN,
        channel=Channel.EMAIL,
        address=key,
        facts={"link_id": link_id},
        due_at=now,
    )
    owe(session, owed, now=now)


def _try(session: Session, link_id: str, now: datetime) -> int:
    if live_link(session, link_id, now=now) is None:
        raise NotFound("sign-in link")
    return count_try(session, f"link {link_id}", now=now)


def _use_up(session: Session, link_id: str, now: datetime) -> StaffAccount:
    """Use the link up and return its account, locked; of two at once one finds it used."""
    link = live_link(session, link_id, now=now)
    used = update(SignInLink).where(SignInLink.link_id == link_id, SignInLink.used_at.is_(None))
    done = session.execute(used.values(used_at=now).returning(SignInLink.account_id))
    account_id = done.scalar_one_or_none()
    if link is None or account_id is None:
        raise NotFound("sign-in link")
    query = select(StaffAccount).filter_by(id=account_id).with_for_update()
    return session.scalars(query).one()
