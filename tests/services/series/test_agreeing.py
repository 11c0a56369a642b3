"""Saying yes to the agreement: to the edition that holds, and in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.domain.agreements import AgreementText
from booking.domain.standing import SeriesStatus
from booking.errors import InvalidInput
from booking.models import Acceptance, Series, db
from booking.services.parts import Parts
from booking.services.series import ending
from booking.services.series.agreeing import (
    Signature,
    accept_agreement,
    agreement_of,
    write_agreement,
)
from booking.services.series.asking import Pattern
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.topping_up import top_up
from tests import factories
from tests.factories import MONDAY_9AM, NOW
from tests.services.series import groups
from tests.services.series.standing import MONDAYS, asked_for, live_dates, sign, starts
from tests.support.meanwhile import before_it_writes

pytestmark = pytest.mark.usefixtures("practice")
A_SECOND = timedelta(seconds=1)


def test_a_yes_to_an_edition_that_no_longer_holds_is_none(parts: Parts) -> None:
    series = asked_for(parts)
    member_id, shown = series.members[0].id, agreement_of(db.session(), series.therapist_id)
    assert shown is not None
    signature = Signature("Sam Reed", shown.id, {})
    words = AgreementText("A", "B", "C", "D")
    write_agreement(series.therapist_id, "amara", words, now=NOW)

    with pytest.raises(InvalidInput):
        accept_agreement(member_id, signature, now=NOW)

    assert db.session.get_one(Series, series.id).status is SeriesStatus.REQUESTED
    assert db.session.scalars(select(Acceptance)).all() == []


def test_a_yes_that_came_just_before_the_end_stands(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    series_id, member_id = (series := asked_for(parts)).id, series.members[0].id
    before_it_writes(monkeypatch, ending, lambda: sign(member_id, now=MONDAY_9AM - A_SECOND))

    let_go_of_lapsed_series(now=MONDAY_9AM)

    assert db.session.get_one(Series, series_id).status is SeriesStatus.CONFIRMED
    assert starts(series_id) == MONDAYS


def test_a_date_made_while_a_place_is_held_is_reminded_of_once(parts: Parts) -> None:
    series = groups.started(Pattern())
    booked = groups.join(parts, series, 0)
    factories.changed(series.part.session_type, horizon_days=200)
    top_up(now=NOW)
    made_first = groups.owed(booked).count("reminder")

    sign(booked.member_id)

    assert 0 < made_first < len(live_dates(series.id))
    assert groups.owed(booked).count("reminder") == len(live_dates(series.id))
