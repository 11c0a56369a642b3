"""Calendars through the life of a series: split, paused, resumed, shortened, ended, left."""

from collections.abc import Callable
from datetime import time

import pytest

from booking.models import Participant, Series, db
from booking.services.changes import cancel, move, undo_cancel
from booking.services.parts import Parts
from booking.services.series.changing import Change, change_series
from booking.services.series.leaving import end_series, leave
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour
from tests.factories import MINUTE, NOW
from tests.services.series.couples import KIM, join_in
from tests.services.series.rows import seats_kept
from tests.services.series.standing import (
    MONDAYS,
    agreed,
    asked_for,
    client_of,
    live_dates,
    sign,
    starts,
    therapist_of,
)
from tests.support.calendars import CalendarReader, calendar_text, letters_to
from tests.support.mail import MailSpy
from tests.support.owed import DAY, sweep

pytestmark = pytest.mark.usefixtures("practice")

SAM, AMARA = "sam@example.org", "amara@alder.example"
TEN, TUESDAYS = NewHour(at=time(10)), NewHour(weekdays=frozenset({1}))
Act = Callable[[Series, Parts], None]


def check_calendars(mail: MailSpy, series: Series) -> None:
    for address in {letter["To"] for letter in mail.letters}:
        assert CalendarReader().read(letters_to(mail, address)).starts() == starts(series.id)


def seat(series: Series, start: int) -> Participant:
    return live_dates(series.id)[start].participants[0]


def changing(index: int, new: NewHour) -> Act:
    def act(series: Series, parts: Parts) -> None:
        change = Change(series.id, MONDAYS[index].date(), new)
        change_series(change, actor=client_of(series), now=NOW)

    return act


def moving(series: Series, parts: Parts) -> None:
    start = live_dates(series.id)[3].starts_at
    move(seat(series, 3).id, start + 2 * DAY, now=NOW)


def cancelling(series: Series, parts: Parts) -> None:
    cancel(seat(series, 4).id, accept_late=True, reason="", parts=parts, now=NOW)


def thinking_twice(series: Series, parts: Parts) -> None:
    one = seat(series, 3).id
    cancel(one, accept_late=True, reason="", parts=parts, now=NOW)
    sweep(parts, NOW)
    undo_cancel(one, now=NOW + MINUTE)


def pausing(series: Series, parts: Parts) -> None:
    wanted = Pause(series.id, MONDAYS[2].date(), MONDAYS[4].date())
    pause(wanted, accept_late=False, actor=client_of(series), now=NOW)


def resuming(series: Series, parts: Parts) -> None:
    resume(series.id, MONDAYS[3].date(), actor=client_of(series), now=NOW)


def ending(series: Series, parts: Parts) -> None:
    since = MONDAYS[6].date()
    end_series(series.id, since, accept_late=True, actor=client_of(series), now=NOW)


LIVES: dict[str, list[Act]] = {
    "all later": [changing(0, TEN), moving, changing(0, TUESDAYS)],
    "split": [changing(3, TEN), moving, cancelling],
    "split twice": [changing(5, TEN), changing(2, TUESDAYS), moving],
    "split and together again": [moving, changing(4, TEN), changing(0, TUESDAYS)],
    "every other week": [cancelling, changing(2, NewHour(every_weeks=2)), thinking_twice],
    "paused": [pausing, moving, resuming, cancelling],
    "paused within a split": [changing(3, TEN), pausing, resuming],
    "ended": [moving, changing(4, TEN), ending],
    "changed unheard": [thinking_twice, moving, thinking_twice],
}


@pytest.mark.parametrize("life", LIVES)
def test_e6_calendars_equal_the_rows_after_each_change(
    parts: Parts, mail: MailSpy, life: str
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)

    for act in LIVES[life]:
        act(db.session.get_one(Series, series.id), parts)
        sweep(parts, NOW + MINUTE)

        check_calendars(mail, series)


@pytest.mark.parametrize("life", [life for life in LIVES if life != "ended"])
def test_changes_that_nobody_heard_of_in_between_end_as_well(
    parts: Parts, mail: MailSpy, life: str
) -> None:
    series = agreed(parts)
    for act in LIVES[life]:
        act(db.session.get_one(Series, series.id), parts)

    sweep(parts, NOW + MINUTE)

    check_calendars(mail, series)


