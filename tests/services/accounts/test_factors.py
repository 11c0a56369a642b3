"""Setting up and changing what an account proves itself with."""

import pytest

from booking.adapters import totp
from booking.errors import InvalidInput, NotProved
from booking.models import RecoveryCode, StaffAccount, db
from booking.services.accounts import factors
from booking.services.accounts.codes import codes_left
from booking.services.accounts.factors import Browser, NewPassword
from booking.services.accounts.links import use_link
from booking.services.parts import Parts
from tests.factories import MINUTE, NOW
from tests.services.accounts.coming_in import HERE, amaras, come_in, count, session_of, token, who
from tests.support.accounts import PASSWORD, SECRET, code_at

pytestmark = pytest.mark.usefixtures("practice")


def browser(key: str) -> Browser:
    found = session_of(key)
    return Browser(found.session_id, found.account_id)


def new(**other: str) -> NewPassword:
    return NewPassword(**({"password": PASSWORD, "secret": SECRET, "code": code_at(NOW)} | other))


def test_setting_up_lets_in_with_another_key_and_ten_codes(parts: Parts) -> None:
    amaras(parts, set_up=False)
    key = use_link(token(parts), "", HERE, parts=parts, now=NOW)

    made = factors.set_password(browser(key), new(), parts=parts, now=NOW)

    assert who(key) is None
    assert session_of(made.key).proved_at == NOW
    assert len(set(made.codes)) == codes_left(db.session(), session_of(made.key).account_id) == 10
    assert come_in(parts, NOW + MINUTE)


def test_the_code_that_set_it_up_does_not_sign_in(parts: Parts) -> None:
    amaras(parts, set_up=False)
    key = use_link(token(parts), "", HERE, parts=parts, now=NOW)
    factors.set_password(browser(key), new(), parts=parts, now=NOW)

    with pytest.raises(NotProved):
        come_in(parts, NOW)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"password": "short"}, ["password"]),
        ({"password": "x" * 257}, ["password"]),
        ({"password": "Password2030!"}, ["password"]),
        ({"code": "000000"}, ["code"]),
        ({"password": "short", "code": ""}, ["password", "code"]),
    ],
)
def test_what_cannot_be_taken_changes_nothing(
    parts: Parts, wrong: dict[str, str], fields: list[str]
) -> None:
    amaras(parts, set_up=False)
    key = use_link(token(parts), "", HERE, parts=parts, now=NOW)

    with pytest.raises(InvalidInput) as refused:
        factors.set_password(browser(key), new(**wrong), parts=parts, now=NOW)

    assert [each.field for each in refused.value.problems] == fields
    assert session_of(key).proved_at is None


def test_a_change_ends_every_other_session_and_the_old_password(parts: Parts) -> None:
    amaras(parts)
    there, here = come_in(parts, NOW), come_in(parts, NOW + MINUTE)
    secret, later = totp.new_secret(), NOW + 2 * MINUTE
    other = new(password="a quite other tuba", secret=secret, code=code_at(later, secret))

    made = factors.set_password(browser(here), other, parts=parts, now=later)

    assert (who(there, later), who(here, later)) == (None, None)
    assert session_of(made.key, later).proved_at == later
    with pytest.raises(NotProved):
        come_in(parts, NOW + 3 * MINUTE)


def test_new_codes_take_the_place_of_the_old(parts: Parts) -> None:
    amaras(parts)
    key = come_in(parts)

    first = factors.new_codes(browser(key), parts=parts, now=NOW)
    second = factors.new_codes(browser(first.key), parts=parts, now=NOW)

    assert not set(first.codes) & set(second.codes)
    assert count(RecoveryCode) == 10


def test_the_secret_of_the_app_is_kept_sealed(parts: Parts) -> None:
    row = db.session.get_one(StaffAccount, amaras(parts))

    assert row.totp_secret is not None
    assert SECRET.encode() not in row.totp_secret
    assert parts.sealer.open(row.totp_secret) == SECRET
