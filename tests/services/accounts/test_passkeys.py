"""Passkeys: made, used to come in, never taken twice, never for another site or account."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from booking.adapters.passkeys import Passkeys
from booking.errors import InvalidInput, NotFound, NotProved
from booking.models import Passkey, PasskeyChallenge, StaffAccount, StaffSession, db
from booking.services.accounts import factors, passkeys, people
from booking.services.accounts.factors import Browser
from booking.services.accounts.links import use_link
from booking.services.audit import SYSTEM
from booking.services.parts import Parts
from tests.factories import MINUTE, NOW
from tests.services.accounts.coming_in import (
    HERE,
    amaras,
    come_in,
    count,
    session_of,
    token,
    who,
)
from tests.support.accounts import an_account
from tests.support.authenticator import Device
from tests.support.meanwhile import before_it_writes
from tests.support.owed import change

pytestmark = pytest.mark.usefixtures("practice")

HOST = "alder.example"
ORIGIN = f"https://{HOST}"


@pytest.fixture
def site(parts: Parts) -> Parts:
    """The parts of a site that has a name; browsers know no passkeys of a bare address."""
    return replace(parts, passkeys=Passkeys(ORIGIN))


@pytest.fixture
def device() -> Device:
    return Device(ORIGIN, HOST)


def browser(key: str) -> Browser:
    found = session_of(key)
    return Browser(found.session_id, found.account_id)


def add(site: Parts, device: Device, account_id: int, here: Browser, name: str = "Key") -> str:
    question = passkeys.ask_to_make(account_id, parts=site, now=NOW)
    return passkeys.add(here, device.make(question), name, parts=site, now=NOW).key


@pytest.fixture
def amara(site: Parts, device: Device) -> Browser:
    """Amara in a browser, with a password, and with a passkey in her device."""
    account_id = amaras(site)
    return browser(add(site, device, account_id, browser(come_in(site))))


def enter(site: Parts, device: Device) -> str:
    question = passkeys.ask_to_come_in(parts=site, now=NOW)
    return passkeys.come_in(device.sign(question), HERE, parts=site, now=NOW)


def test_a_passkey_alone_signs_in_as_both_factors(
    site: Parts, device: Device, amara: Browser
) -> None:
    found = session_of(enter(site, device))

    assert (found.account_id, found.proved_at) == (amara.account_id, NOW)
    db.session.rollback()
    row = db.session.scalars(select(Passkey)).one()
    assert (row.sign_count, row.last_used_at) == (1, NOW)


def test_the_first_thing_somebody_sets_up_can_be_a_passkey(site: Parts, device: Device) -> None:
    account_id = amaras(site, set_up=False)
    here = browser(use_link(token(site), "", HERE, parts=site, now=NOW))

    question = passkeys.ask_to_make(account_id, parts=site, now=NOW)
    made = passkeys.add(here, device.make(question), "Key", parts=site, now=NOW)

    assert len(made.codes) == 10
    assert session_of(made.key).proved_at == NOW
    assert session_of(enter(site, device)).account_id == account_id


@pytest.mark.parametrize("counts", [True, False])
def test_an_answer_is_taken_once(
    site: Parts, device: Device, amara: Browser, *, counts: bool
) -> None:
    device.counts = counts
    answer = device.sign(passkeys.ask_to_come_in(parts=site, now=NOW))
    passkeys.come_in(answer, HERE, parts=site, now=NOW)

    with pytest.raises(NotProved):
        passkeys.come_in(answer, HERE, parts=site, now=NOW)


def test_an_answer_is_taken_within_five_minutes(
    site: Parts, device: Device, amara: Browser
) -> None:
    answer = device.sign(passkeys.ask_to_come_in(parts=site, now=NOW))

    with pytest.raises(NotProved):
        passkeys.come_in(answer, HERE, parts=site, now=NOW + 5 * MINUTE)


def test_an_answer_to_one_question_is_none_to_another(
    site: Parts, device: Device, amara: Browser
) -> None:
    to_prove = passkeys.ask_to_prove(amara.account_id, parts=site, now=NOW)
    with pytest.raises(NotProved):
        passkeys.come_in(device.sign(to_prove), HERE, parts=site, now=NOW)

    to_come_in = passkeys.ask_to_come_in(parts=site, now=NOW)
    with pytest.raises(NotProved):
        passkeys.prove(amara, device.sign(to_come_in), parts=site, now=NOW)

    to_make = passkeys.ask_to_make(amara.account_id, parts=site, now=NOW)
    with pytest.raises(NotProved):
        passkeys.prove(amara, device.sign(to_make), parts=site, now=NOW)


def test_a_challenge_we_did_not_make_is_none(site: Parts, device: Device, amara: Browser) -> None:
    question = site.passkeys.to_sign(b"of somebody else's making, long enough")

    with pytest.raises(NotProved):
        passkeys.come_in(device.sign(question), HERE, parts=site, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://a1der.example"},
        {"host": "a1der.example"},
        {"verifies": False},
        {"credential_id": b"another"},
        {"handle": b"somebody else"},
        {"count": -1},
    ],
)
def test_what_a_device_must_not_say(
    site: Parts, device: Device, amara: Browser, wrong: dict[str, Any]
) -> None:
    """Another site, another host, no PIN, an unknown key, another's, a copy with an old count."""
    enter(site, device)
    question = passkeys.ask_to_come_in(parts=site, now=NOW)

    with pytest.raises(NotProved):
        passkeys.come_in(
            replace(device, **wrong).sign(question),
            HERE,
            parts=site,
            now=NOW,
        )


