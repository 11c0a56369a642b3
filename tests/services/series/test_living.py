"""Living with a series: a pause and after it, an end, one of several leaving, running out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from booking.domain.lifecycle import Status
from booking.domain.standing import SeriesStatus
from booking.errors import IllegalTransition, InvalidInput, LateCancel, SlotTaken
from booking.models import Appointment, Claim, Message, Participant, Series, db
from booking.services.addresses import correct_address
from booking.services.booking import book
from booking.services.changes import cancel, move, undo_cancel
from booking.services.parts import Parts
from booking.services.series.asking import Pattern
from booking.services.series.booking import Choices
from booking.services.series.ending import let_go_of_lapsed_series
from booking.services.series.leaving import end_series, leave
from booking.services.series.pausing import Pause, look_after_pause, pause, resume
from booking.services.unit_of_work import unit_of_work
from tests import factories
from tests.factories import HOUR, MONDAY_9AM, NOW
from tests.services.series.standing import (
    MONDAYS,
    agreed,
    asked_for,
    client_of,
    kinds_owed,
    live_dates,
    sign,
    starts,
    therapist_of,
)

pytestmark = pytest.mark.usefixtures("practice")
A_DAY = timedelta(days=1)


def all_sent() -> None:
    unit_of_work(lambda session: session.execute(update(Message).values(state="sent")))


def paused(series: Series, first: int, last: int) -> None:
    wanted = Pause(series.id, MONDAYS[first].date(), MONDAYS[last].date())
    pause(wanted, accept_late=False, actor=client_of(series), now=NOW)


def test_accepting_the_agreement_confirms_every_date_and_tells_once(parts: Parts) -> None:
    series = asked_for(parts)
    all_sent()

    sign(series.members[0].id)
    sign(series.members[0].id)

    statuses = set(db.session.scalars(select(Appointment.status)))
    assert statuses == {Status.CONFIRMED}
    assert db.session.get_one(Series, series.id).status is SeriesStatus.CONFIRMED
    assert kinds_owed() == ["series_booked", "therapist_series_booked"]


def test_c14_each_date_has_reminders_of_its_own(parts: Parts) -> None:
    agreed(parts)

    reminded = db.session.scalars(
        select(Message.appointment_id).where(Message.kind == "reminder")
    ).all()

    # It is too late to remind of the first one two days ahead.
    assert len(reminded) == len(set(reminded)) == 8


def test_a_series_nobody_agreed_to_runs_out_whole_and_says_so_once(parts: Parts) -> None:
    series = asked_for(parts)
    all_sent()

    assert let_go_of_lapsed_series(now=MONDAY_9AM - timedelta(minutes=1)) == 0
    assert let_go_of_lapsed_series(now=MONDAY_9AM) == 1

    assert set(db.session.scalars(select(Appointment.status))) == {Status.EXPIRED}
    assert db.session.scalars(select(Claim)).all() == []
    assert kinds_owed() == ["series_expired"]
    with pytest.raises(IllegalTransition):
        sign(series.members[0].id, now=MONDAY_9AM)


def test_a_pause_leaves_its_dates_out_and_frees_their_time(parts: Parts) -> None:
    series = agreed(parts)
    all_sent()

    paused(series, 2, 4)

    assert starts(series.id) == MONDAYS[:2] + MONDAYS[5:]
    assert kinds_owed() == ["series_changed", "therapist_series_changed"]
    wish = factories.wish(session_type="session", starts_at=MONDAYS[3])
    assert not book(wish, key=factories.key(), parts=parts, now=NOW).again


def test_going_on_earlier_takes_the_dates_up_again(parts: Parts) -> None:
    series = agreed(parts)
    paused(series, 2, 5)

    resume(series.id, MONDAYS[4].date(), actor=client_of(series), now=NOW)

    assert starts(series.id) == MONDAYS[:2] + MONDAYS[4:]
    found = db.session.get_one(Series, series.id)
    assert found.paused_until == MONDAYS[4].date() - A_DAY


def test_what_was_taken_during_the_pause_is_shown_and_chosen_about(parts: Parts) -> None:
    series = agreed(parts)
    paused(series, 2, 3)
    wish = factories.wish(session_type="session", starts_at=MONDAYS[3])
    book(wish, key=factories.key(), parts=parts, now=NOW)
    back = MONDAYS[2].date()

    rungs = look_after_pause(db.session(), db.session.get_one(Series, series.id), back, now=NOW)
    with pytest.raises(SlotTaken):
        resume(series.id, back, actor=client_of(series), now=NOW)
    choices = Choices(move={MONDAYS[3]: MONDAYS[3] + HOUR})
    resume(series.id, back, choices, actor=client_of(series), now=NOW)

    assert [rung.status.value for rung in rungs] == ["open", "taken"]
    assert starts(series.id) == [*MONDAYS[:3], MONDAYS[3] + HOUR, *MONDAYS[4:]]
    assert db.session.get_one(Series, series.id).paused_from is None


def test_a_pause_must_be_ahead_and_in_order(parts: Parts) -> None:
    series = agreed(parts)

    with pytest.raises(InvalidInput):
        paused(series, 4, 2)
    wanted = Pause(series.id, (NOW - 9 * A_DAY).date(), (NOW - 3 * A_DAY).date())
    with pytest.raises(InvalidInput):
        pause(wanted, accept_late=False, actor=client_of(series), now=NOW)

    assert starts(series.id) == MONDAYS


def test_after_a_pause_that_is_over_there_may_be_another(parts: Parts) -> None:
    series = agreed(parts)
    paused(series, 1, 1)
    later = Pause(series.id, MONDAYS[5].date(), MONDAYS[6].date())
    with pytest.raises(InvalidInput):
        pause(later, accept_late=False, actor=client_of(series), now=NOW)

    pause(later, accept_late=False, actor=client_of(series), now=MONDAYS[2])

    assert starts(series.id) == [MONDAYS[0], *MONDAYS[2:5], MONDAYS[7]]
    found = db.session.get_one(Series, series.id)
    assert (found.paused_from, found.paused_until) == (later.first, later.last)


def test_from_a_day_after_the_pause_no_date_comes_back(parts: Parts) -> None:
    series = agreed(parts)
    paused(series, 2, 3)
    after = MONDAYS[3].date() + A_DAY

    found = db.session.get_one(Series, series.id)
    assert look_after_pause(db.session(), found, after, now=NOW) == []
    resume(series.id, after, actor=client_of(series), now=NOW)

    assert starts(series.id) == MONDAYS[:2] + MONDAYS[4:]


def test_d3_ending_the_rest_cancels_all_of_it_and_tells_once(parts: Parts) -> None:
    series = agreed(parts)
    all_sent()
    since = MONDAYS[3].date()

    end_series(series.id, since, accept_late=False, actor=client_of(series), now=NOW)
    end_series(series.id, since, accept_late=False, actor=client_of(series), now=NOW)

    assert starts(series.id) == MONDAYS[:3]
    assert db.session.get_one(Series, series.id).status is SeriesStatus.ENDED
    assert kinds_owed() == ["series_ended", "therapist_series_ended"]


def test_a_late_end_costs_what_it_costs_and_asks_first(parts: Parts) -> None:
    series = agreed(parts)
    late, since = MONDAYS[0] - 2 * HOUR, MONDAYS[0].date()

    with pytest.raises(LateCancel) as refused:
        end_series(series.id, since, accept_late=False, actor=client_of(series), now=late)
    assert starts(series.id) == MONDAYS
    end_series(series.id, since, accept_late=True, actor=client_of(series), now=late)

    fees = db.session.scalars(select(Appointment.fee_cents)).all()
    assert refused.value.fee_cents == 5000
    assert sorted(fees) == [0] * 7 + [5000]


def test_staff_end_a_series_at_no_cost(parts: Parts) -> None:
    series = agreed(parts)
    since = MONDAYS[0].date()

    end_series(
        series.id, since, accept_late=False, actor=therapist_of(series), now=MONDAYS[0] - HOUR
    )

    assert starts(series.id) == []
    assert set(db.session.scalars(select(Appointment.fee_cents))) == {0}


def test_the_last_one_to_leave_ends_the_series(parts: Parts) -> None:
    series = agreed(parts)
    all_sent()

    for _twice in range(2):
        leave(series.members[0].id, accept_late=False, actor=client_of(series), now=NOW)

    assert starts(series.id) == []
    assert kinds_owed() == ["series_ended", "therapist_series_ended"]
    assert db.session.scalars(select(Participant)).all() != []


def test_a_date_further_off_than_the_horizon_may_still_be_moved(parts: Parts) -> None:
    series = agreed(parts, pattern=Pattern(count=20))
    far = live_dates(series.id)[15]
    assert far.starts_at > NOW + timedelta(days=90)

    move(far.participants[0].id, far.starts_at + A_DAY, now=NOW)
    cancel(far.participants[0].id, accept_late=False, reason="", parts=parts, now=NOW)
    undo_cancel(far.participants[0].id, now=NOW)

    assert starts(series.id)[15] == far.starts_at


def test_a_corrected_address_ends_every_link_to_the_series(parts: Parts) -> None:
    series = agreed(parts)
    all_sent()

    correct_address(live_dates(series.id)[2].participants[0].id, "kim@example.org", now=NOW)

    db.session.expire_all()
    versions = db.session.scalars(select(Participant.link_version)).all()
    assert set(versions) == {2}
    assert db.session.get_one(Series, series.id).members[0].link_version == 2
    assert kinds_owed() == ["series_booked"]


def test_who_agreed_to_texts_gets_one_when_staff_end_it(parts: Parts) -> None:
    guest = factories.guest(sms_consent=True)
    series = agreed(parts, guest=guest)
    all_sent()

    since = MONDAYS[2].date()
    end_series(series.id, since, accept_late=False, actor=therapist_of(series), now=NOW)

    query = select(Message.channel).where(Message.kind == "series_ended")
    assert sorted(channel.value for channel in db.session.scalars(query)) == ["email", "sms"]


def test_an_end_before_anybody_heard_tells_the_therapist_of_what_remains(parts: Parts) -> None:
    series = agreed(parts)
    end_series(series.id, MONDAYS[2].date(), accept_late=False, actor=client_of(series), now=NOW)

    assert kinds_owed()[-1] == "therapist_series_booked"
    other = agreed(parts, starts_at=MONDAY_9AM + HOUR)
    end_series(other.id, MONDAYS[0].date(), accept_late=False, actor=client_of(other), now=NOW)
    assert kinds_owed()[-1] == "series_ended"


def test_a_date_that_comes_back_too_soon_is_shown_and_the_rest_can_be_had(parts: Parts) -> None:
    series = agreed(parts)
    paused(series, 0, 1)
    soon = MONDAYS[0] - 2 * HOUR

    rungs = look_after_pause(
        db.session(), db.session.get_one(Series, series.id), MONDAYS[0].date(), now=soon
    )
    choices = Choices(skip=frozenset({MONDAYS[0]}))
    resume(series.id, MONDAYS[0].date(), choices, actor=client_of(series), now=soon)

    assert [rung.status.value for rung in rungs] == ["outside_hours", "open"]
    assert starts(series.id) == MONDAYS[1:]
