"""Who works here: invited, given their parts, let in again, let go."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from booking.adapters.links import Links, Purpose, random_id
from booking.domain import contact
from booking.domain.staffing import StaffRole
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import Practice, SignInLink, StaffAccount, StaffSession, Therapist
from booking.services.accounts.factors import forget_all
from booking.services.accounts.links import INVITATION_LIVES, owe_link
from booking.services.audit import Actor, record
from booking.services.unit_of_work import unit_of_work

PARTS_TO_GIVE = (StaffRole.DESK, StaffRole.ADMIN)


@dataclass(frozen=True, slots=True)
class NewColleague:
    """Somebody to be invited. A therapist's own account is made with the therapist."""

    name: str
    email: str
    parts: Collection[StaffRole]


def invite(new: NewColleague, *, actor: Actor, now: datetime) -> int:
    """Open an account, owe its owner an invitation, and return its id.

    Raises `InvalidInput`: no name, no address, no part, or an address that has an account.
    """
    name, email = _checked(new)

    def work(session: Session) -> int:
        key = contact.email_key(email)
        if session.scalars(select(StaffAccount.id).filter_by(email_key=key)).first() is not None:
            raise InvalidInput(Problem("email", "taken"))
        account = _opened(session, name, email, now)
        _give(account, new.parts)
        session.flush()
        _invite(session, account, now)
        told = sorted(new.parts)
        record(session, "invited", ("account", account.id), actor=actor, now=now, parts=told)
        return account.id

    return unit_of_work(work)


def open_for_therapist(session: Session, therapist: Therapist, *, now: datetime) -> None:
    """Give a new therapist an account, or join them to the one their address has."""
    key = contact.email_key(therapist.email)
    account = session.scalars(select(StaffAccount).filter_by(email_key=key)).one_or_none()
    if account is None:
        account = _opened(session, therapist.name, therapist.email, now)
    elif account.therapist_id is not None:
        raise InvalidInput(Problem("email", "taken"))
    account.therapist_id = therapist.id


def invite_therapist(therapist_id: int, *, actor: Actor, now: datetime) -> None:
    """Owe a therapist who has not set up their sign-in an invitation to do so."""

    def work(session: Session) -> None:
        account = session.scalars(
            select(StaffAccount).filter_by(therapist_id=therapist_id)
        ).one_or_none()
        if account is None:
            raise NotFound("account")
        _invite(session, account, now)
        record(session, "invited", ("account", account.id), actor=actor, now=now)

    unit_of_work(work)


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """`starts_over` is for one who has nothing left to sign in with."""

    name: str
    email: str
    starts_over: bool = False


def make_admin(first: FirstAdmin, *, links: Links, actor: Actor, now: datetime) -> str:
    """Make whoever has that address an admin, and return the address of a setup link.

    The link is mailed as well. Whoever has an account keeps what they sign in with, unless
    they start over.
    """
    name, email = _checked(NewColleague(first.name, first.email, {StaffRole.ADMIN}))

    def work(session: Session) -> str:
        if session.get(Practice, 1) is None:
            raise NotFound("practice")
        key = contact.email_key(email)
        account = session.scalars(select(StaffAccount).filter_by(email_key=key)).one_or_none()
        if account is None:
            account = _opened(session, name, email, now)
        account.is_admin = account.active = True
        session.flush()
        if first.starts_over:
            forget_all(session, account)
            _end_sessions(session, account.id, now)
        link_id = _invite(session, account, now)
        record(session, "made admin", ("account", account.id), actor=actor, now=now)
        return links.url(f"/staff/sign-in/{links.token(Purpose.SIGN_IN, link_id)}")

    return unit_of_work(work)


