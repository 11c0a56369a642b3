"""Sessions that cannot follow their clock: what is in the way, and what staff do about it."""

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.domain.lifecycle import Status
from booking.domain.messages import MessageKind, MessageState
from booking.domain.zones import TZDATA_VERSION
from booking.models import Appointment, Message, Therapist, db
from booking.services.booking import Booked, book
from booking.services.changes import cancel
from booking.services.parts import Parts
from booking.services.series.changing import said
from booking.services.zone_changes import follow_zone_data
from booking.services.zone_clashes import Choice, Clash, Decision, clashes_of, settle_clashes
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import MONDAYS, kinds_owed, live_dates, starts
from tests.services.series.test_clocks import made_by_older_data
from tests.services.test_zone_changes import booked_under_older_data

pytestmark = pytest.mark.usefixtures("practice")
A_SESSION = {"session_type": "session"}
TOKYO = "Asia/Tokyo"


def amara() -> int:
    db.session.rollback()
    return db.session.scalars(select(Therapist.id).filter_by(slug="amara")).one()


def clashes() -> list[Clash]:
    return clashes_of(db.session(), amara(), now=NOW)


def stuck(parts: Parts, **wish: object) -> tuple[int, Booked]:
    """Return what ought to be at nine and is at ten, and Kim's booking at nine."""
    made = booked_under_older_data(parts, off_by=HOUR, **A_SESSION, **wish)
    return made, in_between(parts, MONDAY_9AM)


def in_between(parts: Parts, starts_at: datetime) -> Booked:
    kim = factories.guest(email="kim@example.org", name="Kim Vale", phone=None)
    wish = factories.wish(starts_at=starts_at, guest=kim, **A_SESSION)
    return book(wish, key=factories.key(), parts=parts, now=NOW)


def settle(*chosen: tuple[int, Choice]) -> int:
    decisions = {key: Decision(choice, the(key).version) for key, choice in chosen}
    return settle_clashes(amara(), decisions, now=NOW)


def the(appointment_id: int) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, appointment_id)


def told_of(appointment_id: int) -> list[str]:
    db.session.rollback()
    query = select(Message.kind).filter_by(
        state=MessageState.DUE, attempts=0, appointment_id=appointment_id
    )
    kinds = db.session.scalars(query.where(Message.kind != MessageKind.REMINDER))
    return sorted(kind.value for kind in kinds)


def test_one_that_is_stuck_is_listed_with_both_times_and_what_is_in_the_way(parts: Parts) -> None:
    mine, kims = stuck(parts)
    follow_zone_data(now=NOW)

    [found] = clashes()

    assert found.is_stuck
    assert (found.appointment.id, found.appointment.starts_at) == (mine, MONDAY_9AM + HOUR)
    assert found.to == MONDAY_9AM
    assert [each.id for each in found.others] == [kims.appointment_id]


def test_what_followed_and_what_need_not_is_not_listed(parts: Parts) -> None:
    booked_under_older_data(parts, off_by=HOUR)
    follow_zone_data(now=NOW)

    assert clashes() == []


def test_another_therapists_is_not_listed(parts: Parts) -> None:
    mine, _ = stuck(parts)
    bo = factories.amara(slug="bo").id

    assert clashes_of(db.session(), bo, now=NOW) == []
    for choice in Choice:
        chosen = {mine: Decision(choice, the(mine).version)}
        assert settle_clashes(bo, chosen, now=NOW) == 0


def test_a_day_that_moves_as_a_whole_makes_room_for_itself(parts: Parts) -> None:
    first = booked_under_older_data(parts, off_by=-HOUR, **A_SESSION)
    wish = factories.wish(starts_at=MONDAY_9AM, **A_SESSION)
    second = book(wish, key=factories.key(), parts=parts, now=NOW).appointment_id
    factories.changed(the(second), tzdata="2019a", wall_starts=the(second).wall_starts + HOUR)

    followed = follow_zone_data(now=NOW)

    assert (followed.moved, followed.clashes) == (2, ())
    assert [the(first).starts_at, the(second).starts_at] == [MONDAY_9AM, MONDAY_9AM + HOUR]