def test_another_key_under_the_same_id_does_not_sign_in(
    site: Parts, device: Device, amara: Browser
) -> None:
    forged = Device(ORIGIN, HOST, handle=device.handle)

    with pytest.raises(NotProved):
        enter(site, forged)


def test_a_device_that_does_not_know_its_user_makes_no_passkey(
    site: Parts, device: Device, amara: Browser
) -> None:
    other = Device(ORIGIN, HOST, credential_id=b"o" * 16, verifies=False)
    question = passkeys.ask_to_make(amara.account_id, parts=site, now=NOW)

    with pytest.raises(NotProved):
        passkeys.add(amara, other.make(question), "Key", parts=site, now=NOW)

    assert count(Passkey) == 1


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"response": {}}', "x" * 20_000])
def test_what_is_no_answer_is_refused(site: Parts, text: str) -> None:
    with pytest.raises(NotProved):
        passkeys.come_in(text, HERE, parts=site, now=NOW)

    assert count(StaffSession) == 0


def test_a_passkey_shows_once_more_who_one_is(site: Parts, device: Device, amara: Browser) -> None:
    question = passkeys.ask_to_prove(amara.account_id, parts=site, now=NOW)
    later = NOW + MINUTE

    key = passkeys.prove(amara, device.sign(question), parts=site, now=later)

    assert session_of(key, later).proved_at == later


def test_another_accounts_passkey_does_not(site: Parts, device: Device, amara: Browser) -> None:
    other = an_account(site, is_desk=True)
    question = passkeys.ask_to_prove(other, parts=site, now=NOW)

    with pytest.raises(NotProved):
        passkeys.prove(Browser(amara.session_id, other), device.sign(question), parts=site, now=NOW)


def test_whoever_was_let_go_does_not_come_in(site: Parts, device: Device, amara: Browser) -> None:
    change(StaffAccount, amara.account_id, active=False)

    with pytest.raises(NotProved):
        enter(site, device)


def test_a_passkey_taken_away_while_it_is_looked_at_does_not_sign_in(
    site: Parts, device: Device, amara: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = passkeys.ask_to_come_in(parts=site, now=NOW)
    taken = partial(people.let_in_again, amara.account_id, actor=SYSTEM, now=NOW)
    before_it_writes(monkeypatch, passkeys, taken, after=2)

    with pytest.raises(NotProved):
        passkeys.come_in(device.sign(question), HERE, parts=site, now=NOW)


def test_the_last_way_in_is_not_taken_away(site: Parts, device: Device, amara: Browser) -> None:
    [only] = passkey_ids(amara)
    factors.drop_password(amara, parts=site, now=NOW)

    with pytest.raises(InvalidInput):
        passkeys.remove(amara, only, parts=site, now=NOW)


def test_a_passkey_that_was_removed_signs_nobody_in(
    site: Parts, device: Device, amara: Browser
) -> None:
    [only] = passkey_ids(amara)

    passkeys.remove(amara, only, parts=site, now=NOW)

    with pytest.raises(NotProved):
        enter(site, device)
    with pytest.raises(NotFound):
        passkeys.remove(amara, only, parts=site, now=NOW)
    with pytest.raises(InvalidInput):
        factors.drop_password(amara, parts=site, now=NOW)


def test_another_session_ends_when_a_passkey_is_added(site: Parts, device: Device) -> None:
    account_id = amaras(site)
    there, here = come_in(site), come_in(site, NOW + MINUTE)

    add(site, device, account_id, browser(here))

    assert (who(there), who(here)) == (None, None)


def test_nobody_collects_passkeys_without_end(
    site: Parts, amara: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 1)
    other = Device(ORIGIN, HOST, credential_id=b"o" * 16)

    with pytest.raises(InvalidInput):
        add(site, other, amara.account_id, amara)


def test_challenges_that_ran_out_are_not_kept(site: Parts) -> None:
    passkeys.ask_to_come_in(parts=site, now=NOW)
    passkeys.ask_to_come_in(parts=site, now=NOW + 5 * MINUTE)

    assert count(PasskeyChallenge) == 1


@pytest.mark.one_database
def test_a_site_without_a_name_has_none(parts: Parts) -> None:
    assert not parts.passkeys.work_here
    assert Passkeys("http://localhost:8000").work_here


def passkey_ids(who_: Browser) -> list[int]:
    db.session.rollback()
    return [each.id for each in db.session.get_one(StaffAccount, who_.account_id).passkeys]
