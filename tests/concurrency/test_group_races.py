"""A8: more people than a group has seats, all at one moment, in processes of their own."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.domain.lifecycle import LIVE, Status
from booking.models import Appointment, Claim, Message, Participant, Series, SeriesMember, db
from booking.services.audit import client
from booking.services.booking import book
from booking.services.leaving import leave_appointment
from booking.services.parts import Parts
from booking.services.series.joining import join_group
from tests import factories
from tests.concurrency.racing import Act, Attempt, race, race_acts
from tests.concurrency.test_double_booking import overlapping
from tests.concurrency.test_series_races import url_of
from tests.factories import NOW
from tests.services.groups import SEATS, call_off, join, seats, wish_of, with_group
from tests.services.series.groups import places, started, wish_for

pytestmark = pytest.mark.usefixtures("practice")


def test_a8_of_n_and_one_who_join_n_have_a_seat(app: Flask, tmp_path: Path) -> None:
    with_group()
    hands = [[Attempt(wish_of(number), factories.key())] for number in range(SEATS + 2)]

    outcomes = [hand[0] for hand in race(url_of(app), tmp_path, hands)]

    assert Counter(o.refusal for o in outcomes) == {"": SEATS, "slot_taken": 2}
    assert seats() == [1, 2, 3]
    assert len({o.appointment_id for o in outcomes} - {None}) == 1
    assert db.session.scalar(select(func.count(Claim.id))) == 1


def test_a12_a_double_click_takes_one_seat(app: Flask, tmp_path: Path, parts: Parts) -> None:
    with_group()
    join(parts, 0)
    attempt = Attempt(wish_of(1), factories.key())

    outcomes = [hand[0] for hand in race(url_of(app), tmp_path, [[attempt]] * 4)]

    assert {o.refusal for o in outcomes} == {""}
    assert seats() == [1, 2]


def test_a_join_and_a_cancel_leave_nobody_behind(app: Flask, tmp_path: Path, parts: Parts) -> None:
    """Whoever comes first: nobody holds a seat in what is off without being told."""
    with_group()
    first = join(parts, 0)

    found = race_acts(
        url_of(app), tmp_path, [_joining(1), lambda _: call_off(first.appointment_id)]
    )

    assert found == ["", ""]
    assert overlapping() == 0
    db.session.rollback()
    assert db.session.get_one(Appointment, first.appointment_id).status is Status.CANCELLED
    newest = db.session.scalars(select(Participant).order_by(Participant.id.desc())).first()
    assert newest is not None
    kinds = select(Message.kind).filter_by(participant_id=newest.id, state="due")
    told = set(db.session.scalars(kinds)) - {"reminder"}
    live = newest.appointment.status in LIVE
    assert told == ({"confirmation"} if live else {"cancelled"})


def test_a_seat_is_left_and_taken_at_one_moment(app: Flask, tmp_path: Path, parts: Parts) -> None:
    with_group()
    who = [join(parts, number).participant_id for number in range(SEATS)]

    def leaving(_parts: Parts) -> None:
        leave_appointment(who[0], accept_late=False, actor=client(who[0]), now=NOW)

    found = race_acts(url_of(app), tmp_path, [leaving, _joining(SEATS), _joining(SEATS + 1)])

    joined = found[1:].count("")
    assert (found[0], joined) in {("", 0), ("", 1)}
    assert len(seats()) == SEATS - 1 + joined


def test_a8_of_n_and_one_who_want_a_place_n_have_it(app: Flask, tmp_path: Path) -> None:
    series = started()
    wishes = [wish_for(series, number) for number in range(SEATS + 2)]

    def joining(number: int) -> Act:
        wish, key = wishes[number], factories.key()
        return lambda parts: join_group(wish, key=key, parts=parts, now=NOW)

    found = race_acts(url_of(app), tmp_path, [joining(number) for number in range(SEATS + 2)])

    assert Counter(found) == {"": SEATS, "slot_taken": 2}
    assert places(series.id) == [1, 2, 3]
    assert db.session.scalar(select(func.count(SeriesMember.id))) == SEATS
    assert db.session.scalar(select(func.count(Series.id))) == 1
    by_date = select(func.count(Participant.id)).group_by(Participant.appointment_id)
    assert set(db.session.scalars(by_date)) == {SEATS}


def _joining(number: int) -> Act:
    wish, key = wish_of(number), factories.key()
    return lambda parts: book(wish, key=key, parts=parts, now=NOW)
