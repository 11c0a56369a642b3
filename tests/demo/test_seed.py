"""The demo practice: made once, believable, and through the same services as real use."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select

from booking.demo.seed import LEFT_TO_SEND, seed
from booking.demo.visits import LOOK_AHEAD, LOOK_BACK
from booking.domain.directory import Filters
from booking.domain.lifecycle import Kind, Status
from booking.domain.messages import MessageKind, MessageState
from booking.domain.standing import SeriesStatus
from booking.domain.zones import zone
from booking.models import (
    Appointment,
    Base,
    Claim,
    MemberCalendar,
    Message,
    Practice,
    Series,
    Therapist,
    Waiting,
    db,
)
from booking.queries.directory import all_cards, search
from booking.services.parts import EXTENSION, Parts
from tests import factories
from tests.databases import migrated, settings_for
from tests.factories import NOW

PHOENIX = zone("America/Phoenix")
TODAY = timedelta(days=1)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application whose database was empty and holds the demo practice now."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder}/stillhour.sqlite3"
    app = migrated(settings_for(url, folder, DEMO="1", VIDEO_PROVIDER="demo"))
    with app.app_context():
        assert seed(app.extensions[EXTENSION], now=NOW)
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.fixture
def seeded(demo: Flask) -> Iterator[Flask]:
    with demo.app_context():
        yield demo
        db.session.remove()
        db.engine.dispose()


def everything() -> dict[str, list[str]]:
    rows = {
        table.name: [tuple(row) for row in db.session.execute(table.select())]
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_twelve_therapists_work_in_five_zones_new_york_among_them(seeded: Flask) -> None:
    zones = list(db.session.scalars(select(Therapist.time_zone)))

    assert len(zones) == 12
    assert len(set(zones)) == 5
    assert "America/New_York" in zones


def test_making_it_again_changes_nothing(seeded: Flask) -> None:
    before = everything()

    assert not seed(seeded.extensions[EXTENSION], now=NOW + TODAY)

    assert everything() == before


def test_a_practice_that_is_there_is_left_alone(app: Flask, parts: Parts) -> None:
    factories.practice(name="A real one")

    assert not seed(parts, now=NOW)

    assert db.session.get_one(Practice, 1).name == "A real one"
    assert db.session.scalar(select(func.count()).select_from(Therapist)) == 0


def test_sessions_lie_before_and_after_today(seeded: Flask) -> None:
    starts = list(db.session.scalars(select(Appointment.starts_at)))

    assert sum(NOW - LOOK_BACK <= start < NOW for start in starts) >= 20
    assert sum(NOW < start <= NOW + LOOK_AHEAD for start in starts) >= 20


def test_whatever_can_become_of_a_booking_has_become_of_one(seeded: Flask) -> None:
    statuses = set(db.session.scalars(select(Appointment.status)))

    made = {Status.CONFIRMED, Status.REQUESTED, Status.CANCELLED, Status.DECLINED}
    assert statuses == made | {Status.HELD}  # for somebody who waits


def test_a_request_waits_for_its_answer(seeded: Flask) -> None:
    waiting = db.session.scalars(select(Appointment).filter_by(status=Status.REQUESTED)).all()

    assert [asked for asked in waiting if asked.expires_at and asked.expires_at > NOW]


def test_nobody_is_in_two_sessions_at_once(seeded: Flask) -> None:
    by_resource = defaultdict(list)
    for claim in db.session.scalars(select(Claim).order_by(Claim.from_at)):
        by_resource[claim.resource_id].append(claim)

    assert by_resource
    for claims in by_resource.values():
        assert all(one.until_at <= another.from_at for one, another in pairwise(claims))


@pytest.mark.parametrize("kind", [Kind.CONSULTATION, Kind.INTAKE, Kind.INDIVIDUAL])
def test_every_state_of_a_licence_has_somebody_with_time(seeded: Flask, kind: Kind) -> None:
    states = {licence.state for card in all_cards(db.session()) for licence in card.licences}

    for state in states:
        found = search(db.session(), Filters(state=state, kinds=(kind,)), now=NOW, zone=PHOENIX)
        assert any(one.starts for one in found.found), state


def test_what_fell_due_long_ago_is_not_sent_when_it_starts(seeded: Flask) -> None:
    still_due = select(func.min(Message.due_at)).filter_by(state=MessageState.DUE)

    first = db.session.scalar(still_due)

    assert first is not None
    assert first > NOW - LEFT_TO_SEND


def test_two_people_wait_and_one_of_them_is_offered_a_time(seeded: Flask) -> None:
    waiting = db.session.scalars(select(Waiting).order_by(Waiting.id)).all()

    assert [each.open_offer is not None for each in waiting] == [True, False]
    told = select(Message).filter_by(kind=MessageKind.WAITING_OFFER, state=MessageState.DUE)
    message = db.session.scalars(told).one()
    assert message.due_at == NOW
    assert message.waiting_id == waiting[0].id


def test_everybody_can_be_told_apart_in_two_lines(seeded: Flask) -> None:
    cards = all_cards(db.session())

    assert all(40 <= len(card.statement) <= 110 for card in cards)
    assert len({card.statement for card in cards}) == len(cards)


def test_some_clients_have_a_standing_hour_that_began_weeks_ago(seeded: Flask) -> None:
    series = db.session.scalars(select(Series)).all()

    assert len(series) >= 6
    assert {one.status for one in series} == {SeriesStatus.CONFIRMED}
    assert {one.part.every_weeks for one in series} == {1, 2}
    assert any(one.part.hour.repeat.is_open_ended for one in series)
    # What was sent of them in the past went into calendars: the next mail counts on from there.
    assert {one.part.therapist_sequence for one in series} == {0}
    members = sum(len(one.members) for one in series)
    assert db.session.scalar(select(func.count()).select_from(MemberCalendar)) == members


def test_a_group_has_begun_and_has_places_left(seeded: Flask) -> None:
    series = db.session.scalars(select(Series)).all()
    [group] = [one for one in series if one.part.session_type.kind is Kind.GROUP]

    taken = [member.seat for member in group.members]
    assert 2 <= len(taken) < group.part.session_type.seats
    assert taken == list(range(1, len(taken) + 1))
    assert {member.expires_at for member in group.members} == {None}


def test_couples_and_families_come_too(seeded: Flask) -> None:
    appointments = db.session.scalars(select(Appointment)).all()
    together = [one for one in appointments if one.kind in {Kind.COUPLES, Kind.FAMILY}]

    assert {one.kind for one in together} == {Kind.COUPLES, Kind.FAMILY}
    assert len({one.therapist_id for one in together}) >= 2
    for one in together:
        coming = [seat.seat for seat in one.participants if seat.seat is not None]
        assert coming == list(range(1, len(coming) + 1))
        assert len(coming) >= 2
