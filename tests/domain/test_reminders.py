from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.messages import Channel
from booking.domain.reminders import (
    QuietHours,
    Reminder,
    ReminderRule,
    is_open,
    next_opening,
    plan,
    starts_before_window_opens,
)
from booking.domain.zones import exists, zone

NEW_YORK = zone("America/New_York")
PHOENIX = zone("America/Phoenix")
QUIET = QuietHours()
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

DAY_BEFORE = ReminderRule(Channel.SMS, timedelta(hours=24))
TWO_DAYS_BEFORE = ReminderRule(Channel.EMAIL, timedelta(hours=48))

# Every zone of FACTS G.1 and G.2.
_NAMES = (
    "America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage "
    "America/Adak America/Phoenix Pacific/Honolulu America/Puerto_Rico Pacific/Guam "
    "Europe/London Europe/Berlin Europe/Dublin Australia/Sydney Australia/Adelaide "
    "Australia/Brisbane Australia/Lord_Howe Pacific/Auckland Pacific/Chatham "
    "America/Santiago Africa/Cairo Asia/Jerusalem America/St_Johns Asia/Kolkata "
    "Asia/Kathmandu America/Regina America/Mexico_City America/Sao_Paulo America/Asuncion "
    "Asia/Tehran Asia/Almaty America/Whitehorse America/Tijuana America/Vancouver "
    "America/Edmonton America/Winnipeg Africa/Casablanca"
)
ZONES = [zone(name) for name in _NAMES.split()]

instants = st.integers(min_value=0, max_value=5 * 365 * 24 * 60).map(
    lambda minutes: LONG_AGO + timedelta(minutes=minutes)
)
spells = st.timedeltas(timedelta(minutes=1), timedelta(days=8))


