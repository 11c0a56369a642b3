"""Answers to an offer that is not what it was, or comes a second time."""

import pytest
from sqlalchemy import select

from booking.domain.messages import Channel, MessageKind
from booking.domain.standing import SeriesStatus
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.errors import IllegalTransition
from booking.models import Series, SessionType, Therapist, db
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.waiting.answering import decline_offer, take_offer
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import HOUR, MINUTE, NOW
from tests.services.waiting.line import ANSWER_BY, PAST, claims, place, the_offer, waits
from tests.support.owed import states

pytestmark = pytest.mark.usefixtures("practice")


def test_a_second_no_changes_nothing_and_may_end_the_waiting() -> None:
    sam = waits()
    pass_on(now=NOW)
    offer_id = the_offer(sam).id
    decline_offer(offer_id, now=NOW + MINUTE)

    decline_offer(offer_id, now=PAST)
    assert place(sam).status is WaitingStatus.WAITING

    decline_offer(offer_id, stop=True, now=PAST)
    decline_offer(offer_id, stop=True, now=PAST + HOUR)

    offer = the_offer(sam)
    assert (offer.status, offer.answered_at) == (WaitingOfferStatus.DECLINED, NOW + MINUTE)
    assert (place(sam).ended_how, place(sam).ended_at) == ("stopped", PAST)


@pytest.mark.parametrize("what", [Therapist, SessionType])
def test_what_is_no_longer_offered_is_not_booked(what: type[Therapist | SessionType]) -> None:
    sam = waits()
    pass_on(now=NOW)
    offer = the_offer(sam)
    gone = offer.therapist if what is Therapist else offer.session_type
    factories.changed(gone, active=False)

    with pytest.raises(IllegalTransition):
        take_offer(the_offer(sam).id, now=NOW)

    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert (place(sam).status, claims()) == (WaitingStatus.WAITING, 0)


def test_a_yes_in_time_books_no_standing_hour_that_a_sweep_has_let_go_of() -> None:
    sam = waits(every_weeks=1)
    pass_on(now=NOW)
    let_go_of_lapsed_series(now=ANSWER_BY)

    with pytest.raises(IllegalTransition):
        take_offer(the_offer(sam).id, now=ANSWER_BY - MINUTE)

    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert db.session.scalars(select(Series)).one().status is SeriesStatus.EXPIRED


def test_who_left_no_number_is_told_of_an_offer_by_mail_alone() -> None:
    waits(guest=factories.guest(phone=None))
    pass_on(now=NOW)

    assert states(MessageKind.WAITING_OFFER) == [("due", "")]
    assert states(MessageKind.WAITING_OFFER, Channel.SMS) == []


def test_a_place_in_the_line_of_another_therapist_is_kept() -> None:
    factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@alder.example")
    with_bo = waits(therapists=("bo",))

    with_amara = waits(now=NOW + HOUR)

    assert place(with_bo).person_id == place(with_amara).person_id
    assert place(with_bo).status is WaitingStatus.WAITING
    assert place(with_amara).joined_at == NOW + HOUR
