"""Mailed links: used once, a code besides, and nobody told who works here."""

import threading
from functools import partial

import pytest
from flask import Flask

from booking.adapters.links import Purpose
from booking.domain.messages import MessageKind
from booking.errors import InvalidInput, NotFound, NotProved, TooManyTries
from booking.models import (
    AuditEntry,
    Message,
    SignInLink,
    SignInTry,
    StaffAccount,
    StaffSession,
    Therapist,
    db,
)
from booking.queries.staff import live_link
from booking.services.accounts import links
from booking.services.accounts.links import use_link
from booking.services.parts import Parts
from tests.factories import HOUR, MINUTE, NOW
from tests.services.accounts.coming_in import (
    AMARA,
    HERE,
    NOBODY,
    amaras,
    count,
    session_of,
    token,
)
from tests.support.accounts import an_account, code_at
from tests.support.mail import MailSpy
from tests.support.meanwhile import before_it_writes
from tests.support.owed import change, plain, states, sweep

pytestmark = pytest.mark.usefixtures("practice")


def test_a_link_lets_a_new_account_in_as_far_as_setting_up(parts: Parts) -> None:
    amaras(parts, set_up=False)

    key = use_link(token(parts), "", HERE, parts=parts, now=NOW)

    assert session_of(key).proved_at is None


def test_with_a_code_it_lets_in_whoever_is_set_up(parts: Parts) -> None:
    amaras(parts)

    key = use_link(token(parts), code_at(NOW), HERE, parts=parts, now=NOW)

    assert session_of(key).proved_at == NOW
    assert count(SignInTry) == 0


def test_it_is_no_way_round_the_second_factor(parts: Parts) -> None:
    amaras(parts)
    link = token(parts)

    for wrong in ("", "000000"):
        with pytest.raises(NotProved):
            use_link(link, wrong, HERE, parts=parts, now=NOW)

    assert count(StaffSession) == 0
    assert use_link(link, code_at(NOW), HERE, parts=parts, now=NOW)


def test_a_code_cannot_be_guessed_with_one_link(parts: Parts) -> None:
    amaras(parts)
    link = token(parts)
    for _ in range(10):
        with pytest.raises(NotProved):
            use_link(link, "000000", HERE, parts=parts, now=NOW)

    with pytest.raises(TooManyTries):
        use_link(link, code_at(NOW), HERE, parts=parts, now=NOW)


def test_a_link_signs_in_once(parts: Parts) -> None:
    amaras(parts, set_up=False)
    link = token(parts)
    use_link(link, "", HERE, parts=parts, now=NOW)

    with pytest.raises(NotFound):
        use_link(link, "", HERE, parts=parts, now=NOW)

    assert count(StaffSession) == 1


def test_of_many_who_use_a_link_at_once_one_comes_in(app: Flask, parts: Parts) -> None:
    amaras(parts, set_up=False)
    link, gate, came_in = token(parts), threading.Barrier(4), []

    def press() -> None:
        with app.app_context():
            gate.wait(30)
            try:
                came_in.append(use_link(link, "", HERE, parts=parts, now=NOW))
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
    amaras(parts, set_up=False)
    link = token(parts)

    with pytest.raises(NotFound):
        use_link(link, "", HERE, parts=parts, now=NOW + 10 * MINUTE)

    assert use_link(link, "", HERE, parts=parts, now=NOW + 10 * MINUTE - MINUTE / 60)


def test_looking_whether_a_link_works_does_not_use_it_up(parts: Parts) -> None:
    amaras(parts, set_up=False)
    link = token(parts)

    assert all(live_link(db.session(), link[:32], now=NOW) for _ in range(3))
    assert use_link(link, "", HERE, parts=parts, now=NOW)
    db.session.rollback()
    assert live_link(db.session(), link[:32], now=NOW) is None


