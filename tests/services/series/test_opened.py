"""Hours that a therapist opened to one person: what they alone may book, once, and until when."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Modality
from booking.domain.messages import MessageKind
from booking.domain.standing import OfferStatus, SeriesStatus
from booking.errors import NotFound, OfferEnded, RuleBroken, SlotTaken
from booking.models import (
    Message,
    Participant,
    Person,
    Series,
    SessionType,
    StandingOffer,
    Therapist,
    db,
)
from booking.services.booking import book
from booking.services.holds import Choice, hold, hold_on
from booking.services.identity import prove_address
from booking.services.parts import Parts
from booking.services.series.booking import BookedSeries, Choices, SeriesWish, book_series
from booking.services.series.offering import (
    NewOffer,
    OfferedTime,
    decline_offer,
    offer_times,
    withdraw_offer,
)
from tests import factories
from tests.factories import MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, sign, starts
from tests.services.series.test_offering import after_a_call, weekly

pytestmark = pytest.mark.usefixtures("practice")
LATER = NOW + timedelta(hours=2)


def opened(parts: Parts, *times: OfferedTime) -> StandingOffer:
    """Return an offer to Sam, of a kind of session that is closed to everybody else."""
    appointment_id, therapist_id = after_a_call(parts)
    new = NewOffer(appointment_id=appointment_id, session_type="standing", times=times)
    offer = db.session.get_one(StandingOffer, offer_times(therapist_id, new, now=NOW))
    factories.changed(offer.session_type, open_to_new=False)
    return db.session.get_one(StandingOffer, offer.id)


def wish_by(offer: StandingOffer, **values: object) -> SeriesWish:
    return replace(factories.series_wish(**values), offer_id=offer.id)


def booked_by(offer: StandingOffer, parts: Parts, *, now: datetime = LATER) -> BookedSeries:
    return book_series(wish_by(offer), key=factories.key(), parts=parts, now=now)


def choice_by(offer: StandingOffer) -> Choice:
    return Choice("amara", "standing", MONDAY_9AM, Modality.VIDEO, "NY", offer_id=offer.id)


def people() -> int:
    return len(db.session.scalars(select(Person.id)).all())


@pytest.mark.parametrize("closed", ["type", "therapist"])
def test_what_is_closed_to_newcomers_is_open_to_whom_it_was_offered(
    parts: Parts, closed: str
) -> None:
    offer = opened(parts)
    if closed == "therapist":
        factories.changed(db.session.scalars(select(Therapist)).one(), accepts_new=False)

    with pytest.raises(RuleBroken):
        book_series(factories.series_wish(), key=factories.key(), parts=parts, now=LATER)
    hold_id = hold(choice_by(offer), {}, parts=parts, now=LATER)
    assert hold_on(hold_id, choice_by(offer), now=LATER) > LATER
    booked = book_series(
        replace(wish_by(offer), hold_id=hold_id), key=factories.key(), parts=parts, now=LATER
    )

    assert starts(booked.series_id) == MONDAYS
    assert db.session.get_one(StandingOffer, offer.id).status is OfferStatus.ACCEPTED


def test_who_books_is_the_person_it_was_offered_to(parts: Parts) -> None:
    offer = opened(parts)
    before = people()

    booked = booked_by(offer, parts)

    series = db.session.get_one(Series, booked.series_id)
    assert people() == before
    assert series.members[0].person_id == offer.person_id
    assert series.offer_id == offer.id


def test_the_therapist_is_not_asked_again_but_the_agreement_is(parts: Parts) -> None:
    offer = opened(parts)
    factories.changed(offer.session_type, needs_approval=True)

    series = db.session.get_one(Series, booked_by(offer, parts).series_id)
    waiting = series.status
    sign(series.members[0].id, now=LATER)

    db.session.expire_all()
    assert waiting is SeriesStatus.REQUESTED
    assert series.status is SeriesStatus.CONFIRMED


def test_it_is_taken_up_once_and_the_same_request_again_is_the_same_series(parts: Parts) -> None:
    offer, key = opened(parts), factories.key()
    first = book_series(wish_by(offer), key=key, parts=parts, now=LATER)

    again = book_series(wish_by(offer), key=key, parts=parts, now=LATER)
    with pytest.raises(OfferEnded):
        booked_by(offer, parts)

    assert (again.series_id, again.again) == (first.series_id, True)
    assert len(db.session.scalars(select(Series)).all()) == 1
    kinds = [each.kind for each in db.session.scalars(select(Message))]
    assert kinds.count(MessageKind.SERIES_REQUESTED) == 1


@pytest.mark.parametrize("how", ["late", "withdrawn", "declined"])
def test_once_it_has_ended_nothing_is_held_or_booked(parts: Parts, how: str) -> None:
    offer, now = opened(parts), LATER
    if how == "withdrawn":
        withdraw_offer(offer.id, offer.therapist_id, now=NOW)
    elif how == "declined":
        decline_offer(offer.id, now=NOW)
    else:
        now = offer.expires_at

    for act in (
        lambda: hold(choice_by(offer), {}, parts=parts, now=now),
        lambda: booked_by(offer, parts, now=now),
    ):
        with pytest.raises(OfferEnded) as refused:
            act()
        assert refused.value.offer_id == offer.id

    assert not db.session.scalars(select(Series)).all()


def test_a_hold_is_not_renewed_once_the_offer_is_withdrawn(parts: Parts) -> None:
    offer = opened(parts)
    hold_id = hold(choice_by(offer), {}, parts=parts, now=NOW)
    withdraw_offer(offer.id, offer.therapist_id, now=NOW)

    with pytest.raises(OfferEnded):
        hold_on(hold_id, choice_by(offer), now=NOW)


def test_it_opens_that_kind_of_session_of_that_therapist_and_no_other(parts: Parts) -> None:
    offer = opened(parts)
    other = db.session.scalars(select(SessionType).filter_by(slug="session")).one()
    factories.changed(other, open_to_new=False, allows_series=True)
    factories.amara(slug="bea")

    with pytest.raises(RuleBroken):
        hold(replace(choice_by(offer), session_type="session"), {}, parts=parts, now=LATER)
    wish = replace(wish_by(offer), session_type="session")
    with pytest.raises(RuleBroken):
        book_series(wish, key=factories.key(), parts=parts, now=LATER)
    with pytest.raises(NotFound):
        hold(replace(choice_by(offer), therapist="bea"), {}, parts=parts, now=LATER)


def test_an_offer_that_names_its_times_opens_no_others(parts: Parts) -> None:
    offer = opened(parts, weekly(1))

    with pytest.raises(NotFound):
        booked_by(offer, parts)

    assert db.session.get_one(StandingOffer, offer.id).status is OfferStatus.OPEN


def test_their_own_appointments_elsewhere_stand_in_the_way(parts: Parts) -> None:
    offer = opened(parts)
    factories.amara(slug="bea")
    elsewhere = factories.wish(therapist="bea", session_type="session", starts_at=MONDAYS[3])
    book(elsewhere, key=factories.key(), parts=parts, now=NOW)
    for seat in db.session.scalars(select(Participant.id).order_by(Participant.id)).all():
        prove_address(seat, now=NOW)

    with pytest.raises(SlotTaken):
        booked_by(offer, parts)
    choices = Choices(skip=frozenset({MONDAYS[3]}))
    wish = wish_by(offer, choices=choices)
    booked = book_series(wish, key=factories.key(), parts=parts, now=LATER)

    assert starts(booked.series_id) == [each for each in MONDAYS if each != MONDAYS[3]]