def give_parts(
    account_id: int, parts: Collection[StaffRole], *, actor: Actor, now: datetime
) -> None:
    """Let somebody be front desk and admin, or not; it holds from their next request on.

    Raises `InvalidInput` where nobody would be left who can invite others, or no part at all.
    """

    def work(session: Session) -> None:
        account = _locked(session, account_id)
        if not parts and account.therapist_id is None:
            raise InvalidInput(Problem("parts", "no_part"))
        _give(account, parts)
        _keep_an_admin(session)
        told = sorted(parts)
        record(session, "parts given", ("account", account_id), actor=actor, now=now, parts=told)

    unit_of_work(work)


def let_in_again(account_id: int, *, actor: Actor, now: datetime) -> None:
    """Take away all an account proves itself with, end its sessions, and invite its owner anew."""

    def work(session: Session) -> None:
        account = _locked(session, account_id)
        if not account.active:
            raise NotFound("account")
        forget_all(session, account)
        _end_sessions(session, account_id, now)
        _invite(session, account, now)
        record(session, "let in again", ("account", account_id), actor=actor, now=now)

    unit_of_work(work)


def set_active(account_id: int, *, active: bool, actor: Actor, now: datetime) -> None:
    """Let somebody go, whose sessions end at once, or take them back.

    Raises `InvalidInput` where nobody would be left who can invite others.
    """

    def work(session: Session) -> None:
        account = _locked(session, account_id)
        account.active = active
        _keep_an_admin(session)
        if not active:
            _end_sessions(session, account_id, now)
        act = "taken back" if active else "let go"
        record(session, act, ("account", account_id), actor=actor, now=now)

    unit_of_work(work)


def _checked(new: NewColleague) -> tuple[str, str]:
    problems, cleaned = [], []
    for field, clean, text in (
        ("name", contact.person_name, new.name),
        ("email", contact.email, new.email),
    ):
        try:
            cleaned.append(clean(text))
        except ValueError as error:
            problems.append(Problem(field, str(error)))
    if not set(new.parts) & set(PARTS_TO_GIVE):
        problems.append(Problem("parts", "no_part"))
    if problems:
        raise InvalidInput(*problems)
    return cleaned[0], cleaned[1]


def _opened(session: Session, name: str, email: str, now: datetime) -> StaffAccount:
    account = StaffAccount(
        name=name,
        email=email,
        email_key=contact.email_key(email),
        user_handle=random_id(),
        created_at=now,
    )
    session.add(account)
    return account


def _give(account: StaffAccount, parts: Collection[StaffRole]) -> None:
    account.is_desk = StaffRole.DESK in parts
    account.is_admin = StaffRole.ADMIN in parts


def _invite(session: Session, account: StaffAccount, now: datetime) -> str:
    """Owe an invitation; the ones before it end."""
    _end_links(session, account.id, now)
    until = now + INVITATION_LIVES
    return owe_link(session, account, until=until, now=now, is_invitation=True)


def _locked(session: Session, account_id: int) -> StaffAccount:
    # All accounts at once, always in one order: each may be the last admin.
    query = select(StaffAccount).order_by(StaffAccount.id).with_for_update()
    for each in session.scalars(query):
        if each.id == account_id:
            return each
    raise NotFound("account")


def _keep_an_admin(session: Session) -> None:
    session.flush()
    admins = select(func.count(StaffAccount.id)).where(StaffAccount.is_admin, StaffAccount.active)
    if session.scalars(admins).one() == 0:
        raise InvalidInput(Problem("parts", "nobody_left"))


def _end_sessions(session: Session, account_id: int, now: datetime) -> None:
    """End all sessions of an account, and its links."""
    theirs = (StaffSession.account_id == account_id, StaffSession.ended_at.is_(None))
    session.execute(update(StaffSession).where(*theirs).values(ended_at=now))
    _end_links(session, account_id, now)


def _end_links(session: Session, account_id: int, now: datetime) -> None:
    unused = (SignInLink.account_id == account_id, SignInLink.used_at.is_(None))
    session.execute(update(SignInLink).where(*unused).values(used_at=now))
