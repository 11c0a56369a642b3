"""Reading calendars elsewhere into busy time: once at a time, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from booking.adapters.busy import Account, Busy, CannotRead, Reading
from booking.adapters.busy.fake import FakeCalendar
from booking.domain.interval import Interval
from booking.domain.outside import EVERY, IN_FULL_EVERY, LONGEST_WAIT, CalendarKind, Trouble
from booking.errors import NotFound, SlotTaken
from booking.models import Appointment, OutsideBusy, OutsideCalendar, Series, Therapist, db
from booking.queries.outside import busy_read, clashing
from booking.services.audit import SYSTEM
from booking.services.calendars.outside import (
    disconnect,
    read_soon,
)
from booking.services.calendars.reading import LEASE, due, read_calendar
from booking.services.parts import Parts
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.calendars.outside import ADDRESS, amara, amara_connects, the_calendar
from tests.services.series.standing import agreed
from tests.support.owed import booked, change
from tests.support.parties import rows

pytestmark = pytest.mark.usefixtures("practice")

NINE = Interval(MONDAY_9AM, MONDAY_9AM + HOUR)


@pytest.fixture
def elsewhere(parts: Parts) -> FakeCalendar:
    return FakeCalendar(Reading([Busy("theirs", NINE)], mark="one"))


@pytest.fixture
def with_fake(parts: Parts, elsewhere: FakeCalendar) -> Parts:
    return replace(parts, calendars={CalendarKind.ICS: elsewhere})


def read(parts: Parts, now: datetime = NOW) -> Sequence[Interval]:
    """Read what is due, as a sweep does; return what is busy then."""
    for calendar_id in due(now=now):
        db.session.rollback()
        read_calendar(calendar_id, parts=parts, now=now)
    return busy()


def busy() -> list[Interval]:
    db.session.rollback()
    return busy_read(db.session(), the_calendar().id)


def version() -> int:
    return amara().diary_version


def test_what_is_busy_elsewhere_is_not_offered_and_refused_as_taken(with_fake: Parts) -> None:
    amara_connects(with_fake)

    assert read(with_fake) == [NINE]

    with pytest.raises(SlotTaken) as refused:
        booked(with_fake)
    assert MONDAY_9AM not in refused.value.alternatives


def test_the_address_is_kept_sealed_and_known_by_its_host(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    row = amara_connects(with_fake)

    assert (row.name, row.host) == ("calendar.example", "calendar.example")
    assert b"private-key" not in row.account
    read(with_fake)
    assert elsewhere.asked == [(Account(ADDRESS), "")]


def test_reading_the_same_twice_changes_nothing_but_when(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    amara_connects(with_fake)
    read(with_fake)
    before = version()

    read(with_fake, NOW + EVERY)
    elsewhere.says = Reading(mark="one", unchanged=True)
    read(with_fake, NOW + 2 * EVERY)

    assert [mark for _, mark in elsewhere.asked] == ["", "one", "one"]
    assert busy() == [NINE]
    assert version() == before
    assert the_calendar().read_at == NOW + 2 * EVERY
    assert the_calendar().due_at == NOW + 3 * EVERY


def test_what_is_new_and_what_is_gone_change_the_diary(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    amara_connects(with_fake)
    read(with_fake)
    before = version()
    later = [
        Interval(NINE.start + day * timedelta(days=1), NINE.end + day * timedelta(days=1))
        for day in range(1, 12)
    ]
    elsewhere.says = Reading([Busy(str(span), span) for span in later], mark="two", skipped=2)

    assert read(with_fake, NOW + EVERY) == later
    assert version() > before
    assert the_calendar().skipped == 2

    elsewhere.says = Reading(mark="three")
    assert read(with_fake, NOW + 2 * EVERY) == []
    booked(with_fake)


def test_all_is_read_once_a_week_although_nothing_changed(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    amara_connects(with_fake)
    read(with_fake)
    elsewhere.says = Reading(mark="one", unchanged=True)

    read(with_fake, NOW + IN_FULL_EVERY - MINUTE)
    read(with_fake, NOW + IN_FULL_EVERY + EVERY)

    assert [mark for _, mark in elsewhere.asked] == ["", "one", ""]


@pytest.mark.parametrize("trouble", [Trouble.NOT_FOUND, Trouble.NO_ANSWER])
def test_what_was_read_stays_while_it_cannot_be_read_again(
    with_fake: Parts, elsewhere: FakeCalendar, trouble: Trouble
) -> None:
    amara_connects(with_fake)
    read(with_fake)
    elsewhere.says = CannotRead(trouble)

    assert read(with_fake, NOW + EVERY) == [NINE]
    row = the_calendar()
    assert (row.trouble, row.failing_since, row.failures) == (trouble.value, NOW + EVERY, 1)
    assert (row.read_at, row.due_at) == (NOW, NOW + EVERY + 2 * EVERY)

    assert read(with_fake, row.due_at) == [NINE]
    assert the_calendar().failing_since == NOW + EVERY
    change(OutsideCalendar, row.id, failures=40, due_at=NOW + timedelta(days=1))
    read(with_fake, NOW + timedelta(days=1))
    assert the_calendar().due_at == NOW + timedelta(days=1) + LONGEST_WAIT

    elsewhere.says = Reading([Busy("theirs", NINE)], mark="two")
    read(with_fake, NOW + timedelta(days=2))
    row = the_calendar()
    assert (row.trouble, row.failing_since, row.failures) == ("", None, 0)


def test_an_error_nobody_thought_of_is_a_trouble_like_others(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    def breaks() -> None:
        raise KeyError("something odd")

    elsewhere.meanwhile = breaks
    amara_connects(with_fake)

    read(with_fake)

    assert the_calendar().trouble == Trouble.NOT_A_CALENDAR
    assert the_calendar().lease is None


def test_two_workers_never_read_one_calendar_at_once(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    row = amara_connects(with_fake)
    due_meanwhile: list[int] = []

    def another_worker() -> None:
        due_meanwhile.extend(due(now=NOW + MINUTE))
        read_calendar(row.id, parts=with_fake, now=NOW + MINUTE)

    elsewhere.meanwhile = another_worker

    read(with_fake)

    assert len(elsewhere.asked) == 1
    assert due_meanwhile == []


def test_a_worker_that_died_is_followed_by_another_and_writes_nothing_later(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    row = amara_connects(with_fake)
    late = replace(with_fake, calendars={CalendarKind.ICS: FakeCalendar(Reading(mark="late"))})

    def overtaken() -> None:
        elsewhere.meanwhile = lambda: None
        read_calendar(row.id, parts=late, now=NOW + LEASE)

    elsewhere.meanwhile = overtaken
    read(with_fake)

    assert busy() == []
    assert the_calendar().mark == "late"


@pytest.mark.parametrize(
    "says", [Reading([Busy("theirs", NINE)]), Reading(unchanged=True), CannotRead(Trouble.SERVER)]
)
def test_a_calendar_removed_while_it_is_read_stays_removed(
    with_fake: Parts, elsewhere: FakeCalendar, says: Reading | CannotRead
) -> None:
    row = amara_connects(with_fake)
    elsewhere.says = says
    elsewhere.meanwhile = lambda: disconnect(amara().id, row.public_id, actor=SYSTEM, now=NOW)

    read_calendar(row.id, parts=with_fake, now=NOW)

    assert rows(OutsideCalendar) == []
    assert rows(OutsideBusy) == []


def test_our_own_appointments_are_no_echo(with_fake: Parts, elsewhere: FakeCalendar) -> None:
    made = booked(with_fake)
    series = agreed(with_fake, starts_at=MONDAY_9AM + HOUR)
    single = db.session.get_one(Appointment, made.appointment_id).uid
    standing = db.session.get_one(Series, series.id).parts[0].uid
    elsewhere.says = Reading([Busy(single, NINE), Busy(standing, NINE)])
    amara_connects(with_fake)

    assert read(with_fake) == []


def test_a_therapist_who_is_somebodys_client_is_busy_then(
    with_fake: Parts, elsewhere: FakeCalendar
) -> None:
    factories.amara(slug="bo", name="Bo Lind", first_name="Bo", email="bo@alder.example")
    made = booked(with_fake, therapist="bo")
    uid = db.session.get_one(Appointment, made.appointment_id).uid
    elsewhere.says = Reading([Busy(uid, NINE)])
    amara_connects(with_fake)

    assert read(with_fake) == [NINE]


def test_what_is_booked_stays_booked_and_is_shown(with_fake: Parts) -> None:
    made = booked(with_fake)
    booked(with_fake, starts_at=MONDAY_9AM + 2 * HOUR)
    amara_connects(with_fake)

    read(with_fake)

    found = clashing(db.session(), amara().id, now=NOW)
    assert [each.id for each in found] == [made.appointment_id]
    assert clashing(db.session(), amara().id, now=MONDAY_9AM + HOUR) == []


def test_removing_a_calendar_frees_what_it_held(with_fake: Parts) -> None:
    row = amara_connects(with_fake)
    read(with_fake)

    disconnect(amara().id, row.public_id, actor=SYSTEM, now=NOW)

    booked(with_fake)
    with pytest.raises(NotFound):
        disconnect(amara().id, row.public_id, actor=SYSTEM, now=NOW)


def test_reading_may_be_asked_for_between(with_fake: Parts, elsewhere: FakeCalendar) -> None:
    row = amara_connects(with_fake)
    read(with_fake)
    assert due(now=NOW + MINUTE) == []

    read_soon(amara().id, row.public_id, now=NOW + MINUTE)
    read(with_fake, NOW + MINUTE)

    assert len(elsewhere.asked) == 2


def test_a_calendar_of_who_left_the_practice_is_not_read(with_fake: Parts) -> None:
    amara_connects(with_fake)
    change(Therapist, amara().id, active=False)

    assert due(now=NOW) == []
