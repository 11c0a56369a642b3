"""The kept summary of openings: equal to the live ones, never trusted, cheap to read."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from booking.domain.directory import Filters, Found
from booking.domain.facets import Facet
from booking.domain.interval import Interval
from booking.domain.lifecycle import Kind
from booking.domain.openings import Diary, SessionRules, opening_minutes, openings
from booking.domain.zones import zone
from booking.errors import Rule, RuleBroken, SlotTaken
from booking.models import NextOpenings, OutsideBusy, SessionType, Therapist, TimeOff, db
from booking.queries import directory, summaries
from booking.queries.diaries import diary_of, session_rules
from booking.services.audit import SYSTEM
from booking.services.availability import add_time_off
from booking.services.booking import book
from booking.services.directory import refresh_summaries
from booking.services.parts import Parts
from booking.services.setup import set_facets
from tests import factories
from tests.factories import HOUR, MINUTE, MONDAY_9AM, NOW
from tests.services.calendars.outside import elsewhere

NEW_YORK = zone("America/New_York")
CALL = Filters(kinds=(Kind.CONSULTATION,))


def found(filters: Filters = CALL, *, now: datetime = NOW) -> list[Found]:
    results = directory.search(db.session(), filters, now=now, zone=NEW_YORK)
    db.session.rollback()
    return list(results.found)


def shown(filters: Filters = CALL, *, now: datetime = NOW) -> list[datetime]:
    """Return what the directory shows of the one therapist there is."""
    (only,) = found(filters, now=now)
    return only.starts


def live(kind: Kind = Kind.CONSULTATION, *, now: datetime, state: str | None) -> list[datetime]:
    """Return what may really be booked, by the long way."""
    session_type = db.session.scalars(select(SessionType).filter_by(kind=kind)).one()
    rules = session_rules(session_type)
    window = Interval(now, now + rules.horizon + timedelta(days=1))
    diary = diary_of(db.session(), session_type.therapist, window)
    offered = openings(diary, rules, window=window, now=now, state=state)
    db.session.rollback()
    return offered


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: object) -> None:
        statement = str(args[2])
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def computations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything for which openings were computed, one entry each."""
    seen: list[object] = []

    def note(diary: Diary, rules: SessionRules, *, window: Interval, now: datetime) -> list[int]:
        seen.append(diary)
        return opening_minutes(diary, rules, window=window, now=now)

    monkeypatch.setattr("booking.queries.summaries.opening_minutes", note)
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_the_summary_equals_the_live_openings_whatever_the_diary_and_the_hour(
    app: Flask, seed: int
) -> None:
    dice = random.Random(seed)
    factories.practice()
    place = dice.choice(["America/New_York", "America/Phoenix", "Asia/Kathmandu"])
    amara = factories.therapist(slug="amara", time_zone=place, daily_limit=dice.choice([None, 3]))
    for weekday in dice.sample(range(7), 4):
        begins = dice.randrange(0, 1200, 5)
        factories.weekly(
            amara,
            weekday=weekday,
            from_minute=begins,
            until_minute=dice.randrange(begins + 5, 1441),
        )
    begins_on = NOW.date() + timedelta(days=dice.randrange(-5, 20))
    factories.licence(
        amara, valid_from=begins_on, valid_until=begins_on + timedelta(days=dice.randrange(1, 30))
    )
    factories.session_type(
        amara, step=dice.choice([15, 30, 53]), notice_hours=dice.randrange(30), horizon_days=21
    )
    there = elsewhere(amara.id)
    busy = [NOW + dice.randrange(20 * 24 * 60) * MINUTE for _ in range(20)]
    factories.saved(
        TimeOff(therapist_id=amara.id, from_at=busy[0], until_at=busy[0] + 30 * HOUR),
        *(OutsideBusy(**there, from_at=at, until_at=at + 47 * MINUTE) for at in busy[1:]),
    )
    in_ny = Filters(state="NY", kinds=(Kind.CONSULTATION,))

    # The summary is made at the first look, and stands for the rest of half a day.
    for later in (timedelta(0), 17 * MINUTE, 5 * HOUR, 12 * HOUR, 13 * HOUR):
        now = NOW + later
        assert shown(now=now) == live(now=now, state=None)
        assert [one.starts for one in found(in_ny, now=now)] in (
            [live(now=now, state="NY")],
            [],  # no licence on any day within reach: then nothing is live either
        )
        assert found(in_ny, now=now) or not live(now=now, state="NY")


