"""Standing times offered after a call: held for one person, accepted, declined or let go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.domain.lifecycle import Modality
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import IllegalTransition, InvalidInput, NotFound, SlotTaken
from booking.models import (
    Claim,
    Participant,
    Practice,
    Series,
    SessionType,
    StandingOffer,
    db,
)
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.series.accepting import accept_offer
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.offering import (
    NewOffer,
    OfferedTime,
    decline_offer,
    offer_times,
    withdraw_offer,
)
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, kinds_owed, live_dates, sign, starts

pytestmark = pytest.mark.usefixtures("practice")
A_DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=12)


def after_a_call(parts: Parts) -> tuple[int, int]:
    """Return the appointment of a call, and whose it was."""
    call = MONDAY_9AM + 5 * HOUR
    booked = book(factories.wish(starts_at=call), key=factories.key(), parts=parts, now=NOW)
    series = db.session.get_one(Participant, booked.participant_id).appointment
    return booked.appointment_id, series.therapist_id


def weekly(days_later: int = 0, hours: int = 0) -> OfferedTime:
    at = MONDAY_9AM + days_later * A_DAY + hours * HOUR
    return OfferedTime(starts_at=at, pattern=Pattern(count=8), modality=Modality.VIDEO)


def offered(parts: Parts, *times: OfferedTime) -> StandingOffer:
    appointment_id, therapist_id = after_a_call(parts)
    offer = NewOffer(appointment_id=appointment_id, session_type="standing", times=times)
    offer_id = offer_times(therapist_id, offer, now=NOW)
    return db.session.get_one(StandingOffer, offer_id)


def claims() -> int:
    return db.session.scalar(select(func.count()).select_from(Claim)) or 0


def test_every_open_date_of_each_time_is_held_and_one_mail_tells(parts: Parts) -> None:
    offer = offered(parts, weekly(1), weekly(2))

    assert claims() == 1 + 2 * 8
    assert offer.expires_at == NOW + timedelta(hours=48)
    assert kinds_owed().count("standing_offer") == 1
    with pytest.raises(SlotTaken):
        book(
            factories.wish(session_type="session", starts_at=MONDAY_9AM + A_DAY),
            key=factories.key(),
            parts=parts,
            now=NOW,
        )


def test_accepting_one_lets_the_others_go_and_waits_for_the_agreement(parts: Parts) -> None:
    offer = offered(parts, weekly(1), weekly(2))
    chosen = offer.series[1].id

    member = accept_offer(offer.id, chosen, now=LATER)
    again = accept_offer(offer.id, chosen, now=LATER)

    series = db.session.get_one(Series, chosen)
    assert member == again
    assert series.status is SeriesStatus.REQUESTED
    assert starts(chosen) == [start + 2 * A_DAY for start in MONDAYS]
    assert claims() == 1 + 8
    assert [len(date.participants) for date in live_dates(chosen)] == [1] * 8
    sign(member)
    assert db.session.get_one(Series, chosen).status is SeriesStatus.CONFIRMED


def test_dates_are_skipped_and_moved_as_the_person_chooses(parts: Parts) -> None:
    offer = offered(parts, weekly(1))
    tuesdays = [start + A_DAY for start in MONDAYS]
    choices = Choices(skip=frozenset({tuesdays[2]}), move={tuesdays[4]: tuesdays[4] + HOUR})

    accept_offer(offer.id, offer.series[0].id, choices, now=LATER)

    expected = [*tuesdays[:2], tuesdays[3], tuesdays[4] + HOUR, *tuesdays[5:]]
    assert starts(offer.series[0].id) == expected


def test_a_date_that_is_not_open_is_not_held_and_another_time_is_chosen(parts: Parts) -> None:
    taken = MONDAYS[3] + A_DAY
    wish = factories.wish(session_type="session", starts_at=taken)
    book(wish, key=factories.key(), parts=parts, now=NOW)
    offer = offered(parts, weekly(1))
    series_id = offer.series[0].id

    choices = Choices(move={taken: taken + HOUR})
    accept_offer(offer.id, series_id, choices, now=LATER)

    assert len(starts(series_id)) == 8
    assert taken + HOUR in starts(series_id)


def test_declining_frees_everything_and_tells_the_therapist(parts: Parts) -> None:
    offer = offered(parts, weekly(1), weekly(2))

    decline_offer(offer.id, now=LATER)
    decline_offer(offer.id, now=LATER)

    assert claims() == 1
    assert kinds_owed().count("therapist_offer_declined") == 1
    with pytest.raises(IllegalTransition):
        accept_offer(offer.id, offer.series[0].id, now=LATER)


def test_after_two_days_the_times_are_let_go(parts: Parts) -> None:
    offer = offered(parts, weekly(3))
    ran_out = NOW + timedelta(hours=48)

    with pytest.raises(IllegalTransition):
        accept_offer(offer.id, offer.series[0].id, now=ran_out)
    let_go_of_lapsed_series(now=ran_out)

    db.session.expire_all()
    assert claims() == 1
    assert db.session.get_one(StandingOffer, offer.id).status is OfferStatus.EXPIRED
    assert "series_expired" not in kinds_owed()


def test_a_new_offer_takes_the_place_of_the_old_one(parts: Parts) -> None:
    offer = offered(parts, weekly(1))
    appointment = db.session.scalars(select(Participant)).first()
    assert appointment is not None
    again = NewOffer(
        appointment_id=appointment.appointment_id, session_type="standing", times=[weekly(2)]
    )

    offer_times(offer.therapist_id, again, now=LATER)

    db.session.expire_all()
    assert db.session.get_one(StandingOffer, offer.id).status is OfferStatus.WITHDRAWN
    assert claims() == 1 + 8


def test_only_the_therapist_it_is_of_takes_an_offer_back(parts: Parts) -> None:
    offer = offered(parts, weekly(1))

    for offer_id, therapist_id in ((offer.id, offer.therapist_id + 1), (0, offer.therapist_id)):
        with pytest.raises(NotFound):
            withdraw_offer(offer_id, therapist_id, now=LATER)
    assert claims() == 1 + 8
    for _twice in range(2):
        withdraw_offer(offer.id, offer.therapist_id, now=LATER)

    assert claims() == 1


def test_a_time_is_taken_through_the_offer_it_is_of_alone(parts: Parts) -> None:
    theirs = offered(parts, weekly(1))
    other = StandingOffer(
        link_id="other",
        therapist_id=theirs.therapist_id,
        session_type_id=theirs.session_type_id,
        person_id=theirs.person_id,
        created_at=NOW,
        expires_at=theirs.expires_at,
    )
    factories.saved(other)

    with pytest.raises(NotFound):
        accept_offer(other.id, theirs.series[0].id, now=LATER)

    assert theirs.series[0].status is SeriesStatus.OFFERED


def test_a_therapist_offers_to_those_who_come_to_them_what_they_give(parts: Parts) -> None:
    appointment_id, therapist_id = after_a_call(parts)
    given = NewOffer(appointment_id=appointment_id, session_type="standing", times=[weekly(1)])

    with pytest.raises(NotFound):
        offer_times(therapist_id + 1, given, now=NOW)
    with pytest.raises(NotFound):
        offer_times(therapist_id, replace(given, appointment_id=0), now=NOW)
    given_up = db.session.scalars(select(SessionType).filter_by(slug="standing")).one()
    factories.changed(given_up, active=False)
    with pytest.raises(NotFound):
        offer_times(therapist_id, given, now=NOW)

    assert db.session.scalars(select(StandingOffer)).all() == []


def test_what_ran_out_of_an_offer_stays_so_when_the_rest_is_declined(parts: Parts) -> None:
    factories.changed(db.session.get_one(Practice, 1), offer_hours=240)
    offer = offered(parts, weekly(1), weekly(8))
    begun = MONDAY_9AM + A_DAY
    let_go_of_lapsed_series(now=begun)

    decline_offer(offer.id, now=begun)

    db.session.expire_all()
    assert {each.status for each in offer.series} == {SeriesStatus.EXPIRED}
    assert claims() == 1


def test_no_more_than_three_times_and_none_that_cannot_begin(parts: Parts) -> None:
    with pytest.raises(InvalidInput):
        offered(parts, *(weekly(day) for day in range(4)))
    with pytest.raises(SlotTaken):
        offered(parts, weekly(5))

    assert db.session.scalars(select(StandingOffer)).all() == []


def test_a_time_that_begins_sooner_runs_out_alone(parts: Parts) -> None:
    factories.changed(db.session.get_one(Practice, 1), offer_hours=240)
    offer = offered(parts, weekly(1), weekly(8))
    soon, later = (series.id for series in offer.series)
    begun = MONDAY_9AM + A_DAY

    with pytest.raises(IllegalTransition):
        accept_offer(offer.id, soon, now=begun)
    let_go_of_lapsed_series(now=begun)

    db.session.expire_all()
    assert db.session.get_one(StandingOffer, offer.id).status is OfferStatus.OPEN
    assert db.session.get_one(Series, soon).status is SeriesStatus.EXPIRED
    assert accept_offer(offer.id, later, now=begun)


def test_an_offer_is_not_taken_with_every_date_left_out(parts: Parts) -> None:
    offer = offered(parts, weekly(1))
    nothing = Choices(skip=frozenset(start + A_DAY for start in MONDAYS))

    with pytest.raises(InvalidInput):
        accept_offer(offer.id, offer.series[0].id, nothing, now=LATER)

    assert claims() == 1 + 8
