"""Therapists at their browsers: signed in, with something in their diary."""

from flask import Flask
from sqlalchemy import select

from booking import clock
from booking.adapters.links import Purpose
from booking.domain.lifecycle import Kind
from booking.models import Appointment, SignInLink, StaffAccount, Therapist, db
from booking.services.accounts import links
from booking.services.accounts.sessions import Came, begin
from booking.services.booking import Booked, book
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.support.accounts import an_account
from tests.support.mail import MailSpy
from tests.support.owed import plain
from tests.web.browsing import Browser

AMARA = "amara@alder.example"
BO = "bo@alder.example"
ASKED = "asked"


def the_therapist(email: str = AMARA) -> Therapist:
    return db.session.scalars(select(Therapist).filter_by(email=email)).one()


def another_therapist() -> Therapist:
    """Bo, who has the same hours as Amara and nothing to do with her clients."""
    return factories.amara(
        slug="bo", name="Bo Lind", first_name="Bo", email=BO, standing_room_url=None
    )


def mailed_link(parts: Parts, email: str = AMARA) -> str:
    """Return the path of a sign-in link just asked for."""
    the_account(parts, email)
    links.ask_for_link(email, now=clock.utcnow())
    db.session.rollback()
    newest = select(SignInLink.link_id).order_by(SignInLink.id.desc()).limit(1)
    token = parts.links.token(Purpose.SIGN_IN, db.session.scalars(newest).one())
    return f"/staff/sign-in/{token}"


def link_in(mail: MailSpy, parts: Parts) -> str:
    """Return the path of the sign-in link in the newest letter."""
    words = plain(mail.letters[-1]).split()
    found = next(word for word in words if "/staff/sign-in/" in word)
    return found.removeprefix(parts.settings.public_url)


def the_account(parts: Parts, email: str = AMARA) -> int:
    """Return the id of the account with that address; a therapist gets one who has none yet."""
    db.session.rollback()
    query = select(StaffAccount.id).filter_by(email_key=email)
    return db.session.scalars(query).one_or_none() or an_account(
        parts, email=email, therapist_id=the_therapist(email).id
    )


def key_of(account_id: int) -> str:
    """Return the key of a session in which that account has just proved who it is."""
    now, came = clock.utcnow(), Came("Firefox, Windows")
    return unit_of_work(lambda session: begin(session, account_id, came, proved_at=now, now=now))


def signed_in(app: Flask, parts: Parts, email: str = AMARA) -> Browser:
    """Return a browser of its own in which that therapist is signed in."""
    client = app.test_client()
    client.set_cookie("staff", key_of(the_account(parts, email)))
    return Browser(client)


def takes_requests() -> None:
    """Give Amara a kind of session that needs her yes."""
    factories.session_type(
        the_therapist(),
        slug=ASKED,
        kind=Kind.INTAKE,
        minutes=60,
        step=60,
        price_cents=16000,
        needs_approval=True,
    )


def booked(parts: Parts, **wish: object) -> Booked:
    """Book as Sam, or as the guest of the wish, at the moment it is now."""
    return book(factories.wish(**wish), key=factories.key(), parts=parts, now=clock.utcnow())


def public_id(made: Booked) -> str:
    db.session.rollback()
    return db.session.get_one(Appointment, made.appointment_id).hold_id
