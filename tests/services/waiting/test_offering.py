"""What came free is offered to one person at a time, in fair order, and passed on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus
from booking.errors import IllegalTransition, SlotTaken
from booking.models import Appointment, Claim, Participant, Practice, db
from booking.services.booking import book
from booking.services.identity import prove_address
from booking.services.parts import Parts
from booking.services.requests import let_go_of_lapsed
from booking.services.waiting.answering import decline_offer, take_offer
from booking.services.waiting.joining import keep_waiting, stop_waiting
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import HOUR, MINUTE, NOW
from tests.services.waiting.line import (
    ANSWER_BY,
    PAST,
    TUESDAY_2PM,
    claims,
    freed,
    offers,
    place,
    taken,
    the_offer,
    waits,
)
from tests.support.mail import MailSpy
from tests.support.owed import states, sweep

pytestmark = pytest.mark.usefixtures("practice")


def test_a_time_that_comes_free_is_held_for_the_one_who_waits(parts: Parts) -> None:
    kim = taken(parts)
    sam = waits()
    assert pass_on(now=NOW) == 0

    freed(kim, parts)
    assert pass_on(now=NOW) == 1

    offer = the_offer(sam)
    assert (offer.starts_at, offer.expires_at) == (TUESDAY_2PM, ANSWER_BY)
    assert offer.appointment is not None
    assert (offer.appointment.status, offer.appointment.expires_at) == (Status.HELD, ANSWER_BY)
    wish = factories.wish(session_type="session", starts_at=TUESDAY_2PM)
    with pytest.raises(SlotTaken):
        book(wish, key=factories.key(), parts=parts, now=NOW)


def test_looking_again_offers_nothing_twice(parts: Parts) -> None:
    waits()
    waits("kit")

    assert [pass_on(now=NOW + n * MINUTE) for n in range(3)] == [1, 0, 0]
    assert claims() == 1


def test_yes_books_it_like_any_booking(parts: Parts, mail: MailSpy) -> None:
    sam = waits()
    pass_on(now=NOW)

    taken_ = take_offer(the_offer(sam).id, now=NOW + HOUR)

    assert taken_.participant_id is not None
    seat = db.session.get_one(Participant, taken_.participant_id)
    assert seat.appointment.status is Status.CONFIRMED
    assert seat.appointment.starts_at == TUESDAY_2PM
    assert seat.person_id == place(sam).person_id
    assert place(sam).status is WaitingStatus.BOOKED
    assert states(MessageKind.CONFIRMATION) == [("due", "")]
    assert states(MessageKind.THERAPIST_BOOKED) == [("due", "")]
    assert len(states(MessageKind.REMINDER)) == 1
    sweep(parts, NOW + HOUR)
    assert len(db.session.get_one(Appointment, seat.appointment_id).claims) == 2


def test_yes_twice_books_once(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)
    offer_id = the_offer(sam).id

    assert take_offer(offer_id, now=NOW) == take_offer(offer_id, now=PAST)
    assert claims() == 1


def test_the_longest_waiting_is_asked_first_and_no_passes_it_on(parts: Parts) -> None:
    kit = waits("kit", now=NOW + MINUTE)
    sam = waits("sam", now=NOW)
    pass_on(now=NOW + HOUR)
    assert [each.waiting_id for each in offers()] == [sam]

    decline_offer(the_offer().id, now=NOW + HOUR)
    pass_on(now=NOW + HOUR)

    assert [each.waiting_id for each in offers()] == [sam, kit]
    assert place(sam).status is WaitingStatus.WAITING
    decline_offer(the_offer().id, now=NOW + HOUR)
    # Both have said no to this very time.
    assert pass_on(now=NOW + 2 * HOUR) == 0
    assert claims() == 0


@pytest.mark.parametrize("first", ["holds", "line"])
def test_silence_passes_it_on_whichever_sweep_comes_first(parts: Parts, first: str) -> None:
    sam, kit = waits(), waits("kit")
    pass_on(now=NOW)
    sweep(parts, NOW)

    if first == "holds":
        let_go_of_lapsed(now=ANSWER_BY)
    pass_on(now=ANSWER_BY)

    assert [each.status for each in offers(sam)] == [WaitingOfferStatus.LAPSED]
    assert [each.status for each in offers(kit)] == [WaitingOfferStatus.OPEN]
    assert (place(sam).silences, claims()) == (1, 1)


def test_a_late_yes_books_nothing(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)

    with pytest.raises(IllegalTransition):
        take_offer(the_offer(sam).id, now=ANSWER_BY)
    with pytest.raises(IllegalTransition):
        decline_offer(the_offer(sam).id, now=ANSWER_BY)

    assert take_offer(the_offer(sam).id, now=ANSWER_BY - timedelta(seconds=1)).participant_id


def test_a_yes_in_time_books_nothing_that_a_sweep_has_let_go_of(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)
    let_go_of_lapsed(now=ANSWER_BY)

    with pytest.raises(IllegalTransition):
        take_offer(the_offer(sam).id, now=ANSWER_BY - timedelta(seconds=1))

    assert claims() == 0
    assert db.session.scalars(select(Appointment.status)).all() == [Status.EXPIRED]
    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN


def test_nothing_is_held_for_an_address_that_is_not_proved(parts: Parts) -> None:
    sam = waits(proved=False)
    assert pass_on(now=NOW) == 0

    keep_waiting(sam, proves=False, now=NOW)
    assert pass_on(now=NOW) == 0

    keep_waiting(sam, proves=True, now=NOW)
    assert pass_on(now=NOW) == 1


def test_whoever_was_silent_three_times_is_asked_whether_they_wait(parts: Parts) -> None:
    sam = waits(windows=(), until_day=None)
    now = NOW
    for _ in range(3):
        pass_on(now=now)
        sweep(parts, now)
        now = the_offer(sam).expires_at

    pass_on(now=now)
    assert place(sam).status is WaitingStatus.PAUSED
    assert len(offers(sam)) == 3
    assert states(MessageKind.WAITING_PAUSED) == [("due", "")]

    keep_waiting(sam, proves=False, now=now)
    assert pass_on(now=now) == 1


def test_nobody_is_silent_who_was_never_asked(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)

    pass_on(now=ANSWER_BY)  # and no mail ever went out

    assert place(sam).silences == 0


def test_a_time_that_leaves_no_hour_to_answer_is_not_offered(parts: Parts) -> None:
    sam = waits()
    # Two hours before the notice of twelve, less the night.
    late = TUESDAY_2PM - 12 * HOUR - 5 * HOUR - 30 * MINUTE

    assert pass_on(now=late) == 0
    assert offers(sam) == []


def test_an_offer_never_outlasts_the_notice(parts: Parts) -> None:
    factories.changed(db.session.get_one(Practice, 1), wait_hours=300)
    sam = waits()

    pass_on(now=NOW)

    # Twelve hours before is two in the night: so until the evening.
    assert the_offer(sam).expires_at == TUESDAY_2PM - 18 * HOUR


def test_leaving_the_line_frees_what_was_held(parts: Parts) -> None:
    sam, kit = waits(), waits("kit")
    pass_on(now=NOW)

    stop_waiting(sam, now=NOW)
    stop_waiting(sam, now=NOW)
    pass_on(now=NOW)

    assert place(sam).status is WaitingStatus.ENDED
    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert the_offer(kit).status is WaitingOfferStatus.OPEN


def test_whoever_books_what_they_wait_for_waits_no_longer(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)
    wish = factories.wish(session_type="session", starts_at=TUESDAY_2PM + HOUR)
    booked = book(wish, key=factories.key(), parts=parts, now=NOW + MINUTE)
    pass_on(now=NOW + MINUTE)
    assert place(sam).status is WaitingStatus.WAITING  # an address that anybody can type

    prove_address(booked.participant_id, now=NOW + MINUTE)
    pass_on(now=NOW + MINUTE)

    assert place(sam).status is WaitingStatus.BOOKED
    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert claims() == 1


def test_a_second_place_for_the_same_takes_over_the_first(parts: Parts) -> None:
    first = waits(now=NOW)
    kit = waits("kit", now=NOW + MINUTE)

    second = waits(now=NOW + HOUR)
    pass_on(now=NOW + HOUR)

    assert place(first).status is WaitingStatus.ENDED
    assert place(second).person_id == place(first).person_id
    assert [each.waiting_id for each in offers()] == [second]
    assert kit not in {each.waiting_id for each in offers()}


def test_somebody_busy_meanwhile_does_not_take_it(parts: Parts) -> None:
    sam = waits()
    pass_on(now=NOW)
    offer_id = the_offer(sam).id
    resource = place(sam).person.resource_id
    held = the_offer(sam).appointment_id
    factories.saved(
        Claim(
            resource_id=resource,
            appointment_id=held,
            from_at=TUESDAY_2PM,
            until_at=TUESDAY_2PM + HOUR,
        )
    )

    with pytest.raises(SlotTaken):
        take_offer(offer_id, now=NOW)
    assert the_offer(sam).status is WaitingOfferStatus.OPEN