def test_a14_a_stale_summary_never_lets_a_time_be_booked(
    parts: Parts, practice: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown()[0] == MONDAY_9AM
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    # A cache that is broken in the worst way: what is behind is taken for fresh.
    monkeypatch.setattr(summaries.Summary, "holds", lambda *_: True)
    assert shown()[0] == MONDAY_9AM

    with pytest.raises(SlotTaken) as refused:
        book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    assert MONDAY_9AM not in refused.value.alternatives


def test_a14_a_stale_table_never_lets_a_time_be_booked(parts: Parts, practice: None) -> None:
    refresh_summaries(now=NOW)
    amara = db.session.scalars(select(Therapist)).one()
    add_time_off(amara.id, Interval(MONDAY_9AM, MONDAY_9AM + HOUR), actor=SYSTEM, now=NOW)
    kept = db.session.scalars(select(NextOpenings)).first()
    assert kept is not None
    assert kept.diary_version < amara.diary_version

    with pytest.raises(RuleBroken) as refused:
        book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    assert refused.value.rule is Rule.OUTSIDE_HOURS


def test_what_was_just_booked_is_not_shown_again(parts: Parts, practice: None) -> None:
    assert MONDAY_9AM in shown()

    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)

    assert MONDAY_9AM not in shown()
    assert shown() == live(now=NOW, state=None)


def test_a_change_of_words_is_seen_at_the_next_look(practice: None) -> None:
    assert found(Filters(facets={Facet.NEED: frozenset({"sleep"})})) == []

    set_facets("amara", {Facet.NEED: ["sleep"]}, now=NOW)

    assert found(Filters(facets={Facet.NEED: frozenset({"sleep"})}))


def test_a_process_that_begins_computes_only_what_is_behind(
    parts: Parts, practice: None, computations: list[object]
) -> None:
    factories.amara(slug="ben")
    factories.amara(slug="carla")
    while refresh_summaries(now=NOW):
        pass
    book(factories.wish(), key=factories.key(), parts=parts, now=NOW)
    directory.forget()
    computations.clear()

    first = found(now=NOW + MINUTE)

    assert len(first) == 3
    assert len(computations) == 1
    assert MONDAY_9AM not in next(one for one in first if one.card.slug == "amara").starts


def test_nothing_is_computed_twice(practice: None, computations: list[object]) -> None:
    shown()
    computations.clear()

    shown(now=NOW + HOUR)

    assert computations == []


def test_refreshing_goes_on_in_small_steps_and_ends(practice: None) -> None:
    factories.amara(slug="ben")

    made = [refresh_summaries(now=NOW, limit=4) for _ in range(3)]

    assert made == [4, 4, 0]


def test_a_summary_is_made_again_before_it_is_too_old_to_use(practice: None) -> None:
    while refresh_summaries(now=NOW):
        pass

    assert refresh_summaries(now=NOW + 5 * HOUR) == 0
    assert refresh_summaries(now=NOW + 7 * HOUR) == 4


def test_two_databases_in_one_process_do_not_mix(
    own_app: Callable[[str], Flask], sqlite_app: Flask, practice: None
) -> None:
    assert shown()
    other = own_app("sqlite")

    with other.app_context():
        factories.practice()
        factories.amara(name="Somebody Else", accepts_new=False)
        (only,) = found()
        db.session.remove()
        db.engine.dispose()

    assert (only.card.name, only.starts) == ("Somebody Else", [])
    assert found()[0].card.name == "Amara Okafor"


def test_f8_twenty_therapists_with_500_busy_events_take_as_many_statements_as_one(
    app: Flask,
) -> None:
    factories.practice()
    factories.amara(slug="t0", daily_limit=5)
    with statements() as one:
        found()
    for number in range(1, 20):
        factories.amara(slug=f"t{number}", daily_limit=5)
    calendars = [elsewhere(each) for each in db.session.scalars(select(Therapist.id))]
    factories.saved(
        *(
            OutsideBusy(
                **calendars[number % 20],
                from_at=NOW + number * HOUR,
                until_at=NOW + number * HOUR + HOUR,
            )
            for number in range(500)
        )
    )
    directory.forget()

    with statements() as cold:
        assert len(found()) == 20
    with statements() as warm:
        assert len(found()) == 20

    assert len(cold) == len(one)
    assert len(cold) <= 12
    assert len(warm) == 2  # whether the cards, and whose diaries, have changed


def test_a_therapist_who_left_is_not_shown(practice: None) -> None:
    assert found()
    factories.changed(db.session.scalars(select(Therapist)).one(), active=False)
    factories.saved()  # raises the versions, as whatever deactivates somebody must

    assert found() == []


def test_a_licence_that_ends_inside_the_window_ends_what_is_shown(app: Flask) -> None:
    factories.practice()
    amara = factories.therapist(slug="amara")
    factories.weekly(amara, weekday=0)
    factories.licence(amara, valid_until=date(2030, 3, 11))
    factories.session_type(amara)

    starts = shown(Filters(state="NY"))

    assert {start.astimezone(NEW_YORK).date() for start in starts} == {
        date(2030, 3, 4),
        date(2030, 3, 11),
    }