def test_a_link_that_is_used_while_it_is_looked_at_does_not_sign_in(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    amaras(parts, set_up=False)
    link = token(parts)
    other = partial(use_link, link, "", HERE, parts=parts, now=NOW)
    before_it_writes(monkeypatch, links, other, after=1)

    with pytest.raises(NotFound):
        use_link(link, "", HERE, parts=parts, now=NOW)

    assert count(StaffSession) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("purpose", [p for p in Purpose if p is not Purpose.SIGN_IN])
def test_a_link_for_anything_else_signs_nobody_in(parts: Parts, purpose: Purpose) -> None:
    amaras(parts, set_up=False)
    forged = parts.links.token(purpose, token(parts)[:32])

    with pytest.raises(NotFound):
        use_link(forged, "", HERE, parts=parts, now=NOW)


def test_a_link_of_nobody_is_as_dead_as_a_forged_one(parts: Parts) -> None:
    for dead in (parts.links.token(Purpose.SIGN_IN, "0" * 32), "", "x" * 54):
        with pytest.raises(NotFound):
            use_link(dead, "", HERE, parts=parts, now=NOW)


def test_the_link_is_mailed_under_our_own_address(parts: Parts, mail: MailSpy) -> None:
    amaras(parts)
    link = token(parts)

    sweep(parts, NOW)

    [(to, _)] = mail.sent
    assert to == AMARA
    assert f"{parts.settings.public_url}/staff/sign-in/{link}" in plain(mail.letters[0])


def test_an_address_in_other_letters_is_the_same_address(parts: Parts) -> None:
    amaras(parts)

    links.ask_for_link("  AMARA@Alder.Example ", now=NOW)

    assert count(SignInLink) == 1


def test_nothing_is_mailed_to_an_address_that_is_nobodys(parts: Parts, mail: MailSpy) -> None:
    links.ask_for_link(NOBODY, now=NOW)

    sweep(parts, NOW)

    assert mail.sent == []
    assert states(MessageKind.SIGN_IN) == [("dropped", "stale")]


def test_as_much_is_written_for_a_stranger_as_for_somebody_here(parts: Parts) -> None:
    amaras(parts)
    tables = (SignInLink, Message, AuditEntry)

    def written(address: str) -> int:
        before = sum(map(count, tables))
        links.ask_for_link(address, now=NOW)
        return sum(map(count, tables)) - before

    assert written(AMARA) == written(NOBODY) == 2


@pytest.mark.parametrize("address", [AMARA, NOBODY])
def test_at_most_five_links_an_hour_are_owed(parts: Parts, address: str) -> None:
    amaras(parts)
    for _ in range(7):
        links.ask_for_link(address, now=NOW)
    assert count(Message) == 5

    links.ask_for_link(address, now=NOW + HOUR)
    assert count(Message) == 6


@pytest.mark.one_database
def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(InvalidInput):
        links.ask_for_link("amara", now=NOW)


def test_whoever_left_is_out_at_once(parts: Parts) -> None:
    account_id = amaras(parts, set_up=False)
    link = token(parts)
    change(StaffAccount, account_id, active=False)

    with pytest.raises(NotFound):
        use_link(link, "", HERE, parts=parts, now=NOW)


def test_a_therapist_who_left_and_has_no_other_part_is_out(parts: Parts) -> None:
    account_id = amaras(parts)
    link = token(parts)
    change(Therapist, session_therapist(account_id), active=False)

    with pytest.raises(NotFound):
        use_link(link, code_at(NOW), HERE, parts=parts, now=NOW)
    links.ask_for_link(AMARA, now=NOW)

    assert count(SignInLink) == 1


def session_therapist(account_id: int) -> int:
    db.session.rollback()
    found = db.session.get_one(StaffAccount, account_id).therapist_id
    assert found is not None
    return found


def test_a_front_desk_has_links_too(parts: Parts, mail: MailSpy) -> None:
    an_account(parts, set_up=False, email="ines@alder.example", is_desk=True)

    token(parts, "ines@alder.example")
    sweep(parts, NOW)

    assert [to for to, _ in mail.sent] == ["ines@alder.example"]
