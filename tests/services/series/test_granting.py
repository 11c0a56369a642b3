"""A standing hour that needs the therapist's yes: granted, declined, or already past that."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.domain.lifecycle import Kind, Status
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, NotFound
from booking.models import Appointment, Claim, Message, Series, Therapist, db
from booking.services.parts import Parts
from booking.services.series.granting import decline_series, grant_series
from tests import factories
from tests.factories import NOW
from tests.services.series.standing import MONDAYS, asked_for, kinds_owed, sign, starts

pytestmark = pytest.mark.usefixtures("practice")
LATER = NOW + timedelta(hours=2)
RAN_OUT = NOW + timedelta(hours=72)


@pytest.fixture
def series(parts: Parts) -> Series:
    """Eight Mondays that Amara has yet to answer."""
    amara = db.session.scalars(select(Therapist).filter_by(slug="amara")).one()
    factories.session_type(
        amara,
        slug="asked",
        kind=Kind.INDIVIDUAL,
        minutes=50,
        step=60,
        buffer_after=10,
        needs_approval=True,
        allows_series=True,
    )
    return asked_for(parts, session_type="asked")


def fresh(series: Series) -> Series:
    db.session.expire_all()
    return db.session.get_one(Series, series.id)


def claims() -> int:
    return db.session.scalar(select(func.count()).select_from(Claim)) or 0


def test_a_yes_after_the_agreement_confirms_every_date_and_tells_once(series: Series) -> None:
    sign(series.members[0].id)
    assert fresh(series).status is SeriesStatus.REQUESTED

    grant_series(series.id, series.therapist_id, now=LATER)
    grant_series(series.id, series.therapist_id, now=LATER)

    assert fresh(series).status is SeriesStatus.CONFIRMED
    assert starts(series.id) == MONDAYS
    statuses = set(db.session.scalars(select(Appointment.status)))
    assert statuses == {Status.CONFIRMED}
    assert kinds_owed().count("series_booked") == 1


def test_they_are_told_three_minutes_after_the_yes(series: Series) -> None:
    sign(series.members[0].id)
    grant_series(series.id, series.therapist_id, now=LATER)

    due = db.session.scalars(select(Message.due_at).filter_by(kind="series_booked")).one()
    assert due == LATER + timedelta(minutes=3)


def test_a_yes_before_the_agreement_waits_for_it(series: Series) -> None:
    grant_series(series.id, series.therapist_id, now=LATER)

    assert fresh(series).status is SeriesStatus.REQUESTED
    assert "series_booked" not in kinds_owed()
    sign(series.members[0].id, now=LATER)
    assert fresh(series).status is SeriesStatus.CONFIRMED


def test_a_no_frees_every_date_and_tells_once(series: Series) -> None:
    decline_series(series.id, series.therapist_id, now=LATER)
    decline_series(series.id, series.therapist_id, now=LATER)

    assert fresh(series).status is SeriesStatus.DECLINED
    assert claims() == 0
    assert set(db.session.scalars(select(Appointment.status))) == {Status.DECLINED}
    assert kinds_owed().count("series_declined") == 1
    with pytest.raises(IllegalTransition):
        grant_series(series.id, series.therapist_id, now=LATER)


def test_a_yes_cannot_be_taken_back_by_a_no(series: Series) -> None:
    grant_series(series.id, series.therapist_id, now=LATER)

    with pytest.raises(IllegalTransition):
        decline_series(series.id, series.therapist_id, now=LATER)

    assert claims() == 8


@pytest.mark.parametrize("answer", [grant_series, decline_series])
def test_what_ran_out_can_no_longer_be_answered(series: Series, answer: object) -> None:
    with pytest.raises(IllegalTransition):
        answer(series.id, series.therapist_id, now=RAN_OUT)  # type: ignore[operator]

    assert fresh(series).granted_at is None


@pytest.mark.parametrize("answer", [grant_series, decline_series])
def test_another_therapist_finds_nothing_to_answer(series: Series, answer: object) -> None:
    with pytest.raises(NotFound):
        answer(series.id, series.therapist_id + 1, now=LATER)  # type: ignore[operator]

    assert fresh(series).status is SeriesStatus.REQUESTED
