"""Leaving a standing group (C11): only who leaves stops, for good or on one date."""

from datetime import datetime

import pytest
from sqlalchemy import select

from booking.domain.standing import SeriesStatus
from booking.errors import (
    LateCancel,
)
from booking.models import (
    Claim,
    Message,
    Series,
    db,
)
from booking.services.audit import Actor, client, therapist
from booking.services.identity import prove_member
from booking.services.leaving import leave_appointment, undo_leaving
from booking.services.parts import Parts
from booking.services.series.booking import BookedSeries
from booking.services.series.leaving import leave
from booking.services.series.skipping import skip_date
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.series.groups import (
    MONDAYS,
    join,
    member,
    owed,
    places,
    seats_of,
    started,
)
from tests.services.series.standing import live_dates, sign
from tests.support.mail import MailSpy
from tests.support.owed import plain, sweep

pytestmark = pytest.mark.usefixtures("practice")


def go(booked: BookedSeries, *, late: bool = False, now: datetime = NOW) -> None:
    leave(booked.member_id, accept_late=late, actor=Actor("member", booked.member_id), now=now)


def test_c11_only_who_leaves_stops(parts: Parts) -> None:
    series = started()
    one, other = join(parts, series, 0), join(parts, series, 1)
    for each in (one, other):
        sign(each.member_id)
    sweep(parts, NOW)
    sequence = db.session.get_one(Series, series.id).part.therapist_sequence
    before = owed(other)

    go(one)

    assert owed(one) == ["series_ended"]
    assert owed(other) == before == ["reminder"] * MONDAYS
    assert places(series.id) == [2]
    assert {seat.seat for seat in seats_of(one)} == {None}
    sweep(parts, NOW + MINUTE)
    assert db.session.get_one(Series, series.id).part.therapist_sequence == sequence


def test_c11_mails_name_nobody_else(parts: Parts, mail: MailSpy) -> None:
    series = started()
    one, other = join(parts, series, 0), join(parts, series, 1)
    for each in (one, other):
        sign(each.member_id)
    go(one)
    sweep(parts, NOW + MINUTE)

    to_kim = [m for m in mail.letters if m["To"] == "kim1@example.org"]
    to_amara = [plain(m) for m in mail.letters if m["To"] == "amara@alder.example"]
    assert to_kim
    assert not any("Sam" in m.as_string() + plain(m) or "S. R." in plain(m) for m in to_kim)
    assert any("S. R. no longer comes to these appointments. They go on." in m for m in to_amara)


def test_a_group_goes_on_without_anybody(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    sign(booked.member_id)

    go(booked)

    assert db.session.get_one(Series, series.id).status is SeriesStatus.CONFIRMED
    assert len(live_dates(series.id)) == MONDAYS
    assert member(join(parts, series, 1)).seat == 1


def test_the_therapist_hears_nothing_of_a_place_that_was_only_held(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)

    go(booked)

    query = select(Message.kind).where(Message.therapist_id.is_not(None))
    assert set(db.session.scalars(query)) == {"therapist_series_calendar"}


def test_leaving_a_group_late_costs_the_fee_of_the_next_date(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    sign(booked.member_id)
    late = MONDAY_9AM - HOUR

    with pytest.raises(LateCancel) as refused:
        go(booked, now=late)
    go(booked, late=True, now=late)

    assert refused.value.fee_cents == 5000
    assert places(series.id) == []


def test_one_date_is_left_and_the_place_stays(parts: Parts) -> None:
    series = started()
    one, other = join(parts, series, 0), join(parts, series, 1)
    sign(one.member_id)
    seat = seats_of(one)[2]

    leave_appointment(seat.id, accept_late=False, actor=client(seat.id), now=NOW)

    assert [each.seat for each in seats_of(one)].count(1) == MONDAYS - 1
    assert member(one).seat == 1
    assert len(live_dates(series.id)) == MONDAYS
    undo_leaving(seat.id, now=NOW + MINUTE)
    assert [each.seat for each in seats_of(one)] == [1] * MONDAYS
    assert [each.seat for each in seats_of(other)] == [2] * MONDAYS


def test_who_leaves_has_their_own_time_back(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    sign(booked.member_id)
    prove_member(booked.member_id, now=NOW)
    assert len(db.session.scalars(select(Claim)).all()) == 2 * MONDAYS

    go(booked)

    assert len(db.session.scalars(select(Claim)).all()) == MONDAYS


def test_staff_take_a_member_out(parts: Parts) -> None:
    series = started()
    booked = join(parts, series, 0)
    sign(booked.member_id)
    sweep(parts, NOW)

    leave(booked.member_id, accept_late=False, actor=therapist(series.therapist_id), now=NOW)

    assert owed(booked) == ["series_ended"]
    assert places(series.id) == []


def test_who_has_just_joined_hears_of_it_whatever_changes_for_all(parts: Parts) -> None:
    series = started()
    one, other = join(parts, series, 0), join(parts, series, 1)
    sign(one.member_id)
    sweep(parts, NOW)
    sign(other.member_id)
    day = live_dates(series.id)[3].occurrence
    assert day is not None

    skip_date(series.id, series.therapist_id, day, now=NOW)

    assert [kind for kind in owed(one) if kind != "reminder"] == ["series_changed"]
    news = [kind for kind in owed(other) if kind not in {"reminder", "series_requested"}]
    assert news == ["series_booked", "series_changed"]