def test_the_old_hour_is_kept_and_told_of_as_the_new_time(parts: Parts) -> None:
    mine, _ = stuck(parts)
    follow_zone_data(now=NOW)

    assert settle((mine, Choice.KEEP)) == 1

    kept = the(mine)
    assert (kept.starts_at, kept.wall_starts.hour) == (MONDAY_9AM + HOUR, 10)
    assert kept.tzdata == TZDATA_VERSION
    assert clashes() == []
    assert told_of(mine) == ["moved", "therapist_moved"]
    reminders = select(Message).filter_by(
        kind=MessageKind.REMINDER, appointment_id=mine, state=MessageState.DUE
    )
    assert {each.version for each in db.session.scalars(reminders)} == {kept.version}
    assert (follow_zone_data(now=NOW).moved, settle((mine, Choice.KEEP))) == (0, 0)


def test_who_goes_by_another_clock_is_not_told_that_nothing_changed(parts: Parts) -> None:
    mine, _ = stuck(parts, guest=factories.guest(time_zone=TOKYO))
    before = the(mine).version

    settle((mine, Choice.KEEP))

    assert told_of(mine) == []
    assert (the(mine).version, the(mine).tzdata) == (before, TZDATA_VERSION)


def test_called_off_it_costs_nothing_and_is_told(parts: Parts) -> None:
    mine, _ = stuck(parts)

    assert settle((mine, Choice.CANCEL)) == 1

    gone = the(mine)
    assert (gone.status, gone.fee_cents) == (Status.CANCELLED, 0)
    assert told_of(mine) == ["cancelled", "therapist_cancelled"]
    assert clashes() == []


def test_who_is_asked_for_another_time_stays_booked_until_then(parts: Parts) -> None:
    mine, _ = stuck(parts)

    assert settle((mine, Choice.OFFER)) == 1

    assert the(mine).asked_to_move_at == NOW
    assert [each.appointment.id for each in clashes()] == [mine]
    assert "time_off" in kinds_owed()


def test_once_the_hour_is_free_it_can_be_moved_there(parts: Parts) -> None:
    mine, kims = stuck(parts)
    assert settle((mine, Choice.MOVE)) == 0
    cancel(kims.participant_id, accept_late=True, reason="", parts=parts, now=NOW)
    assert [each.is_stuck for each in clashes()] == [False]

    assert settle((mine, Choice.MOVE)) == 1

    assert the(mine).starts_at == MONDAY_9AM
    assert told_of(mine) == ["moved", "therapist_moved"]


def test_what_changed_since_it_was_looked_at_is_left_alone(parts: Parts) -> None:
    mine, _ = stuck(parts)
    for choice in (Choice.KEEP, Choice.OFFER, Choice.CANCEL, Choice.MOVE):
        old = {mine: Decision(choice, the(mine).version - 1)}
        assert settle_clashes(amara(), old, now=NOW) == 0

    assert [each.appointment.id for each in clashes()] == [mine]


def test_a_date_of_a_standing_hour_is_kept_and_everybody_told_once(parts: Parts) -> None:
    series_id = made_by_older_data(parts, HOUR)
    in_between(parts, MONDAYS[5])
    in_between(parts, MONDAYS[6])
    follow_zone_data(now=NOW)
    dates = [each.id for each in live_dates(series_id)[5:7]]
    assert [each.appointment.id for each in clashes()] == dates

    assert settle(*((each, Choice.KEEP) for each in dates)) == 2

    expected = [*MONDAYS]
    expected[5] += HOUR
    expected[6] += HOUR
    assert starts(series_id) == expected
    assert clashes() == []
    assert kinds_owed().count("series_changed") == 1
    changes = [repr(each.facts["changes"]) for each in _news_of_series()]
    assert [repr(at_ten(expected[5])) in each for each in changes] == [True, True]


def at_ten(start: datetime) -> list[str | None]:
    return [said(start - HOUR), said(start)]


def _news_of_series() -> list[Message]:
    query = select(Message).filter_by(state=MessageState.DUE)
    found = db.session.scalars(query.where(Message.series_id.is_not(None))).all()
    return [m for m in found if m.kind.endswith("series_changed")]


def test_a_date_of_a_standing_hour_moves_once_its_hour_is_free(parts: Parts) -> None:
    series_id = made_by_older_data(parts, HOUR)
    kims = in_between(parts, MONDAYS[5])
    follow_zone_data(now=NOW)
    cancel(kims.participant_id, accept_late=True, reason="", parts=parts, now=NOW)
    date = live_dates(series_id)[5].id

    assert settle((date, Choice.MOVE)) == 1

    assert starts(series_id) == MONDAYS
