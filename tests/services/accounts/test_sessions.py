"""Sessions of staff: how long, whose diary, which parts, and how they end."""

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.domain.staffing import StaffRole
from booking.errors import NotFound
from booking.models import AuditEntry, Practice, StaffAccount, StaffSession, Therapist, db
from booking.queries.staff import account_of, hash_of, open_sessions
from booking.services.accounts.links import use_link
from booking.services.accounts.sessions import (
    begin,
    sign_out,
    sign_out_elsewhere,
    stay,
    work_for,
)
from booking.services.parts import Parts
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MINUTE, NOW
from tests.services.accounts.coming_in import (
    HERE,
    amaras,
    come_in,
    count,
    session_of,
    token,
    who,
)
from tests.support.accounts import an_account, code_at
from tests.support.owed import change

pytestmark = pytest.mark.usefixtures("practice")


def begun(account_id: int, now: datetime = NOW) -> str:
    return unit_of_work(lambda session: begin(session, account_id, HERE, proved_at=now, now=now))


def test_the_table_does_not_hold_the_key(parts: Parts) -> None:
    key = begun(amaras(parts))

    row = db.session.scalars(select(StaffSession)).one()
    assert row.key_hash == hash_of(key)
    assert who(row.key_hash) is None


def test_keys_never_repeat(parts: Parts) -> None:
    account_id = amaras(parts)
    keys = {begun(account_id) for _ in range(3)}

    assert len(keys) == 3
    assert all(len(key) >= 43 for key in keys)


def test_a_session_ends_after_a_quarter_of_an_hour_without_use(parts: Parts) -> None:
    key = begun(amaras(parts))

    assert who(key, NOW + 14 * MINUTE) is not None
    assert who(key, NOW + 15 * MINUTE) is None


def test_a_practice_may_say_how_long(parts: Parts) -> None:
    key = begun(amaras(parts))
    change(Practice, 1, staff_idle_minutes=5)

    assert who(key, NOW + 5 * MINUTE) is None


def test_a_session_in_use_goes_on_and_still_ends_after_twelve_hours(parts: Parts) -> None:
    key, now = begun(amaras(parts)), NOW
    session_id = session_of(key).session_id
    while now < NOW + 12 * HOUR - 10 * MINUTE:
        now += 10 * MINUTE
        stay(session_id, now=now)
    assert who(key, now) is not None

    assert who(key, NOW + 12 * HOUR) is None


def test_signing_out_ends_this_session_and_no_other(parts: Parts) -> None:
    account_id = amaras(parts)
    here, there = begun(account_id), begun(account_id)

    sign_out(session_of(here).session_id, account_id, now=NOW)

    assert who(here) is None
    assert who(there) is not None
    assert len(open_sessions(db.session(), account_id, now=NOW)) == 1


def test_nobody_ends_a_session_of_somebody_else(parts: Parts) -> None:
    key, other = begun(amaras(parts)), an_account(parts, is_admin=True)

    sign_out(session_of(key).session_id, other, now=NOW)

    assert who(key) is not None


def test_signing_out_elsewhere_ends_the_others_and_unused_links(parts: Parts) -> None:
    account_id = amaras(parts)
    here, there, link = begun(account_id), begun(account_id), token(parts)

    sign_out_elsewhere(session_of(here).session_id, account_id, now=NOW)

    assert who(here) is not None
    assert who(there) is None
    with pytest.raises(NotFound):
        use_link(link, code_at(NOW), HERE, parts=parts, now=NOW)


def test_a_session_that_is_idle_is_not_in_the_list(parts: Parts) -> None:
    account_id = amaras(parts)
    begun(account_id)
    begun(account_id, NOW + 10 * MINUTE)

    found = open_sessions(db.session(), account_id, now=NOW + 16 * MINUTE)

    assert [each.created_at for each in found] == [NOW + 10 * MINUTE]


def test_whoever_is_let_go_is_out_at_the_next_request(parts: Parts) -> None:
    account_id = amaras(parts)
    key = begun(account_id)
    change(StaffAccount, account_id, active=False)

    assert who(key) is None


def test_a_therapist_who_left_is_out_at_the_next_request(parts: Parts) -> None:
    key = begun(amaras(parts))
    change(Therapist, session_of(key).therapist_id, active=False)

    assert who(key) is None


def test_a_part_that_is_taken_away_is_gone_at_the_next_request(parts: Parts) -> None:
    account_id = an_account(parts, is_desk=True, is_admin=True)
    key = begun(account_id)
    assert session_of(key).given == {StaffRole.DESK, StaffRole.ADMIN}

    change(StaffAccount, account_id, is_admin=False)

    assert session_of(key).given == {StaffRole.DESK}


def test_a_front_desk_opens_a_diary_and_finds_it_open_next_time(parts: Parts) -> None:
    account_id = an_account(parts, is_desk=True)
    key = begun(account_id)
    assert session_of(key).diary is None
    with pytest.raises(LookupError):
        _ = session_of(key).therapist_id

    work_for(session_of(key).session_id, account_id, "amara", now=NOW)

    for each in (key, begun(account_id)):
        found = session_of(each)
        assert (found.first_name, found.time_zone) == ("Amara", "America/New_York")
        assert found.parts == {StaffRole.DESK}
        assert not found.is_own_diary


def test_a_diary_of_who_left_is_not_open(parts: Parts) -> None:
    account_id = an_account(parts, is_desk=True)
    key = begun(account_id)
    work_for(session_of(key).session_id, account_id, "amara", now=NOW)
    change(Therapist, session_of(key).therapist_id, active=False)

    assert session_of(key).diary is None


@pytest.mark.parametrize("slug", ["bo", "nobody"])
def test_a_therapist_opens_no_diary_but_their_own(parts: Parts, slug: str) -> None:
    factories.therapist(slug="bo")
    account_id = amaras(parts)
    key = begun(account_id)

    with pytest.raises(NotFound):
        work_for(session_of(key).session_id, account_id, slug, now=NOW)

    assert session_of(key).is_own_diary


def test_a_therapist_who_is_admin_too_is_therapist_at_their_own_diary_alone(parts: Parts) -> None:
    factories.therapist(slug="bo")
    account_id = amaras(parts)
    change(StaffAccount, account_id, is_admin=True)
    key = begun(account_id)
    assert session_of(key).parts == {StaffRole.THERAPIST, StaffRole.ADMIN}

    work_for(session_of(key).session_id, account_id, "bo", now=NOW)
    assert session_of(key).parts == {StaffRole.ADMIN}
    change(StaffAccount, account_id, is_admin=False)

    assert session_of(key).is_own_diary


def test_coming_and_going_is_written_down(parts: Parts) -> None:
    account_id = amaras(parts)
    found = session_of(come_in(parts))
    sign_out(found.session_id, account_id, now=NOW)
    db.session.rollback()

    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [each.act for each in entries] == ["signed in", "signed out"]
    assert {(each.actor, each.actor_id) for each in entries} == {("staff", account_id)}


@pytest.mark.one_database
def test_there_is_no_such_account() -> None:
    with pytest.raises(NotFound):
        account_of(db.session(), 999)
    assert count(StaffSession) == 0
