"""Coming in, for tests: an account that is set up, a link, a key, and who holds it."""

from datetime import datetime

from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.models import Base, SignInLink, Therapist, db
from booking.queries.staff import SignedIn, signed_in
from booking.services.accounts import links
from booking.services.accounts.proving import Entered, sign_in
from booking.services.accounts.sessions import Came
from booking.services.parts import Parts
from tests.factories import NOW
from tests.support.accounts import PASSWORD, an_account, code_at

AMARA, NOBODY = "amara@alder.example", "nobody@alder.example"
HERE = Came("Firefox, Windows")


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def amaras(parts: Parts, *, set_up: bool = True) -> int:
    """Make Amara's account and return its id."""
    db.session.rollback()
    therapist_id = db.session.scalars(select(Therapist.id).filter_by(email=AMARA)).one()
    return an_account(parts, set_up=set_up, email=AMARA, therapist_id=therapist_id, name="Amara")


def token(parts: Parts, address: str = AMARA, now: datetime = NOW) -> str:
    """Return a link just asked for."""
    links.ask_for_link(address, now=now)
    return newest(parts)


def newest(parts: Parts) -> str:
    """Return the link that was made last."""
    db.session.rollback()
    found = select(SignInLink.link_id).order_by(SignInLink.id.desc()).limit(1)
    return parts.links.token(Purpose.SIGN_IN, db.session.scalars(found).one())


def come_in(parts: Parts, now: datetime = NOW, address: str = AMARA, came: Came = HERE) -> str:
    """Sign in with password and code, and return the key."""
    return sign_in(Entered(address, PASSWORD, code_at(now)), came, parts=parts, now=now)


def who(key: str, now: datetime = NOW) -> SignedIn | None:
    db.session.rollback()
    return signed_in(db.session(), key, now=now)


def session_of(key: str, now: datetime = NOW) -> SignedIn:
    found = who(key, now)
    assert found is not None
    return found
