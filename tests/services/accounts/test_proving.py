"""Passwords, codes of the app and recovery codes: what is taken once, refused, and limited."""

import pytest
from sqlalchemy import select

from booking.errors import NotProved, TooManyTries
from booking.models import AuditEntry, RecoveryCode, SignInTry, StaffAccount, StaffSession, db
from booking.services.accounts.codes import codes_left, recovery_codes
from booking.services.accounts.proving import Entered, prove, sign_in
from booking.services.accounts.sessions import Came
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests.factories import MINUTE, NOW
from tests.services.accounts.coming_in import (
    AMARA,
    HERE,
    NOBODY,
    amaras,
    come_in,
    count,
    session_of,
    who,
)
from tests.support.accounts import PASSWORD, an_account, code_at
from tests.support.owed import change
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("practice")
STEP = MINUTE / 2


def entered(**other: str) -> Entered:
    return Entered(**({"address": AMARA, "password": PASSWORD, "code": code_at(NOW)} | other))


def enter(parts: Parts, **other: str) -> str:
    return sign_in(entered(**other), HERE, parts=parts, now=NOW)


def codes_of(parts: Parts, account_id: int) -> list[str]:
    def work(session: object) -> list[str]:
        made = recovery_codes(db.session(), account_id, sealer=parts.sealer, now=NOW)
        return list(made)

    return unit_of_work(work)


def test_password_and_code_together_sign_in(parts: Parts) -> None:
    amaras(parts)

    found = session_of(enter(parts))

    assert (found.name, found.proved_at) == ("Amara", NOW)
    assert count(SignInTry) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "lantern orbit velvet tub"},
        {"password": ""},
        {"code": "000000"},
        {"code": ""},
        {"code": "123456789"},
        {"address": NOBODY},
        {"address": "amara"},
    ],
)
def test_one_of_them_is_not_enough(parts: Parts, wrong: dict[str, str]) -> None:
    amaras(parts)

    with pytest.raises(NotProved):
        enter(parts, **wrong)

    assert count(StaffSession) == 0
    assert count(SignInTry) == 1


def test_a_code_of_the_app_is_taken_once(parts: Parts) -> None:
    amaras(parts)
    enter(parts)

    with pytest.raises(NotProved):
        enter(parts)

    assert count(StaffSession) == 1


def test_nor_is_one_from_before_the_last_that_was_taken(parts: Parts) -> None:
    amaras(parts)
    enter(parts, code=code_at(NOW + STEP))

    with pytest.raises(NotProved):
        enter(parts, code=code_at(NOW))


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_off(parts: Parts, off: int, *, taken: bool) -> None:
    amaras(parts)
    entering = Entered(AMARA, PASSWORD, code_at(NOW + off * STEP))

    if taken:
        assert sign_in(entering, HERE, parts=parts, now=NOW)
    else:
        with pytest.raises(NotProved):
            sign_in(entering, HERE, parts=parts, now=NOW)


def test_a_recovery_code_is_taken_once_however_it_is_typed(parts: Parts) -> None:
    account_id = amaras(parts)
    code = codes_of(parts, account_id)[3]

    assert enter(parts, code=f" {code.lower().replace('-', ' ')} ")
    with pytest.raises(NotProved):
        enter(parts, code=code)

    assert codes_left(db.session(), account_id) == 9


def test_new_recovery_codes_end_the_old_and_the_table_does_not_hold_them(parts: Parts) -> None:
    account_id = amaras(parts)
    old, new = codes_of(parts, account_id), codes_of(parts, account_id)

    with pytest.raises(NotProved):
        enter(parts, code=old[0])

    assert enter(parts, code=new[0])
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == len(set(new)) == 10
    assert not set(kept) & {code.replace("-", "") for code in new}


def test_another_accounts_recovery_code_is_none(parts: Parts) -> None:
    amaras(parts)
    other = an_account(parts, is_desk=True)

    with pytest.raises(NotProved):
        enter(parts, code=codes_of(parts, other)[0])


def test_ten_thousand_guesses_get_no_further_than_ten(parts: Parts) -> None:
    """Each refusal for their number costs two short statements, and writes nothing."""
    amaras(parts)
    for _ in range(10):
        with pytest.raises(NotProved):
            enter(parts, password="guess after guess")
    before = count(SignInTry), count(AuditEntry)

    for _ in range(50):
        with pytest.raises(TooManyTries):
            enter(parts)

    assert (count(SignInTry), count(AuditEntry)) == before == (10, 10)


def test_whoever_tries_without_end_does_not_keep_the_door_shut(parts: Parts) -> None:
    amaras(parts)
    for second in range(15 * 60 // 5):
        with pytest.raises((NotProved, TooManyTries)):
            sign_in(entered(password="guess"), HERE, parts=parts, now=NOW + second * MINUTE / 12)

    assert come_in(parts, NOW + 16 * MINUTE)


def test_guesses_at_one_address_do_not_shut_out_another(parts: Parts) -> None:
    amaras(parts)
    for _ in range(11):
        with pytest.raises((NotProved, TooManyTries)):
            enter(parts, address=NOBODY)

    assert enter(parts)


def test_a_stranger_costs_as_much_as_somebody_here(parts: Parts) -> None:
    """A password is weighed and the same is asked of the database for either."""
    amaras(parts)

    def asked(**other: str) -> list[str]:
        with statements() as seen, pytest.raises(NotProved):
            enter(parts, **other)
        return [each.split()[0] for each in seen]

    assert asked(address=NOBODY) == asked(password="wrong") == asked(code="000000")


def test_whoever_left_is_a_stranger(parts: Parts) -> None:
    change(StaffAccount, amaras(parts), active=False)

    with pytest.raises(NotProved):
        enter(parts)


def test_the_key_a_browser_brought_opens_nothing_afterwards(parts: Parts) -> None:
    """Else somebody could put their key there first, and look on."""
    amaras(parts)
    brought = enter(parts)

    key = come_in(parts, NOW + MINUTE, came=Came("Firefox", brought))

    assert key != brought
    assert who(brought, NOW + MINUTE) is None


def test_showing_it_once_more_gives_another_key(parts: Parts) -> None:
    account_id = amaras(parts)
    key = enter(parts)
    session_id, later = session_of(key).session_id, NOW + MINUTE

    with pytest.raises(NotProved):
        prove(session_id, account_id, code_at(NOW), parts=parts, now=NOW)
    fresh = prove(session_id, account_id, code_at(later), parts=parts, now=later)

    assert who(key, later) is None
    assert session_of(fresh, later).proved_at == later
    assert count(SignInTry) == 1


def test_nor_can_that_be_guessed(parts: Parts) -> None:
    account_id = amaras(parts)
    session_id = session_of(enter(parts)).session_id
    for _ in range(10):
        with pytest.raises(NotProved):
            prove(session_id, account_id, "000000", parts=parts, now=NOW)

    with pytest.raises(TooManyTries):
        prove(session_id, account_id, code_at(NOW + MINUTE), parts=parts, now=NOW)
