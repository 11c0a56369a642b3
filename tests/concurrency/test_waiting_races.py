"""Several at one line at once: sweeps, bookings, answers. Nobody is offered what another has."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.domain.messages import MessageKind
from booking.domain.waiting import WaitingOfferStatus
from booking.models import Message, Participant, WaitingOffer, db
from booking.services.booking import book
from booking.services.parts import Parts
from booking.services.requests import let_go_of_lapsed
from booking.services.waiting.answering import decline_offer, take_offer
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.concurrency.racing import Act, race_acts
from tests.concurrency.test_double_booking import overlapping
from tests.factories import MINUTE, NOW
from tests.services.waiting.line import ANSWER_BY, TUESDAY_2PM, claims, offers, the_offer, waits

pytestmark = pytest.mark.usefixtures("practice")
OPEN = WaitingOfferStatus.OPEN
SECOND = timedelta(seconds=1)


def url_of(app: Flask) -> str:
    return str(app.config["SQLALCHEMY_DATABASE_URI"])


def sweeps(count: int, now: object = NOW) -> list[Act]:
    return [lambda _parts: pass_on(now=now)] * count  # type: ignore[arg-type]


def open_offers() -> list[WaitingOffer]:
    return [each for each in offers() if each.status is OPEN]


def test_sweeps_at_once_offer_one_time_to_one_person(app: Flask, tmp_path: Path) -> None:
    sam = waits()
    for name in ("kit", "lee", "max"):
        waits(name)

    assert race_acts(url_of(app), tmp_path, sweeps(4)) == [""] * 4

    assert [each.waiting_id for each in offers()] == [sam]
    told = select(func.count(Message.id)).filter_by(kind=MessageKind.WAITING_OFFER)
    assert (db.session.scalar(told), claims()) == (1, 1)


def test_somebody_in_two_lines_is_offered_one_time(app: Flask, tmp_path: Path) -> None:
    bea = factories.amara(slug="bea", first_name="Bea", email="bea@alder.example")
    for n in range(3):
        waits(f"p{n}", therapists=("amara", bea.slug))

    race_acts(url_of(app), tmp_path, sweeps(4))

    # Each therapist has the hour once, and each goes to somebody else.
    assert len({each.waiting_id for each in open_offers()}) == 2
    assert len({each.therapist_id for each in open_offers()}) == 2
    assert overlapping() == 0


@pytest.mark.parametrize("weeks", [0, 1])
def test_a_booking_and_an_offer_share_no_minute(app: Flask, tmp_path: Path, weeks: int) -> None:
    waits(every_weeks=weeks)
    wish = factories.wish(
        session_type="session",
        starts_at=TUESDAY_2PM,
        guest=factories.guest(email="kim@example.org"),
    )
    key = factories.key()

    found = race_acts(
        url_of(app),
        tmp_path,
        [lambda parts: book(wish, key=key, parts=parts, now=NOW), *sweeps(2)],
    )

    assert overlapping() == 0
    booked = found[0] == ""
    assert (len(open_offers()), found[1:]) == (0 if booked else 1, ["", ""])


@pytest.mark.parametrize("now", [ANSWER_BY - SECOND, ANSWER_BY])
def test_yes_against_the_sweep_is_one_or_the_other(app: Flask, tmp_path: Path, now: object) -> None:
    sam = waits()
    waits("kit")
    pass_on(now=NOW)
    offer_id = the_offer(sam).id
    just_before = ANSWER_BY - SECOND

    found = race_acts(
        url_of(app),
        tmp_path,
        [
            lambda _parts: take_offer(offer_id, now=just_before),
            lambda _parts: let_go_of_lapsed(now=ANSWER_BY),
            *sweeps(2, now),
        ],
    )

    db.session.rollback()
    seats = db.session.scalars(select(Participant)).all()
    assert len(seats) == (found[0] == "")
    assert found[0] in {"", "policy"}
    assert overlapping() == 0
    assert claims() == 1 or (found[0] and claims() in {0, 1})


def test_yes_and_no_at_once_are_one_answer(app: Flask, parts: Parts, tmp_path: Path) -> None:
    sam = waits()
    pass_on(now=NOW)
    offer_id = the_offer(sam).id

    found = race_acts(
        url_of(app),
        tmp_path,
        [
            lambda _parts: take_offer(offer_id, now=NOW + MINUTE),
            lambda _parts: take_offer(offer_id, now=NOW + MINUTE),
            lambda _parts: decline_offer(offer_id, now=NOW + MINUTE),
        ],
    )

    db.session.rollback()
    seats = db.session.scalars(select(Participant)).all()
    assert found in (["", "", "policy"], ["policy", "policy", ""])
    assert len(seats) == (found[2] == "policy")
