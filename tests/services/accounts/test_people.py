"""Who works here: invited by mail, given parts, let in again, let go."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.domain.staffing import StaffRole
from booking.errors import InvalidInput, NotFound
from booking.models import AuditEntry, RecoveryCode, StaffAccount, Therapist, db
from booking.services import setup
from booking.services.accounts import people
from booking.services.accounts.demo import sign_in_as
from booking.services.accounts.links import INVITATION_LIVES, use_link
from booking.services.accounts.people import FirstAdmin, NewColleague
from booking.services.accounts.sessions import sign_out
from booking.services.audit import SYSTEM, acts_through, staff
from booking.services.parts import Parts
from tests.factories import MINUTE, NOW
from tests.services.accounts.coming_in import (
    AMARA,
    HERE,
    amaras,
    come_in,
    count,
    newest,
    session_of,
    who,
)
from tests.support.accounts import an_account
from tests.support.mail import MailSpy
from tests.support.owed import plain, sweep

pytestmark = pytest.mark.usefixtures("practice")

INES = NewColleague("Ines Moreau", "Ines@alder.example", (StaffRole.DESK,))
BO = setup.NewTherapist(
    slug="bo",
    name="Bo Lind",
    first_name="Bo",
    email="bo@alder.example",
    time_zone="America/New_York",
)


def invited(new: NewColleague = INES) -> int:
    return people.invite(new, actor=SYSTEM, now=NOW)


def account(account_id: int) -> StaffAccount:
    db.session.rollback()
    return db.session.get_one(StaffAccount, account_id)


def test_an_invitation_is_mailed_and_lets_in_once(parts: Parts, mail: MailSpy) -> None:
    account_id = invited()

    sweep(parts, NOW)
    key = use_link(newest(parts), "", HERE, parts=parts, now=NOW)

    assert session_of(key).account_id == account_id
    [(to, _)] = mail.sent
    assert to == "ines@alder.example"
    with pytest.raises(NotFound):
        use_link(newest(parts), "", HERE, parts=parts, now=NOW)


def test_the_mail_says_nothing_of_what_the_practice_does(parts: Parts, mail: MailSpy) -> None:
    invited()

    sweep(parts, NOW)

    letter = mail.letters[0]
    assert letter["Subject"] == "Please set up your sign-in"
    said = f"{letter['Subject']} {plain(letter)}".lower()
    assert "for 7 days" in said
    assert not any(word in said for word in ("therap", "client", "session", "ines"))


def test_an_invitation_works_for_a_week(parts: Parts) -> None:
    invited()

    with pytest.raises(NotFound):
        use_link(newest(parts), "", HERE, parts=parts, now=NOW + INVITATION_LIVES)

    assert use_link(newest(parts), "", HERE, parts=parts, now=NOW + INVITATION_LIVES - MINUTE)


@pytest.mark.parametrize("email", ["ines@alder.example", AMARA.upper()])
def test_nobody_is_invited_twice(parts: Parts, email: str) -> None:
    amaras(parts)
    invited()

    with pytest.raises(InvalidInput):
        invited(NewColleague("Somebody", email, (StaffRole.ADMIN,)))

    assert count(StaffAccount) == 2


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        invited(NewColleague(" ", "ines", (StaffRole.THERAPIST,)))

    assert [each.field for each in refused.value.problems] == ["name", "email", "parts"]


def test_inviting_again_ends_the_first_invitation(parts: Parts) -> None:
    account_id = invited()
    first = newest(parts)

    people.let_in_again(account_id, actor=SYSTEM, now=NOW)

    with pytest.raises(NotFound):
        use_link(first, "", HERE, parts=parts, now=NOW)
    assert use_link(newest(parts), "", HERE, parts=parts, now=NOW)


def test_letting_in_again_ends_all_there_was(parts: Parts) -> None:
    account_id = amaras(parts)
    key = come_in(parts)

    people.let_in_again(account_id, actor=SYSTEM, now=NOW)

    assert who(key) is None
    assert account(account_id).password_hash is None
    assert account(account_id).totp_secret is None
    assert count(RecoveryCode) == 0
    again = use_link(newest(parts), "", HERE, parts=parts, now=NOW)
    assert session_of(again).proved_at is None


def test_parts_are_given_and_written_down(parts: Parts) -> None:
    admin = an_account(parts, is_admin=True)
    account_id = invited()

    people.give_parts(account_id, {StaffRole.ADMIN}, actor=staff(admin), now=NOW)

    assert (account(account_id).is_desk, account(account_id).is_admin) == (False, True)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.act, entry.actor, entry.actor_id) == ("parts given", "staff", admin)
    assert entry.detail == {"parts": ["admin"]}


def test_whoever_is_no_therapist_keeps_some_part(parts: Parts) -> None:
    an_account(parts, is_admin=True)

    with pytest.raises(InvalidInput):
        people.give_parts(invited(), set(), actor=SYSTEM, now=NOW)


def test_somebody_stays_who_can_invite_others(parts: Parts) -> None:
    only = an_account(parts, is_admin=True)

    with pytest.raises(InvalidInput):
        people.give_parts(only, {StaffRole.DESK}, actor=SYSTEM, now=NOW)
    with pytest.raises(InvalidInput):
        people.set_active(only, active=False, actor=SYSTEM, now=NOW)

    assert account(only).is_admin
    assert account(only).active


def test_a_therapist_may_have_no_other_part(parts: Parts) -> None:
    an_account(parts, is_admin=True)
    account_id = amaras(parts)

    people.give_parts(account_id, {StaffRole.DESK}, actor=SYSTEM, now=NOW)
    people.give_parts(account_id, set(), actor=SYSTEM, now=NOW)

    assert not account(account_id).is_desk


def test_whoever_is_let_go_is_out_and_may_come_back(parts: Parts) -> None:
    an_account(parts, is_admin=True)
    account_id = amaras(parts)
    key = come_in(parts)

    people.set_active(account_id, active=False, actor=SYSTEM, now=NOW)
    assert who(key) is None
    with pytest.raises(NotFound):
        people.let_in_again(account_id, actor=SYSTEM, now=NOW)
    people.set_active(account_id, active=True, actor=SYSTEM, now=NOW)

    assert come_in(parts, NOW + MINUTE)


@pytest.mark.one_database
def test_there_is_no_such_account(parts: Parts) -> None:
    an_account(parts, is_admin=True)

    with pytest.raises(NotFound):
        people.set_active(999, active=False, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        people.invite_therapist(999, actor=SYSTEM, now=NOW)


def test_a_new_therapist_has_an_account_and_is_invited(parts: Parts, mail: MailSpy) -> None:
    therapist_id = setup.add_therapist(BO, now=NOW)

    people.invite_therapist(therapist_id, actor=SYSTEM, now=NOW)
    sweep(parts, NOW)

    assert [to for to, _ in mail.sent] == ["bo@alder.example"]
    key = use_link(newest(parts), "", HERE, parts=parts, now=NOW)
    assert session_of(key).therapist_id == therapist_id


def test_an_admin_can_become_a_therapist_too(parts: Parts) -> None:
    account_id = an_account(parts, email="bo@alder.example", is_admin=True)

    therapist_id = setup.add_therapist(BO, now=NOW)

    assert account(account_id).therapist_id == therapist_id


def test_two_therapists_do_not_share_an_account(parts: Parts) -> None:
    setup.add_therapist(BO, now=NOW)

    with pytest.raises(InvalidInput):
        setup.add_therapist(replace(BO, slug="bob", email="BO@alder.example"), now=NOW)

    assert count(Therapist) == 2


def test_the_first_admin_is_made_with_a_link_that_is_mailed_as_well(
    parts: Parts, mail: MailSpy
) -> None:
    first = FirstAdmin("Jo", "jo@alder.example")
    url = people.make_admin(first, links=parts.links, actor=SYSTEM, now=NOW)

    sweep(parts, NOW)
    assert url in plain(mail.letters[0])
    key = use_link(url.rpartition("/")[2], "", HERE, parts=parts, now=NOW)
    assert session_of(key).given == {StaffRole.ADMIN}


def test_a_therapist_can_be_made_an_admin_and_keeps_their_sign_in(parts: Parts) -> None:
    account_id = amaras(parts)

    first = FirstAdmin("Amara", AMARA)
    people.make_admin(first, links=parts.links, actor=SYSTEM, now=NOW)

    assert account(account_id).is_admin
    assert come_in(parts)


def test_an_admin_who_has_nothing_left_starts_over(parts: Parts) -> None:
    account_id = amaras(parts)
    key = come_in(parts)

    first = FirstAdmin("Amara", AMARA, starts_over=True)
    url = people.make_admin(first, links=parts.links, actor=SYSTEM, now=NOW)

    assert who(key) is None
    assert account(account_id).password_hash is None
    again = use_link(url.rpartition("/")[2], "", HERE, parts=parts, now=NOW)
    assert session_of(again).proved_at is None


@pytest.mark.one_database
def test_whoever_has_no_name_or_address_is_made_no_admin(parts: Parts) -> None:
    with pytest.raises(InvalidInput):
        people.make_admin(FirstAdmin("", "jo"), links=parts.links, actor=SYSTEM, now=NOW)
    assert count(StaffAccount) == 0


def test_outside_the_demo_nobody_comes_in_without_proof(parts: Parts) -> None:
    account_id = amaras(parts)

    with pytest.raises(NotFound):
        sign_in_as(account_id, HERE, parts=parts, now=NOW)

    demo = replace(parts, settings=replace(parts.settings, demo=True))
    assert sign_in_as(account_id, HERE, parts=demo, now=NOW)
    with pytest.raises(NotFound):
        sign_in_as(999, HERE, parts=demo, now=NOW)


def test_what_is_done_says_whose_hands_were_on_it(parts: Parts) -> None:
    account_id = amaras(parts)
    db.session.rollback()
    acts_through(db.session(), account_id)

    sign_out(1, account_id, now=NOW)

    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.account_id == account_id
