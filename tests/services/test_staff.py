"""Signing in: a link used once, a session that ends, and nobody told who works here."""

import threading
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.adapters.links import Purpose
from booking.domain.messages import MessageKind
from booking.errors import InvalidInput, NotFound
from booking.models import AuditEntry, Base, Message, SignInLink, StaffSession, Therapist, db
from booking.queries.staff import SignedIn, count_of_browsers, hash_of, link_works, signed_in
from booking.services import staff
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, NOW
from tests.support.mail import MailSpy
from tests.support.owed import change, plain, states, sweep

pytestmark = pytest.mark.usefixtures("practice")

AMARA, NOBODY = "amara@alder.example", "nobody@alder.example"


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(table)).one()


def token(parts: Parts, now: datetime = NOW) -> str:
    staff.ask_for_link(AMARA, now=now)
    db.session.rollback()
    newest = select(SignInLink.link_id).order_by(SignInLink.id.desc()).limit(1)
    return parts.links.token(Purpose.SIGN_IN, db.session.scalars(newest).one())


def come_in(parts: Parts, now: datetime = NOW) -> str:
    return staff.sign_in(token(parts, now), links=parts.links, now=now)


def who(key: str, now: datetime) -> SignedIn | None:
    db.session.rollback()
    return signed_in(db.session(), key, now=now)


def session_of(key: str, now: datetime = NOW) -> SignedIn:
    found = who(key, now)
    assert found is not None
    return found


def test_a_link_signs_in_the_therapist_it_was_mailed_to(parts: Parts) -> None:
    key = come_in(parts)

    assert session_of(key).name == "Amara Okafor"


def test_a_link_signs_in_once(parts: Parts) -> None:
    link = token(parts)
    staff.sign_in(link, links=parts.links, now=NOW)

    with pytest.raises(NotFound):
        staff.sign_in(link, links=parts.links, now=NOW)

    assert count(StaffSession) == 1


def test_of_many_who_use_a_link_at_once_one_comes_in(app: Flask, parts: Parts) -> None:
    link, gate, came_in = token(parts), threading.Barrier(4), []

    def press() -> None:
        with app.app_context():
            gate.wait(30)
            try:
                came_in.append(staff.sign_in(link, links=parts.links, now=NOW))
            except NotFound:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(came_in) == count(StaffSession) == 1


def test_a_link_is_dead_after_ten_minutes(parts: Parts) -> None:
    link = token(parts)

    with pytest.raises(NotFound):
        staff.sign_in(link, links=parts.links, now=NOW + 10 * MINUTE)

    assert staff.sign_in(link, links=parts.links, now=NOW + 10 * MINUTE - MINUTE / 60)


def test_looking_whether_a_link_works_does_not_use_it_up(parts: Parts) -> None:
    link = token(parts)
    link_id = link[:32]

    assert all(link_works(db.session(), link_id, now=NOW) for _ in range(3))
    assert staff.sign_in(link, links=parts.links, now=NOW)
    db.session.rollback()
    assert not link_works(db.session(), link_id, now=NOW)


@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.SIGN_IN])
def test_a_link_for_anything_else_signs_nobody_in(parts: Parts, purpose: Purpose) -> None:
    forged = parts.links.token(purpose, token(parts)[:32])

    with pytest.raises(NotFound):
        staff.sign_in(forged, links=parts.links, now=NOW)


def test_a_link_of_no_therapist_is_as_dead_as_a_forged_one(parts: Parts) -> None:
    for dead in (parts.links.token(Purpose.SIGN_IN, "0" * 32), "", "x" * 54):
        with pytest.raises(NotFound):
            staff.sign_in(dead, links=parts.links, now=NOW)


def test_the_link_is_mailed_under_our_own_address(parts: Parts, mail: MailSpy) -> None:
    link = token(parts)

    sweep(parts, NOW)

    [(to, _)] = mail.sent
    assert to == AMARA
    assert f"{parts.settings.public_url}/staff/sign-in/{link}" in plain(mail.letters[0])