def test_a_split_goes_on_under_a_uid_of_its_own_and_the_old_one_comes_first(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    mail.sent.clear()
    changing(3, TEN)(series, parts)

    sweep(parts, NOW)

    old, new = (calendar_text(letter) for letter in letters_to(mail, SAM))
    first, second = (part.uid for part in db.session.get_one(Series, series.id).parts)
    assert f"UID:{first}" in old
    assert "SEQUENCE:1" in old
    assert f"UID:{second}" in new
    assert "SEQUENCE:0" in new
    assert f"RELATED-TO;RELTYPE=SIBLING:{first}" in new
    subjects = [letter["Subject"] for letter in letters_to(mail, SAM)]
    assert subjects == ["For your calendar", "Your appointments have changed"]


def test_what_staff_change_and_a_client_at_once_after_ends_right(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    change = Change(series.id, MONDAYS[0].date(), TEN)
    change_series(change, actor=therapist_of(series), now=NOW)
    moving(series, parts)
    sweep(parts, NOW)
    check_calendars(mail, series)

    sweep(parts, NOW + 5 * MINUTE)

    check_calendars(mail, series)


def test_who_never_heard_of_it_gets_every_part_although_only_one_changed_since(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    changing(4, TUESDAYS)(series, parts)
    pausing(db.session.get_one(Series, series.id), parts)

    sweep(parts, NOW)

    check_calendars(mail, series)


def test_a_split_taken_back_unheard_is_in_every_calendar_all_the_same(
    parts: Parts, mail: MailSpy
) -> None:
    series = agreed(parts)
    sweep(parts, NOW)
    changing(3, TEN)(series, parts)
    changing(3, NewHour(at=time(9)))(series, parts)

    sweep(parts, NOW)

    assert starts(series.id) == MONDAYS
    check_calendars(mail, series)


def test_who_leaves_before_hearing_of_a_change_keeps_nothing_of_what_it_replaced(
    parts: Parts, mail: MailSpy
) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    changing(4, TEN)(series, parts)
    sweep(parts, NOW)
    changing(0, TUESDAYS)(series, parts)

    leave(kim, accept_late=True, actor=client_of(series), now=NOW)
    sweep(parts, NOW)

    assert CalendarReader().read(letters_to(mail, KIM)).starts() == []


def test_a_pause_that_touches_no_date_silences_nothing(parts: Parts, mail: MailSpy) -> None:
    series = agreed(parts)
    later = MONDAYS[-1].date() + 2 * DAY
    pause(Pause(series.id, later, later), accept_late=False, actor=client_of(series), now=NOW)

    sweep(parts, NOW)

    assert letters_to(mail, SAM)[-1]["Subject"] == "Your appointments from Mon, Mar 4"
    check_calendars(mail, series)


def test_who_left_during_a_pause_does_not_come_back_with_its_dates(
    parts: Parts, mail: MailSpy
) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    pausing(series, parts)
    leave(kim, accept_late=True, actor=client_of(series), now=NOW)

    resume(series.id, MONDAYS[2].date(), actor=client_of(series), now=NOW)
    sweep(parts, NOW)

    assert starts(series.id) == MONDAYS
    assert CalendarReader().read(letters_to(mail, KIM)).starts() == []
    assert seats_kept([kim], NOW) == []


def test_c11_one_of_a_couple_leaves_and_only_they_stop(parts: Parts, mail: MailSpy) -> None:
    series = asked_for(parts)
    kim = join_in(series.id)
    sign(series.members[0].id)
    sign(kim, "Kim Lee")
    sweep(parts, NOW)
    mail_before = len(letters_to(mail, SAM))

    leave(kim, accept_late=True, actor=client_of(series), now=NOW)
    sweep(parts, NOW)

    assert letters_to(mail, KIM)[-1]["Subject"] == "Your appointments have ended"
    assert CalendarReader().read(letters_to(mail, KIM)).starts() == []
    assert len(letters_to(mail, SAM)) == mail_before
    assert CalendarReader().read(letters_to(mail, SAM)).starts() == MONDAYS