def at(zone: ZoneInfo, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return the instant clocks in `zone` show this in 2027."""
    return datetime(2027, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def due(
    *rules: ReminderRule, starts_at: datetime, now: datetime = LONG_AGO, zone: ZoneInfo = NEW_YORK
) -> list[datetime]:
    planned = plan(rules, starts_at=starts_at, now=now, zone=zone, quiet=QUIET)
    return [reminder.due_at for reminder in planned]


def test_a_day_before_means_hours_that_pass() -> None:
    # CASES C9: the clocks go forward in the night between. At eight it would be too early, so
    # the session of ten o'clock shows it as well.
    nine, ten = at(NEW_YORK, 3, 14, 9), at(NEW_YORK, 3, 14, 10, 30)

    assert nine - timedelta(hours=24) == at(NEW_YORK, 3, 13, 8)
    assert due(DAY_BEFORE, starts_at=ten) == [at(NEW_YORK, 3, 13, 9, 30)]
    assert due(DAY_BEFORE, starts_at=nine) == [at(NEW_YORK, 3, 12, 19, 30)]


def test_reminders_come_soonest_first_and_go_stale_at_the_start() -> None:
    starts_at = at(NEW_YORK, 6, 16, 15)
    hour_before = ReminderRule(Channel.EMAIL, timedelta(hours=1))

    planned = plan(
        [hour_before, DAY_BEFORE, TWO_DAYS_BEFORE],
        starts_at=starts_at,
        now=LONG_AGO,
        zone=NEW_YORK,
        quiet=QUIET,
    )

    assert planned == [
        Reminder(Channel.EMAIL, at(NEW_YORK, 6, 14, 15), starts_at),
        Reminder(Channel.SMS, at(NEW_YORK, 6, 15, 15), starts_at),
        Reminder(Channel.EMAIL, at(NEW_YORK, 6, 16, 14), starts_at),
    ]


def test_a_session_booked_within_the_hour_owes_no_reminder_from_the_past() -> None:
    starts_at = at(NEW_YORK, 6, 16, 15)

    assert due(DAY_BEFORE, starts_at=starts_at, now=starts_at - timedelta(minutes=30)) == []
    assert due(DAY_BEFORE, starts_at=starts_at, now=starts_at - timedelta(hours=24)) == []


def test_what_falls_at_night_moves_to_the_evening_before() -> None:
    three_in_the_night = ReminderRule(Channel.SMS, timedelta(hours=6))

    assert due(three_in_the_night, starts_at=at(NEW_YORK, 6, 16, 9)) == [
        at(NEW_YORK, 6, 15, 19, 30)
    ]


@pytest.mark.parametrize(("hour", "minute"), [(19, 31), (19, 59), (20, 0), (23, 59)])
def test_what_falls_late_in_the_evening_moves_to_half_past_seven(hour: int, minute: int) -> None:
    assert due(DAY_BEFORE, starts_at=at(NEW_YORK, 6, 16, hour, minute)) == [
        at(NEW_YORK, 6, 15, 19, 30)
    ]


@pytest.mark.parametrize(("hour", "minute"), [(9, 0), (12, 0), (19, 30)])
def test_what_falls_in_the_day_stays(hour: int, minute: int) -> None:
    assert due(DAY_BEFORE, starts_at=at(NEW_YORK, 6, 16, hour, minute)) == [
        at(NEW_YORK, 6, 15, hour, minute)
    ]


def test_what_would_have_to_move_into_the_past_is_not_owed() -> None:
    three_in_the_night = ReminderRule(Channel.SMS, timedelta(hours=6))
    booked_at = at(NEW_YORK, 6, 15, 21)

    assert due(three_in_the_night, starts_at=at(NEW_YORK, 6, 16, 9), now=booked_at) == []


def test_the_hours_are_those_of_the_persons_own_zone() -> None:
    # Half past nine in New York is half past six in Phoenix.
    starts_at = at(NEW_YORK, 6, 16, 9, 30)

    assert due(DAY_BEFORE, starts_at=starts_at) == [at(NEW_YORK, 6, 15, 9, 30)]
    assert due(DAY_BEFORE, starts_at=starts_at, zone=PHOENIX) == [at(PHOENIX, 6, 14, 19, 30)]


def test_two_rules_that_meet_on_one_channel_owe_one_reminder() -> None:
    early = at(NEW_YORK, 6, 16, 8)
    both = [ReminderRule(Channel.SMS, timedelta(hours=hours)) for hours in (2, 12)]

    assert due(*both, starts_at=early) == [at(NEW_YORK, 6, 15, 19, 30)]


@settings(max_examples=100, deadline=None)
@given(starts_at=instants, before=spells, lead=spells, there=st.sampled_from(ZONES))
def test_a_planned_reminder_is_always_decent_and_always_useful(
    starts_at: datetime, before: timedelta, lead: timedelta, there: ZoneInfo
) -> None:
    now = starts_at - lead

    planned = plan(
        [ReminderRule(Channel.SMS, before)], starts_at=starts_at, now=now, zone=there, quiet=QUIET
    )

    for reminder in planned:
        local = reminder.due_at.astimezone(there)
        assert now < reminder.due_at <= starts_at - before
        assert reminder.stale_at == starts_at
        assert time(9) <= local.time() <= time(19, 30)
        assert exists(local.replace(tzinfo=None), there)
        assert is_open(reminder.due_at, there, QUIET)


def test_the_window_is_half_open() -> None:
    assert not is_open(at(NEW_YORK, 6, 15, 8, 59), NEW_YORK, QUIET)
    assert is_open(at(NEW_YORK, 6, 15, 9), NEW_YORK, QUIET)
    assert is_open(at(NEW_YORK, 6, 15, 19, 59), NEW_YORK, QUIET)
    assert not is_open(at(NEW_YORK, 6, 15, 20), NEW_YORK, QUIET)


def test_what_comes_late_waits_for_the_morning_if_that_is_soon_enough() -> None:
    evening, morning = at(NEW_YORK, 6, 15, 21), at(NEW_YORK, 6, 16, 9)
    ten = at(NEW_YORK, 6, 16, 10)

    assert next_opening(evening, NEW_YORK, QUIET, before=ten) == morning
    assert next_opening(at(NEW_YORK, 6, 16, 3), NEW_YORK, QUIET, before=ten) == morning
    assert next_opening(evening, NEW_YORK, QUIET, before=morning) is None


def test_what_comes_in_the_window_need_not_wait() -> None:
    noon = at(NEW_YORK, 6, 15, 12)

    assert next_opening(noon, NEW_YORK, QUIET, before=noon + timedelta(hours=1)) == noon
    assert next_opening(noon, NEW_YORK, QUIET, before=noon) is None


@settings(max_examples=100, deadline=None)
@given(instant=instants, there=st.sampled_from(ZONES))
def test_the_next_opening_is_open_and_less_than_a_day_away(
    instant: datetime, there: ZoneInfo
) -> None:
    opening = next_opening(instant, there, QUIET, before=instant + timedelta(days=2))

    assert opening is not None
    assert is_open(opening, there, QUIET)
    assert timedelta(0) <= opening - instant <= timedelta(hours=14)


@pytest.mark.parametrize(
    ("now", "starts_at", "at_once"),
    [
        (at(NEW_YORK, 6, 15, 22), at(NEW_YORK, 6, 16, 8), True),
        (at(NEW_YORK, 6, 15, 22), at(NEW_YORK, 6, 16, 9), True),
        (at(NEW_YORK, 6, 15, 22), at(NEW_YORK, 6, 16, 9, 30), False),
        (at(NEW_YORK, 6, 15, 20), at(NEW_YORK, 6, 15, 21), True),
        (at(NEW_YORK, 6, 15, 12), at(NEW_YORK, 6, 15, 13), False),
    ],
)
def test_news_of_a_session_before_the_window_opens_goes_at_once(
    now: datetime, starts_at: datetime, at_once: bool
) -> None:
    went = starts_before_window_opens(starts_at, now=now, zone=NEW_YORK, quiet=QUIET)

    assert went is at_once


def test_a_reminder_after_the_start_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="before the start"):
        ReminderRule(Channel.SMS, timedelta(0))


def test_quiet_hours_that_never_open_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="between"):
        QuietHours(opens=time(20), closes=time(9))
