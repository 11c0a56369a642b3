"""Who a person is, before and after they have shown it, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking.domain.messages import MessageKind
from booking.domain.participants import Role
from booking.errors import NotFound, SlotTaken
from booking.models import Claim, Message, Participant, Person, SeriesMember, db
from booking.services import changes
from booking.services.booking import Booked, book
from booking.services.identity import prove_address, prove_member
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.couples import join_in
from tests.services.series.standing import agreed, live_dates

pytestmark = pytest.mark.usefixtures("practice")


def booked(parts: Parts, **wish: object) -> Booked:
    return book(factories.wish(**wish), key=factories.key(), parts=parts, now=NOW)


def person_of(one: Booked) -> Person:
    db.session.rollback()
    return db.session.get_one(Participant, one.participant_id).person


def test_a_typed_address_touches_nobody_already_known(parts: Parts) -> None:
    known = booked(parts)
    prove_address(known.participant_id, now=NOW)

    typed = booked(
        parts,
        starts_at=MONDAY_9AM + HOUR,
        guest=factories.guest(name="Somebody Else", phone="+12125550199"),
    )

    assert person_of(typed).id != person_of(known).id
    assert person_of(known).name == "Sam Reed"
    assert person_of(typed).verified_at is None


def test_once_proved_two_bookings_are_one_persons(parts: Parts) -> None:
    first, second = booked(parts), booked(parts, starts_at=MONDAY_9AM + HOUR, session_type="intake")
    prove_address(first.participant_id, now=NOW)

    prove_address(second.participant_id, now=NOW)

    assert person_of(second).id == person_of(first).id


def test_proving_twice_changes_nothing(parts: Parts) -> None:
    one = booked(parts)
    prove_address(one.participant_id, now=NOW)
    claims = db.session.scalar(select(func.count()).select_from(Claim))

    prove_address(one.participant_id, now=NOW + HOUR)

    assert person_of(one).verified_at == NOW
    assert db.session.scalar(select(func.count()).select_from(Claim)) == claims


def test_a11_a_person_in_two_places_at_once_is_asked_by_mail(parts: Parts) -> None:
    factories.amara(slug="bea", email="bea@alder.example")
    with_amara = booked(parts)
    with_bea = booked(parts, therapist="bea")
    prove_address(with_amara.participant_id, now=NOW)

    prove_address(with_bea.participant_id, now=NOW)

    clashes = select(Message.participant_id).filter_by(kind=MessageKind.CLASH)
    assert db.session.scalars(clashes).all() == [with_bea.participant_id]


def test_a_second_open_call_with_the_same_therapist_is_asked_about(parts: Parts) -> None:
    first = booked(parts)
    second = booked(parts, starts_at=MONDAY_9AM + timedelta(days=1))
    prove_address(first.participant_id, now=NOW)

    prove_address(second.participant_id, now=NOW)

    clashes = select(Message.participant_id).filter_by(kind=MessageKind.CLASH)
    assert db.session.scalars(clashes).all() == [second.participant_id]


def test_a11_a_known_client_cannot_move_into_their_own_other_session(parts: Parts) -> None:
    factories.amara(slug="bea", email="bea@alder.example")
    with_amara = booked(parts, session_type="intake")
    with_bea = booked(parts, therapist="bea", session_type="intake", starts_at=MONDAY_9AM + HOUR)
    prove_address(with_amara.participant_id, now=NOW)
    prove_address(with_bea.participant_id, now=NOW)

    with pytest.raises(SlotTaken):
        changes.move(with_bea.participant_id, MONDAY_9AM, now=NOW + HOUR)


def test_consent_to_texts_goes_with_the_person(parts: Parts) -> None:
    first = booked(parts)
    prove_address(first.participant_id, now=NOW)
    second = booked(
        parts,
        starts_at=MONDAY_9AM + HOUR,
        guest=factories.guest(sms_consent=True),
    )

    prove_address(second.participant_id, now=NOW)

    held = db.session.scalars(select(Person).where(Person.verified_at.is_not(None))).one()
    assert person_of(second).id == held.id


def own_times(person: Person) -> list[datetime]:
    """Return when this person's own time is held, soonest first."""
    db.session.rollback()
    query = select(Claim.from_at).filter_by(resource_id=person.resource_id)
    return list(db.session.scalars(query.order_by(Claim.from_at)))


def test_a_link_to_one_date_of_a_standing_hour_proves_who_comes_to_all(parts: Parts) -> None:
    series = agreed(parts)
    member_id = series.members[0].id
    third = live_dates(series.id)[2].participants[0].id

    prove_address(third, now=NOW)

    person = db.session.get_one(SeriesMember, member_id).person
    assert person.verified_at == NOW
    assert own_times(person) == [each.starts_at for each in live_dates(series.id)]


def test_proving_a_member_twice_changes_nothing(parts: Parts) -> None:
    member = agreed(parts).members[0]
    prove_member(member.id, now=NOW)
    before = own_times(member.person)

    prove_member(member.id, now=NOW + HOUR)

    assert member.person.verified_at == NOW
    assert own_times(member.person) == before


def test_who_only_pays_for_a_standing_hour_keeps_their_own_time(parts: Parts) -> None:
    payer = join_in(agreed(parts).id, role=Role.PAYER)

    prove_member(payer, now=NOW)

    person = db.session.get_one(SeriesMember, payer).person
    assert person.verified_at == NOW
    assert own_times(person) == []


@pytest.mark.one_database
def test_nobody_can_prove_what_was_never_booked() -> None:
    with pytest.raises(NotFound):
        prove_address(1, now=NOW)
    with pytest.raises(NotFound):
        prove_member(1, now=NOW)
