"""A whole standing hour that came free: every date of it, or it is not offered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.domain.interval import Interval
from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind
from booking.domain.standing import SeriesStatus
from booking.domain.waiting import WaitingOfferStatus, WaitingStatus, Window
from booking.domain.zones import zone
from booking.errors import IllegalTransition
from booking.models import Appointment, Practice, Series, SeriesMember, Therapist, db
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off, remove_time_off
from booking.services.parts import Parts
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.waiting.answering import decline_offer, take_offer
from booking.services.waiting.offering import pass_on
from tests import factories
from tests.factories import HOUR, NOW
from tests.services.series.standing import WEEK, kinds_owed, live_dates, sign
from tests.services.waiting.line import (
    ANSWER_BY,
    TUESDAY,
    TUESDAY_2PM,
    claims,
    freed,
    offers,
    place,
    taken,
    the_offer,
    waits,
)

pytestmark = pytest.mark.usefixtures("practice")
DATES = 12
# Clocks in New York go forward on the Sunday after the first Tuesday.
TUESDAYS = [TUESDAY_2PM, *(TUESDAY_2PM - HOUR + week * WEEK for week in range(1, DATES))]
LONDON = "Europe/London"


def weekly(name: str = "sam", **values: Any) -> int:
    return waits(name, every_weeks=1, **values)


def held() -> list[Appointment]:
    db.session.rollback()
    query = select(Appointment).filter_by(status=Status.HELD).order_by(Appointment.starts_at)
    return list(db.session.scalars(query))


def amara() -> Therapist:
    return db.session.scalars(select(Therapist)).one()


def test_all_its_first_dates_are_held_across_the_change_of_clocks() -> None:
    sam = weekly()

    assert pass_on(now=NOW) == 1

    assert [each.starts_at for each in held()] == TUESDAYS
    offer = the_offer(sam)
    assert offer.series is not None
    assert (offer.series.status, offer.series.expires_at) == (SeriesStatus.OFFERED, ANSWER_BY)
    assert offer.series.part.hour.repeat.is_open_ended


def test_one_date_that_is_taken_keeps_the_hour_back_until_it_is_free(parts: Parts) -> None:
    kim = taken(parts, TUESDAYS[5])
    sam = weekly()
    assert pass_on(now=NOW) == 0

    freed(kim, parts)
    assert pass_on(now=NOW) == 1
    assert the_offer(sam).starts_at == TUESDAY_2PM


def test_it_may_begin_in_a_later_week(parts: Parts) -> None:
    taken(parts, TUESDAYS[0])
    sam = weekly(until_day=TUESDAY + timedelta(days=21))

    assert pass_on(now=NOW) == 1

    assert the_offer(sam).starts_at == TUESDAYS[1]


def test_every_second_week_is_held_every_second_week() -> None:
    waits(every_weeks=2)

    pass_on(now=NOW)

    found = [each.starts_at for each in held()]
    assert found[:3] == [TUESDAYS[0], TUESDAYS[2], TUESDAYS[4]]
    assert len(found) == DATES


@pytest.mark.parametrize(("opens", "hours"), [(18, {18, 19}), (19, set())])
def test_in_the_weeks_between_two_changes_it_still_is_when_they_could_come(
    opens: int, hours: set[int]
) -> None:
    # Two in New York is seven in London, but six from March 12 to 26.
    window = Window(1, opens * 60, 20 * 60)
    london = factories.guest(email="lee@example.org", time_zone=LONDON)
    weekly(windows=(window,), guest=london)

    pass_on(now=NOW)

    assert {each.starts_at.astimezone(zone(LONDON)).hour for each in held()} == hours


def test_yes_asks_for_the_agreement_as_any_standing_hour_does(parts: Parts) -> None:
    sam = weekly()
    pass_on(now=NOW)

    made = take_offer(the_offer(sam).id, now=NOW)

    assert made.member_id is not None
    member = db.session.get_one(SeriesMember, made.member_id)
    assert member.series.status is SeriesStatus.REQUESTED
    assert member.person_id == place(sam).person_id
    assert place(sam).status is WaitingStatus.BOOKED
    assert {"series_requested", "therapist_series_requested"} <= set(kinds_owed())
    sign(made.member_id)
    assert [each.starts_at for each in live_dates(member.series_id)] == TUESDAYS
    assert take_offer(the_offer(sam).id, now=NOW) == made


def test_no_frees_every_date_and_the_same_hour_is_not_offered_again() -> None:
    sam = weekly(until_day=TUESDAY + timedelta(days=30))
    kit = weekly("kit", until_day=TUESDAY + timedelta(days=30))
    pass_on(now=NOW)

    decline_offer(the_offer(sam).id, now=NOW)
    assert held() == []
    pass_on(now=NOW)

    # Not even from a later week on.
    assert len(offers(sam)) == 1
    assert the_offer(kit).status is WaitingOfferStatus.OPEN


@pytest.mark.parametrize("first", ["series", "line"])
def test_silence_frees_every_date(first: str) -> None:
    sam = weekly()
    pass_on(now=NOW)

    if first == "series":
        let_go_of_lapsed_series(now=ANSWER_BY)
    pass_on(now=ANSWER_BY)

    assert (held(), claims()) == ([], 0)
    assert the_offer(sam).status is WaitingOfferStatus.LAPSED
    assert db.session.scalars(select(Series)).one().status is SeriesStatus.EXPIRED


@pytest.mark.parametrize("weeks", [0, 1])
def test_time_off_over_an_offered_time_takes_the_offer_back(weeks: int) -> None:
    sam = waits(every_weeks=weeks)
    pass_on(now=NOW)
    date = TUESDAYS[4 if weeks else 0]
    off = Interval(date, date + HOUR)

    time_off = add_time_off(amara().id, off, actor=SYSTEM, now=NOW)
    pass_on(now=NOW)

    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert (held(), claims()) == ([], 0)
    assert "waiting_gone" in kinds_owed()
    remove_time_off(amara().id, time_off, actor=SYSTEM, now=NOW)
    pass_on(now=NOW)  # they never said no to it
    assert [each.status for each in offers(sam)][-1] is WaitingOfferStatus.OPEN


def test_yes_looks_at_every_date_again() -> None:
    sam = weekly()
    pass_on(now=NOW)
    off = Interval(TUESDAYS[4], TUESDAYS[4] + HOUR)
    add_time_off(amara().id, off, actor=SYSTEM, now=NOW)

    with pytest.raises(IllegalTransition):
        take_offer(the_offer(sam).id, now=NOW)

    assert the_offer(sam).status is WaitingOfferStatus.WITHDRAWN
    assert place(sam).status is WaitingStatus.WAITING
    assert db.session.scalars(select(SeriesMember)).all() == []


def test_on_the_clients_clock_it_stays_there_while_the_therapists_changes() -> None:
    factories.changed(db.session.get_one(Practice, 1), anchored_to_client=True)
    phoenix = factories.guest(email="pat@example.org", time_zone="America/Phoenix")
    noon = (Window(1, 12 * 60, 13 * 60),)
    weekly(guest=phoenix, windows=noon)

    pass_on(now=NOW)

    hours = {each.starts_at.astimezone(zone("America/Phoenix")).hour for each in held()}
    assert (len(held()), hours) == (DATES, {12})


def test_one_mail_is_owed_for_the_whole_hour() -> None:
    weekly()
    pass_on(now=NOW)
    pass_on(now=NOW + HOUR)

    assert kinds_owed().count(MessageKind.WAITING_OFFER) == 1