def test_an_address_in_other_letters_is_the_same_address(parts: Parts) -> None:
    staff.ask_for_link("  AMARA@Alder.Example ", now=NOW)

    assert count(SignInLink) == 1


def test_nothing_is_mailed_to_an_address_that_is_no_therapists(parts: Parts, mail: MailSpy) -> None:
    staff.ask_for_link(NOBODY, now=NOW)

    sweep(parts, NOW)

    assert mail.sent == []
    assert states(MessageKind.SIGN_IN) == [("dropped", "stale")]


def test_as_much_is_written_for_a_stranger_as_for_a_therapist() -> None:
    tables = (SignInLink, Message, AuditEntry)

    def written(address: str) -> int:
        before = sum(map(count, tables))
        staff.ask_for_link(address, now=NOW)
        return sum(map(count, tables)) - before

    assert written(AMARA) == written(NOBODY) == 2


@pytest.mark.parametrize("address", [AMARA, NOBODY])
def test_at_most_five_links_an_hour_are_owed(address: str) -> None:
    for _ in range(7):
        staff.ask_for_link(address, now=NOW)
    assert count(Message) == 5

    staff.ask_for_link(address, now=NOW + HOUR)
    assert count(Message) == 6


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InvalidInput):
        staff.ask_for_link("amara", now=NOW)


def test_the_table_does_not_hold_the_key(parts: Parts) -> None:
    key = come_in(parts)

    row = db.session.scalars(select(StaffSession)).one()
    assert row.key_hash == hash_of(key)
    assert key not in row.key_hash
    assert who(row.key_hash, NOW) is None


def test_keys_never_repeat(parts: Parts) -> None:
    keys = {come_in(parts, NOW + n * HOUR) for n in range(3)}

    assert len(keys) == 3
    assert all(len(key) >= 43 for key in keys)


def test_a_session_ends_after_an_hour_without_use(parts: Parts) -> None:
    key = come_in(parts)

    assert who(key, NOW + 59 * MINUTE) is not None
    assert who(key, NOW + 60 * MINUTE) is None


def test_a_session_in_use_goes_on_and_still_ends_after_twelve_hours(parts: Parts) -> None:
    key = come_in(parts)
    session_id = session_of(key).session_id
    now = NOW
    while now < NOW + 12 * HOUR - 30 * MINUTE:
        now += 30 * MINUTE
        assert who(key, now) is not None
        staff.stay(session_id, now=now)

    assert who(key, NOW + 12 * HOUR) is None


def test_signing_out_ends_this_session_and_no_other(parts: Parts) -> None:
    here, there = come_in(parts), come_in(parts)
    found = session_of(here)

    staff.sign_out(found.session_id, found.therapist_id, now=NOW)

    assert who(here, NOW) is None
    assert who(there, NOW) is not None
    assert count_of_browsers(db.session(), found.therapist_id, now=NOW) == 1


def test_signing_out_everywhere_ends_sessions_and_unused_links(parts: Parts) -> None:
    keys, link = [come_in(parts), come_in(parts)], token(parts)

    staff.sign_out_everywhere(session_of(keys[0]).therapist_id, now=NOW)

    assert [who(key, NOW) for key in keys] == [None, None]
    with pytest.raises(NotFound):
        staff.sign_in(link, links=parts.links, now=NOW)


def test_a_therapist_who_left_is_out_at_once(parts: Parts) -> None:
    key, link = come_in(parts), token(parts)
    change(Therapist, session_of(key).therapist_id, active=False)

    assert who(key, NOW) is None
    with pytest.raises(NotFound):
        staff.sign_in(link, links=parts.links, now=NOW)
    assert count(StaffSession) == 1


def test_coming_and_going_is_written_down(parts: Parts) -> None:
    found = session_of(come_in(parts))
    staff.sign_out(found.session_id, found.therapist_id, now=NOW)
    db.session.rollback()

    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["signed in", "signed out"]
